"""What is set off between us and a partner, a carrier, or a group of companies (rule R57).

What we owe and what we are owed cancel up to the smaller of the two, if both sides reach the
threshold that is agreed for the currency; the threshold itself counts, and without one nothing is
set off. Documents stay gross: what changes is the balance that is left to be paid.

A group is several parties that declared to be one company group. Their balances are used up in the
order of their codes, so the same balances always give the same lines. Currencies meet only where
the agreement names a currency and a fixing: every balance is converted once from its original.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from currencies.money import Money, money, total
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from settlement.ledger.accounts import Account

OWED_BY_US = (Account.PARTNER_PAYABLE, Account.CARRIER_PAYABLE)
OWED_TO_US = (Account.CARRIER_RECEIVABLE,)

Conversion = Callable[[Money], Money]


@dataclass(frozen=True, slots=True)
class OpenBalance:
    """What a party may set off in one account and currency, above zero, without disputed parts."""

    party_id: UUID
    code: str
    account: Account
    amount: Money

    @property
    def is_ours_to_pay(self) -> bool:
        """Whether we owe it."""
        return self.account in OWED_BY_US


@dataclass(frozen=True, slots=True)
class OffsetLine:
    """The part of a balance that is set off, in its own currency and in that of the offset."""

    party_id: UUID
    account: Account
    amount: Money
    counted: Money

    @property
    def is_ours_to_pay(self) -> bool:
        """Whether we owe it."""
        return self.account in OWED_BY_US


@dataclass(frozen=True, slots=True)
class Netted:
    """What is set off in one currency: the two sides as they are, the offset, and its lines."""

    payable: Money
    receivable: Money
    amount: Money
    lines: tuple[OffsetLine, ...]


def net(
    balances: Sequence[OpenBalance],
    currency: str,
    threshold: Money | None,
    conversion: Conversion | None = None,
) -> Netted | None:
    """What is set off in a currency; None where a side does not reach the threshold.

    Without a conversion only balances of the currency take part.
    """
    if threshold is None:
        return None
    used = sorted(
        (each for each in balances if conversion or each.amount.currency.code == currency),
        key=lambda each: (each.code, each.account, str(each.amount.currency.code)),
    )
    counted = [(each, conversion(each.amount) if conversion else each.amount) for each in used]
    ours = [pair for pair in counted if pair[0].is_ours_to_pay]
    theirs = [pair for pair in counted if not pair[0].is_ours_to_pay]
    payable = total((amount for _each, amount in ours), currency)
    receivable = total((amount for _each, amount in theirs), currency)
    amount = min(payable, receivable)
    if amount < threshold or amount.amount <= 0:
        return None
    lines = (*_taken(ours, amount), *_taken(theirs, amount))
    return Netted(payable, receivable, amount, lines)


def after(
    balances: Sequence[OpenBalance], netted: Netted
) -> dict[tuple[UUID, Account, str], Money]:
    """What each balance is once the offset is booked."""
    left = {_key(each): each.amount for each in balances}
    for line in netted.lines:
        left[_key(line)] = left[_key(line)] - line.amount
    return left


def thresholds_of(told: Mapping[str, str]) -> dict[str, Money]:
    """Thresholds by currency, as an agreement tells them: {"EUR": "100.00"}."""
    return {code: money(text, code) for code, text in told.items()}


def _key(each: OpenBalance | OffsetLine) -> tuple[UUID, Account, str]:
    return each.party_id, each.account, str(each.amount.currency.code)


def _taken(pairs: Sequence[tuple[OpenBalance, Money]], amount: Money) -> list[OffsetLine]:
    """Balances used up one after the other until the amount is reached."""
    lines, left = [], amount
    for balance, counted in pairs:
        if left.amount <= 0:
            break
        part = min(counted, left)
        own = balance.amount if part == counted else _part_of(balance.amount, part, counted)
        lines.append(OffsetLine(balance.party_id, balance.account, own, part))
        left -= part
    return [line for line in lines if line.counted.amount]


def _part_of(balance: Money, part: Money, counted: Money) -> Money:
    """The part of a balance that answers a part of what it counts for, in its own minor units."""
    if balance.currency == counted.currency:
        return part
    code = str(balance.currency.code)
    exact = Fraction(balance.amount) * Fraction(part.amount) / Fraction(counted.amount)
    return money(round_fraction(exact, minor_unit(code)), code)
