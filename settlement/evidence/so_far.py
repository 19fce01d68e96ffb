"""What a reader was credited so far, and the figures by which a line goes on from it.

Tiers, caps, guarantees, advances and fees are what is due over a period of their own less what was
credited of it; a refund takes back a part of what was stored. All of that is the reader's own, so
it is told in whole: every credit under the agreement, with the statement and the line that bear it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from currencies.money import parse_amount, plain
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.sharing_terms import terms_from_plain
from settlement.self_billing.partner_statement import PartnerShare
from settlement.sharing.commissions import NEW_CONTRACT, OF_SALES
from settlement.sharing.crediting import SHARE, UNIT
from settlement.sharing.entitlements import FEE_DAYS, OF_PERIODS, OWN_PERIOD
from settlement.sharing.refunding.mirroring import CAUSES as REFUNDED

# Lines that go on from what was credited before; the others are of their own month alone.
GOES_ON: Final = (*OF_PERIODS, *REFUNDED, *OF_SALES)
FINEST: Final = Decimal("0.000001")
# What is promised, what counts for it, and what was given of it before, as the facts are named.
PROMISED: Final[Mapping[str, tuple[str, str]]] = {
    "cap": ("caps", "cut_before"),
    "guarantee": ("guarantees", "topped_up"),
    "advance": ("advances", "recouped"),
    "fee": ("fees", "fee_before"),
}


@dataclass(frozen=True, slots=True)
class EarnedRow:
    """A credit of the reader, under an agreement of which a line goes on from what was before.

    `statement` and `line` are empty where no statement bears it. `borne_in` is the month that books
    it, `month` that of the usage.
    """

    statement: str
    line: str
    agreement: str
    version: str
    product: str
    rule: str
    cause: str
    currency: str
    level: str
    borne_in: str
    month: str
    gross: str
    base: str
    amount: str


Facts = list[Mapping[str, Any]]


def facts_of(share: PartnerShare) -> Facts:
    """The facts that a share keeps of how it came about."""
    return [step for step in share.steps if "fact" in step]


def level_of(share: PartnerShare) -> str:
    """The level of an agent above the sale, from 1; empty for what is no commission."""
    return next((each["level"] for each in facts_of(share) if "level" in each), "")


def first_month(shares: Iterable[PartnerShare]) -> dict[UUID, str]:
    """By agreement the first month that a line goes on from; none where no line does."""
    found: dict[UUID, str] = {}
    for each in shares:
        if each.cause in GOES_ON:
            own = [step["from"] for step in facts_of(each) if step["fact"] == OWN_PERIOD]
            month = min([*own, each.earned_in, found.get(each.agreement_id, each.earned_in)])
            found[each.agreement_id] = month
    return found


class SoFar:
    """The credits of a reader under the agreements of its statement that go on from them."""

    def __init__(
        self,
        stated: Sequence[tuple[str, str, PartnerShare]],
        agreed: Mapping[UUID, AgreedTerms],
        codes: Mapping[UUID, str],
    ) -> None:
        """`stated` are credits with statement and line; `codes` are the months by their id."""
        self._stated = stated
        self._agreed = agreed
        self._codes = codes
        self._shared: dict[tuple[object, ...], list[PartnerShare]] = defaultdict(list)
        for _, _, each in stated:
            if each.cause == SHARE:
                self._shared[_revenue(each)].append(each)

    @property
    def rows(self) -> list[EarnedRow]:
        """The rows of earned.csv, by the month that books them."""
        return [
            EarnedRow(
                statement=number,
                line=line,
                agreement=self._agreed[each.terms_id].code,
                version=str(self._agreed[each.terms_id].version),
                product=each.product,
                rule=each.rule,
                cause=each.cause,
                currency=each.currency,
                level=level_of(each),
                borne_in=self._borne_in(each),
                month=each.earned_in,
                gross=plain(each.gross),
                base=plain(each.base),
                amount=plain(each.amount),
            )
            for number, line, each in self._stated
        ]

    def columns(self, share: PartnerShare, code: str) -> dict[str, str]:
        """The columns of a share that say when it was earned, and how it goes on."""
        told = {"borne_in": self._borne_in(share), "month": share.earned_in}
        stored = [
            each
            for each in self._shared[_revenue(share)]
            if self._borne_in(each) <= told["borne_in"]
        ]
        level = {"level": level_of(share)}
        return told | level | _counted(share, self._kinds(share, code), code, stored)

    def _kinds(self, share: PartnerShare, code: str) -> set[str]:
        """For which kinds of periods any version of the agreement promises the reader the same."""
        if share.cause not in PROMISED:
            return set()
        name, _ = PROMISED[share.cause]
        return {
            promise.period
            for each in self._agreed.values()
            if each.agreement_id == share.agreement_id
            for promise in terms_from_plain(each.sharing).promises()[name]
            if promise.payee == code
        }

    def _borne_in(self, share: PartnerShare) -> str:
        assert share.period_id is not None, "a credit is borne by a month"
        return self._codes[share.period_id]


def _revenue(share: PartnerShare) -> tuple[object, ...]:
    return share.terms_id, share.product, share.rule, share.currency, share.earned_in


def _counted(
    share: PartnerShare, kinds: Collection[str], code: str, stored: list[PartnerShare]
) -> dict[str, str]:
    """How a share goes on; `stored` are the shares that it mirrors.

    Nothing is told of what was credited before the facts of it were kept.
    """
    facts = facts_of(share)
    found = {each["fact"]: each for each in facts}
    told = _own_period(found)
    if share.cause in PROMISED and told:
        return told | _promised(share.cause, found, facts, kinds)
    if share.cause == UNIT:
        [unit] = facts
        return {"unit": f"{unit['fact']}:{unit['money']}:{unit['count']}"}
    if share.cause in REFUNDED:
        return _mirrored(share, code, stored)
    if share.cause in OF_SALES:
        before = found["credited"]["money"] if "credited" in found else "0"
        sold = _sold(facts)
        return {} if sold is None else sold | {"given_before": plain(-parse_amount(before))}
    return told


def _own_period(found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    if OWN_PERIOD not in found:
        return {}
    own = found[OWN_PERIOD]
    return {"counted_from": own["from"], "counted_until": own["until"]}


def _promised(
    cause: str, found: Mapping[str, Mapping[str, Any]], facts: Facts, kinds: Collection[str]
) -> dict[str, str]:
    if len(kinds) != 1:
        # What was given for a month and for a year is one sum; whose it was cannot be told.
        return {}
    _, given = PROMISED[cause]
    before = parse_amount(found[given]["money"])
    told = {
        "promised": found[cause]["money"],
        "given_before": plain(-before if cause == "advance" else before),
    }
    if cause != "fee":
        return told | {"earned": found["earned"]["money"]}
    days = [each for each in facts if each["fact"] == FEE_DAYS]
    parts = (
        f"{each['of']}:{each['first']}:{each['last']}:{each['days']}:{each['money']}"
        for each in days
    )
    return told | {"fee_days": " ".join(parts)}


def _mirrored(share: PartnerShare, code: str, stored: list[PartnerShare]) -> dict[str, str]:
    """What was stored of the revenue; nothing where steps of both signs make the last one close."""
    steps = [parse_amount(each["amount"]) for each in share.steps]
    payees = [each["payee"] for each in share.steps if "payee" in each]
    gross = sum((each.gross for each in stored), Decimal(0))
    if min(steps) < 0 < max(steps) or payees.count(code) != 1 or not gross:
        return {}
    amount = sum((each.amount for each in stored), Decimal(0))
    return {"mirrors": f"{plain(gross)}:{plain(amount)}"}


def _sold(facts: Facts) -> dict[str, str] | None:
    """Of a commission base, deductions, rate and amount; of contracts their number and amount.

    Nothing is due any more where neither is told; none where the amount of each cannot be told.
    """
    found = {each["fact"]: each for each in facts}
    if "commission" in found:
        taken = (parse_amount(each["money"]) for each in facts if each["fact"] == "commission_less")
        less = sum(taken, Decimal(0))
        last = found["commission"]
        base = found["commission_base"]["money"]
        return {"commission": f"{base}:{plain(less)}:{last['rate']}:{last['money']}"}
    of_each = [parse_amount(each["money"]) for each in facts if each["fact"] == NEW_CONTRACT]
    number, due = len(of_each), sum(of_each, Decimal(0))
    if "new_contracts" in found:
        number = int(found["new_contracts"]["count"])
        due = parse_amount(found["new_contracts"]["money"])
    if not number:
        return {}
    one = (due / number).quantize(FINEST)
    return {"contracts": f"{number}:{plain(one)}"} if one * number == due else None
