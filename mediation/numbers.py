"""Telephone numbers become digits of E.164, by the rules of the country where the source stands.

+48601234567, 0048601234567, 48601234567 and, written in Poland, 601 234 567 are one number. The
phonenumbers library knows how each country dials, at some tens of microseconds a number; a month
has far fewer numbers than records, and most of those are written with + or 00. So numbers that
begin with + or 00 are read in columns against a table of each calling code's lengths; what the
table does not decide goes to the library, each number once.

A number is taken when its length is possible for its country. Whether its range is in use decides
only between two readings: new ranges are dialled before any library knows them. Short codes (112,
extension 1002) and names that send messages stay as they are.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata

SHORT_CODE_DIGITS_MAX = 6
INTERNATIONAL = "+"
BEGINNING_DIGITS = 4
DIGITS_MIN, DIGITS_MAX = 7, 15
# The same telephones stand in file after file; these many take some tens of megabytes.
NUMBERS_REMEMBERED = 2**17

# By the length of a number: what cuts it down to its beginning, and the bit of that length.
AFTER_BEGINNING = pl.Series(
    [10 ** max(length - BEGINNING_DIGITS, 0) for length in range(DIGITS_MAX + 1)], dtype=pl.UInt64
)
BIT_OF_LENGTH = pl.Series([1 << length for length in range(DIGITS_MAX + 1)], dtype=pl.UInt32)

READ_SCHEMA = {"given": pl.String(), "number": pl.String(), "is_number": pl.Boolean()}


def read_numbers(given: pl.Series, country: str) -> pl.DataFrame:
    """Read a column of numbers; the rows stay in their order.

    Returns `given`, `number` and `is_number`: false for what cannot be dialled (a name, a sign,
    a length that no number has); such text stays as it was. Both are null where nothing is given.
    """
    number = _read_international(given, country)
    is_left = given.is_not_null() & number.is_null()
    is_number = pl.repeat(True, len(given), dtype=pl.Boolean, eager=True)
    is_number = is_number.set(number.is_null(), None)
    if is_left.any():
        # Few rows of most files are left, so those alone are looked at again.
        left = given.filter(is_left).alias("given").to_frame()
        # The library keeps errors in its frames, and an error keeps the frames of all callers with
        # the columns of their file, until cycles are looked for. A thread has no callers; it keeps
        # what it answers, which is short.
        with ThreadPoolExecutor(1) as apart:
            texts = iter(left["given"].unique().to_list())
            known = apart.submit(_read_one_by_one, texts, country).result()
        told = left.join(known, on="given", how="left", maintain_order="left")
        places = is_left.arg_true()
        number = number.scatter(places, told["number"])
        is_number = is_number.scatter(places, told["is_number"])
    read = {"given": given, "number": number, "is_number": is_number}
    return pl.DataFrame(read, schema=READ_SCHEMA)


def _read_one_by_one(texts: Iterator[str], country: str) -> pl.DataFrame:
    """What each of these is, as READ_SCHEMA."""
    return pl.DataFrame(
        [(text, *read_number(text, country)) for text in texts], schema=READ_SCHEMA, orient="row"
    )


@lru_cache(maxsize=NUMBERS_REMEMBERED)
def read_number(text: str, country: str) -> tuple[str, bool]:
    """One number as digits, and whether it can be dialled."""
    plain = text.strip()
    if not (plain.isascii() and len(plain) <= 40 and set(plain) <= set("+0123456789 -()/.")):
        return plain, False
    digits = "".join(filter(str.isdigit, plain))
    if 0 < len(digits) <= SHORT_CODE_DIGITS_MAX and not plain.startswith(INTERNATIONAL):
        return digits, True
    # Switches often write the calling code without + or 00. A reading in a range that is in use
    # goes before one of which only the length is right, and the national before the international.
    possible = []
    for written in (plain, INTERNATIONAL + digits):
        reading = _parsed(written, country)
        if reading is not None and phonenumbers.is_valid_number(reading):
            return _e164(reading), True
        if reading is not None:
            possible.append(reading)
    return (_e164(possible[0]), True) if possible else (plain, False)


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _read_international(given: pl.Series, country: str) -> pl.Series:
    """The digits of numbers written with + (or 00, where the country dials so) that the table
    decides; null for the others.
    """
    rules = PhoneMetadata.metadata_for_region(country)
    dials_00 = rules is not None and rules.international_prefix == "00"
    # No calling code begins with 0.
    digits = given.str.strip_chars_start("+0")
    length = digits.str.len_bytes()
    marks = given.str.len_bytes() - length
    is_marked = (marks == 1) & given.str.starts_with("+")
    if dials_00:
        is_marked |= (marks == 2) & given.str.starts_with("00")
    length = length.set(~(is_marked & length.is_between(DIGITS_MIN, DIGITS_MAX)), None)
    # Where a sign or a space was read as nothing, the number begins with 0 at this place.
    begins = digits.cast(pl.UInt64, strict=False) // AFTER_BEGINNING.gather(length)
    known = _calling_codes().select(pl.all().gather(begins))
    is_long_enough = (known["lengths"] & BIT_OF_LENGTH.gather(length)) != 0
    asked = (is_long_enough & known["may_have_trunk"]).arg_true()
    has_trunk = digits.gather(asked).str.contains(_trunk_prefixes())
    is_read = is_long_enough.fill_null(False).scatter(asked, ~has_trunk)
    return digits.set(~is_read, None)


@cache
def _calling_codes() -> pl.DataFrame:
    """For each beginning of four digits, the possible `lengths` of numbers with it, as bits: bit 11
    for numbers of 11 digits in all; and whether any `may_have_trunk` (`_trunk_prefixes`).

    No calling code is the beginning of another, so three digits name it; the fourth tells nearly
    always that no trunk prefix follows.
    """
    rows = [(0, False)] * 10**BEGINNING_DIGITS
    for code, rules in _rules():
        size = len(code)
        assert rules.general_desc is not None, f"no lengths for +{code}"
        totals = [size + length for length in rules.general_desc.possible_length]
        lengths = sum(1 << total for total in totals if total <= DIGITS_MAX)
        trunk = rules.national_prefix_for_parsing or ""
        after = int(trunk[0]) if trunk.isdigit() else None
        for digit in range(10):
            many = 10 ** (BEGINNING_DIGITS - size - 1)
            first = int(f"{code}{digit}") * many
            may_have_trunk = bool(trunk) and after in (None, digit)
            rows[first : first + many] = [(lengths, may_have_trunk)] * many
    schema = {"lengths": pl.UInt32(), "may_have_trunk": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema, orient="row")


@cache
def _trunk_prefixes() -> str:
    """A pattern of the numbers whose calling code is followed by what may be a trunk prefix.

    The library takes such a prefix off, or puts other digits there; what has none, it leaves alone.
    """
    patterns = [(code, rules.national_prefix_for_parsing) for code, rules in _rules()]
    return "^(?:" + "|".join(f"{code}(?:{trunk})" for code, trunk in patterns if trunk) + ")"


def _rules() -> Iterator[tuple[str, PhoneMetadata]]:
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        rules = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
        assert rules is not None, f"no rules for +{code}"
        yield str(code), rules
