"""A rate deck: prices by number prefix, as one frame.

One row is one price: for numbers that begin with a prefix, in a band or at any time, for a span of
local dates. `priority` decides between prices of the same prefix at the same minute, the higher
number first; the longer prefix comes before any priority (rule R20). Connection fee and increments
are null where those of the tariff hold.
"""

from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from currencies.amounts import AMOUNT
from currencies.money import plain as plain_amount
from i18n.errors import Invalid
from settlement.catalogue.plain_values import Place, Plain, Reader, without_defaults

LONGEST_PREFIX: Final = 17

RATES: Final = pl.Schema(
    {
        "prefix": pl.String(),
        "destination": pl.String(),
        "price": AMOUNT,
        "band": pl.String(),
        "priority": pl.Int64(),
        "valid_from": pl.Date(),
        "valid_until": pl.Date(),
        "connection_fee": AMOUNT,
        "first_increment": pl.Int64(),
        "next_increment": pl.Int64(),
    }
)


class NotAPrefix(Invalid):
    """{where}: {prefix} is not a prefix. Write up to 17 digits, without + and spaces."""


class ValidityTurnedRound(Invalid):
    """{where}: valid from {valid_from} until {valid_until} is no time at all. Swap the dates."""


def rates_frame(rows: Iterable[Plain], by_zone: bool = False) -> pl.DataFrame:
    """Make a deck of rows with the keys of RATES; `where` of errors counts rows from 1.

    By zone, rows have `zone` instead of `prefix` and `destination`; the zone is the destination.
    """
    read = _zone_rate if by_zone else _rate
    found = [read(row, f"rate {number}") for number, row in enumerate(rows, start=1)]
    return pl.DataFrame(found, schema=RATES, orient="row")


def rates_to_plain(rates: pl.DataFrame, by_zone: bool = False) -> list[dict[str, Any]]:
    """Write a deck as rows that `rates_frame` reads."""
    texts = rates.with_columns(
        pl.col(name).dt.to_string("iso") for name in ("valid_from", "valid_until")
    )
    rows = []
    for row in texts.iter_rows(named=True):
        for name in ("price", "connection_fee"):
            if row[name] is not None:
                row[name] = plain_amount(row[name])
        if by_zone:
            row = {"zone": row.pop("destination")} | row | {"prefix": None}
        rows.append(without_defaults(row, {"priority": 0}))
    return rows


def _zone_rate(plain: Plain, where: str) -> tuple[Any, ...]:
    known = [name for name in RATES.names() if name not in ("prefix", "destination")]
    zone = Reader(plain, where, ["zone", *known]).text("zone")
    named = {name: value for name, value in plain.items() if name != "zone"}
    return _rate({**named, "prefix": "", "destination": zone}, where)


def _rate(plain: Plain, where: str) -> tuple[Any, ...]:
    reader = Reader(plain, where, RATES.names())
    prefix = plain.get("prefix", "")
    digits = isinstance(prefix, str) and len(prefix) <= LONGEST_PREFIX
    # The empty prefix is a price for every number.
    if not digits or (prefix and not (prefix.isascii() and prefix.isdigit())):
        raise NotAPrefix(where=Place(where), prefix=repr(prefix)[:60])
    valid_from, valid_until = reader.day_or_none("valid_from"), reader.day_or_none("valid_until")
    if valid_from and valid_until and valid_from >= valid_until:
        raise ValidityTurnedRound(
            where=Place(where), valid_from=valid_from, valid_until=valid_until
        )
    return (
        prefix,
        reader.text("destination", prefix or "any"),
        reader.price("price"),
        reader.text_or_none("band"),
        reader.whole("priority", 0),
        valid_from,
        valid_until,
        reader.price_or_none("connection_fee"),
        reader.whole_or_none("first_increment", least=1),
        reader.whole_or_none("next_increment", least=1),
    )
