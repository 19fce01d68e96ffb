"""Add up a document: the one function behind every total that Saldo prints or sends.

Lines are rounded before they come here (EN 16931 adds them up as they are shown, rule R94). What
is left to decide is where tax is rounded, and that is a named policy (rules R81-R83):

    tax_rounding  document   once per tax rate, on the sum of its lines
                  line       on each line; the tax of the document is their sum
    line_net      rounded    tax is taken from the amounts shown
                  exact      tax is taken from the amounts before rounding; where the rounded
                             lines miss the rounded sum, `tied` adds a line with the difference
    total_rounding none, whole_unit (only BT-114 may round a total)

Tax is always computed as a difference of two cumulative figures: tax of all that was stated so
far, less tax stated before. For an invoice nothing was stated before; for credit notes it makes
the last credit take exactly what is left of the invoice's tax, in both currencies (R75, R81).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from moneyed import Money

from currencies.money import EXACT, added, money, scaled, shown, total
from currencies.rounding import Rounding, is_payable, round_to, to_minor_unit, to_whole_unit
from currencies.units import minor_unit
from i18n.errors import Invalid
from i18n.locale import Words, _
from statements.document import (
    BalanceForward,
    Credited,
    Document,
    Line,
    Tax,
    TaxCurrency,
    TaxSubtotal,
    Totals,
    Withholding,
)

# A quotient has no last digit; 60 are far beyond the rounding that follows it at once.
QUOTIENT = Context(prec=60)
INSIDE = "inside "
# Minor units: half of one for the price, and one on each side for a part that is credited.
INSIDE_SLACK = Decimal("2.5")


class NoLines(Invalid):
    """A document without lines is not issued. Leave the account for the next cycle."""


class LineNotRounded(Invalid):
    """Line {line} has the net {net}, finer than its minor unit. Round it before it is stated."""


class LineDoesNotTie(Invalid):
    """Line {line}: {quantity} at {price} is not {net}. Leave out the unit price or correct it."""


class TotalsDoNotTie(Invalid):
    """The {figure} of the document is {stated}, but its lines give {computed}. Build it again."""


@dataclass(frozen=True, slots=True)
class TotalPolicies:
    """The named policies of rules R73, R82 and R89, with their defaults."""

    tax_rounding: Literal["document", "line"] = "document"
    line_net: Literal["rounded", "exact"] = "rounded"
    amount_rounding: Literal["line", "document"] = "line"
    total_rounding: Literal["none", "whole_unit"] = "none"
    rounding: Rounding = "half_up"

    @staticmethod
    def named(policies: Iterable[tuple[str, str]]) -> "TotalPolicies":
        """Read them from the policies printed on a document; others are not ours."""
        return _named_policies(tuple(policies))

    @property
    def closes_on_exact(self) -> bool:
        """Whether the nets shown come to the rounded sum of the exact ones."""
        return self.line_net == "exact" or self.amount_rounding == "document"


@lru_cache(maxsize=256)
def _named_policies(policies: tuple[tuple[str, str], ...]) -> TotalPolicies:
    known: dict[str, Any] = {
        name: value for name, value in policies if name in TotalPolicies.__slots__
    }
    return TotalPolicies(**known)


def add_up(
    lines: Sequence[Line],
    currency: str,
    policies: TotalPolicies = TotalPolicies(),  # noqa: B008 (a frozen value)
    *,
    prepaid: Money | None = None,
    withholdings: Sequence[Withholding] = (),
    credited_before: Sequence[Credited] = (),
    tax_currency: TaxCurrency | None = None,
) -> Totals:
    """Return the totals of the lines. Raises NoLines, LineNotRounded or LineDoesNotTie."""
    global _last
    paid_before = prepaid if prepaid is not None else money(0, currency)
    asked = (
        currency, policies, paid_before, tuple(withholdings), tuple(credited_before), tax_currency,
    )  # fmt: skip
    # Read once: other threads add up too.
    last = _last
    if last is not None and lines is last.lines and asked == last.asked:
        return last.totals
    totals = _added_up(lines, *asked)
    if isinstance(lines, tuple):
        _last = _AddedUp(lines, asked, totals)
    return totals


class _AddedUp(NamedTuple):
    """What lines came to, added up as they were asked to be."""

    lines: tuple[Line, ...]
    asked: tuple[object, ...]
    totals: Totals


# Who drafts adds up, and who checks the draft adds the very same lines up again, which no one can
# have changed.
_last: _AddedUp | None = None


def _added_up(
    lines: Sequence[Line],
    currency: str,
    policies: TotalPolicies,
    paid_before: Money,
    withholdings: Sequence[Withholding],
    credited_before: Sequence[Credited],
    tax_currency: TaxCurrency | None,
) -> Totals:
    if not lines:
        raise NoLines
    for line in lines:
        _check(line, policies.rounding)
        if line.tax_inside is not None:
            _check_inside(line, line.tax_inside)

    subtotals = _subtotals(lines, currency, policies, credited_before, tax_currency)
    net = total((subtotal.taxable for subtotal in subtotals), currency)
    tax = total((subtotal.amount for subtotal in subtotals), currency)
    gross = total((net, tax), currency)
    due = gross - paid_before
    payable = due
    if policies.total_rounding == "whole_unit":
        payable = to_whole_unit(due, policies.rounding)
    withheld = total((each.amount for each in withholdings), currency)
    return Totals(
        net=net,
        tax=tax,
        gross=gross,
        prepaid=paid_before,
        rounding=payable - due,
        payable=payable,
        withheld=withheld,
        to_pay=payable - withheld,
        subtotals=subtotals,
        tax_local=_local_total(subtotals, tax_currency),
    )


def check_ties(document: Document) -> None:
    """Recompute the totals from the lines; raise TotalsDoNotTie where one differs."""
    computed = add_up(
        document.lines,
        document.currency,
        TotalPolicies.named(document.policies),
        prepaid=document.totals.prepaid,
        withholdings=document.withholdings,
        credited_before=document.credited_before,
        tax_currency=document.tax_currency,
    )
    for figure in Totals.__slots__:
        stated, found = getattr(document.totals, figure), getattr(computed, figure)
        if stated != found:
            raise TotalsDoNotTie(figure=figure, stated=_said(stated), computed=_said(found))
    for each in document.withholdings:
        found = to_minor_unit(scaled(each.base, each.rate))
        if each.amount != found:
            raise TotalsDoNotTie(
                figure="withholding", stated=shown(each.amount), computed=shown(found)
            )
    if document.forward is not None:
        _check_forward(document.forward, owed_by(document))


def owed_by(document: Document) -> Money:
    """What is to be paid by the document; below zero where it is a credit."""
    to_pay = document.totals.to_pay
    return scaled(to_pay, -1) if document.kind.is_credit else to_pay


def _check_forward(forward: BalanceForward, owed: Money) -> None:
    """The balance has what this document states, and all of it is payable or carried."""
    if forward.stated != owed:
        raise TotalsDoNotTie(
            figure=Words(_("balance forward")), stated=shown(forward.stated), computed=shown(owed)
        )
    balance, parts = forward.brought + forward.stated, forward.payable + forward.carried
    if balance != parts or forward.payable.amount < 0:
        raise TotalsDoNotTie(
            figure=Words(_("balance forward")), stated=shown(parts), computed=shown(balance)
        )


def tied(lines: Sequence[Line], policies: TotalPolicies, label: str) -> tuple[Line, ...]:
    """Add a line per tax rate where the rounded lines miss the rounded exact sum (R13, R73, R82).

    The difference may be negative. Nothing is added where lines are rounded by policy.
    """
    if not policies.closes_on_exact:
        return tuple(lines)
    added: list[Line] = []
    without_tax = [line for line in lines if line.tax_inside is None]
    for of_rate in lines_by_rate(without_tax).values():
        tax = of_rate[0].tax
        code = of_rate[0].net.currency.code
        exact = total((money(_exact(line), code) for line in of_rate), code)
        missing = to_minor_unit(exact, policies.rounding) - total((x.net for x in of_rate), code)
        if missing.amount:
            added.append(_remainder_line(f"R{len(added) + 1}", label, missing, tax))
    return (*lines, *added)


def net_of(
    gross: Money,
    tax: Tax,
    inclusive_tax: Literal["net_rounded", "tax_rounded"] = "net_rounded",
    rounding: Rounding = "half_up",
) -> Money:
    """Take the tax out of a price that includes it (R83); the tax is the gross less the net."""
    code, places = gross.currency.code, minor_unit(gross.currency.code)
    net = QUOTIENT.divide(gross.amount, EXACT.add(Decimal(1), tax.rate))
    if inclusive_tax == "net_rounded":
        return money(round_to(net, places, rounding), code)
    tax_amount = round_to(QUOTIENT.subtract(gross.amount, net), places, rounding)
    return gross - money(tax_amount, code)


def place_of(line: Line, policies: TotalPolicies) -> str:
    """Where on an invoice the tax of this line is rounded: its tax rate, or the line itself.

    The tax inside of prices is rounded already, and stands apart.
    """
    return _place(line, policies, _named_rate(line.tax))


def _place(line: Line, policies: TotalPolicies, named_rate: str) -> str:
    if line.tax_inside is not None:
        return f"{INSIDE}{named_rate}"
    if policies.tax_rounding == "line":
        return line.corrects or line.id
    return named_rate


def _named_rate(tax: Tax) -> str:
    return f"{tax.category} {tax.rate.normalize():f}"


def _check(line: Line, rounding: Rounding) -> None:
    if not is_payable(line.net):
        raise LineNotRounded(line=line.id, net=shown(line.net))
    if line.unit_price is not None:
        product = money(EXACT.multiply(line.quantity, line.unit_price), line.net.currency.code)
        if to_minor_unit(product, rounding) != line.net:
            raise LineDoesNotTie(
                line=line.id,
                quantity=line.quantity,
                price=line.unit_price,
                net=shown(line.net),
            )


def _check_inside(line: Line, tax_inside: Money) -> None:
    """The tax inside is that of the rate, but for the rounding of a price and of its parts."""
    code = line.net.currency.code
    exact = EXACT.multiply(line.net.amount, line.tax.rate)
    slack = EXACT.multiply(INSIDE_SLACK, Decimal(1).scaleb(-minor_unit(code)))
    is_near = abs(EXACT.subtract(tax_inside.amount, exact)) <= slack
    if not is_near or not is_payable(tax_inside):
        found = to_minor_unit(money(exact, code))
        raise TotalsDoNotTie(
            figure=Words(_("tax inside line {line}"), line=line.id),
            stated=shown(tax_inside),
            computed=shown(found),
        )


def _subtotals(
    lines: Sequence[Line],
    currency: str,
    policies: TotalPolicies,
    credited_before: Sequence[Credited],
    tax_currency: TaxCurrency | None,
) -> tuple[TaxSubtotal, ...]:
    subtotals = []
    for key, of_rate in lines_by_rate(lines).items():
        tax = of_rate[0].tax
        before = {c.place: c.net for c in credited_before if _rate_key(c.tax) == key}
        bases = {place: [net] for place, net in before.items()}
        for place, same in _by_place(of_rate, policies, _named_rate(tax)).items():
            bases.setdefault(place, []).extend([base_at(line, policies) for line in same])
        after = {place: added(parts) for place, parts in bases.items()}
        tax_before = _tax_on(before, tax, currency, policies.rounding)
        tax_after = _tax_on(after, tax, currency, policies.rounding)
        local = None
        if tax_currency is not None:
            local = to_local(tax_after, tax_currency) - to_local(tax_before, tax_currency)
        subtotals.append(
            TaxSubtotal(
                tax=tax,
                taxable=total((line.net for line in of_rate), currency),
                amount=tax_after - tax_before,
                amount_local=local,
            )
        )
    return tuple(subtotals)


def _by_place(
    lines: Sequence[Line], policies: TotalPolicies, named_rate: str
) -> Mapping[str, Sequence[Line]]:
    """Lines of one rate by the place where their tax is rounded; of most documents that is one."""
    if policies.tax_rounding == "document" and all(line.tax_inside is None for line in lines):
        return {named_rate: lines}
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(_place(line, policies, named_rate), []).append(line)
    return found


def _tax_on(nets: Mapping[str, Decimal], tax: Tax, currency: str, rounding: Rounding) -> Money:
    taxes = (
        money(net, currency)
        if place.startswith(INSIDE)
        else to_minor_unit(money(EXACT.multiply(net, tax.rate), currency), rounding)
        for place, net in nets.items()
    )
    return total(taxes, currency)


def to_local(tax: Money, into: TaxCurrency) -> Money:
    """State a tax, already rounded, in the tax currency (R71)."""
    # A published unit is 1, 10, 100, ...: dividing by it only moves the point.
    converted = EXACT.divide(EXACT.multiply(tax.amount, into.rate), Decimal(into.unit))
    return to_minor_unit(money(converted, into.code))


def _local_total(
    subtotals: Sequence[TaxSubtotal], tax_currency: TaxCurrency | None
) -> Money | None:
    if tax_currency is None:
        return None
    return total((s.amount_local for s in subtotals if s.amount_local), tax_currency.code)


def lines_by_rate(lines: Sequence[Line]) -> dict[tuple[str, Decimal], list[Line]]:
    """Lines by category and rate, in a fixed order; the reason printed is that of the first."""
    groups: dict[tuple[str, Decimal], list[Line]] = {}
    last: Tax | None = None
    for line in lines:
        if line.tax is not last:
            last = line.tax
            of_rate = groups.setdefault(_rate_key(last), [])
        of_rate.append(line)
    return {key: groups[key] for key in sorted(groups)}


def _rate_key(tax: Tax) -> tuple[str, Decimal]:
    return tax.category, tax.rate


def base_at(line: Line, policies: TotalPolicies) -> Decimal:
    """What a line adds at its place: its net, or the tax inside of a price with tax."""
    if line.tax_inside is not None:
        return line.tax_inside.amount
    return _exact(line) if policies.line_net == "exact" else line.net.amount


def _exact(line: Line) -> Decimal:
    return line.net.amount if line.net_exact is None else line.net_exact


def _remainder_line(line_id: str, label: str, missing: Money, tax: Tax) -> Line:
    return Line(
        id=line_id,
        description=label,
        quantity=Decimal(1),
        unit_code="C62",
        net=missing,
        net_exact=Decimal(0),
        tax=tax,
    )


def _said(figure: object) -> object:
    return shown(figure) if isinstance(figure, Money) else figure
