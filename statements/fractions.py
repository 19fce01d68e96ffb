"""What the totals of a document rounded: every fraction with its cause, as signed as its effect.

    tax          per tax rate: what its lines come to, less the tax stated (R81, R82)
    tax_inside   per line with tax in its price (R83)
    tax_local    per tax rate: the tax stated, at the rate of its day, less what it is locally (R71)
    withholding  what is kept back of a base (R89)
    tie          a line that closes rounded lines to their rounded sum (R13): all of it is rounding
    total        whole units asked for, or the sum of a declaration's directions (R89, R51)

A credit takes back, so its fractions have the other sign: the credits that close an invoice take
back its fractions too. A corrected invoice posts the difference to what it replaces.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from currencies.money import EXACT, added
from currencies.rounding_ledger.posted_fraction import (
    TAX,
    TAX_INSIDE,
    TAX_LOCAL,
    TIE,
    TOTAL,
    WITHHOLDING,
    Rounded,
)
from statements.declaration import Declaration
from statements.document import Document, Kind, Line, TaxCurrency, TaxSubtotal
from statements.forms import Draft
from statements.totals import TotalPolicies, base_at, lines_by_rate

# These tell what other documents said, or what may be.
TELLING = (Kind.PROFORMA, Kind.ACCOUNT_STATEMENT, Kind.WITHHOLDING_CERTIFICATE, Kind.STATEMENT)


def fractions_of(draft: Draft) -> list[Rounded]:
    """What a draft that is issued rounded; amounts that came out even are among them."""
    if isinstance(draft, Declaration):
        return list(_of_declaration(draft))
    if not isinstance(draft, Document) or draft.kind in TELLING:
        return []
    found = list(_of_document(draft))
    return [each.taken_back() for each in found] if draft.kind.is_credit else found


def _of_declaration(declaration: Declaration) -> Iterator[Rounded]:
    for each in declaration.totals:
        exact, posted = Fraction(each.amount), each.payable.amount
        yield Rounded(TOTAL, each.direction, declaration.currency, exact, posted)


def _of_document(document: Document) -> Iterator[Rounded]:
    policies = TotalPolicies.named(document.policies)
    totals, before, code = document.totals, document.replaced, document.currency
    local = document.tax_currency
    now = _named(_of_taxes(document.lines, totals.subtotals, policies, code, local))
    earlier: dict[tuple[str, str], Rounded] = {}
    rounding = totals.rounding.amount
    if before is not None:
        earlier = _named(_of_taxes(before.lines, before.subtotals, policies, code, local))
        rounding -= (before.payable - before.net - before.tax).amount
    for key in {**now, **earlier}:
        yield _less(now.get(key), earlier.get(key))
    for number, each in enumerate(document.withholdings, 1):
        exact = Fraction(EXACT.multiply(each.base.amount, each.rate))
        yield Rounded(WITHHOLDING, str(number), code, exact, each.amount.amount)
    yield Rounded(TOTAL, "", code, Fraction(0), rounding)


def _of_taxes(
    lines: Sequence[Line],
    subtotals: Sequence[TaxSubtotal],
    policies: TotalPolicies,
    currency: str,
    local: TaxCurrency | None,
) -> Iterator[Rounded]:
    taxed = lines_by_rate(lines)
    for key, same in _by_rate(subtotals).items():
        rate, what = key[1], f"{key[0]} {key[1].normalize():f}"
        of_rate = taxed.get(key, [])
        inside = sum((line.tax_inside.amount for line in of_rate if line.tax_inside), Decimal(0))
        bases = (base_at(line, policies) for line in of_rate if line.tax_inside is None)
        tax = sum((each.amount.amount for each in same), Decimal(0))
        exact = Fraction(EXACT.multiply(added(bases), rate))
        yield Rounded(TAX, what, currency, exact, tax - inside)
        stated = [each.amount_local.amount for each in same if each.amount_local is not None]
        if local is not None and stated:
            at_rate = Fraction(tax) * Fraction(local.rate) / local.unit
            yield Rounded(TAX_LOCAL, what, local.code, at_rate, sum(stated, Decimal(0)))
    yield from _of_lines(lines, policies, currency)


def _of_lines(lines: Sequence[Line], policies: TotalPolicies, currency: str) -> Iterator[Rounded]:
    for line in lines:
        if line.tax_inside is not None:
            rate, whole = Fraction(line.tax.rate), line.net + line.tax_inside
            exact = Fraction(whole.amount) * rate / (1 + rate)
            yield Rounded(TAX_INSIDE, line.id, currency, exact, line.tax_inside.amount)
        if policies.closes_on_exact and line.net_exact == 0 and line.net.amount:
            yield Rounded(TIE, line.id, currency, Fraction(0), line.net.amount)


def _by_rate(subtotals: Sequence[TaxSubtotal]) -> dict[tuple[str, Decimal], list[TaxSubtotal]]:
    """Taxes by category and rate; those of one rate may stand with several reasons."""
    found: dict[tuple[str, Decimal], list[TaxSubtotal]] = {}
    for each in subtotals:
        found.setdefault((each.tax.category, each.tax.rate), []).append(each)
    return found


def _named(found: Iterable[Rounded]) -> dict[tuple[str, str], Rounded]:
    """By cause and what they are of."""
    return {(each.cause, each.what): each for each in found}


def _sum(one: Rounded, other: Rounded) -> Rounded:
    return Rounded(
        one.cause, one.what, one.currency, one.exact + other.exact, one.posted + other.posted
    )


def _less(now: Rounded | None, before: Rounded | None) -> Rounded:
    if before is None:
        assert now is not None, "one of the two is there"
        return now
    return before.taken_back() if now is None else _sum(now, before.taken_back())
