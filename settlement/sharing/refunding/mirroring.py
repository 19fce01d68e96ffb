"""The credits that mirror a refund: what was stored for the revenue, in part and with a minus.

The stored steps of the split are summed, corrections included, and the refund is split in their
proportions; so deductions are given back as well, and a refund of everything takes back everything
to the minor unit, in however many pieces (rule R41). The terms in force today are not asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from currencies.money import Money, money, parse_amount, plain, total
from i18n.errors import Conflict
from settlement.sharing.crediting import SHARE, Credit
from settlement.sharing.refunds import refunded_shares

# Given back to the customer; taken back by the customer's bank; not paid and given up.
LOST: Final = "write_off"
CAUSES: Final = ("refund", "chargeback", LOST)


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


def mirrored(stored: Sequence[Credit], so_far: Money, refund: Refund) -> list[Credit]:
    """One credit below zero for each payee of the stored credits, in their order.

    Where rules of the terms split the revenue, each of them gives back in proportion. A step of
    each credit names the refund.
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
        for credit in _of_rule(split[rule], had, part, refund)
    ]


def _of_rule(
    stored: Sequence[Credit], so_far: Money, amount: Money, refund: Refund
) -> Iterator[Credit]:
    code = amount.currency.code
    steps = _summed_steps(stored)
    parts = refunded_shares([money(step, code) for _, step in steps], so_far, amount)
    told = [
        {**step, "amount": plain(-part.amount)}
        for (step, _), part in zip(steps, parts, strict=True)
    ]
    told.append({"refund": str(refund.id), "amount": "0"})
    shares = [part for (step, _), part in zip(steps, parts, strict=True) if "payee" in step]
    base = total(shares, code)
    last = {credit.position: credit for credit in stored}
    for position, part in enumerate(shares):
        yield replace(
            last[position],
            events=0,
            gross=-amount.amount,
            base=-base.amount,
            amount=-part.amount,
            steps=tuple(told),
            cause=refund.cause,
        )


def _gross(stored: Sequence[Credit]) -> Decimal:
    return sum((credit.gross for credit in stored if credit.position == 0), Decimal(0))


def _summed_steps(stored: Sequence[Credit]) -> list[tuple[Mapping[str, Any], Decimal]]:
    """The split of the revenue, its corrections added; every credit shows the whole of its own."""
    sums: dict[tuple[tuple[str, Any], ...], Decimal] = {}
    for credit in stored:
        if credit.position:
            continue
        for step in credit.steps:
            name = tuple((key, value) for key, value in step.items() if key != "amount")
            sums[name] = sums.get(name, Decimal(0)) + parse_amount(step["amount"])
    return [(dict(name), amount) for name, amount in sums.items()]
