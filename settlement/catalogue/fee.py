"""A fee of a tariff: an amount for having something, by local calendar month, or once."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from currencies.money import plain as amount_text
from settlement.catalogue.plain_values import Plain, Reader, without_defaults


@dataclass(frozen=True, slots=True)
class Fee:
    """What is charged for a product, and by which part of a month it is prorated."""

    product: str
    kind: Literal["recurring", "one_off"]
    amount: Decimal
    proration_unit: Literal["day", "second"] = "day"


def fee_from_plain(plain: Plain, where: str) -> Fee:
    """Read one fee. Raises UnknownKey, KeyMissing and WrongValue."""
    reader = Reader(plain, where, ("product", "kind", "amount", "proration_unit"))
    once = reader.choice("kind", ("recurring", "one_off")) == "one_off"
    by_second = reader.choice("proration_unit", ("day", "second")) == "second"
    return Fee(
        product=reader.text("product"),
        kind="one_off" if once else "recurring",
        amount=reader.price("amount"),
        proration_unit="second" if by_second else "day",
    )


def fee_to_plain(fee: Fee) -> dict[str, Any]:
    """Write a fee as `fee_from_plain` reads it, without what is the default."""
    plain = {
        "product": fee.product,
        "kind": fee.kind,
        "amount": amount_text(fee.amount),
        "proration_unit": fee.proration_unit,
    }
    return without_defaults(plain, {"proration_unit": "day"})
