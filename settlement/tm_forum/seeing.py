"""What a payee may see of the terms of a revenue share: its own parts, never those of another."""

from collections.abc import Iterator, Mapping
from typing import Any


def seen_by(said: Any, payee: str | None) -> Any:
    """What terms say, at every depth without what names another payee; None sees everything."""
    if payee is None:
        return said
    if isinstance(said, Mapping):
        return {name: seen_by(each, payee) for name, each in said.items()}
    if isinstance(said, list | tuple):
        return [seen_by(each, payee) for each in said if _concerns(each, payee)]
    return said


def payees_in(said: Any) -> Iterator[str]:
    """Everybody whom terms name as a payee, at any depth, in their order; some more than once."""
    if isinstance(said, Mapping):
        if "payee" in said:
            yield str(said["payee"])
        for each in said.values():
            yield from payees_in(each)
    elif isinstance(said, list | tuple):
        for each in said:
            yield from payees_in(each)


def _concerns(step: object, payee: str) -> bool:
    return not isinstance(step, Mapping) or step.get("payee", payee) == payee
