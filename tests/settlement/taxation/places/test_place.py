"""What pieces of evidence say together of where a private customer belongs."""

import datetime as dt
from uuid import UUID

import pytest

from settlement.taxation.places.place import (
    Customer,
    EvidenceKind,
    PlaceContradicted,
    PlaceEvidence,
    PlacePolicyUnreadable,
    PlaceUnproven,
    places,
)

DAY = dt.date(2026, 11, 2)
AT = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
ANNA = UUID(int=1)


def piece(text: str) -> PlaceEvidence:
    """`sim DE -3`: the SIM card is German since three days before the day."""
    kind, country, days = text.split()
    on = DAY + dt.timedelta(days=int(days))
    return PlaceEvidence(ANNA, EvidenceKind(kind), country, on, "r", "maker", AT)


def asked(country: str = "DE", is_business: bool = False) -> Customer:
    return Customer(ANNA, "Anna", country, is_business, is_abroad=country != "PL")


@pytest.mark.parametrize(
    ("policy", "country", "pieces", "refused"),
    [
        ("one_piece", "DE", [], None),
        ("one_piece", "DE", ["sim DE 0"], None),
        ("one_piece", "DE", ["sim PL 0"], PlaceContradicted),
        ("one_piece", "DE", ["bank DE -9", "sim PL 0"], PlaceContradicted),
        ("two_pieces", "DE", [], PlaceUnproven),
        ("two_pieces", "DE", ["bank DE 0"], None),
        ("two_pieces", "DE", ["bank DE 1"], PlaceUnproven),
        # At home the address is enough, but not against other evidence.
        ("two_pieces", "PL", [], None),
        ("two_pieces", "PL", ["network_address CZ 0"], PlaceContradicted),
        # The newest piece of a kind counts, by its day and then by when it was entered.
        ("two_pieces", "DE", ["sim PL -9", "sim DE -1"], None),
        ("two_pieces", "DE", ["sim DE -1", "sim PL -9"], None),
        ("two_pieces", "DE", ["sim PL -1", "sim DE -1"], None),
        ("one_piece", "DE", ["sim DE -9", "sim PL -1"], PlaceContradicted),
        ("one_piece", "DE", ["sim PL 1"], None),
    ],
)
def test_a_place_is_taxed_by_evidence_that_agrees(policy, country, pieces, refused):
    found = places([piece(each) for each in pieces], policy)

    if refused is None:
        found.check(asked(country), DAY)
    else:
        with pytest.raises(refused):
            found.check(asked(country), DAY)


def test_a_business_is_known_by_its_number():
    places([piece("sim PL 0")], "two_pieces").check(asked(is_business=True), DAY)


def test_what_contradicts_is_named():
    with pytest.raises(PlaceContradicted, match=r"Anna is billed in DE, .* PL \(sim\)"):
        places([piece("sim PL 0")]).check(asked(), DAY)


def test_another_policy_is_refused():
    with pytest.raises(PlacePolicyUnreadable, match="three"):
        places([], "three")
