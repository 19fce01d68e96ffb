"""What may be used in a month before anything is paid."""

from dataclasses import dataclass
from typing import Any, Literal

from settlement.catalogue.plain_values import Plain, Reader


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a subscription may use in a local calendar month before it pays.

    `amount` is seconds of voice, or messages and pieces of anything else.
    """

    amount: int
    measure: Literal["connected", "rounded"] = "connected"


def allowance_from_plain(plain: Plain, where: str) -> Allowance:
    """Read `{amount, allowance_measure}`."""
    reader = Reader(plain, f"{where}, allowance", ("amount", "allowance_measure"))
    rounded = reader.choice("allowance_measure", ("connected", "rounded")) == "rounded"
    return Allowance(reader.whole("amount"), "rounded" if rounded else "connected")


def allowance_to_plain(allowance: Allowance) -> dict[str, Any]:
    """Write an allowance as `allowance_from_plain` reads it."""
    return {"amount": allowance.amount, "allowance_measure": allowance.measure}
