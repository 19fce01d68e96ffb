"""Share revenue by the terms of an agreement: deductions from top to bottom, then the shares.

Gross 1.23 with 23 % VAT in it is net 1.00; less a store fee of 10 % it is 0.90; 70 % of that is
0.63 (rule R43). Everything taken and everything shared adds up to the gross, always. A refund is a
negative gross and mirrors what the same positive gross would give (rule R41).

Where deductions come to more than the revenue there is nothing to share, and what is missing is
carried to the next time. Claims take no more than is left, one step of them after the other (R46).

`waterfall_rounding` says when money is rounded: `each_step` as it is taken, or at the `end`, when
the shares are; then the deductions and what the owner keeps share what the shares left. Where a
cost gives something back (that of a refund), it is rounded as it is taken in either case.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from currencies.money import Money, money, scaled, total
from settlement.agreements.sharing_terms import Deduction, SharingTerms
from settlement.sharing.chain import run_chain
from settlement.sharing.guarantees import serve_claims
from settlement.sharing.parts import exact, payable, split_by


class Share(NamedTuple):
    """What a payee is given."""

    payee: str
    amount: Money


class Taken(NamedTuple):
    """What a deduction took."""

    name: str
    amount: Money


Facts = Mapping[str, Money]
NO_FACTS: Final[Facts] = MappingProxyType({})


class Shared(NamedTuple):
    """Deductions, shares (the owner last) and what is carried; together they are the gross."""

    deductions: list[Taken]
    shares: list[Share]
    carried: Money


def share(gross: Money, terms: SharingTerms, facts: Facts = NO_FACTS) -> Shared:
    """Share one payable amount. Nothing is lost: all that is returned adds up to it.

    `facts` are the amounts of deductions that name a source.
    """
    sign = -1 if gross.amount < 0 else 1
    size = scaled(gross, sign)
    facts = {source: scaled(amount, sign) for source, amount in facts.items()}
    if terms.waterfall_rounding == "each_step":
        taken, shares, carried = _each_step(size, terms, facts)
    else:
        taken, shares, carried = _at_the_end(size, terms, facts)
    shared = Shared(
        [Taken(each.name, scaled(amount, sign)) for each, amount in _named(terms, taken)],
        [
            Share(payee, scaled(amount, sign))
            for payee, amount in zip(terms.payees(), shares, strict=True)
        ],
        scaled(carried, sign),
    )
    everything = [*(each.amount for each in shared.deductions), shared.carried]
    everything += [each.amount for each in shared.shares]
    assert total(everything, gross.currency.code) == gross, "all that is shared is the gross"
    return shared


Steps = tuple[list[Money], list[Money], Money]


def _each_step(gross: Money, terms: SharingTerms, facts: Facts) -> Steps:
    code = gross.currency.code
    left = net = exact(gross)
    taken: list[Money] = []
    for step in _steps(terms.deductions):
        if step[0].is_claim:
            amounts = _served(step, terms, max(left, Fraction(0)), code)
        else:
            amounts = [payable(_wanted(step[0], exact(gross), net, left, facts), code)]
        taken += amounts
        left -= sum(map(exact, amounts), Fraction(0))
        if step[0].is_vat:
            net = left
    if left < 0:
        return taken, _nothing(terms, code), payable(left, code)
    return taken, _shares(payable(left, code), terms), money(0, code)


def _steps(deductions: Sequence[Deduction]) -> list[list[Deduction]]:
    """Deductions one by one; claims that follow one another are served as one step."""
    steps: list[list[Deduction]] = []
    for each in deductions:
        if each.is_claim and steps and steps[-1][0].is_claim:
            steps[-1].append(each)
        else:
            steps.append([each])
    return steps


def _served(
    claims: Sequence[Deduction], terms: SharingTerms, left: Fraction, code: str
) -> list[Money]:
    owed = [payable(Fraction(each.amount or 0), code) for each in claims]
    how: Literal["ratio", "fixed"] = "fixed" if terms.step == "fixed" else "ratio"
    return serve_claims(payable(left, code), owed, how)[:-1]


def _at_the_end(gross: Money, terms: SharingTerms, facts: Facts) -> Steps:
    code = gross.currency.code
    left = net = exact(gross)
    wanted = []
    for deduction in terms.deductions:
        amount = _wanted(deduction, exact(gross), net, left, facts)
        wanted.append(amount)
        left -= amount
        if deduction.is_vat:
            net = left
    if left < 0:
        taken = [payable(amount, code) for amount in wanted]
        return taken, _nothing(terms, code), gross - total(taken, code)
    if any(amount < 0 for amount in wanted):
        # What a deduction gives back is no part of the gross that odd units could be spread over.
        return _each_step(gross, terms, facts)
    rates = parts_of_left(terms)
    shares = [left * rate for rate in rates[:-1]]
    rest = exact(gross) - sum(shares, Fraction(0))
    *paid, kept = split_by(gross, [*shares, rest])
    *taken, owned = split_by(kept, [*wanted, left * rates[-1]])
    return taken, [*paid, owned], money(0, code)


def _wanted(
    deduction: Deduction, gross: Fraction, net: Fraction, left: Fraction, facts: Facts
) -> Fraction:
    if deduction.source is not None:
        return exact(facts[deduction.source])
    if deduction.amount is not None:
        return Fraction(deduction.amount)
    assert deduction.rate is not None, "a deduction has a rate or an amount"
    rate = Fraction(deduction.rate)
    if deduction.is_vat:
        # VAT is in the price: the net is the price divided by one and the rate.
        return left - left / (1 + rate)
    return {"gross": gross, "net": net, "left": left}[deduction.percent_of] * rate


def _shares(left: Money, terms: SharingTerms) -> list[Money]:
    if terms.chain and terms.chain_rounding == "cascade":
        return run_chain(left, [part.rate for part in terms.chain])
    return split_by(left, parts_of_left(terms))


def parts_of_left(terms: SharingTerms) -> list[Fraction]:
    """The part of what is left that each payee gets, the owner last; together 1."""
    if terms.chain:
        rates, left = [], Fraction(1)
        for link in terms.chain:
            rates.append(left * Fraction(link.rate))
            left -= rates[-1]
        return [*rates, left]
    rates = [Fraction(part.rate) for part in terms.shares]
    return [*rates, 1 - sum(rates, Fraction(0))]


def _nothing(terms: SharingTerms, code: str) -> list[Money]:
    return [money(0, code) for _ in terms.payees()]


def _named(terms: SharingTerms, taken: list[Money]) -> list[tuple[Deduction, Money]]:
    return list(zip(terms.deductions, taken, strict=True))
