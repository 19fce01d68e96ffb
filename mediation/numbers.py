"""Telephone numbers become digits of E.164, by the rules of the country where the source stands.

+48601234567, 0048601234567, 48601234567 and, written in Poland, 601 234 567 are one number. The
phonenumbers library knows how each country dials, at some tens of microseconds a number; a month
has far fewer numbers than records, and most of those are written with + or 00. So distinct numbers
only are read; those that begin with + or 00 are read in columns against a table of each calling
code's lengths; what the table does not decide goes to the library one by one.

A number is taken when its length is possible for its country. Whether its range is in use decides
only between two readings: new ranges are dialled before any library knows them. Short codes (112,
extension 1002) and names that send messages stay as they are.
"""

from functools import cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata

SHORT_CODE_DIGITS_MAX = 6
INTERNATIONAL = "+"
CALLING_CODE_DIGITS_MAX = 3

READ_SCHEMA = {"given": pl.String(), "number": pl.String(), "is_number": pl.Boolean()}


def read_numbers(given: pl.Series, country: str) -> pl.DataFrame:
    """Read the distinct numbers of a column.

    Returns `given`, `number` and `is_number`: false for what cannot be dialled (a name, a sign,
    a length that no number has); such text stays as it was.
    """
    distinct = given.drop_nulls().unique().sort().alias("given").to_frame()
    by_table = _read_international(distinct, country)
    rest = distinct.join(by_table, on="given", how="anti")["given"].to_list()
    read = [read_number(text, country) for text in rest]
    by_library = pl.DataFrame(
        {
            "given": rest,
            "number": [number for number, _ in read],
            "is_number": [is_number for _, is_number in read],
        },
        schema=READ_SCHEMA,
    )
    return pl.concat([by_table, by_library])


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
    readings = [_parsed(plain, country), _parsed(INTERNATIONAL + digits, country)]
    possible = [reading for reading in readings if reading is not None]
    in_use = [reading for reading in possible if phonenumbers.is_valid_number(reading)]
    for reading in (*in_use, *possible):
        return str(
            phonenumbers.format_number(reading, phonenumbers.PhoneNumberFormat.E164)[1:]
        ), True
    return plain, False


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _read_international(distinct: pl.DataFrame, country: str) -> pl.DataFrame:
    """The numbers written with + (or 00, where the country dials so) that the table decides."""
    rules = PhoneMetadata.metadata_for_region(country)
    dials_00 = rules is not None and rules.international_prefix == "00"
    marked = r"^(?:\+|00)([1-9][0-9]{6,14})$" if dials_00 else r"^\+([1-9][0-9]{6,14})$"
    digits = distinct.with_columns(number=pl.col("given").str.extract(marked)).drop_nulls()
    found = [
        digits.with_columns(
            calling_code=pl.col("number").str.slice(0, size),
            length=pl.col("number").str.len_bytes().cast(pl.Int64) - size,
            after=pl.col("number").str.slice(size),
        ).join(_calling_codes(), on=["calling_code", "length"])
        for size in range(1, CALLING_CODE_DIGITS_MAX + 1)
    ]
    decided = pl.concat(found).filter(
        pl.col("trunk_digit").is_null() | ~pl.col("after").str.starts_with(pl.col("trunk_digit"))
    )
    return decided.select("given", "number", is_number=pl.lit(True))


@cache
def _calling_codes() -> pl.DataFrame:
    """Calling code, possible length after it, and the trunk digit that must not follow it.

    Only countries whose rules are that simple are in the table.
    """
    rows = []
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        rules = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
        assert rules is not None and rules.general_desc is not None, f"no rules for +{code}"
        trunk = rules.national_prefix_for_parsing
        is_simple = rules.national_prefix_transform_rule is None and (
            trunk is None or (trunk.isdigit() and len(trunk) == 1)
        )
        if is_simple:
            rows += [(str(code), length, trunk) for length in rules.general_desc.possible_length]
    schema = {"calling_code": pl.String(), "length": pl.Int64(), "trunk_digit": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")
