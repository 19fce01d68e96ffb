r"""Charges as COPY writes them: cells between tabs, \N for nothing, a line for each.

The process that drafts them reads them; the one that asks it only passes them on.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from settlement.billing.invoice_lines import Charge
from tenants.persistence.copy_text import NOTHING, text_in


def charges_in(text: bytes) -> list[Charge]:
    """The charges of a text, in its order; the cells of a line stand as the fields of a charge."""
    # The lines of a part say the same few things again and again, but for their amounts.
    texts, ids, days = _Read(text_in), _Read(UUID), _Read(dt.date.fromisoformat)
    prices = _Read(Decimal)
    return [
        Charge(
            id,
            ids[party_id],
            ids[contract_id],
            texts[service],
            texts[product],
            texts[traffic_direction],
            texts[destination],
            texts[tax_category],
            texts[currency],
            Decimal(amount),
            Decimal(amount_3600),
            prices[unit_price],
            int(quantity),
            int(billed_units),
            days[starts_on],
            days[ends_on],
            texts[case_name],
            texts[per],
            texts[corrects],
            texts[reason],
            ids[tariff_version_id],
            int(free_units),
        )
        for (
            id, party_id, contract_id, service, product, traffic_direction, destination,
            tax_category, currency, amount, amount_3600, unit_price, quantity, billed_units,
            starts_on, ends_on, case_name, per, corrects, reason, tariff_version_id,
            free_units,
        ) in (line.split("\t") for line in text.decode().split("\n")[:-1])
    ]  # fmt: skip


class _Read(dict[str, Any]):
    """What cells say, each different one read once; None where it is NOTHING."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self[NOTHING] = None
        self._read = read

    def __missing__(self, cell: str) -> Any:
        self[cell] = found = self._read(cell)
        return found
