"""A month of a switch, made up: files of call records as Asterisk writes them.

The files follow one another in time. Every customer calls a few destinations, some are called from
abroad, some calls nobody takes; one record in a thousand stands in two files, as where a switch
wrote a file again, one line in ten thousand is cut short, and as many numbers cannot be dialled.
"""

import datetime as dt
from pathlib import Path
from typing import Final

import polars as pl

FILE_RECORDS: Final = 250_000
CUSTOMERS: Final = 10_000
# One customer in five has three numbers, which share an allowance; the others have one.
NUMBERS: Final = 14_000
FIRST_NUMBER: Final = 4_930_100_000_000
ZONE: Final = "Europe/Berlin"
STARTS_AT: Final = dt.datetime(2026, 9, 30, 22, tzinfo=dt.UTC)
SECONDS: Final = 31 * 86_400 + 3_600
TRUNKS: Final = tuple(f"PJSIP/carrier-{number}" for number in range(1, 5))
# Prefix, digits after it, how many calls of a hundred go there.
DESTINATIONS: Final = (
    ("49151", 8, 34),
    ("49171", 8, 26),
    ("4930", 8, 18),
    ("4989", 8, 8),
    ("48", 9, 5),
    ("43", 10, 4),
    ("33", 9, 3),
    ("44", 10, 2),
)
# Large primes, which spread counted records over everything they may be.
ACCOUNTS, CALLED, TRUNK, LENGTH, KIND, LATER = (
    7_368_787, 982_451_653, 15_485_863, 49_979_687, 32_452_867, 86_028_121,
)  # fmt: skip

MODULUS: Final = 2**31 - 1


def write_files(folder: Path, records: int) -> list[Path]:
    """Write a month of so many records in files of a switch; returns them in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    places = []
    for number, first in enumerate(range(0, records, FILE_RECORDS), 1):
        place = folder / f"Master-{number}.csv"
        count = min(FILE_RECORDS, records - first)
        # The last of the file before stand here once more.
        again = min(count // 1_000, first)
        frame = calls(first - again, count, records)
        frame.write_csv(place, include_header=False, quote_style="non_numeric")
        _cut_lines(place)
        places.append(place)
    return places


def number_of(account: int) -> str:
    """The telephone number of an account, in E.164 digits."""
    return str(FIRST_NUMBER + account)


def numbers_of(customer: int) -> tuple[str, ...]:
    """The telephones of a customer: of every fifth customer also two of those beyond the first."""
    own = [customer]
    if customer % 5 == 0:
        own += [CUSTOMERS + customer // 5 * 2, CUSTOMERS + customer // 5 * 2 + 1]
    return tuple(number_of(account) for account in own)


def calls(first: int, count: int, records: int) -> pl.DataFrame:
    """Records of a month of `records`, in order of time, as the columns of Master.csv."""
    place = pl.int_range(first, first + count, dtype=pl.Int64)
    began = int(STARTS_AT.timestamp()) + place * SECONDS // records
    answered = began + _spread(place, LATER, 20)
    lasted = _spread(place, LENGTH, 600) + 1
    kind = _spread(place, KIND, 100)
    is_incoming, is_taken = kind >= 85, kind % 16 != 7
    own = pl.lit("+") + (_spread(place, ACCOUNTS, NUMBERS) + FIRST_NUMBER).cast(pl.String)
    other = _other_number(place)
    phone = pl.format("PJSIP/desk-{}", _hexadecimal(place))
    trunk = pl.format(
        "PJSIP/carrier-{}-{}", _spread(place, TRUNK, len(TRUNKS)) + 1, _hexadecimal(place + 1)
    )
    return pl.select(
        account=pl.lit(""),
        caller=pl.when(is_incoming).then("+" + other).otherwise(own),
        called=pl.when(place % 10_000 == 77)
        .then(pl.lit("anonymous"))
        .when(is_incoming)
        .then(own)
        .otherwise("00" + other),
        context=pl.lit("from-internal"),
        name=pl.lit('"Desk" <100>'),
        channel=pl.when(is_incoming).then(trunk).otherwise(phone),
        to_channel=pl.when(is_incoming).then(phone).otherwise(trunk),
        application=pl.lit("Dial"),
        told=pl.lit("PJSIP/number,60"),
        start=_local(began),
        answer=pl.when(is_taken).then(_local(answered)).otherwise(pl.lit("")),
        end=_local(answered + lasted),
        duration=lasted + _spread(place, LATER, 20),
        billed=pl.when(is_taken).then(lasted).otherwise(0),
        disposition=pl.when(is_taken).then(pl.lit("ANSWERED")).otherwise(pl.lit("NO ANSWER")),
        flags=pl.lit("DOCUMENTATION"),
        unique=pl.format("{}.{}", began, place),
        field=pl.lit(""),
    )


def event_ids(first: int, count: int, seconds_before: int) -> pl.Series:
    """Identifiers such as calls of an earlier time have."""
    place = pl.int_range(first, first + count, dtype=pl.Int64)
    second = int(STARTS_AT.timestamp()) - seconds_before + place % SECONDS
    return pl.select(
        pl.format(
            "{}.{}-PJSIP/carrier-{}-{}",
            second,
            place,
            _spread(place, TRUNK, len(TRUNKS)) + 1,
            _hexadecimal(place),
        ).alias("record_key")
    ).to_series()


def _spread(place: pl.Expr, prime: int, size: int) -> pl.Expr:
    """Evenly, and so that what two primes spread does not go together."""
    return (place * prime) % MODULUS % size


def _other_number(place: pl.Expr) -> pl.Expr:
    share, number = _spread(place, CALLED, 100), pl.lit(None, pl.String)
    until = 0
    for prefix, digits, parts in DESTINATIONS:
        size = 10 ** (digits - 1)
        rest = (_spread(place, CALLED, size * 9) + size).cast(pl.String)
        here = (share >= until) & (share < until + parts)
        number = pl.when(here).then(pl.lit(prefix) + rest).otherwise(number)
        until += parts
    assert until == 100, "all calls go somewhere"
    return number


def _hexadecimal(place: pl.Expr) -> pl.Expr:
    return (place % 10**8).cast(pl.String).str.zfill(8)


def _local(seconds: pl.Expr) -> pl.Expr:
    instant = pl.from_epoch(seconds).dt.replace_time_zone("UTC")
    return instant.dt.convert_time_zone(ZONE).dt.strftime("%Y-%m-%d %H:%M:%S")


def _cut_lines(place: Path) -> None:
    """One line in ten thousand ends after its third field."""
    lines = place.read_bytes().splitlines(keepends=True)
    for number in range(4_999, len(lines), 10_000):
        lines[number] = b",".join(lines[number].split(b",")[:3]) + b"\n"
    place.write_bytes(b"".join(lines))
