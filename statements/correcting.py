"""Change an issued invoice by another document: correct an error, or adjust what was agreed (R86).

Two different things. A *corrected invoice* puts right what was wrong from the start: it states the
whole invoice anew with the right figures and takes its place; what it changes is the difference to
what stood until then. An *adjusting invoice* follows an agreed change of price or volume: the
invoice was right and stands, and the change is charged (a debit) or taken back (a credit) by line.

Tax is cumulative on each side by itself, as in `crediting`: everything charged so far less what was
charged before, and everything taken back so far less what was taken back before. So an invoice that
is adjusted up and then credited whole comes to zero, its tax too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from moneyed import Money

from currencies.money import scaled, shown, total
from i18n.errors import Conflict, Invalid
from i18n.locale import _, translate
from statements.crediting import NoSuchLine, remaining, stated_before
from statements.document import (
    Document,
    Kind,
    Line,
    Party,
    References,
    Standing,
    Tax,
    TaxSubtotal,
)
from statements.totals import TotalPolicies, add_up

CHANGEABLE = (Kind.INVOICE, Kind.CORRECTED_INVOICE, Kind.DEBIT_NOTE)
REASON = _("Reason: {reason}")


class NotChangeable(Invalid):
    """A {kind} cannot be corrected or adjusted. Name an issued invoice."""


class ReplacedAlready(Conflict):
    """{number} was replaced by {by}. Change that document instead."""


class NothingCorrected(Invalid):
    """Nothing would change in {number}. Name what was wrong."""


class NothingAdjusted(Invalid):
    """An adjustment of {number} changes nothing. Name lines and the amounts they change by."""


class ChangeReason(Invalid):
    """A change of {number} needs a reason. Say why; it is printed on the document."""


class ChangedBelowNothing(Conflict):
    """Line {line} of {number} stands at {left}; it cannot change by {change}. Take back less."""


def correct(
    invoice: Document,
    earlier: Sequence[Document],
    lines: Sequence[Line],
    reason: str,
    buyer: Party | None = None,
) -> Document:
    """Draft the corrected invoice: `lines` are all lines as they should have been.

    `earlier` are all documents that changed the invoice before. The tax point stays that of the
    invoice, and so does the rate of its local tax (R75). Raises NotChangeable, ChangeReason,
    NothingCorrected, ReplacedAlready and what `add_up` raises.
    """
    _check(invoice, earlier, reason)
    before = standing(invoice, earlier)
    found = buyer or invoice.buyer
    totals = add_up(
        lines,
        invoice.currency,
        TotalPolicies.named(invoice.policies),
        tax_currency=invoice.tax_currency,
    )
    is_same = totals.net == before.net and totals.tax == before.tax
    if is_same and tuple(lines) == invoice.lines and found == invoice.buyer:
        raise NothingCorrected(number=invoice.number)
    draft = _following(invoice, Kind.CORRECTED_INVOICE, tuple(lines), reason)
    return replace(
        draft,
        buyer=found,
        totals=totals,
        replaced=replace(
            before,
            lines=_standing_lines(invoice, earlier),
            subtotals=_standing_subtotals(invoice, earlier),
            buyer=None if found == invoice.buyer else invoice.buyer,
        ),
        due_on=invoice.due_on,
        period=invoice.period,
    )


def adjust(
    invoice: Document,
    earlier: Sequence[Document],
    changes: Mapping[str, Money],
    reason: str,
    agreed_on: date,
) -> Document:
    """Draft the adjusting invoice over signed changes of lines, without tax, by line id.

    What comes to less than zero is an adjusting credit. Tax arises on the day of the agreement, at
    the rates of the invoice. Raises NotChangeable, ChangeReason, ReplacedAlready, NoSuchLine,
    NothingAdjusted, ChangedBelowNothing and what `add_up` raises.
    """
    _check(invoice, earlier, reason)
    wanted = {line: change for line, change in changes.items() if change.amount}
    if not wanted:
        raise NothingAdjusted(number=invoice.number)
    _check_room(invoice, remaining(invoice, earlier), wanted)
    is_credit = total(wanted.values(), invoice.currency).amount < 0
    kind = Kind.ADJUSTING_CREDIT if is_credit else Kind.ADJUSTING_INVOICE
    lines = tuple(
        _change_of(line, scaled(wanted[line.id], -1) if is_credit else wanted[line.id])
        for line in invoice.lines
        if line.id in wanted
    )
    policies = TotalPolicies.named(invoice.policies)
    same_side = [each for each in earlier if each.kind.is_credit == is_credit]
    stated = [line for each in same_side for line in each.lines]
    before = stated_before(stated if is_credit else (*invoice.lines, *stated), policies)
    draft = _following(invoice, kind, lines, reason)
    return replace(
        draft,
        credited_before=before,
        tax_point_on=agreed_on,
        totals=add_up(
            lines,
            invoice.currency,
            policies,
            credited_before=before,
            tax_currency=invoice.tax_currency,
        ),
    )


def standing(invoice: Document, later: Iterable[Document]) -> Standing:
    """What an invoice comes to with all that changed it."""
    sums = [effect(invoice), *(effect(each) for each in later)]
    code = invoice.currency
    if invoice.replaced is not None:
        # A corrected invoice stands whole; what it changed is of its predecessor.
        totals = invoice.totals
        sums[0] = Standing(totals.net, totals.tax, totals.payable)
    return Standing(
        total((each.net for each in sums), code),
        total((each.tax for each in sums), code),
        total((each.payable for each in sums), code),
    )


def effect(document: Document) -> Standing:
    """What a document changes of what its customer owes: credits lower it, a corrected invoice
    changes it by the difference to what it replaces.
    """
    totals = document.totals
    sums = (totals.net, totals.tax, totals.payable)
    if document.kind.is_credit:
        sums = tuple(scaled(each, -1) for each in sums)  # type: ignore[assignment]
    if document.replaced is None:
        return Standing(*sums)
    before = document.replaced
    net, tax, payable = sums
    return Standing(net - before.net, tax - before.tax, payable - before.payable)


def _standing_lines(invoice: Document, earlier: Sequence[Document]) -> tuple[Line, ...]:
    """The lines as they stand; one that was changed is its amount, no longer quantity x price."""
    left = remaining(invoice, earlier)
    return tuple(
        line if left[line.id] == line.net else replace(_change_of(line, left[line.id]), corrects="")
        for line in invoice.lines
    )


def _standing_subtotals(invoice: Document, earlier: Sequence[Document]) -> tuple[TaxSubtotal, ...]:
    """The taxes as they stand, by category and rate."""
    found: dict[Tax, TaxSubtotal] = {}
    for document in (invoice, *earlier):
        sign = -1 if document.kind.is_credit else 1
        for each in document.totals.subtotals:
            known = found.get(each.tax)
            found[each.tax] = _signed(each, sign) if known is None else _added(known, each, sign)
    return tuple(found.values())


def _signed(each: TaxSubtotal, sign: int) -> TaxSubtotal:
    local = None if each.amount_local is None else scaled(each.amount_local, sign)
    return TaxSubtotal(each.tax, scaled(each.taxable, sign), scaled(each.amount, sign), local)


def _added(known: TaxSubtotal, each: TaxSubtotal, sign: int) -> TaxSubtotal:
    more = _signed(each, sign)
    local = None
    if known.amount_local is not None and more.amount_local is not None:
        local = known.amount_local + more.amount_local
    taxable, amount = known.taxable + more.taxable, known.amount + more.amount
    return TaxSubtotal(known.tax, taxable, amount, local)


def _check(invoice: Document, earlier: Sequence[Document], reason: str) -> None:
    if invoice.kind not in CHANGEABLE or not invoice.number:
        raise NotChangeable(kind=invoice.kind.value)
    if not reason.strip():
        raise ChangeReason(number=invoice.number)
    check_not_replaced(invoice, earlier)


def check_not_replaced(invoice: Document, earlier: Iterable[Document]) -> None:
    """Refuse to change what does not stand any more. Raises ReplacedAlready."""
    for each in earlier:
        if each.kind is Kind.CORRECTED_INVOICE:
            raise ReplacedAlready(number=invoice.number, by=each.number)


def _check_room(invoice: Document, left: Mapping[str, Money], wanted: Mapping[str, Money]) -> None:
    originals = {line.id: line.net for line in invoice.lines}
    for line, change in wanted.items():
        if line not in left:
            raise NoSuchLine(number=invoice.number, line=line)
        after = left[line] + change
        # A line stays on its side of zero: a charge does not become a payment to the customer.
        if after.amount * (-1 if originals[line].amount < 0 else 1) < 0:
            raise ChangedBelowNothing(
                line=line, number=invoice.number, left=shown(left[line]), change=shown(change)
            )


def _change_of(line: Line, amount: Money) -> Line:
    return replace(
        line,
        net=amount,
        corrects=line.id,
        quantity=Decimal(1),
        unit_code="C62",
        unit_price=None,
        net_exact=None,
        details=(),
        tax_inside=None,
    )


def _following(invoice: Document, kind: Kind, lines: tuple[Line, ...], reason: str) -> Document:
    """The invoice as the beginning of a document that changes it."""
    return replace(
        invoice,
        kind=kind,
        number="",
        issued_on=None,
        due_on=None,
        lines=lines,
        credited_before=(),
        withholdings=(),
        derivations=(),
        payment_reference="",
        replaced=None,
        forward=None,
        notes=(translate(REASON, invoice.locale).format(reason=reason.strip()),),
        references=References(
            buyer=invoice.references.buyer,
            order=invoice.references.order,
            agreement=invoice.references.agreement,
            corrects=invoice.number,
            corrects_issued_on=invoice.issued_on,
        ),
    )
