"""Whether the next version of a tariff may charge more than the one before (rule R61).

What is plainly less, or a price for what had none, needs no notice. Whatever else differs may rise:
two tariffs of another make are not compared by what they would charge.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from i18n.errors import Invalid

# What costs more as it grows, and what it is where a tariff does not say it.
_COSTS: Final[Mapping[str, str | None]] = {
    "price": None,
    "connection_fee": "0",
    "first_increment": "1",
    "next_increment": "1",
    "minimum_seconds": "0",
}
_BY_PRODUCT: Final = "prices"
_NAMES: Final = ("destination",)
_TERM: Final = "term"


class RaisedWithoutNotice(Invalid):
    """{what} may rise for agreement {agreement}, which asks for {days} days of notice: what is
    announced on {announced_on} holds from {earliest}, not from {asked_for}. Choose {earliest} or a
    later day.
    """


def may_rise(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Compare terms of two versions, as `tariff_to_plain` writes them without code and days."""
    return any(
        not _is_new_section(key, before.get(key), now.get(key))
        and _rises(key, before.get(key), now.get(key))
        for key in before.keys() | now.keys()
    )


def _is_new_section(key: str, was: Any, now: Any) -> bool:
    return was is None and isinstance(now, Mapping) and key != _TERM


def _rises(key: str, was: Any, now: Any) -> bool:
    if was == now or key in _NAMES:
        return False
    if key in _COSTS:
        return _costs_more(_COSTS[key] if was is None else was, _COSTS[key] if now is None else now)
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        if key == _BY_PRODUCT:
            return any(_costs_more(price, now.get(product)) for product, price in was.items())
        return any(_rises(each, was.get(each), now.get(each)) for each in was.keys() | now.keys())
    if _are_tables(was) and _are_tables(now) and len(was) == len(now):
        return any(_rises("", *pair) for pair in zip(was, now, strict=True))
    return True


def _costs_more(was: Any, now: Any) -> bool:
    if was is None or now is None:
        return True
    return Decimal(str(now)) > Decimal(str(was))


def _are_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and all(isinstance(each, Mapping) for each in value)
