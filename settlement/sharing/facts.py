"""What a credit tells of how it came about: named amounts in their order, kept beside it."""

from collections.abc import Mapping
from typing import Any

from currencies.money import Money, plain


def fact(said: str, /, amount: Money, **more: str) -> Mapping[str, Any]:
    """One fact; `more` is what else its sentence names, as text."""
    return {"fact": said, "money": plain(amount.amount), **more}
