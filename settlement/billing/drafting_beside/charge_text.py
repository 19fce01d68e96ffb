r"""Charges as COPY writes them: cells between tabs, \N for nothing, a line for each.

The process that drafts them reads them; the one that asks it only passes them on.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Final
from uuid import UUID

from settlement.billing.invoice_lines import Charge

NOTHING: Final = r"\N"
ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def charges_in(text: bytes) -> list[Charge]:
    """The charges of a text, in its order; the cells of a line stand as the fields of a charge."""
    return [_charge(line.split("\t")) for line in text.decode().split("\n")[:-1]]


def _charge(cells: list[str]) -> Charge:
    return Charge(
        id=UUID(cells[0]),
        party_id=_id(cells[1]),
        contract_id=None if cells[2] == NOTHING else _id(cells[2]),
        service=_text(cells[3]),
        product=_text(cells[4]),
        traffic_direction=_text(cells[5]),
        destination=_text(cells[6]),
        tax_category=_text(cells[7]),
        currency=cells[8],
        amount=Decimal(cells[9]),
        amount_3600=Decimal(cells[10]),
        unit_price=None if cells[11] == NOTHING else Decimal(cells[11]),
        quantity=int(cells[12]),
        billed_units=int(cells[13]),
        starts_on=_day(cells[14]),
        ends_on=_day(cells[15]),
        case_name=_text(cells[16]),
        per=_text(cells[17]),
        corrects=cells[18],
        reason=None if cells[19] == NOTHING else _text(cells[19]),
        tariff_version_id=None if cells[20] == NOTHING else _id(cells[20]),
    )


def _text(cell: str) -> str:
    return cell if "\\" not in cell else ESCAPE.sub(lambda m: ESCAPED.get(m[1], m[1]), cell)


@lru_cache(maxsize=4096)
def _id(cell: str) -> UUID:
    """The lines of a customer name the same few."""
    return UUID(cell)


@lru_cache(maxsize=4096)
def _day(cell: str) -> dt.date:
    return dt.date.fromisoformat(cell)
