"""Which list of a bundle stands behind a share: events, units, or what customers got back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from settlement.evidence.so_far import facts_of
from settlement.rating.charge_line import ChargeLine
from settlement.rating.corrected import Corrected
from settlement.self_billing.behind import (
    GIVEN_BACK,
    Behind,
    GivenBack,
    Revenue,
    leaves_of,
    refund_of,
)
from settlement.self_billing.partner_statement import PartnerShare
from settlement.sharing.crediting import UNIT
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.row_texts import AMOUNTS, UNITS
from settlement.sharing.sealing.seal import Correction, Leaf, Seal, Sealed

BEFORE, ANEW = "B", "A"


@dataclass(frozen=True)
class Told:
    """What a statement's root is over, and what its leaves are called."""

    listing: Behind
    seals: Mapping[Revenue, Seal]
    corrected: Mapping[Correction, Corrected[Sealed]]

    @cached_property
    def leaves(self) -> list[str]:
        """The leaves of the statement's tree."""
        return leaves_of(self.listing, self.seals, self.corrected)

    @property
    def root(self) -> str:
        """The root over them."""
        return merkle.root(self.leaves)

    @cached_property
    def names(self) -> dict[Revenue, str]:
        """The names of the statement's revenues."""
        return self.listing.names()

    @cached_property
    def numbered(self) -> dict[Correction, int]:
        """The numbers of those corrections that are listed."""
        return {each: n for each, n in self.listing.corrections().items() if each in self.corrected}

    @cached_property
    def sealed_as(self) -> dict[Revenue, str]:
        """The names of those lists of months that have events."""
        return {
            each: ("U" if each.what == UNITS else "R") + self.names[each._replace(what=AMOUNTS)][1:]
            for each in self.listing.listed()
            if each in self.seals
        }

    @cached_property
    def refunds(self) -> list[GivenBack]:
        """What customers got back, in the order of its rows."""
        return self.listing.given_back()

    def behind(self, share: PartnerShare, lines: Mapping[str, Sequence[ChargeLine]]) -> str:
        """The name of the revenue whose events are listed behind a share; empty where none are.

        Of a correction, what takes a share back is of all that was charged before, the other way.
        """
        if self.listing.is_listed(share):
            return self.names[self.listing.revenue_of(share)]
        corrects = self.listing.correction_of(share)
        if corrects is None or corrects not in self.numbered or corrects.what != AMOUNTS:
            return ""
        before = lines[f"{BEFORE}{self.numbered[corrects]}"]
        events = sum(line.events for line in before)
        gross = sum((line.amount for line in before), Decimal(0))
        side = BEFORE if (share.events, share.gross) == (-events, -gross) else ANEW
        return f"{side}{self.numbered[corrects]}"

    def counted(self, share: PartnerShare, events: Mapping[str, Sequence[Leaf]]) -> str:
        """The name of the list of units that an amount is for; empty where there is none."""
        if share.cause != UNIT:
            return ""
        corrects = self.listing.correction_of(share)
        if corrects is not None and corrects in self.numbered:
            [fact] = facts_of(share)
            before = f"U{BEFORE}{self.numbered[corrects]}"
            is_back = Decimal(fact["count"]) == -_count(fact["fact"], events.get(before, ()))
            return before if is_back else f"U{ANEW}{self.numbered[corrects]}"
        if share.corrects:
            return ""
        revenue = self.listing.revenue_of(share)
        return self.sealed_as.get(revenue._replace(what=UNITS), "")

    def given_back(self, share: PartnerShare) -> str:
        """The row of what customers got back that a share goes back for."""
        for number, each in enumerate(self.refunds, 1):
            if (each.refund, each.rule) == (refund_of(share), share.rule):
                return f"{GIVEN_BACK}-{number}"
        return ""


def _count(kind: str, leaves: Sequence[Leaf]) -> Decimal:
    """How many events, minutes to the hundredth, or units the rows of a list come to."""
    rows = [row.split(",") for leaf in leaves for row in leaf.rows.split("\r\n")]
    if kind == "event":
        return Decimal(sum(int(row[2]) for row in rows))
    units = sum(int(row[3]) for row in rows)
    return Decimal(units) if kind != "minute" else hundredths(units)


def hundredths(seconds: int) -> Decimal:
    """Seconds as minutes to the hundredth, as facts tell them."""
    return Decimal(round(Decimal(seconds * 100) / 60)).scaleb(-2)
