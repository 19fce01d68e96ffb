"""Decks are given prices as sets; what is replaced ends, what is said again changes nothing."""

import json
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError

from settlement.catalogue import service
from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.deck_reading import Spelling
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.decks import store
from settlement.catalogue.lint.tariff_lint import TariffUnsound
from settlement.catalogue.published import (
    DeckCurrencyDiffers,
    DeckHasFindings,
    DeckHasNoPrices,
    DeckPricesOverlap,
    NoSuchDeck,
)
from settlement.catalogue.rate_deck import RATES, rates_frame
from tenants.session import TenantSession
from tests.sample_data import sample
from tests.settlement.catalogue.builders import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    an_imported_deck,
    some_rates,
)

SEPTEMBER = date(2026, 9, 1)
FOREVER = (date(2000, 1, 1), date(2100, 1, 1))


def prices(session: TenantSession, code: str = "world") -> list[tuple[object, ...]]:
    rates = rate_decks.deck_rates(session, code, *FOREVER)
    shown = rates.select("prefix", "price", "valid_from", "valid_until").rows()
    return [(prefix, str(price.normalize()), *days) for prefix, price, *days in shown]


def test_a_deck_reads_back_as_the_frame_that_rating_takes(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05", "4812 0.000000000001", valid_from=OCTOBER)

    rates = rate_decks.deck_rates(session, "world", OCTOBER, NOVEMBER)

    assert rates.schema == RATES
    assert rates.row(0, named=True) == {
        "prefix": "48",
        "destination": "48",
        "price": Decimal("0.05"),
        "band": None,
        "priority": 0,
        "valid_from": OCTOBER,
        "valid_until": None,
        "connection_fee": None,
        "first_increment": None,
        "next_increment": None,
    }
    assert rates["price"][1] == Decimal("0.000000000001")


def test_a_later_import_ends_the_prices_of_its_prefixes_only(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05", "49 0.04", valid_from=OCTOBER)

    imported = an_imported_deck(session, "48 0.06", "33 0.07", valid_from=NOVEMBER)

    assert (imported.rates, imported.ended) == (2, 1)
    assert prices(session) == [
        ("33", "0.07", NOVEMBER, None),
        ("48", "0.05", OCTOBER, NOVEMBER),
        ("48", "0.06", NOVEMBER, None),
        ("49", "0.04", OCTOBER, None),
    ]


def test_prices_that_leave_a_tariff_in_doubt_are_refused(session: TenantSession) -> None:
    """Rating would stop at the first call to 48 in the evening: two prices, equally good."""
    an_imported_deck(session, "48 0.05", valid_from=OCTOBER)
    bands = [{"name": "evening", "windows": [{"from": "18:00", "until": "00:00"}]}]
    voice = {"deck": "world", "bands": [*bands, {"name": "day", "otherwise": True}]}
    service.publish_tariff(session, "out", "Out", {"currency": "EUR", "voice": voice}, OCTOBER)
    evening = rates_frame([{"prefix": "48", "price": "0.02", "band": "evening"}])

    with pytest.raises(TariffUnsound, match="48"):
        service.import_deck(session, "world", "World", "EUR", evening, NOVEMBER, "0" * 64)


def test_the_same_content_again_changes_nothing(session: TenantSession) -> None:
    first = an_imported_deck(session, "48 0.05")

    again = an_imported_deck(session, "48 0.05")

    assert (again.id, again.was_known, first.was_known) == (first.id, True, False)
    assert len(prices(session)) == 1


@pytest.mark.parametrize("valid_from", [OCTOBER, SEPTEMBER])
def test_prices_that_do_not_begin_later_are_refused(
    session: TenantSession, valid_from: date
) -> None:
    an_imported_deck(session, "48 0.05", "49 0.04", valid_from=OCTOBER)

    with pytest.raises(DeckPricesOverlap, match="for 1 of these prefixes.*48 from 2026-10-01"):
        an_imported_deck(session, "48 0.06", "33 0.1", valid_from=valid_from)


def test_prices_for_the_time_before_are_taken(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05", valid_from=OCTOBER)

    an_imported_deck(session, "48 0.06 2026-09-01 2026-10-01")

    assert prices(session) == [
        ("48", "0.06", SEPTEMBER, OCTOBER),
        ("48", "0.05", OCTOBER, None),
    ]


def test_rating_gets_the_prices_of_its_days_only(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05", valid_from=OCTOBER)
    an_imported_deck(session, "48 0.06", valid_from=NOVEMBER)

    def starts(first: date, until: date) -> list[date]:
        return rate_decks.deck_rates(session, "world", first, until)["valid_from"].to_list()

    assert starts(OCTOBER, NOVEMBER) == [OCTOBER]
    assert starts(OCTOBER, date(2026, 11, 2)) == [OCTOBER, NOVEMBER]
    assert starts(NOVEMBER, DECEMBER) == [NOVEMBER]


def the_row(session: TenantSession) -> store.DeckRateRow:
    return session.scalars(sa.select(store.DeckRateRow)).one()


def test_the_database_refuses_an_overlap_too(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05", valid_from=OCTOBER)
    known = the_row(session)

    columns = [column.name for column in store.DeckRateRow.__table__.columns]
    facts = {name: getattr(known, name) for name in columns}
    later = {"id": session.ids.new(), "valid_from": NOVEMBER}
    session.add(store.DeckRateRow(**facts | later))

    with pytest.raises(IntegrityError, match="overlap in deck_rates"):
        session.flush()


def test_the_database_refuses_to_prolong_a_price_into_the_next(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05", valid_from=OCTOBER)
    known = the_row(session)
    an_imported_deck(session, "48 0.06", valid_from=NOVEMBER)
    session.refresh(known)

    known.valid_until = DECEMBER

    with pytest.raises(IntegrityError, match="overlap in deck_rates"):
        session.flush()


def test_a_price_cannot_be_changed(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05", valid_from=OCTOBER)

    the_row(session).price = Decimal("0.06")

    with pytest.raises(ProgrammingError, match="permission denied"):
        session.flush()


def test_bands_and_priorities_of_a_prefix_stand_side_by_side(session: TenantSession) -> None:
    bands = some_rates("48 0.05", "48 0.02", "48 0.01").with_columns(
        band=pl.Series(["peak", "off", "off"]), priority=pl.Series([0, 0, 1], dtype=pl.Int64)
    )
    service.import_deck(session, "world", "World", "EUR", bands, OCTOBER, "a" * 64)

    read = rate_decks.deck_rates(session, "world", OCTOBER, NOVEMBER)

    assert read.select("band", "priority").rows() == [("off", 0), ("off", 1), ("peak", 0)]


def test_a_deck_has_one_currency_and_a_price(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05")

    with pytest.raises(DeckCurrencyDiffers, match="in EUR, not in PLN"):
        service.import_deck(session, "world", "World", "PLN", some_rates("49 1"), OCTOBER, "b" * 64)
    with pytest.raises(DeckHasNoPrices):
        service.import_deck(session, "world", "World", "EUR", some_rates(), OCTOBER, "b" * 64)
    with pytest.raises(NoSuchDeck, match="no rate deck moon"):
        rate_decks.deck_rates(session, "moon", OCTOBER, NOVEMBER)


LAYOUT = DeckLayout(columns={"prefix": "prefix", "price": "rate"})


def test_a_file_is_kept_as_it_came(session: TenantSession) -> None:
    content = b"prefix,rate\n48,0.05\n"

    imported = service.import_deck_file(session, "world", "World", "EUR", content, LAYOUT, OCTOBER)

    assert session.files.get(imported.sha256) == content


def test_unreadable_rows_refuse_the_deck_unless_left_out(session: TenantSession) -> None:
    content = b"prefix,rate\n48,0.05\n4812,free\n"

    with pytest.raises(
        DeckHasFindings,
        match=r"1 rows .*line 3: PRICE_WRONG \(free\), as for 4812 at 2026-10-01T12",
    ):
        service.import_deck_file(session, "world", "World", "EUR", content, LAYOUT, OCTOBER)
    service.import_deck_file(
        session, "world", "World", "EUR", content, LAYOUT, OCTOBER, leave_out_findings=True
    )

    (kept,) = rate_decks.deck_imports(session, "world")
    [finding] = kept.findings
    assert finding[:3] == (3, "PRICE_WRONG", "free")
    assert (finding.event["b_number"], finding.event["kind"]) == ("4812", "voice")
    assert [row[0] for row in prices(session)] == ["48"]


def test_two_cards_of_one_document_are_two_contents(session: TenantSession) -> None:
    card = {"type": "termination", "currency": "EUR", "endpoint": "default"}
    fields = {"fields": [{"name": "prefix"}, {"name": "rate"}]}
    cards = {
        "day": card | fields | {"name": "Day", "rates": [["48", 0.05]]},
        "night": card | fields | {"name": "Night", "rates": [["49", 0.02]]},
    }
    document = {"name": "A", "schema_version": "1.0.0", "version": "1.0", "date": "2026-10-01"}
    content = json.dumps(document | {"cards": cards}).encode()

    for name in ("day", "night"):
        service.import_rate_card(session, "world", content, OCTOBER, card=name)

    assert [row[0] for row in prices(session)] == ["48", "49"]


def test_the_world_deck_is_imported_as_a_set(session: TenantSession) -> None:
    path = sample("refdata/rate-decks/asterisell_international_call_rates_example.csv")
    layout = DeckLayout(
        columns={"prefix": "PREFIX", "destination": "DESTINATION", "price": "RATE"},
        spelling=Spelling(decimal=","),
    )

    imported = service.import_deck_file(
        session, "world", "World", "EUR", path.read_bytes(), layout, OCTOBER
    )

    rates = rate_decks.deck_rates(session, "world", OCTOBER, NOVEMBER)
    by_prefix = dict(rates.select("prefix", "price").iter_rows())
    assert (imported.rates, imported.findings, rates.height) == (11_894, (), 11_894)
    # Read off the file by eye: its first and last rows, and one in the middle.
    assert by_prefix["88299"] == Decimal("1.9989")
    assert by_prefix["48134951"] == Decimal("0.029")
    assert by_prefix["26323"] == Decimal("0.2236")
