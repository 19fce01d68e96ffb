"""Amounts over HTTP: strings in and out, never JSON numbers.

`{"amount": "12.3400", "currency": "EUR"}` is money; `"12.3400"` is an amount whose currency stands
elsewhere. What is read is strict (see `parse_amount`); what is written has at least the digits of
the minor unit and no exponent.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields
from moneyed import Money

from currencies.money import money, parse_amount, plain, shown
from i18n.errors import Invalid


class AmountField(fields.Field[Decimal]):
    """A decimal amount as a string."""

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else plain(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Decimal:
        try:
            return parse_amount(value)
        except Invalid as fault:
            raise ValidationError(str(fault)) from None


class MoneyField(fields.Field[Money]):
    """Money as an object of two strings: amount and currency, nothing else."""

    def _serialize(
        self, value: Money | None, attr: str | None, obj: Any, **_: Any
    ) -> dict[str, str] | None:
        if value is None:
            return None
        amount, _space, currency = shown(value).partition(" ")
        return {"amount": amount, "currency": currency}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Money:
        if not isinstance(value, Mapping) or set(value) != {"amount", "currency"}:
            raise ValidationError('Write money as {"amount": "12.34", "currency": "EUR"}.')
        if not all(isinstance(part, str) for part in value.values()):
            raise ValidationError("Write amount and currency as strings, not as numbers.")
        try:
            return money(value["amount"], value["currency"])
        except Invalid as fault:
            raise ValidationError(str(fault)) from None
