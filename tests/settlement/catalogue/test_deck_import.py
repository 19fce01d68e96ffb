"""Decks in delimited files: every row is a price, a repetition or a finding with its line."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.catalogue.deck_import import (
    DeckColumnMissing,
    DeckEmpty,
    DeckLayout,
    DeckNotText,
    read_deck,
)
from settlement.catalogue.deck_reading import DeckRead, Spelling
from tests.sample_data import sample

OCTOBER = date(2026, 10, 1)
COLUMNS = {
    "prefix": "prefix",
    "destination": "name",
    "price": "rate",
    "connection_fee": "fee",
    "first_increment": "first",
    "next_increment": "next",
    "valid_from": "from",
    "valid_until": "until",
}
HEAD = "prefix,name,rate,fee,first,next,from,until\n"


def read(*lines: str, **spelling: object) -> DeckRead:
    layout = DeckLayout(columns=COLUMNS, spelling=Spelling(**spelling))  # type: ignore[arg-type]
    return read_deck((HEAD + "\n".join(lines)).encode(), layout, OCTOBER)


def read_pairs(*lines: str, **spelling: object) -> list[tuple[str, str]]:
    layout = DeckLayout({"prefix": 1, "price": 2}, spelling=Spelling(**spelling))  # type: ignore[arg-type]
    deck = read_deck("\n".join(lines).encode(), layout, OCTOBER)
    assert deck.findings == ()
    return [
        (prefix, str(price.normalize()))
        for prefix, price in deck.rates.select("prefix", "price").iter_rows()
    ]


def reasons(deck: DeckRead) -> list[tuple[int, str]]:
    return [(finding.line, finding.reason) for finding in deck.findings]


def test_a_row_becomes_a_price_with_all_it_says() -> None:
    deck = read("48,Poland,0.0123,0.05,60,30,2026-11-01,2027-01-01")

    assert deck.rates.to_dicts() == [
        {
            "prefix": "48",
            "destination": "Poland",
            "price": Decimal("0.0123"),
            "band": None,
            "priority": 0,
            "valid_from": date(2026, 11, 1),
            "valid_until": date(2027, 1, 1),
            "connection_fee": Decimal("0.05"),
            "first_increment": 60,
            "next_increment": 30,
        }
    ]


def test_what_a_row_leaves_open_the_import_or_the_tariff_says() -> None:
    (rate,) = read("48,,0.01,,,,,").rates.to_dicts()

    assert (rate["destination"], rate["valid_from"], rate["valid_until"]) == ("48", OCTOBER, None)
    assert (rate["connection_fee"], rate["first_increment"], rate["next_increment"]) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("line", "spelling", "prefix", "price"),
    [
        ("+48,0.05", {}, "48", "0.05"),
        ("0048,0.05", {"remove_prefix": "00"}, "48", "0.05"),
        ("48,0.05", {"remove_prefix": "00"}, "48", "0.05"),
        ("601,0.05", {"add_prefix": "48"}, "48601", "0.05"),
        ('48,"0,05"', {"decimal": ","}, "48", "0.05"),
        ("48,5", {"unit_factor": Decimal("0.01")}, "48", "0.05"),
        ('"48"," 0.05 "', {}, "48", "0.05"),
        ("48,0", {}, "48", "0"),
    ],
)
def test_senders_spell_the_same_price_differently(
    line: str, spelling: dict[str, object], prefix: str, price: str
) -> None:
    assert read_pairs(line, **spelling) == [(prefix, price)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Nowhere,0.05,,,,,", "PREFIX_WRONG"),
        ("8.83E+11,x,0.05,,,,,", "PREFIX_WRONG"),
        ("48-50,x,0.05,,,,,", "PREFIX_WRONG"),
        ("４８,x,0.05,,,,,", "PREFIX_WRONG"),
        ("481234567890123456,x,0.05,,,,,", "PREFIX_WRONG"),
        ("48,x,,,,,,", "PRICE_MISSING"),
        ("48,x,free,,,,,", "PRICE_WRONG"),
        ("48,x,1_000,,,,,", "PRICE_WRONG"),
        ("48,x,1e999999,,,,,", "PRICE_WRONG"),
        ("48,x,NaN,,,,,", "PRICE_WRONG"),
        ("48,x,٠.٥,,,,,", "PRICE_WRONG"),
        ("48,x,0.0000000000001,,,,,", "PRICE_WRONG"),
        ('48,x,"0,05",,,,,', "PRICE_WRONG"),
        ("48,x,-0.05,,,,,", "PRICE_NEGATIVE"),
        ("48,x,0.05,?,,,,", "CONNECTION_FEE_WRONG"),
        ("48,x,0.05,,0,,,", "INCREMENT_WRONG"),
        ("48,x,0.05,,,1.5,,", "INCREMENT_WRONG"),
        ("48,x,0.05,,,,01.11.2026,", "DATE_WRONG"),
        ("48,x,0.05,,,,2026-02-30,", "DATE_WRONG"),
        ("48,x,0.05,,,,,2026-10-01", "VALIDITY_TURNED_ROUND"),
        ("48,x\x07,0.05,,,,,", "DESTINATION_WRONG"),
        ("48,x,0.05", "WRONG_COLUMN_COUNT"),
        ('48,"x,0.05,,,,,', "UNBALANCED_QUOTES"),
        ("48,x\x00,0.05,,,,,", "NUL_BYTE"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_finding_and_costs_no_other(line: str, reason: str) -> None:
    deck = read("49,Germany,0.04,,,,,", line, "33,France,0.03,,,,,")

    assert reasons(deck) == [(3, reason)]
    assert deck.rates["prefix"].to_list() == ["49", "33"]
    assert deck.rows == 3


@pytest.mark.parametrize(
    ("lines", "called"),
    [
        (["48,x,free,,,,2026-11-05,"], [("48", "2026-11-05T12:00:00Z")]),
        (["48,x,free,,,,,"], [("48", f"{OCTOBER}T12:00:00Z")]),
        (["48,x,0.05,,,,05.11.2026,"], [("48", f"{OCTOBER}T12:00:00Z")]),
        (["48,x,1,,,,,", "48,x,2,,,,,"], [("48", f"{OCTOBER}T12:00:00Z")] * 2),
        (["48-50,x,0.05,,,,,"], [None]),
        (["48,x,0.05"], [None]),
    ],
)
def test_a_finding_shows_a_call_that_its_row_was_to_price(
    lines: list[str], called: list[tuple[str, str] | None]
) -> None:
    """Where the row does not say to whom, no call is shown."""
    events = [finding.event for finding in read(*lines).findings]

    shown = [(each["b_number"], each["occurred_at"]) if each else None for each in events]
    assert shown == called


def test_a_point_is_no_thousands_separator() -> None:
    assert reasons(read('48,x,"1.234,50",,,,,', decimal=",")) == [(2, "PRICE_WRONG")]
    # 1.234 may be a thousand or one and a bit: it is not guessed.
    assert reasons(read("48,x,1.234,,,,,", decimal=",")) == [(2, "PRICE_WRONG")]


def test_bytes_of_another_encoding_are_a_finding() -> None:
    content = HEAD.encode() + "48,Łódź,0.05,,,,,\n".encode("cp1250") + b"49,x,0.04,,,,,\n"

    deck = read_deck(content, DeckLayout(columns=COLUMNS), OCTOBER)

    assert reasons(deck) == [(2, "WRONG_ENCODING")]
    named = read_deck(content, DeckLayout(columns=COLUMNS, encoding="cp1250"), OCTOBER)
    assert named.rates["destination"][0] == "Łódź"


def test_the_same_price_twice_is_one_price() -> None:
    deck = read("48,Poland,0.05,,,,,", "48,Poland,0.050,,,,,")

    assert (deck.rates.height, deck.repeated, deck.findings) == (1, 1, ())


def test_of_two_prices_for_a_prefix_neither_is_taken() -> None:
    deck = read("48,Poland,0.05,,,,,", "49,Germany,0.04,,,,,", "48,Poland,0.06,,,,,")

    assert reasons(deck) == [(2, "PREFIX_TWICE"), (4, "PREFIX_TWICE")]
    assert deck.rates["prefix"].to_list() == ["49"]


def test_the_next_price_of_a_prefix_ends_the_one_before() -> None:
    deck = read("48,Poland,0.06,,,,2026-12-01,", "48,Poland,0.05,,,,,")

    shown = deck.rates.select("price", "valid_from", "valid_until").rows()
    assert shown == [
        (Decimal("0.06"), date(2026, 12, 1), None),
        (Decimal("0.05"), OCTOBER, date(2026, 12, 1)),
    ]


def test_a_price_that_says_it_runs_into_the_next_is_a_finding() -> None:
    deck = read("48,Poland,0.05,,,,,2027-01-01", "48,Poland,0.06,,,,2026-12-01,")

    assert reasons(deck) == [(2, "PREFIX_TWICE")]


def test_a_file_that_cannot_be_read_at_all_is_refused() -> None:
    layout = DeckLayout(columns=COLUMNS)
    with pytest.raises(DeckEmpty):
        read_deck(b"\n\n", layout, OCTOBER)
    with pytest.raises(DeckNotText, match="not utf-8 text"):
        read_deck("prefix,rate".encode("utf-16"), layout, OCTOBER)
    with pytest.raises(DeckColumnMissing, match="no column name. Its columns are: prefix, rate"):
        read_deck(b"Prefix,Rate\n48,1\n", layout, OCTOBER)
    with pytest.raises(DeckColumnMissing, match="no column 3"):
        read_deck(b"48,1\n", DeckLayout({"prefix": 1, "price": 3}), OCTOBER)
    with pytest.raises(DeckColumnMissing):
        read_deck(b'pre"fix,ra"te\n48,1\n', layout, OCTOBER)


def test_headings_are_found_in_any_case_and_order() -> None:
    layout = DeckLayout({"prefix": "PREFIX", "price": "rate"}, delimiter=";")

    deck = read_deck(b"\xef\xbb\xbfRate;Prefix\r\n0.05;48\r\n", layout, OCTOBER)

    assert deck.rates.select("prefix", "price").rows() == [("48", Decimal("0.05"))]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12)


prefixes = st.sampled_from(["48", "+48", "49"]) | cells
prices = st.sampled_from(["0.05", "0.050", "0.06"]) | cells


@given(st.lists(st.tuples(prefixes, prices), max_size=8))
def test_every_row_is_a_price_a_finding_or_a_repetition(rows: list[tuple[str, str]]) -> None:
    lines = ["prefix|rate", *(f"{prefix}|{price}" for prefix, price in rows)]
    layout = DeckLayout({"prefix": "prefix", "price": "rate"}, delimiter="|")

    deck = read_deck("\n".join(lines).encode(), layout, OCTOBER)

    assert deck.rows == deck.rates.height + len(deck.findings) + deck.repeated
    assert deck.rates.select("prefix").is_unique().all()


def test_the_world_deck_has_no_findings() -> None:
    path = sample("refdata/rate-decks/asterisell_international_call_rates_example.csv")
    layout = DeckLayout(
        {"prefix": "PREFIX", "destination": "DESTINATION", "price": "RATE"},
        spelling=Spelling(decimal=","),
    )

    deck = read_deck(path.read_bytes(), layout, OCTOBER)

    assert (deck.rows, deck.rates.height, deck.repeated, deck.findings) == (11_894, 11_894, 0, ())
    assert deck.rates.row(0, named=True)["destination"] == "AeroMobile - GSM aircraft"
