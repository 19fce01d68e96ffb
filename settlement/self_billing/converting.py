"""Shares in several currencies become lines in the one that the partner settles in.

By the policy `total_conversion` each currency is converted once, as a sum (`per_currency`), or line
by line (`per_line`). Where the sum is converted, its lines are the differences of running totals,
each converted from the original and rounded, so they add up to the converted sum to the minor unit,
refunds included (rules R72, R77).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from currencies.conversion import Converted, convert_by
from currencies.fixing import Fixing
from currencies.fx_rate import RateTable
from currencies.money import Money, scaled, total
from currencies.rounding import Rounding, to_minor_unit
from i18n.errors import Conflict


class NoFixing(Conflict):
    """Agreement {agreement} pays {quote} for {base} and names no fixing. Agree one, then issue."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """How an agreement converts: into which currency, by which fixing, for which day."""

    agreement: str
    quote: str
    fixing: Fixing | None
    on: date
    policies: Mapping[str, str]


def converted_lines(
    amounts: Sequence[Money], conversion: Conversion, rates: RateTable
) -> list[Converted]:
    """Each amount in the settlement currency, in the order given.

    Raises NoFixing or NoFxRate.
    """
    if conversion.policies.get("total_conversion") == "per_line":
        return [_converted(amount, conversion, rates) for amount in amounts]
    running: dict[str, Converted] = {}
    lines = []
    for amount in amounts:
        code = str(amount.currency.code)
        before = running.get(code)
        so_far = amount if before is None else total((before.original, amount), code)
        now = _converted(so_far, conversion, rates)
        line = now.amount
        if before is not None:
            line = total((now.amount, scaled(before.amount, -1)), conversion.quote)
        running[code] = now
        lines.append(Converted(line, amount, now.path, now.factor))
    return lines


def _converted(amount: Money, conversion: Conversion, rates: RateTable) -> Converted:
    rounding: Rounding = (
        "half_even" if conversion.policies.get("rounding") == "half_even" else "half_up"
    )
    code = str(amount.currency.code)
    if code != conversion.quote and conversion.fixing is None:
        raise NoFixing(agreement=conversion.agreement, quote=conversion.quote, base=code)
    fixing = conversion.fixing or Fixing("", "on_date")
    found = convert_by(amount, conversion.quote, rates, fixing, conversion.on, rounding)
    payable = to_minor_unit(found.amount, rounding)
    return Converted(payable, amount, found.path, found.factor)
