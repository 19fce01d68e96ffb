"""What a payee is promised beside its part of revenue, each for a period of its own.

    [[guarantees]]                     # reached on the final run of its period (rule R46)
    payee = "studio"
    amount = "1000.00"                 # in the currency of the agreement
    period = "quarter"                 # month, quarter, year, term (all of the agreement)

`advances` are paid already and taken back from what is earned; `caps` are the most that is earned;
`fees` are paid beside, by the day where the agreement holds for a part of the period.

Periods are those of the calendar, or are counted from the month in which the agreement begins
(`periods_from`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from currencies.money import plain as decimal_text
from settlement.catalogue.plain_values import Reader, without_defaults

PERIODS: Final = ("month", "quarter", "year", "term")
PERIODS_FROM: Final = ("calendar", "agreement")
PROMISES: Final = ("guarantees", "advances", "caps", "fees")


@dataclass(frozen=True, slots=True)
class Promise:
    """An amount for a payee and each period: guaranteed, advanced, at most, or as a fee."""

    payee: str
    amount: Decimal
    period: str = "month"


def read_promises(reader: Reader, key: str) -> tuple[Promise, ...]:
    """The promises under a key. Raises what Reader raises."""
    read = []
    for each in reader.tables(key):
        own = Reader(each, f"{reader.where}, {key}", ("payee", "amount", "period"))
        read.append(Promise(own.text("payee"), own.price("amount"), own.choice("period", PERIODS)))
    return tuple(read)


def promises_to_plain(promises: Iterable[Promise]) -> list[dict[str, Any]]:
    """Write promises as `read_promises` reads them."""
    return [
        without_defaults(
            {
                "payee": promise.payee,
                "amount": decimal_text(promise.amount),
                "period": promise.period,
            },
            {"period": "month"},
        )
        for promise in promises
    ]
