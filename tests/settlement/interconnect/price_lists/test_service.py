"""A carrier's announced price holds from the day its notice allows (rule R61)."""

import datetime as dt
from decimal import Decimal

import pytest

from settlement.agreements import service as agreements
from settlement.agreements.agreed import NoSuchAgreement
from settlement.catalogue import service as catalogue
from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.published import DeckHasFindings
from settlement.interconnect.price_lists import service
from settlement.interconnect.price_lists.service import Announcement
from tenants.session import TenantSession
from tests.settlement.agreements.builders import JANUARY, a_carrier

LAYOUT = DeckLayout({"prefix": "prefix", "price": "price", "valid_from": "from"})
# 22:30 UTC on 1 October is already the 2nd in Warsaw, where the list is received.
ARRIVED = dt.datetime(2026, 10, 1, 22, 30, tzinfo=dt.UTC)
FIFTH = dt.date(2026, 10, 5)
TERMS = {"time_zone": "Europe/Dublin", "outgoing": "deck-out", "notice_days": 7}
HELD = "prefix,price,from\n353,0.01,\n354,0.05,\n44,0.02,\n"


def an_agreement(
    session: TenantSession, *decks: str, carrier: str = "atlantic", **policies: str
) -> None:
    """IC-atlantic with seven days of notice, buying from a deck that holds since January."""
    party = a_carrier(session, carrier)
    for deck in decks or ("atlantic-deck",):
        catalogue.import_deck_file(session, deck, deck, "XDR", HELD.encode(), LAYOUT, JANUARY)
    terms = {"currency": "XDR", "voice": {"deck": (decks or ("atlantic-deck",))[0]}}
    catalogue.publish_tariff(session, "deck-out", "Out", terms, JANUARY)
    agreements.agree_interconnect(
        session, f"IC-{carrier}", party.id, "XDR", TERMS, [], JANUARY, policies=policies
    )


def announced(
    session: TenantSession, rows: str, at: dt.datetime = ARRIVED, **changes: object
) -> Announcement:
    content = f"prefix,price,from\n{rows}\n".encode()
    return service.announce(session, "IC-atlantic", content, LAYOUT, FIFTH, at, **changes)  # type: ignore[arg-type]


def told(found: Announcement) -> list[str]:
    return [f"{each.prefix} {each.holds_from} {each.reason}" for each in found.prices]


def price_on(session: TenantSession, prefix: str, day: dt.date) -> list[Decimal]:
    held = rate_decks.deck_rates(session, "atlantic-deck", day, day + dt.timedelta(days=1))
    return [
        price.normalize() for own, price in held.select("prefix", "price").rows() if own == prefix
    ]


@pytest.fixture
def later(session: TenantSession) -> TenantSession:
    assert session.now() > ARRIVED, "a list has arrived when it is taken in"
    return session


def test_r61_an_increase_waits_for_its_notice_and_a_decrease_does_not(
    later: TenantSession,
) -> None:
    # 2 October + 7 days: the 9th is the first day at a higher price.
    an_agreement(later)

    found = announced(later, "353,0.02,\n354,0.04,\n44,0.02,\n7,0.3,")

    assert told(found) == [
        "353 2026-10-09 notice",
        "354 2026-10-05 decrease",
        "44 2026-01-01 unchanged",
        "7 2026-10-05 new",
    ]
    eighth, ninth = dt.date(2026, 10, 8), dt.date(2026, 10, 9)
    assert price_on(later, "353", eighth) == [Decimal("0.01")]
    assert price_on(later, "353", ninth) == [Decimal("0.02")]
    assert price_on(later, "354", FIFTH) == [Decimal("0.04")]


@pytest.mark.parametrize(
    ("row", "policies", "expected"),
    [
        ("353,0.02,2026-11-01", {}, "353 2026-11-01 increase_in_time"),
        ("353,0.02,2026-10-09", {}, "353 2026-10-09 increase_in_time"),
        # From Friday the 2nd seven business days are the 5th to the 9th, 12th and 13th.
        ("353,0.02,", {"notice_count": "business_days"}, "353 2026-10-13 notice"),
        # A longer prefix was charged as 353 before: dearer is an increase, cheaper is not.
        ("35386,0.02,", {}, "35386 2026-10-09 notice"),
        ("35386,0.005,", {}, "35386 2026-10-05 decrease"),
        # A price that goes on, in a list that tells its old first day again.
        ("353,0.01,2026-01-01", {}, "353 2026-01-01 unchanged"),
    ],
)
def test_r61_the_day_is_decided_for_each_destination(
    later: TenantSession, row: str, policies: dict[str, str], expected: str
) -> None:
    an_agreement(later, **policies)

    assert told(announced(later, row)) == [expected]


def test_a_price_that_the_next_one_overtakes_never_holds(later: TenantSession) -> None:
    # The first asks for the 5th and could hold from the 9th, but another one follows on the 7th.
    an_agreement(later)

    found = announced(later, "353,0.02,2026-10-05\n353,0.009,2026-10-07")

    assert told(found) == ["353 None overtaken", "353 2026-10-07 decrease"]
    assert price_on(later, "353", dt.date(2026, 10, 6)) == [Decimal("0.01")]


def test_notice_leaves_no_day_without_a_price(later: TenantSession) -> None:
    # Cheaper from the 5th, dearer than ever from the 7th: that waits until the 9th.
    an_agreement(later)

    found = announced(later, "353,0.009,2026-10-05\n353,0.02,2026-10-07")

    assert told(found) == ["353 2026-10-05 decrease", "353 2026-10-09 notice"]
    assert price_on(later, "353", dt.date(2026, 10, 8)) == [Decimal("0.009")]
    assert price_on(later, "353", dt.date(2026, 10, 9)) == [Decimal("0.02")]


def test_r60_days_that_are_gone_are_not_announced(later: TenantSession) -> None:
    an_agreement(later)

    with pytest.raises(DeckHasFindings, match="ANNOUNCED_BACKWARDS"):
        announced(later, "353,0.005,2026-10-01\n354,0.04,")

    found = announced(later, "353,0.005,2026-10-01\n354,0.04,", leave_out_findings=True)
    assert told(found) == ["354 2026-10-05 decrease"]
    assert price_on(later, "353", FIFTH) == [Decimal("0.01")]


def test_a_list_may_tell_prices_that_go_on_and_then_change(later: TenantSession) -> None:
    an_agreement(later)

    found = announced(later, "353,0.01,2026-01-01\n353,0.02,2026-10-07\n44,0.02,2026-01-01")

    assert told(found) == [
        "353 2026-01-01 unchanged",
        "353 2026-10-09 notice",
        "44 2026-01-01 unchanged",
    ]
    assert price_on(later, "353", dt.date(2026, 10, 8)) == [Decimal("0.01")]


def test_the_same_list_again_changes_nothing(later: TenantSession) -> None:
    an_agreement(later)
    first = announced(later, "353,0.02,")

    again = announced(later, "353,0.02,", ARRIVED + dt.timedelta(days=3))

    assert (again.was_known, again.import_id) == (True, first.import_id)
    assert price_on(later, "353", dt.date(2026, 10, 9)) == [Decimal("0.02")]


def test_a_list_is_for_the_deck_of_the_outgoing_tariff(later: TenantSession) -> None:
    an_agreement(later, "atlantic-deck", "other-deck")

    with pytest.raises(service.NoOutgoingDeck, match="atlantic-deck"):
        announced(later, "353,0.02,", deck="other-deck")


def test_a_list_needs_an_agreement_and_has_arrived(later: TenantSession) -> None:
    with pytest.raises(NoSuchAgreement):
        announced(later, "353,0.02,")
    with pytest.raises(service.AnnouncedTooEarly):
        announced(later, "353,0.02,", later.now() + dt.timedelta(minutes=1))
