"""Take back part of an issued invoice, never more than is left of it (rules R81, R84).

What is credited is named by invoice line. The tax of a credit note is not the tax of its lines
taken alone: it is the tax of everything credited so far less the tax credited before, so that
crediting an invoice piece by piece gives back exactly its tax.

    invoice 68.33 + 68.33 + 57.50 + 85.00 at 20 %: tax 55.83, not 13.67 + 13.67 + 11.50 + 17.00
    credits 68.33, 57.50, 85.00, 68.33:            tax 13.67, 11.50, 17.00, 13.66
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from moneyed import Money

from currencies.money import EXACT, money, scaled, shown, total
from currencies.rounding import round_to
from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from statements.document import Credited, Document, Kind, Line, References
from statements.totals import QUOTIENT, TotalPolicies, add_up, base_at, place_of

CREDITS = {
    Kind.INVOICE: Kind.CREDIT_NOTE,
    Kind.CORRECTED_INVOICE: Kind.CREDIT_NOTE,
    Kind.DEBIT_NOTE: Kind.CREDIT_NOTE,
    Kind.SELF_BILLED_INVOICE: Kind.SELF_BILLED_CREDIT,
}


class CreditExceedsRemainder(Conflict):
    """Line {line} of {number} has {left} left to credit, not {wanted}. Credit no more than that."""


class NoSuchLine(Invalid):
    """Document {number} has no line {line}. Name one of its lines."""


class NotCreditable(Invalid):
    """A {kind} cannot be credited. Credit an issued invoice."""


def credit(invoice: Document, earlier: Sequence[Document], wanted: Mapping[str, Money]) -> Document:
    """Draft the credit note that takes back the wanted net amount of each named line.

    `earlier` are all documents issued against this invoice before. Raises NotCreditable,
    NoSuchLine or CreditExceedsRemainder; a credit above the remainder is refused whole.
    """
    if invoice.kind not in CREDITS or not invoice.number:
        raise NotCreditable(kind=invoice.kind.value)
    left = remaining(invoice, earlier)
    for line_id, amount in wanted.items():
        _check_line(invoice, line_id, amount, left)
    policies = TotalPolicies.named(invoice.policies)
    credited = [line for each in earlier if each.kind.is_credit for line in each.lines]
    lines = tuple(
        _credit_line(line, wanted[line.id], credited, policies)
        for line in invoice.lines
        if line.id in wanted
    )
    before = stated_before(credited, policies)
    return replace(
        invoice,
        kind=CREDITS[invoice.kind],
        number="",
        issued_on=None,
        due_on=None,
        lines=lines,
        credited_before=before,
        withholdings=(),
        derivations=(),
        payment_reference="",
        replaced=None,
        forward=None,
        totals=add_up(
            lines,
            invoice.currency,
            policies,
            credited_before=before,
            tax_currency=invoice.tax_currency,
        ),
        references=References(
            buyer=invoice.references.buyer,
            order=invoice.references.order,
            agreement=invoice.references.agreement,
            corrects=invoice.number,
            corrects_issued_on=invoice.issued_on,
        ),
    )


def remaining(invoice: Document, earlier: Sequence[Document]) -> dict[str, Money]:
    """What is left to credit of each line, by line id, after credits and adjustments."""
    left = {line.id: line.net for line in invoice.lines}
    for each in earlier:
        for line in each.lines:
            left[line.corrects] += scaled(line.net, -1) if each.kind.is_credit else line.net
    return left


def _check_line(invoice: Document, line_id: str, amount: Money, left: Mapping[str, Money]) -> None:
    if line_id not in left:
        raise NoSuchLine(number=invoice.number, line=line_id)
    rest = left[line_id].amount
    # A negative line of the invoice is credited by a negative amount, down to its own bottom.
    inside = 0 < amount.amount <= rest or rest <= amount.amount < 0
    if not inside:
        raise CreditExceedsRemainder(
            line=line_id, number=invoice.number, left=shown(left[line_id]), wanted=shown(amount)
        )


def _credit_line(
    line: Line, amount: Money, credited: Sequence[Line], policies: TotalPolicies
) -> Line:
    whole = amount == line.net
    return replace(
        line,
        net=amount,
        corrects=line.id,
        quantity=line.quantity if whole else Decimal(1),
        unit_code=line.unit_code if whole else "C62",
        unit_price=line.unit_price if whole else None,
        net_exact=line.net_exact if whole else None,
        details=(),
        tax_inside=_inside_left(line, amount, credited, policies),
    )


def _inside_left(
    line: Line, amount: Money, credited: Sequence[Line], policies: TotalPolicies
) -> Money | None:
    """The part of the tax inside a price: that of all credited so far, less what was credited."""
    if line.tax_inside is None:
        return None
    code, before = amount.currency.code, [each for each in credited if each.corrects == line.id]
    so_far = EXACT.add(amount.amount, total((each.net for each in before), code).amount)
    part = QUOTIENT.divide(EXACT.multiply(line.tax_inside.amount, so_far), line.net.amount)
    taken = total((each.tax_inside for each in before if each.tax_inside), code)
    return money(round_to(part, minor_unit(code), policies.rounding), code) - taken


def stated_before(lines: Iterable[Line], policies: TotalPolicies) -> tuple[Credited, ...]:
    """What lines stated before, by the places at which their tax is rounded."""
    nets: dict[str, Credited] = {}
    for line in lines:
        place = place_of(line, policies)
        known = nets.get(place, Credited(place, line.tax, Decimal(0)))
        nets[place] = replace(known, net=EXACT.add(known.net, base_at(line, policies)))
    return tuple(nets[place] for place in sorted(nets))
