"""What stands behind a statement, and the one root over it that is printed on it.

A line is listed with its events where it is a share of all that was charged for its revenue in its
month; where terms have rules, of all that its rule splits. Each listed revenue is a leaf of the
statement's tree: its name, the number of its events and the root over them, which was sealed when
the month was closed. An amount for units has a list of its own, U1 for the units of R1: who is paid
for units need not have a share of the revenue.

A correction of a closed month is listed as two leaves: B1 over the events as they were before, of
which a line takes the share back, and A1 over the events as rated anew, of which a line gives it.
What customers got back, of which lines take shares back, is the leaf G1.

Statements that were issued before rules, units and refunds were listed have names without rules and
fewer leaves; `is_whole` is false for them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from currencies.money import plain
from settlement.rating.corrected import Corrected
from settlement.self_billing.partner_statement import PartnerShare, in_order
from settlement.sharing.crediting import SHARE, UNIT
from settlement.sharing.refunding.mirroring import CAUSES as REFUNDED
from settlement.sharing.refunding.mirroring import Refund
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.row_texts import AMOUNTS, UNITS
from settlement.sharing.sealing.seal import ROWS_OF_A_LEAF, Correction, Leaf, Seal

# What is told of a share by its cause.
TELLS: Final[Mapping[str, str]] = {SHARE: AMOUNTS, UNIT: UNITS}
LETTERS: Final[Mapping[str, str]] = {AMOUNTS: "", UNITS: "U"}
GIVEN_BACK: Final = "G1"


class Revenue(NamedTuple):
    """What a share is of: the month that bears it, terms, product, currency; the rule of terms that
    have rules. `what` is told of its events: their amounts, or their units.
    """

    period_id: UUID | None
    terms_id: UUID
    product: str
    currency: str
    rule: str | None = None
    what: str = AMOUNTS


class Rooted(Protocol):
    """Events that have a root."""

    @property
    def events(self) -> int:
        """How many they are."""
        ...

    @property
    def root(self) -> str:
        """The root over them."""
        ...


class GivenBack(NamedTuple):
    """What customers got back of what a rule (or no rule) of terms splits, as one refund."""

    refund: UUID
    rule: str
    sold_in: str
    cause: str
    amount: str
    # What it was given back by: the line of the invoice and the credit note. It is sealed only.
    key: str


NOTHING_CORRECTED: Mapping[Correction, Corrected[Rooted]] = {}


@dataclass(frozen=True, slots=True)
class Behind:
    """What the shares of a statement are of, and which of it is listed.

    `ruled` are the terms that have rules, `rulings` the months (each beside the one that bears its
    shares) of which it is known whom rules sold to, `refunds` those that shares take back.
    """

    shares: Sequence[PartnerShare]
    ruled: Collection[UUID]
    rulings: Collection[tuple[UUID, UUID]] = ()
    refunds: Mapping[UUID, Refund] = field(default_factory=dict)
    is_whole: bool = True

    def revenue_of(self, share: PartnerShare) -> Revenue:
        """What a share is of; of all causes the same."""
        return Revenue(
            share.period_id, share.terms_id, share.product, share.currency, self._rule(share)
        )

    def names(self) -> dict[Revenue, str]:
        """The names of the revenues, R1 and so on, in the order of the lines."""
        revenues = dict.fromkeys(self.revenue_of(share) for share in in_order(self.shares))
        return {revenue: f"R{number}" for number, revenue in enumerate(revenues, 1)}

    def is_listed(self, share: PartnerShare) -> bool:
        """Whether a share is of all that was charged, or that its rule splits."""
        return share.cause == SHARE and not share.corrects and self._is_told(share)

    def listed(self) -> list[Revenue]:
        """The listed revenues, and those of which units are listed, in the order of the lines."""
        told = [
            self.revenue_of(share)._replace(what=TELLS[share.cause])
            for share in in_order(self.shares)
            if share.cause in TELLS and not share.corrects and self._is_told(share)
        ]
        found = dict.fromkeys(told)
        return [each for what in (AMOUNTS, UNITS) for each in found if each.what == what]

    def correction_of(self, share: PartnerShare) -> Correction | None:
        """What a share takes back or gives anew, where that is of all that was charged."""
        if share.cause not in TELLS or not share.corrects or not self._is_told(share):
            return None
        assert share.period_id is not None, "a correction is borne by a month"
        assert share.usage_id is not None, "and is of another one"
        revenue = share.terms_id, share.product, share.currency, self._rule(share)
        return Correction(share.period_id, share.usage_id, *revenue, TELLS[share.cause])

    def corrections(self) -> dict[Correction, int]:
        """The corrections by number, from 1, in the order of the lines; units as the amounts."""
        told = [self.correction_of(share) for share in in_order(self.shares)]
        found = dict.fromkeys(each for each in told if each is not None)
        numbers: dict[Correction, int] = {}
        for each in found:
            numbers.setdefault(each._replace(what=AMOUNTS), len(numbers) + 1)
        return {each: numbers[each._replace(what=AMOUNTS)] for each in found}

    def given_back(self) -> list[GivenBack]:
        """What customers got back, of which shares are taken back, in the order of the lines."""
        found: dict[tuple[UUID, str], GivenBack] = {}
        for share in in_order(self.shares) if self.is_whole else ():
            refund = refund_of(share)
            if refund is None or refund not in self.refunds:
                continue
            kept = self.refunds[refund]
            key = f"{kept.document_id}\t{kept.line}\t{kept.credit_id or ''}"
            amount = plain(-share.gross)
            found[refund, share.rule] = GivenBack(
                refund, share.rule, share.earned_in, share.cause, amount, key
            )
        return list(found.values())

    def _rule(self, share: PartnerShare) -> str | None:
        return share.rule if self.is_whole and share.terms_id in self.ruled else None

    def _is_told(self, share: PartnerShare) -> bool:
        """Whether all is known that stands behind a share of revenue or an amount for units."""
        if not self.is_whole:
            return share.cause == SHARE and share.terms_id not in self.ruled
        if share.terms_id not in self.ruled:
            return True
        assert share.period_id is not None, "a stated share is borne by a month"
        assert share.usage_id is not None, "and of the usage of one"
        # Of a correction, what was before it has to be known too.
        wanted = (share.period_id, share.usage_id), (share.usage_id, share.usage_id)
        return all(each in self.rulings for each in wanted)


def refund_of(share: PartnerShare) -> UUID | None:
    """The refund that takes a share back; none for other shares."""
    if share.cause not in REFUNDED:
        return None
    return next((UUID(step["refund"]) for step in share.steps if "refund" in step), None)


def given_back_leaves(found: Sequence[GivenBack]) -> list[Leaf]:
    """What customers got back as leaves: number, month of the sale, cause, amount; keys sealed."""
    leaves = []
    for begin in range(0, len(found), ROWS_OF_A_LEAF):
        some = found[begin : begin + ROWS_OF_A_LEAF]
        rows = (
            f"{number},{each.sold_in},{each.cause},{each.amount}"
            for number, each in enumerate(some, begin + 1)
        )
        keys = "\n".join(each.key for each in some)
        leaves.append(Leaf(sha256(keys.encode()).hexdigest(), "\r\n".join(rows)))
    return leaves


def leaves_of(
    behind: Behind,
    seals: Mapping[Revenue, Seal],
    corrected: Mapping[Correction, Corrected[Rooted]] = NOTHING_CORRECTED,
) -> list[str]:
    """The leaves of a statement's tree: of listed revenues, the `corrected` ones, what customers
    got back.
    """
    found = []
    names = behind.names()
    for revenue in behind.listed():
        name = names[revenue._replace(what=AMOUNTS)]
        if revenue.what == UNITS:
            if revenue in seals:
                found.append(f"U{name[1:]},{seals[revenue].events},{seals[revenue].root}")
            continue
        seal = seals.get(revenue)
        events, root = (seal.events, seal.root) if seal else (0, merkle.root([]))
        found.append(f"{name},{events},{root}")
    for each, number in behind.corrections().items():
        if each in corrected:
            before, anew = corrected[each]
            letter = LETTERS[each.what]
            found.append(f"{letter}B{number},{before.events},{before.root}")
            found.append(f"{letter}A{number},{anew.events},{anew.root}")
    back = behind.given_back()
    if back:
        root = merkle.root([each.text for each in given_back_leaves(back)])
        found.append(f"{GIVEN_BACK},{len(back)},{root}")
    return found


def root_of(
    behind: Behind,
    seals: Mapping[Revenue, Seal],
    corrected: Mapping[Correction, Corrected[Rooted]],
) -> str:
    """The root that a statement prints; empty where nothing is listed."""
    has_events = any(each in seals for each in behind.listed()) or bool(behind.given_back())
    has_events |= any(side.events for each in behind.corrections() for side in corrected[each])
    return merkle.root(leaves_of(behind, seals, corrected)) if has_events else ""


def by_revenue(seals: Iterable[Seal]) -> dict[Revenue, Seal]:
    """Seals by what they are of."""
    return {
        Revenue(
            each.period_id, each.terms_id, each.product, each.currency, each.rule, each.what
        ): each
        for each in seals
    }
