"""Where a private customer belongs, by evidence (Implementing Regulation 282/2011, art. 24b, 24f).

What is sold to a private person by wire is taxed where that person lives. The customer is billed in
a country, and the address of the bill is the first piece of evidence. Others are entered as they
become known: the country of the bank, of the SIM card, of the network address, of a fixed line.

    one_piece    the billing address is enough while no piece contradicts it; allowed to a seller
                 whose sales abroad to private persons stay below 100,000 EUR a year (art. 24b)
    two_pieces   a customer abroad needs another piece that names the same country

The policy is the tenant's `place_evidence`; who passes the bound changes it. Pieces that name
different countries say nothing together: whoever they are of waits, whatever the policy. The newest
piece of a kind up to a day is the one that counts on it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from i18n.errors import Conflict, Invalid

POLICY: Final = "place_evidence"
ONE_PIECE: Final = "one_piece"
TWO_PIECES: Final = "two_pieces"


class PlaceContradicted(Conflict):
    """{party} is billed in {country}, but other evidence names {others}. Find out where it lives,
    enter what is right, then issue again.
    """


class PlaceUnproven(Conflict):
    """Only the billing address says that {party} lives in {country}. Enter a second piece of
    evidence, then issue again.
    """


class PlacePolicyUnreadable(Invalid):
    """The policy place_evidence is {text}. Write one_piece or two_pieces."""


class EvidenceUnclear(Invalid):
    """Evidence of a place needs {field}. Complete it."""


class EvidenceKind(StrEnum):
    """What tells the place, beside the address of the bill."""

    BANK = "bank"
    SIM = "sim"
    NETWORK_ADDRESS = "network_address"
    FIXED_LINE = "fixed_line"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """One piece: which country it names, from which day on, and by what one finds it again."""

    party_id: UUID
    kind: EvidenceKind
    country: str
    told_on: dt.date
    reference: str
    recorded_by: str
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is billed where; `is_abroad` in another country than the seller's."""

    party_id: UUID
    name: str
    country: str
    is_business: bool
    is_abroad: bool


@dataclass(frozen=True, slots=True)
class Places:
    """All evidence of a tenant, by party in the order of recording, and its policy."""

    known: Mapping[UUID, tuple[PlaceEvidence, ...]] = field(default_factory=dict)
    needs_two: bool = False

    def of(self, party_id: UUID, on: dt.date) -> dict[EvidenceKind, PlaceEvidence]:
        """The piece of each kind that counts on a day."""
        told = [each for each in self.known.get(party_id, ()) if each.told_on <= on]
        # What was told of a later day stands in the place of what was told before; so does what
        # was recorded later of the same day.
        return {each.kind: each for each in sorted(told, key=lambda each: each.told_on)}

    def check(self, customer: Customer, on: dt.date) -> None:
        """Refuse to tax a private customer whose place is in doubt on a day.

        Raises PlaceContradicted or PlaceUnproven.
        """
        if customer.is_business:
            return
        pieces = self.of(customer.party_id, on).values()
        others = [f"{each.country} ({each.kind.value})" for each in pieces]
        if any(each.country != customer.country for each in pieces):
            raise PlaceContradicted(
                party=customer.name, country=customer.country, others=", ".join(others)
            )
        if self.needs_two and customer.is_abroad and not pieces:
            raise PlaceUnproven(party=customer.name, country=customer.country)


def places(evidence: Iterable[PlaceEvidence], policy: str = ONE_PIECE) -> Places:
    """What is known of all places, in the order of recording. Raises PlacePolicyUnreadable."""
    if policy not in (ONE_PIECE, TWO_PIECES):
        raise PlacePolicyUnreadable(text=policy)
    found: dict[UUID, tuple[PlaceEvidence, ...]] = {}
    for each in evidence:
        found[each.party_id] = (*found.get(each.party_id, ()), each)
    return Places(found, policy == TWO_PIECES)
