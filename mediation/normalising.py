"""Drafts become usage: text turns into instants, seconds, pieces, amounts and E.164 digits.

Nothing is thrown away and nothing raises. A record whose text cannot be read keeps every cell that
can, and gets a `fault` (the reason it will wait in suspense) with a `detail` (the cell at fault).
The first fault in the order of FAULTS is the one reported.

Numbers are strict: ASCII digits, no sign on counts, no grouping, no exponent, so that neither
1_000 nor 1e999999 nor full-width digits become a quantity. Quantities come out in the unit that is
kept for their kind (`units.py`).
"""

import datetime as dt
from functools import cache

import polars as pl

from currencies.amounts import times
from currencies.units import CODES
from mediation.draft import DOUBTS, FIELDS
from mediation.fingerprints import with_keys
from mediation.instants import with_instants
from mediation.metering import DIGITS_MAX, RANGES
from mediation.numbers import read_numbers
from mediation.single_values import with_computed
from mediation.source import Source
from mediation.units import KEPT, UNITS, USUAL
from mediation.usage import DIRECTIONS, INSTANT, KINDS, USAGE_SCHEMA

COUNT = r"^[0-9]{1,15}$"
MEASURE = r"^[0-9]{1,15}(\.[0-9]{1,12})?$"
AMOUNT = r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$"
TEXT_LENGTH_MAX = 256
# The longest call that is believed: 31 days of connected time.
SECONDS_MAX = 31 * 86_400
YES = ("true", "1", "y", "yes", "t")
NO = ("false", "0", "n", "no", "f")
# What the parts of a call say that do not count for themselves, see `mediation.draft`.
MARKS = ("start", "end", "total")
QUANTITY_MAX = 10**15 - 1
SIZES = {name: unit.times for name, unit in UNITS.items()}
# A register counts in powers of ten of the unit that is kept, or its digits say nothing.
ZEROS = {
    name: len(str(unit.times)) - 1
    for name, unit in UNITS.items()
    if unit.times == 10 ** (len(str(unit.times)) - 1)
}
KEPT_AS = {name: unit.kept for name, unit in UNITS.items()}

RECORD_SCHEMA: dict[str, pl.DataType] = {
    **USAGE_SCHEMA,
    "call_id": pl.String(),
    "part": pl.Int64(),
    "last": pl.Boolean(),
    "says": pl.String(),
    "cause": pl.String(),
    "fault": pl.String(),
    "detail": pl.String(),
    "payload_digest": pl.String(),
    "has_id": pl.Boolean(),
    # What a source names where a carrier's trunk would stand; two payloads may differ in it.
    "written_trunk_in": pl.String(),
    "written_trunk_out": pl.String(),
}


def normalise(
    drafts: pl.DataFrame,
    source: Source,
    batch_id: str,
    arrived_at: dt.datetime,
    is_digested: bool = True,
) -> pl.DataFrame:
    """Read drafts into records: one row each, in order, with RECORD_SCHEMA.

    A row without a fault is canonical usage; a row with one may have empty cells.

    Args:
        is_digested: False leaves the digest of a record without a fault for when it is asked for
            (`told_by_usage`).
    """
    written = drafts.with_columns(pl.col(name).alias(f"written_{name}") for name in FIELDS)
    read = with_instants(written, source.zone, source.ambiguous_times)
    for columns in (_counts_and_amounts(), _routed(source), _words(), _measures(), [_kept_unit()]):
        read = with_computed(read, columns)
    dialled = _with_numbers(read, source)
    judged = stamped(_with_faults(dialled), batch_id, arrived_at).with_columns(
        source=pl.lit(source.code),
        account=_account(),
        quantity=pl.when(pl.col("written_quantity").is_null())
        .then(pl.when(_measured()).then(0).otherwise(1))
        .otherwise(pl.col("quantity"))
        .cast(pl.Int64),
    )
    keyed = with_keys(judged, is_digested)
    return keyed.select(pl.col(name).cast(kind) for name, kind in RECORD_SCHEMA.items())


def stamped(records: pl.DataFrame, batch_id: str, arrived_at: dt.datetime) -> pl.DataFrame:
    """Records as those of this batch, whatever batch they were read for."""
    return records.with_columns(
        batch_id=pl.lit(batch_id), arrived_at=pl.lit(arrived_at).cast(INSTANT)
    )


def _count(name: str) -> pl.Expr:
    digits = pl.when(pl.col(name).str.contains(COUNT)).then(pl.col(name))
    return digits.cast(pl.Int64, strict=False).alias(name)


@cache
def _counts_and_amounts() -> list[pl.Expr]:
    amount = pl.when(pl.col("amount").str.contains(AMOUNT)).then(pl.col("amount"))
    last = pl.col("last").str.to_lowercase()
    yes = last.is_in([*YES, "end", "total"])
    return [
        _count("duration_seconds"),
        _count("sequence"),
        _count("part"),
        amount.cast(pl.Decimal(38, 12), strict=False).alias("amount"),
        (yes & pl.col("last").is_not_null()).alias("last"),
        pl.when(last.is_in(MARKS)).then(last).alias("says"),
    ]


def _routed(source: Source) -> list[pl.Expr]:
    trunks = list(source.carrier_trunks)
    kind = pl.coalesce(pl.col("kind").str.to_lowercase(), pl.lit(source.kind)).alias("kind")
    product = pl.coalesce("product", pl.lit(source.product, pl.String)).alias("product")
    direction = pl.col("direction").str.to_lowercase()
    if not trunks:
        said = pl.coalesce(direction, pl.lit(source.direction)).alias("direction")
        return [kind, product, said]
    comes = pl.col("trunk_in").is_in(trunks).fill_null(False)
    goes = pl.col("trunk_out").is_in(trunks).fill_null(False)
    by_trunks = (
        pl.when(comes & goes)
        .then(pl.lit("transit"))
        .when(comes)
        .then(pl.lit("incoming"))
        .when(goes)
        .then(pl.lit("outgoing"))
        .otherwise(pl.lit(source.direction))
    )
    return [
        kind,
        product,
        pl.coalesce(direction, by_trunks).alias("direction"),
        # What is no trunk to a carrier is a telephone of our own, and names nobody.
        pl.when(comes).then(pl.col("trunk_in")).alias("trunk_in"),
        pl.when(goes).then(pl.col("trunk_out")).alias("trunk_out"),
    ]


@cache
def _words() -> list[pl.Expr]:
    """Words that rules are written about have one spelling, whatever the source prints."""
    lowered = [pl.col(name).str.to_lowercase() for name in ("leg", "agent_kind")]
    usual = pl.col("kind").replace_strict(USUAL, default=None, return_dtype=pl.String)
    return [*lowered, pl.coalesce(pl.col("unit").str.to_lowercase(), usual).alias("unit")]


@cache
def _measures() -> list[pl.Expr]:
    return [_measure("quantity"), _measure("reading"), _digits(), _is_estimated()]


def _measure(name: str) -> pl.Expr:
    """A measure in the unit that is kept; nothing where it is no whole number of it."""
    text = pl.when(pl.col(name).str.contains(MEASURE)).then(pl.col(name))
    size = pl.col("unit").replace_strict(SIZES, default=1, return_dtype=pl.Int64)
    kept = times(text.cast(pl.Decimal(38, 12), strict=False), size)
    whole = kept.cast(pl.Int64, strict=False)
    is_whole = (whole.cast(pl.Decimal(38, 12)) == kept) & (whole <= QUANTITY_MAX)
    return pl.when(is_whole).then(whole).alias(name)


def _digits() -> pl.Expr:
    """Digits of the register in the unit that is kept: five of kWh are eight of Wh."""
    text = pl.when(pl.col("register_digits").str.contains(r"^[0-9]{1,2}$"))
    more = pl.col("unit").replace_strict(ZEROS, default=None, return_dtype=pl.Int64)
    digits = text.then(pl.col("register_digits")).cast(pl.Int64) + more
    fits = (digits > more) & (digits <= DIGITS_MAX)
    return pl.when(fits).then(digits).alias("register_digits")


def _is_estimated() -> pl.Expr:
    word = pl.col("estimated").str.to_lowercase()
    said = pl.when(word.is_in(YES)).then(True).when(word.is_in(NO)).then(False)
    is_silent = pl.col("reading").is_not_null() & word.is_null()
    return pl.when(is_silent).then(False).otherwise(said).alias("estimated")


@cache
def _kept_unit() -> pl.Expr:
    """The unit kept for this kind of usage; nothing where the record names none of its units."""
    kept = pl.col("unit").replace_strict(KEPT_AS, default=None, return_dtype=pl.String)
    fits = pl.any_horizontal(
        (pl.col("kind") == kind) & kept.is_in(units) for kind, units in KEPT.items()
    )
    return pl.when(fits).then(kept).alias("unit")


def _measured() -> pl.Expr:
    """Nothing may have been measured; but nothing is never a call, a message or a piece."""
    return pl.col("kind").is_in(["data", "meter"])


def _with_numbers(read: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Both numbers of each record, read as one column: many telephones call and are called."""
    both = read_numbers(pl.concat([read["a_number"], read["b_number"]]), source.country)
    columns = []
    for place, name in enumerate(("a_number", "b_number")):
        read_as = both.slice(place * read.height, read.height)
        columns += [read_as["number"].alias(name), read_as["is_number"].alias(f"{name}_is_number")]
    return read.with_columns(columns)


def _account() -> pl.Expr:
    return (
        pl.when(pl.col("account").is_not_null())
        .then(pl.col("account").str.strip_prefix("+"))
        .when(pl.col("direction") == "outgoing")
        .then(pl.col("a_number"))
        .when(pl.col("direction") == "incoming")
        .then(pl.col("b_number"))
    )


def _unread(name: str) -> pl.Expr:
    return pl.col(f"written_{name}").is_not_null() & pl.col(name).is_null()


def _faults(records: pl.DataFrame) -> list[tuple[pl.Expr | str, pl.Expr, str]]:
    """Reason, where it is found and the cell that shows it; the first that is found counts."""
    timed = pl.col("kind") == "voice"
    lasted = pl.col("duration_seconds").is_not_null() & (pl.col("kind") == "data")
    is_read = pl.col("written_reading").is_not_null()
    measured = lasted | pl.col("written_quantity").is_not_null() | is_read
    beyond = pl.col("reading") >= pl.col("register_digits").replace_strict(
        RANGES, default=None, return_dtype=pl.Int64
    )
    # A meter says what it shows or what was consumed; both could contradict each other.
    out_of_place = is_read & ((pl.col("kind") != "meter") | pl.col("quantity").is_not_null())
    priced = pl.col("amount").is_not_null()
    # A part that marks the start or the end of a call has no figures, and the end no numbers.
    is_mark = pl.col("says").is_in(["start", "end"]).fill_null(False)
    called = pl.col("kind").is_in(["voice", "sms"]) & (pl.col("duration_seconds").fill_null(1) > 0)
    # Who was called abroad may be known by an account alone, which then says who pays.
    unnamed = (
        (pl.col("direction") == "incoming")
        & pl.col("written_b_number").is_null()
        & pl.col("written_account").is_not_null()
    )
    is_end = (pl.col("says") == "end").fill_null(False)
    dialled = pl.col("b_number_is_number").fill_null(False) | unnamed.fill_null(False) | is_end
    return [
        (pl.col("doubt"), pl.col("doubt").is_not_null(), "line"),
        *(
            ("FIELD_TOO_LONG", pl.col(f"written_{name}").str.len_chars() > TEXT_LENGTH_MAX, name)
            for name in FIELDS
            if _may_be_too_long(records[f"written_{name}"])
        ),
        ("UNKNOWN_KIND", ~pl.col("kind").is_in(KINDS), "kind"),
        ("UNKNOWN_DIRECTION", ~pl.col("direction").is_in(DIRECTIONS), "direction"),
        (pl.col("time_fault"), pl.col("time_fault").is_not_null(), "occurred_at"),
        ("BAD_DURATION", _unread("duration_seconds"), "duration_seconds"),
        ("BAD_DURATION", pl.col("duration_seconds") > SECONDS_MAX, "duration_seconds"),
        (
            "MISSING_DURATION",
            timed & ~is_mark & pl.col("duration_seconds").is_null(),
            "duration_seconds",
        ),
        ("BAD_UNIT", pl.col("unit").is_null(), "unit"),
        ("MISSING_QUANTITY", _measured() & ~is_mark & ~measured, "quantity"),
        ("BAD_QUANTITY", _unread("quantity"), "quantity"),
        ("BAD_QUANTITY", (pl.col("quantity") == 0) & ~_measured(), "quantity"),
        ("BAD_READING", _unread("reading") | out_of_place | beyond, "reading"),
        ("BAD_READING", _unread("estimated"), "estimated"),
        ("BAD_READING", _unread("register_digits"), "register_digits"),
        (
            "MISSING_ACCOUNT",
            is_read & pl.col("account").is_null() & pl.col("a_number").is_null(),
            "account",
        ),
        ("BAD_AMOUNT", _unread("amount"), "amount"),
        (
            "MISSING_CURRENCY",
            priced & pl.col("currency").is_null(),
            "amount",
        ),
        ("UNKNOWN_CURRENCY", ~pl.col("currency").is_in(CODES), "currency"),
        ("BAD_SEQUENCE", _unread("sequence"), "sequence"),
        ("BAD_PART", _unread("part") | (pl.col("part") == 0), "part"),
        ("BAD_PART", pl.col("call_id").is_null() != pl.col("part").is_null(), "part"),
        ("BAD_NUMBER", called & ~dialled, "b_number"),
    ]


def _may_be_too_long(texts: pl.Series) -> bool:
    """Whether one of them has more bytes than a text may have characters; counting those takes
    longer.
    """
    return bool((texts.str.len_bytes() > TEXT_LENGTH_MAX).any())


def _with_faults(records: pl.DataFrame) -> pl.DataFrame:
    """Add the first `fault` of each record and the `detail` that shows it."""
    faults = _faults(records)
    # Nearly every file has none of nearly all faults; only those it has are told apart.
    there = records.select(
        found.any().alias(str(place)) for place, (_, found, _) in enumerate(faults)
    ).row(0)
    fault = pl.lit(None, dtype=pl.String)
    detail = pl.lit(None, dtype=pl.String)
    for (reason, found, cell), is_there in reversed(list(zip(faults, there, strict=True))):
        if not is_there:
            continue
        named = reason if isinstance(reason, pl.Expr) else pl.lit(reason)
        shown = (
            pl.col("doubt").replace_strict(DOUBTS, default="", return_dtype=pl.String)
            if cell == "line"
            else pl.format("{}: {}", pl.lit(cell), _shown(cell))
        )
        fault = pl.when(found).then(named).otherwise(fault)
        detail = pl.when(found).then(shown).otherwise(detail)
    return records.with_columns(fault=fault, detail=detail)


def _shown(cell: str) -> pl.Expr:
    return pl.col(f"written_{cell}").fill_null("(empty)").str.slice(0, 80)
