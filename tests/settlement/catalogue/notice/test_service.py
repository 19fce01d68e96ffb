"""Prices of carriers do not rise before their notice ends, by whichever way they come (R61)."""

from datetime import date

import pytest

from settlement.agreements import service as agreements
from settlement.catalogue import service as catalogue
from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.notice.raised import RaisedWithoutNotice
from settlement.parties.party import Kind
from tenants.session import TenantSession
from tests.settlement.agreements.builders import JANUARY
from tests.settlement.catalogue.builders import voice_terms
from tests.settlement.parties.builders import a_registered_party

LAYOUT = DeckLayout({"prefix": "prefix", "price": "price"})
DECK, HELD = "atlantic-deck", "353,0.01\n354,0.05\n"
# The session's day is Monday 2 November 2026. Seven days later is the 9th. Of seven business days
# the 11th, Independence Day, is none in Poland: they end on the 12th. In Ireland it is one.
TODAY, EIGHTH, NINTH = (date(2026, 11, day) for day in (2, 8, 9))
TENTH, ELEVENTH, TWELFTH = (date(2026, 11, day) for day in (10, 11, 12))
IN_BUSINESS = {"notice_count": "business_days"}


def an_agreement(session: TenantSession, **policies: str) -> None:
    """IC-atlantic, seven days of notice: we charge 0.01 a minute and buy by a deck."""
    carrier = a_registered_party(
        session, "atlantic", kind=Kind.CARRIER, currency="XDR", time_zone="Europe/Dublin",
        country="IE",
    )  # fmt: skip
    published(session, "0.01", JANUARY)
    imported(session, HELD, JANUARY)
    terms = {"currency": "XDR", "voice": {"deck": DECK}}
    catalogue.publish_tariff(session, "deck-out", "Out", terms, JANUARY)
    agreed = {
        "time_zone": "Europe/Dublin", "incoming": "atlantic-in", "outgoing": "deck-out",
        "notice_days": 7,
    }  # fmt: skip
    agreements.agree_interconnect(
        session, "IC-atlantic", carrier.id, "XDR", agreed, [], JANUARY, policies=policies
    )


def imported(session: TenantSession, rows: str, day: date) -> None:
    content = f"prefix,price\n{rows}".encode()
    catalogue.import_deck_file(session, DECK, DECK, "XDR", content, LAYOUT, day)


def published(session: TenantSession, price: str, day: date) -> None:
    terms = voice_terms(price, currency="XDR")
    catalogue.publish_tariff(session, "atlantic-in", "In", terms, day)


@pytest.mark.parametrize(
    ("rows", "day", "policies", "earliest"),
    [
        ("353,0.02\n", EIGHTH, {}, "2026-11-09"),
        ("353,0.02\n", NINTH, {}, None),
        ("353,0.02\n", ELEVENTH, IN_BUSINESS, "2026-11-12"),
        ("353,0.02\n", TWELFTH, IN_BUSINESS, None),
        # A longer prefix was charged as 353 before.
        ("35386,0.02\n", EIGHTH, {}, "2026-11-09"),
        ("353,0.009\n7,0.30\n", TODAY, {}, None),
        # What is gone is a retroactive rate, which is corrected (R60).
        ("353,0.02\n", date(2026, 10, 20), {}, None),
    ],
)
def test_r61_a_deck_that_a_carrier_sells_by_does_not_rise_without_notice(
    session: TenantSession, rows: str, day: date, policies: dict[str, str], earliest: str | None
) -> None:
    an_agreement(session, **policies)

    if earliest is None:
        imported(session, rows, day)
        return
    with pytest.raises(RaisedWithoutNotice, match=f"IC-atlantic.*holds from {earliest}, not"):
        imported(session, rows, day)


@pytest.mark.parametrize(
    ("price", "day", "policies", "earliest"),
    [
        ("0.02", EIGHTH, {}, "2026-11-09"),
        ("0.02", NINTH, {}, None),
        # The carrier receives it: business days are Irish ones, for which the 11th is a workday.
        ("0.02", TENTH, IN_BUSINESS, "2026-11-11"),
        ("0.02", ELEVENTH, IN_BUSINESS, None),
        ("0.009", TODAY, {}, None),
        ("0.02", date(2026, 10, 20), {}, None),
    ],
)
def test_r61_our_own_tariff_does_not_rise_without_notice(
    session: TenantSession, price: str, day: date, policies: dict[str, str], earliest: str | None
) -> None:
    an_agreement(session, **policies)

    if earliest is None:
        published(session, price, day)
        return
    with pytest.raises(RaisedWithoutNotice, match=f"IC-atlantic.*holds from {earliest}, not"):
        published(session, price, day)


def test_prices_that_no_agreement_names_rise_on_any_day(session: TenantSession) -> None:
    an_agreement(session)
    agreements.end_agreement(session, "IC-atlantic", TODAY)

    published(session, "0.02", TODAY)
    imported(session, "353,0.02\n", TODAY)

    assert catalogue.numbered_version(session, "atlantic-in", 2).valid_from == TODAY
