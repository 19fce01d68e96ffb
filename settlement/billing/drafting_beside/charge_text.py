r"""Charges as COPY writes them: cells between tabs, \N for nothing, a line for each.

The process that drafts them reads them; the one that asks it only passes them on.
"""

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from settlement.billing.invoice_lines import Charge
from tenants.persistence.copy_text import NOTHING, text_in


def charges_in(text: bytes) -> list[Charge]:
    """The charges of a text, in its order; the cells of a line stand as the fields of a charge."""
    return [_charge(line.split("\t")) for line in text.decode().split("\n")[:-1]]


def _charge(cells: list[str]) -> Charge:
    return Charge(
        id=UUID(cells[0]),
        party_id=_id(cells[1]),
        contract_id=None if cells[2] == NOTHING else _id(cells[2]),
        service=text_in(cells[3]),
        product=text_in(cells[4]),
        traffic_direction=text_in(cells[5]),
        destination=text_in(cells[6]),
        tax_category=text_in(cells[7]),
        currency=cells[8],
        amount=Decimal(cells[9]),
        amount_3600=Decimal(cells[10]),
        unit_price=None if cells[11] == NOTHING else Decimal(cells[11]),
        quantity=int(cells[12]),
        billed_units=int(cells[13]),
        starts_on=_day(cells[14]),
        ends_on=_day(cells[15]),
        case_name=text_in(cells[16]),
        per=text_in(cells[17]),
        corrects=cells[18],
        reason=None if cells[19] == NOTHING else text_in(cells[19]),
        tariff_version_id=None if cells[20] == NOTHING else _id(cells[20]),
    )


@lru_cache(maxsize=4096)
def _id(cell: str) -> UUID:
    """The lines of a customer name the same few."""
    return UUID(cell)


@lru_cache(maxsize=4096)
def _day(cell: str) -> dt.date:
    return dt.date.fromisoformat(cell)
