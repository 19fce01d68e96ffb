"""The credits that mirror a refund: what was stored for the revenue, in part and with a minus.

The stored steps of the split are summed, corrections included, and the refund is split in their
proportions; so deductions are given back as well, and a refund of everything takes back everything
to the minor unit, in however many pieces (rule R41). The terms in force today are not asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import compress
from typing import Any, Final
from uuid import UUID

from currencies.money import Money, money, plain, total
from i18n.errors import Conflict
from settlement.sharing.crediting import SHARE, Credit
from settlement.sharing.fractions import Rounded, as_given
from settlement.sharing.parts import exact
from settlement.sharing.refunds import refunded_shares

# Given back to the customer; taken back by the customer's bank; not paid and given up.
LOST: Final = "write_off"
CAUSES: Final = ("refund", "chargeback", LOST)

StepsOf = Callable[[Credit], list[Rounded]]


class RefundExceeds(Conflict):
    """Of {product} {amount} were shared and {refunded} are refunded already. Refund {left} at
    most.
    """


@dataclass(frozen=True, slots=True)
class Refund:
    """An amount of a product's revenue that customers get back, above zero and without tax.

    `period_id` is the period of the sale; `document_id` and `line` name the invoice line, and
    `credit_id` the credit note where there is one.
    """

    id: UUID
    period_id: UUID
    terms_id: UUID
    product: str
    amount: Money
    cause: str
    reason: str
    document_id: UUID
    line: str
    credit_id: UUID | None = None

    @property
    def revenue(self) -> tuple[UUID, UUID, str, str]:
        """What was sold: refunds of the same revenue add up."""
        return self.period_id, self.terms_id, self.product, str(self.amount.currency.code)


def shared_for(stored: Iterable[Credit], refund: Refund) -> list[Credit]:
    """The stored shares of the revenue that a refund takes back."""
    asked = (refund.terms_id, refund.product, refund.amount.currency.code)
    return [
        credit
        for credit in stored
        if credit.cause == SHARE and (credit.terms_id, credit.product, credit.currency) == asked
    ]


def check_refund(stored: Sequence[Credit], so_far: Money, refund: Refund) -> None:
    """Raises RefundExceeds where more would be taken back than was shared."""
    code = refund.amount.currency.code
    gross = money(_gross(stored), code)
    if so_far + refund.amount > gross:
        raise RefundExceeds(
            product=refund.product, amount=gross, refunded=so_far, left=gross - so_far
        )


def mirrored(
    stored: Sequence[Credit], so_far: Money, refund: Refund, steps_of: StepsOf = as_given
) -> list[Credit]:
    """One credit below zero for each payee of the stored credits, in their order.

    Where rules of the terms split the revenue, each of them gives back in proportion. A step of
    each credit names the refund. `steps_of` tells the exact steps of a stored credit: what rounding
    made of them goes back with them, in part as they do.
    """
    code = refund.amount.currency.code
    rules = sorted({credit.rule for credit in stored})
    split = {rule: [credit for credit in stored if credit.rule == rule] for rule in rules}
    gross = [money(_gross(split[rule]), code) for rule in rules]
    if not any(amount.amount for amount in gross):
        return []
    nothing = money(0, code)
    before = refunded_shares(gross, nothing, so_far)
    parts = refunded_shares(gross, so_far, refund.amount)
    return [
        credit
        for rule, had, part in zip(rules, before, parts, strict=True)
        if part.amount
        for credit in _of_rule(split[rule], had, part, refund, steps_of)
    ]


def _of_rule(
    stored: Sequence[Credit], so_far: Money, amount: Money, refund: Refund, steps_of: StepsOf
) -> Iterator[Credit]:
    code = amount.currency.code
    steps = _summed_steps(stored, steps_of)
    parts = refunded_shares([money(step.given, code) for _, step in steps], so_far, amount)
    part_back = exact(amount) / Fraction(sum(step.given for _, step in steps))
    fractions = [
        exact(part) - step.exact * part_back for (_, step), part in zip(steps, parts, strict=True)
    ]
    told = [
        {**step, "amount": plain(-part.amount), **_as_fact(fraction)}
        for (step, _), part, fraction in zip(steps, parts, fractions, strict=True)
    ]
    told.append({"refund": str(refund.id), "amount": "0"})
    is_share = ["payee" in step for step, _ in steps]
    shares = list(compress(parts, is_share))
    base = total(shares, code)
    last = {credit.position: credit for credit in stored}
    of_shares = zip(shares, compress(fractions, is_share), strict=True)
    for position, (part, fraction) in enumerate(of_shares):
        yield replace(
            last[position],
            events=0,
            gross=-amount.amount,
            base=-base.amount,
            amount=-part.amount,
            steps=tuple(told),
            cause=refund.cause,
            fraction=fraction,
        )


def _as_fact(fraction: Fraction) -> Mapping[str, Any]:
    return {"fraction": str(fraction)} if fraction else {}


def _gross(stored: Sequence[Credit]) -> Decimal:
    return sum((credit.gross for credit in stored if credit.position == 0), Decimal(0))


def _summed_steps(
    stored: Sequence[Credit], steps_of: StepsOf
) -> list[tuple[Mapping[str, Any], Rounded]]:
    """The split of the revenue, its corrections added; every credit shows the whole of its own."""
    sums: dict[tuple[tuple[str, Any], ...], Rounded] = {}
    for credit in stored:
        if credit.position:
            continue
        for step, rounded in zip(credit.steps, steps_of(credit), strict=True):
            name = tuple((key, value) for key, value in step.items() if key != "amount")
            sums[name] = sums[name].plus(rounded) if name in sums else rounded
    return [(dict(name), rounded) for name, rounded in sums.items()]
