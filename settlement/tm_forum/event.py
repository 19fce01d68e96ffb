"""A shared usage event as TMF735 has it: what was charged for it, without the customer (R123)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from currencies.money import money
from currencies.units import minor_unit
from settlement.parties.party import Party
from settlement.rating.charging import minor_units_of_parts
from settlement.tm_forum.references import EVENTS, amount_of, reference, related

# What is the same for all charges of an event.
FACTS = (
    "batch_id", "line", "terms", "currency", "kind", "occurred_at", "product", "destination",
)  # fmt: skip


def charged_events(charges: pl.DataFrame) -> list[dict[str, Any]]:
    """One row for each event, its charges added up as `units` of the minor unit; order kept."""
    if charges.is_empty():
        return []
    units = minor_units_of_parts(charges).rename("units")
    same = [pl.col(name).first() for name in FACTS if name not in ("batch_id", "line")]
    return (
        charges.with_columns(units)
        .group_by("batch_id", "line", maintain_order=True)
        .agg(*same, pl.col("units").sum(), pl.col("quantity").sum())
        .to_dicts()
    )


def event_of(
    period: str, state: str, row: Mapping[str, Any], partners: Sequence[Party]
) -> dict[str, Any]:
    """One event of a period; `state` is charged or billed, `partners` those who share it."""
    identity = f"{period}.{row['batch_id']}.{row['line']}"
    places = minor_unit(row["currency"])
    amount = money(Decimal(row["units"]).scaleb(-places), row["currency"])
    occurred_at = row["occurred_at"].isoformat()
    characteristics = [("destination", row["destination"]), ("quantity", row["quantity"])]
    cdr = {
        "cdrDate": occurred_at,
        "status": "charged",
        "cdrType": row["kind"],
        "cdrDirectionType": "refund" if amount.amount < 0 else "charge",
        "isBilled": state == "billed",
        "productRef": reference("Product", row["product"], row["product"]),
        "amount": amount_of(amount),
        "cdrCharacteristic": [
            {"@type": "CdrCharacteristic", "id": name, "name": name, "value": str(value)}
            for name, value in characteristics
            if value is not None
        ],
    }
    return {
        "id": identity,
        "href": f"{EVENTS}/{identity}",
        "@type": "CdrTransaction",
        "state": state,
        "creationDate": occurred_at,
        "relatedParty": [related(party, "partner") for party in partners],
        "transactionItem": [
            {
                "@type": "CdrTransactionItem",
                "id": "1",
                "action": "add",
                "state": state,
                "cdr": [cdr],
            }
        ],
    }
