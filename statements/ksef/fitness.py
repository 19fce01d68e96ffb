"""Refuse what has no form in KSeF before anything of it is written."""

from typing import Final

from currencies.money import plain
from i18n.locale import Words, _
from statements.document import Document, Kind, Line
from statements.ksef.rates import is_polish
from statements.ksef.refusals import (
    CorrectedUnknown,
    KindNotForKsef,
    RateNotPolish,
    TooLargeForKsef,
    ZlotyTaxMissing,
)
from statements.ubl import checked_invoice

MAX_LINES: Final = 10_000
ZLOTY: Final = "PLN"
KINDS: Final = (
    Kind.INVOICE, Kind.SELF_BILLED_INVOICE, Kind.CREDIT_NOTE, Kind.SELF_BILLED_CREDIT,
    Kind.ADJUSTING_INVOICE, Kind.ADJUSTING_CREDIT, Kind.CORRECTED_INVOICE,
)  # fmt: skip
CORRECTIONS: Final = KINDS[2:]


def check_for_ksef(document: Document) -> None:
    """Refuse a document with a subclass of NotForKsef, or as one that is no issued invoice."""
    checked_invoice(document)
    if document.kind not in KINDS:
        raise KindNotForKsef(kind=document.kind.value)
    rows = len(document.lines) + len(lines_before(document))
    if rows > MAX_LINES:
        raise TooLargeForKsef(size=rows, what=Words(_("lines")), limit=MAX_LINES)
    for line in (*lines_before(document), *document.lines):
        if not is_polish(line.tax):
            rate = plain(line.tax.rate)
            raise RateNotPolish(line=line.id, category=line.tax.category, rate=rate)
    _check_corrected(document)
    _check_currency(document)


def _check_corrected(document: Document) -> None:
    references = document.references
    corrected = references.corrects and references.corrects_issued_on
    if document.kind in CORRECTIONS and not corrected:
        raise CorrectedUnknown
    is_whole = document.kind is Kind.CORRECTED_INVOICE
    if is_whole and (document.replaced is None or not document.replaced.lines):
        raise CorrectedUnknown


def _check_currency(document: Document) -> None:
    foreign_tax = document.currency != ZLOTY and bool(document.totals.tax.amount)
    if foreign_tax and (document.tax_currency is None or document.tax_currency.code != ZLOTY):
        raise ZlotyTaxMissing(currency=document.currency)


def lines_before(document: Document) -> tuple[Line, ...]:
    """The lines that a corrected invoice takes the place of."""
    return document.replaced.lines if document.replaced is not None else ()
