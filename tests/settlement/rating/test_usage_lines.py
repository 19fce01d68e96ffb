"""Lines of usage name who pays for the contract of a customer, and the agreement of a carrier."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl

from settlement.agreements.contract import Subscriber
from settlement.catalogue.product import Product
from settlement.rating.charge_line import ChargeLine
from settlement.rating.fee_lines import Sold
from settlement.rating.slicing.summed import all_summed, summed
from settlement.rating.usage_lines import as_charge_lines, usage_lines
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_sale,
    a_subscription,
    a_tariff,
    a_trunk,
    rated,
    usage_frame,
)

PHONE, CONTRACT, CUSTOMER, PAYER, AGREEMENT = (UUID(int=number) for number in range(1, 6))
CARRIER, RETAIL, BATCH, OTHER_BATCH, TERMS = (UUID(int=number) for number in range(6, 11))
FIRST, UNTIL = date(2026, 10, 1), date(2026, 11, 1)
SUBSCRIBER = Subscriber(
    PHONE, CONTRACT, CUSTOMER, "phone", "standard", "PLN", "Europe/Warsaw", FIRST, None, PAYER
)
SOLD = Sold({"game": Product(UUID(int=99), "game", "Game", "content", "reduced")}, {})
OF_MONTH: dict[str, Any] = {
    "starts_on": FIRST,
    "ends_on": UNTIL,
    "currency": "PLN",
    "tariff_version_id": RETAIL,
}


def lines_of(*records: dict[str, Any]) -> list[ChargeLine]:
    """The lines of usage of one subscription, whose calls leave by one trunk."""
    tariff = a_tariff({"price": "0.60"}, content={"prices": {"game": "9.99"}})
    trunk = a_trunk(agreement=str(AGREEMENT), carrier=str(CARRIER), tariff="standard")
    usage = usage_frame(*records)
    batch = rated(
        list(records),
        tariff,
        subscriptions=[a_subscription(subscription=str(PHONE), customer=str(CUSTOMER))],
        trunks=[trunk],
    )
    # Versions and terms are named by their ids where they are kept.
    is_sold = pl.col("product").is_not_null()
    charges = batch.charges.with_columns(
        tariff_version=pl.lit(str(RETAIL)), terms=pl.when(is_sold).then(pl.lit(str(TERMS)))
    )
    sums = all_summed([summed(usage, batch._replace(charges=charges))])
    lines = usage_lines(sums, {PHONE: SUBSCRIBER}, SOLD, FIRST, UNTIL)
    return sorted(
        as_charge_lines(lines, sums.batch_sets), key=lambda line: (line.side, line.service)
    )


def test_a_call_is_a_line_of_the_carrier_and_one_of_the_payer() -> None:
    calls = [
        a_call(60, record_key=key, trunk_out="T1", batch_id=str(batch))
        for key, batch in (("a", BATCH), ("b", OTHER_BATCH))
    ]

    of_carrier, of_customer = lines_of(*calls)

    same: dict[str, Any] = OF_MONTH | {
        "service": "voice", "traffic_direction": "outgoing", "per": "minute", "destination": "any",
        "unit_price": Decimal("0.6"), "events": 2, "quantity": 2, "seconds": 120,
        "billed_units": 120, "amount_3600": Decimal(4320), "amount": Decimal("1.2"),
        "batch_ids": (BATCH, OTHER_BATCH),
    }  # fmt: skip
    assert of_customer == ChargeLine(
        side="customer", direction="receivable", party_id=PAYER, contract_id=CONTRACT,
        subscription_id=PHONE, **same,
    )  # fmt: skip
    assert of_carrier == ChargeLine(
        side="carrier", direction="payable", party_id=CARRIER, agreement_id=AGREEMENT,
        trunk="T1", **same,
    )  # fmt: skip


def test_what_is_sold_names_its_product_its_tax_and_its_terms() -> None:
    [line] = lines_of(a_sale(batch_id=str(BATCH)))

    assert (line.product, line.tax_category, line.terms_id) == ("game", "reduced", TERMS)
    assert (line.trunk, line.case_name, line.amount) == ("", "", Decimal("9.99"))


def test_a_month_without_usage_has_no_lines_of_it() -> None:
    assert lines_of() == []
