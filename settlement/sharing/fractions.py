"""What rounding made of a split: for each step of it the exact amount beside the one given.

The exact amounts of a split add up to the revenue, and so do those given; so what rounding took
from one payee or deduction it gave to the others, and the differences add up to nothing. By event
(`rounding_level`) a fixed amount is taken of each event, and what single events carried stays
carried. Base and costs are taken as they were rounded before the split; claims are served in whole
minor units, which is what they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from currencies.money import parse_amount
from settlement.agreements.sharing_terms import Deduction, SharingTerms
from settlement.sharing.crediting import Credit
from settlement.sharing.waterfall import parts_of_left


class Rounded(NamedTuple):
    """A deduction, a payee or what is carried: exact, and as given."""

    what: str
    exact: Fraction
    given: Decimal

    @property
    def fraction(self) -> Fraction:
        """Exact less given."""
        return self.exact - Fraction(self.given)

    def plus(self, other: "Rounded") -> "Rounded":
        """The sum with what rounding made of another time's step."""
        return Rounded(self.what, self.exact + other.exact, self.given + other.given)


def rounded_steps(credit: Credit, terms: SharingTerms) -> list[Rounded]:
    """The steps of a split that a credit shows, by the terms (of its rule) that split it."""
    return [step for _, step in _steps(credit, terms)]


def _steps(credit: Credit, terms: SharingTerms) -> list[tuple[str, Rounded]]:
    given = [
        (_kind(step), _name(step), parse_amount(step["amount"]))
        for step in credit.steps
        if _kind(step)
    ]
    found = {(kind, name): amount for kind, name, amount in given}
    exact = dict(_exact(credit, terms, found))
    return [(kind, Rounded(name, exact[kind, name], amount)) for kind, name, amount in given]


def with_fractions(credits: Sequence[Credit], terms: SharingTerms) -> list[Credit]:
    """The credits of one split, each with what rounding made of it."""
    found = _steps(credits[0], terms)
    of_payees = [step for kind, step in found if kind == "payee"]
    return [
        replace(credit, fraction=step.fraction)
        for credit, step in zip(credits, of_payees, strict=True)
    ]


def fraction_of(credit: Credit, terms: SharingTerms) -> Fraction:
    """What rounding made of the part of the payee whose credit it is."""
    of_payees = [step for kind, step in _steps(credit, terms) if kind == "payee"]
    return of_payees[credit.position].fraction


def as_given(credit: Credit) -> list[Rounded]:
    """The steps that a credit shows, for what nothing but the amounts given is known."""
    given = [(_name(step), parse_amount(step["amount"])) for step in credit.steps if _kind(step)]
    return [Rounded(name, Fraction(amount), amount) for name, amount in given]


def taken_back(credit: Credit) -> list[Rounded]:
    """The steps of a credit that mirrors a refund, which keep their own fractions."""
    return [
        Rounded(_name(step), Fraction(given) + Fraction(step.get("fraction", 0)), given)
        for step in credit.steps
        if _kind(step)
        for given in [parse_amount(step["amount"])]
    ]


Step = tuple[str, str]


def _exact(
    credit: Credit, terms: SharingTerms, given: dict[Step, Decimal]
) -> Iterator[tuple[Step, Fraction]]:
    gross = net = left = Fraction(credit.gross) - Fraction(given.get(("base", ""), 0))
    # What takes a split of nothing back is below zero by its events.
    sign = -1 if gross < 0 or (not gross and credit.events < 0) else 1
    by_event = terms.rounding_level == "event"
    yield ("base", ""), Fraction(given.get(("base", ""), 0))
    for deduction in terms.deductions:
        step = ("takes", deduction.name)
        if deduction.source is not None or deduction.is_claim:
            taken = Fraction(given[step])
        elif deduction.amount is not None:
            taken = Fraction(deduction.amount) * (credit.events if by_event else sign)
        else:
            taken = _by_rate(deduction, gross, net, left)
        left -= taken
        net = left if deduction.is_vat else net
        yield step, taken
    brought = Fraction(given.get(("brought", ""), 0))
    yield ("brought", ""), brought
    left -= brought
    carried = Fraction(0)
    if by_event:
        carried = Fraction(given.get(("carried", ""), 0))
    elif left * sign < 0 and ("carried", "") in given:
        # Below zero by a fraction alone nothing is carried: what was taken is all there was.
        carried = left
    yield ("carried", ""), carried
    rates = parts_of_left(terms)
    for payee, rate in zip(terms.payees(), rates, strict=True):
        yield ("payee", payee), (left - carried) * rate


def _by_rate(deduction: Deduction, gross: Fraction, net: Fraction, left: Fraction) -> Fraction:
    rate = Fraction(deduction.rate or 0)
    if deduction.is_vat:
        return left - left / (1 + rate)
    return {"gross": gross, "net": net, "left": left}[deduction.percent_of] * rate


def _kind(step: object) -> str:
    assert isinstance(step, dict), "a step is a mapping"
    kinds = ("base", "takes", "brought", "payee", "carried")
    return next((kind for kind in kinds if kind in step), "")


def _name(step: object) -> str:
    assert isinstance(step, dict), "a step is a mapping"
    return str(step.get("takes") or step.get("payee") or "")
