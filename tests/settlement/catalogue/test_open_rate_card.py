"""Open rate cards: the prices of one card, each from its own day, until the card expires."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from currencies.units import UnknownCurrency
from i18n.errors import DomainError
from settlement.catalogue.open_rate_card import CardMissing, NotARateCard, RateCard, read_rate_card
from tenants.web.strict_json import BadJson
from tests.sample_data import sample

OCTOBER = date(2026, 10, 1)
ROW = ["48", "Poland", "0.012", 0, 60, 30, "2026-11-01"]
FIELDS = ["prefix", "name", "rate", "connection_fee", "initial_interval", "billing_interval",
          "effective_date"]  # fmt: skip


def a_card(*rows: object, **changes: object) -> dict[str, Any]:
    return {
        "name": "Default",
        "type": "termination",
        "currency": "USD",
        "endpoint": "default",
        "fields": [{"name": name} for name in FIELDS],
        "rates": list(rows) or [ROW],
    } | changes


def a_document(card: dict[str, Any] | None = None, **changes: object) -> bytes:
    document = {
        "name": "ABC",
        "schema_version": "1.0.0",
        "version": "1.0",
        "date": "2026-10-01",
        "cards": {"default": card or a_card()},
    }
    return json.dumps(document | changes).encode()


def read(content: bytes, card: str | None = None) -> RateCard:
    return read_rate_card(content, OCTOBER, card)


def days(card: RateCard) -> list[tuple[date | None, date | None]]:
    return list(card.deck.rates.select("valid_from", "valid_until").iter_rows())


def test_the_published_example_is_read() -> None:
    card = read(sample("telecom/open-rate-card/example.json").read_bytes())

    # Read off the document by eye; it expires with the last second of 2024.
    assert (card.name, card.currency) == ("ABC Telecom Rate Card: Default Rate Card", "USD")
    assert card.deck.rates.select("prefix", "destination", "price").rows() == [
        ("441", "United Kingdom Landline", Decimal("0.012")),
        ("442", "United Kingdom Mobile", Decimal("0.025")),
        ("447", "United Kingdom Mobile", Decimal("0.028")),
    ]
    assert days(card) == [(date(2024, 6, 1), date(2025, 1, 1))] * 3
    assert card.deck.rates["first_increment"].to_list() == [60, 60, 60]
    assert card.deck.findings == ()
    assert card.remarks == (
        "rate: rounded up to 4 decimals",
        "charge: rounded up to 4 decimals",
    )


def test_a_row_holds_from_its_own_day_then_the_documents_then_the_imports() -> None:
    undated = [*ROW[:6], None]
    document_day = {"effective_date": "2026-09-01T00:00:00Z"}

    assert days(read(a_document(a_card(ROW)))) == [(date(2026, 11, 1), None)]
    assert days(read(a_document(a_card(undated), **document_day))) == [(date(2026, 9, 1), None)]
    assert days(read(a_document(a_card(undated)))) == [(OCTOBER, None)]


@pytest.mark.parametrize(
    ("time_zone", "expiry", "first_day_without"),
    [
        ("UTC", "2026-12-31T23:59:59Z", date(2027, 1, 1)),
        ("UTC", "2027-01-01T00:00:00Z", date(2027, 1, 1)),
        # 23:30 in London is already the next day in Warsaw.
        ("Europe/Warsaw", "2026-12-30T23:30:00Z", date(2027, 1, 1)),
        ("America/New_York", "2027-01-01T04:59:59Z", date(2027, 1, 1)),
    ],
)
def test_a_card_ends_on_the_day_after_its_last_second(
    time_zone: str, expiry: str, first_day_without: date
) -> None:
    content = a_document(timezone=time_zone, expiry_date=expiry)

    assert days(read(content)) == [(date(2026, 11, 1), first_day_without)]


def test_an_instant_of_a_row_is_a_day_of_the_documents_zone() -> None:
    row = [*ROW[:6], "2026-10-31T23:30:00Z"]

    card = read(a_document(a_card(row), timezone="Europe/Warsaw"))

    assert days(card) == [(date(2026, 11, 1), None)]


def test_what_a_row_leaves_open_the_card_says() -> None:
    defaults = {"default_initial": 30, "default_pulse": 6, "connection": "0.02"}
    row = ["48", "Poland", "0.012", None, None, None, None]

    (rate,) = read(a_document(a_card(row, rate=defaults))).deck.rates.to_dicts()

    assert (rate["first_increment"], rate["next_increment"]) == (30, 6)
    assert rate["connection_fee"] == Decimal("0.02")


def test_numbers_are_read_as_written() -> None:
    content = a_document(a_card(["48", "x", "PRICE", 0, 60, 60, None]))

    card = read(content.replace(b'"PRICE"', b"0.100000000000"))

    assert card.deck.rates["price"][0] == Decimal("0.1")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["48", "Poland"], "PREFIX_WRONG"),
        ({"prefix": "48"}, "PREFIX_WRONG"),
        ([True, "x", "0.1", 0, 60, 60, None], "PREFIX_WRONG"),
        (["48", "x", None, 0, 60, 60, None], "PRICE_MISSING"),
        (["48", "x", True, 0, 60, 60, None], "PRICE_WRONG"),
        (["48", "x", [1], 0, 60, 60, None], "PRICE_WRONG"),
        (["48", "x", "0.1", 0, 0, 60, None], "INCREMENT_WRONG"),
        (["48", "x", "0.1", 0, 60, 60, "soon"], "DATE_WRONG"),
        (["48", "x", "0.1", 0, 60, 60, "20T6-10-01"], "DATE_WRONG"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_finding_and_costs_no_other(
    row: object, reason: str
) -> None:
    deck = read(a_document(a_card(ROW, row))).deck

    assert [(finding.line, finding.reason) for finding in deck.findings] == [(2, reason)]
    assert deck.rates.height == 1


def test_unknown_fields_are_ignored() -> None:
    fields = [{"name": "colour"}, *({"name": name} for name in FIELDS)]

    card = read(a_document(a_card(["red", *ROW], fields=fields, quality="best"), weather="fine"))

    assert card.deck.rates["prefix"].to_list() == ["48"]


def test_a_card_is_chosen_by_name_where_there_are_several() -> None:
    cards = {"day": a_card(name="Day"), "night": a_card(name="Night")}
    content = a_document(cards=cards)

    assert read(content, "night").name == "ABC: Night"
    with pytest.raises(CardMissing, match="Its cards are: day, night"):
        read(content)
    with pytest.raises(CardMissing, match="no card noon"):
        read(content, "noon")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"[]", NotARateCard),
        (b'{"name": "A"}', NotARateCard),
        (a_document(schema_version="2.0.0"), NotARateCard),
        (a_document(cards=[]), NotARateCard),
        (a_document(a_card(currency=None)), NotARateCard),
        (a_document(a_card(currency="USX")), UnknownCurrency),
        (a_document(a_card(fields=[{"name": "prefix"}])), NotARateCard),
        (a_document(a_card(rates={"48": 1})), NotARateCard),
        (a_document(timezone="Mars/Olympus"), NotARateCard),
        (a_document(timezone="Europe"), NotARateCard),
        (a_document(expiry_date="never"), NotARateCard),
        (b'{"name": "A", "name": "B"}', BadJson),
        (a_document().replace(b'"0.012"', b"NaN"), BadJson),
        (b"[" * 100_000, BadJson),
    ],
)
def test_a_document_that_is_no_rate_card_is_refused(
    content: bytes, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        read(content)
