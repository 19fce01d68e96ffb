"""Telephone numbers become digits of E.164, by the rules of the country where the source stands.

48 601 234 567, +48601234567, 0048601234567 and 601234567 written in Poland are one number. The
phonenumbers library knows how each country dials; it reads each distinct number once, since a
month of usage has far fewer numbers than records.

A number is taken when its length is possible for its country. Whether its range is in use is not
asked: new ranges are dialled before any library knows them, and the rate deck decides the price.
Short codes (112, extension 1002) and names that send messages stay as they are.
"""

import phonenumbers
import polars as pl

SHORT_CODE_DIGITS_MAX = 6
INTERNATIONAL = "+"


def read_numbers(given: pl.Series, country: str) -> pl.DataFrame:
    """Read the distinct numbers of a column.

    Returns `given`, `number` and `is_number`: false for what cannot be dialled (a name, a sign,
    a length that no number has); such text stays as it was.
    """
    distinct = given.drop_nulls().unique(maintain_order=True).to_list()
    read = [read_number(text, country) for text in distinct]
    return pl.DataFrame(
        {
            "given": distinct,
            "number": [number for number, _ in read],
            "is_number": [is_number for _, is_number in read],
        },
        schema={"given": pl.String, "number": pl.String, "is_number": pl.Boolean},
    )


def read_number(text: str, country: str) -> tuple[str, bool]:
    """One number as digits, and whether it can be dialled."""
    plain = text.strip()
    if not (plain.isascii() and len(plain) <= 40 and set(plain) <= set("+0123456789 -()/.")):
        return plain, False
    digits = "".join(filter(str.isdigit, plain))
    if 0 < len(digits) <= SHORT_CODE_DIGITS_MAX and not plain.startswith(INTERNATIONAL):
        return digits, True
    for candidate in (plain, INTERNATIONAL + digits):
        # Switches often write the calling code without + or 00; that reading comes second.
        parsed = _parsed(candidate, country)
        if parsed is not None:
            return parsed, True
    return plain, False


def _parsed(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])
