"""What a TAP event costs, and whether a file holds the totals that its audit part declares.

A charge detail of type 00 is the total of its charge information; the other types are parts of it.
Amounts are whole numbers, scaled by the decimal places of the file. A content transaction may be a
refund, whose charge, tax and discount are audited apart. All events are audited, those that no
draft is made of as well, so one changed byte in any charge shows.
"""

from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from mediation.formats import tap_tags as tags
from mediation.formats.ber import Leaf, integer

TOTAL_TYPE = b"00"
NO_RATE_CODE = -1
MARKS = {tags.CHARGE_TYPE, tags.EXCHANGE_RATE_CODE, tags.REFUND_INDICATOR}
# What an element makes void: it begins another charge information or another content service.
BEGINS = {
    tags.CHARGED_ITEM: (tags.CHARGE_TYPE, tags.EXCHANGE_RATE_CODE),
    tags.CONTENT_TRANSACTION_CODE: (
        tags.CHARGE_TYPE,
        tags.EXCHANGE_RATE_CODE,
        tags.REFUND_INDICATOR,
    ),
}
SUMMED = {
    tags.CHARGE: "charge",
    tags.CAMEL_INVOCATION_FEE: "charge",
    tags.TAX_VALUE: "tax",
    tags.DISCOUNT: "discount",
}
CONCERNED = {*MARKS, *BEGINS, *SUMMED}

DECLARED = {
    "total charge": (tags.TOTAL_CHARGE, "charge"),
    "total charge refund": (tags.TOTAL_CHARGE_REFUND, "charge refund"),
    "total tax": (tags.TOTAL_TAX, "tax"),
    "total tax refund": (tags.TOTAL_TAX_REFUND, "tax refund"),
    "total discount": (tags.TOTAL_DISCOUNT, "discount"),
    "total discount refund": (tags.TOTAL_DISCOUNT_REFUND, "discount refund"),
}


class Charged(NamedTuple):
    """One amount of an event: which total it belongs to, its exchange rate code, its units."""

    total: str
    rate_code: int
    units: int


def charges_of(found: list[Leaf]) -> list[Charged]:
    """The amounts of one event that count towards totals, in their order."""
    marks: dict[int, bytes] = {}
    charged = []
    for parent, tag, value in found:
        if tag not in CONCERNED:
            continue
        for void in BEGINS.get(tag, ()):
            marks.pop(void, None)
        if tag in MARKS:
            marks[tag] = value
        elif tag in SUMMED and _is_total(parent, tag, marks):
            refund = " refund" if marks.get(tags.REFUND_INDICATOR) == b"\1" else ""
            code = integer(marks.get(tags.EXCHANGE_RATE_CODE, b""))
            rate_code = NO_RATE_CODE if code is None else code
            charged.append(Charged(SUMMED[tag] + refund, rate_code, integer(value) or 0))
    return charged


def _is_total(parent: int, tag: int, marks: dict[int, bytes]) -> bool:
    if tag != tags.CHARGE or parent != tags.CHARGE_DETAIL:
        return True
    return marks.pop(tags.CHARGE_TYPE, None) == TOTAL_TYPE


def untied(declared: dict[int, bytes], found: Counter[str], decimal_places: int) -> list[str]:
    """Each declared total that the events do not add up to, in words."""
    faults = []
    for name, (tag, total) in DECLARED.items():
        said = integer(declared[tag]) if tag in declared else None
        if tag in declared and said != found[total]:
            shown = "no number" if said is None else scaled(said, decimal_places)
            faults.append(f"{name} declared {shown}, found {scaled(found[total], decimal_places)}")
    return faults


def scaled(units: int, decimal_places: int) -> str:
    """An amount as text, with the decimal places of the file."""
    return format(Decimal(units).scaleb(-decimal_places), "f")
