"""Which engine draws which document: the one place that says so.

A layout is named by its file: `.html` is drawn by xhtml2pdf, which a tenant's own HTML can brand;
`.typ` is set by typst, which is quick with long tables and writes archive copies.
"""

from typing import NamedTuple

from statements.account_statement import AccountStatement
from statements.brand import PLAIN, Brand
from statements.cover_list import CoverList
from statements.declaration import Declaration
from statements.document import Document, Kind
from statements.document_json import Letter
from statements.payout_advice import PayoutAdvice
from statements.reminder_letter import ReminderLetter
from statements.rendering.account_view import account_view
from statements.rendering.brand_view import brand_view
from statements.rendering.certificate_view import certificate_view
from statements.rendering.declaration_view import declaration_view
from statements.rendering.letters_view import (
    advice_view,
    cover_list_view,
    labels_view,
    reminder_view,
)
from statements.rendering.usage_view import usage_view
from statements.rendering.view import MAX_LINES, View, document_view, long_document_view
from statements.usage_list import UsageList
from statements.withholding_certificate import WithholdingCertificate

# What people who pay see is HTML; what goes to partners is typeset.
TYPESET = frozenset({Kind.STATEMENT, Kind.SELF_BILLED_INVOICE, Kind.SELF_BILLED_CREDIT})

# xhtml2pdf takes about 3 ms for a row; beyond two or three pages, typst is several times faster.
HTML_LINES_MAX = 100

Page = tuple[str, View]
Issued = Document | Declaration | Letter


class Look(NamedTuple):
    """A brand and the picture of its logo."""

    brand: Brand
    logo: bytes = b""


PLAIN_LOOK = Look(PLAIN)


def list_of(covered: CoverList, look: Look = PLAIN_LOOK) -> Page:
    """The layout and the view of a cover list, in the brand of its tenant."""
    return branded("cover_list.typ", cover_list_view(covered), look)


def labels_of(covered: CoverList, look: Look = PLAIN_LOOK) -> Page:
    """The layout and the view of the labels of a batch of envelopes, in the sender's brand."""
    return branded("labels.typ", labels_view(covered), look)


def usage_of(listed: UsageList, look: Look = PLAIN_LOOK) -> Page:
    """The layout and the view of itemised usage, in the brand of its invoice."""
    return branded("usage.typ", usage_view(listed), look)


def page_of(issued: Issued, look: Look = PLAIN_LOOK) -> Page:
    """The layout and the view in which a numbered document is drawn for its reader.

    A template of the tenant's own draws what its layout would; what is typeset takes the brand's
    logo, colours and texts.
    """
    return branded(*_plain_page_of(issued), look)


def archive_page_of(issued: Issued, look: Look = PLAIN_LOOK) -> Page:
    """The layout and the view of its archive copy (PDF/A-3b), which is always typeset."""
    layout, view = branded(*_plain_archive_page_of(issued), look)
    return layout, {**view, "archive": True}


def branded(layout: str, view: View, look: Look) -> Page:
    """A layout and a view in a look; a template of the tenant's own draws in its place."""
    if look is PLAIN_LOOK:
        return layout, view
    seen = {**view, "brand": brand_view(look.brand, view["locale"], look.logo)}
    template = look.brand.templates.get(layout)
    return layout, seen if template is None else {**seen, "template": template}


def _plain_page_of(issued: Issued) -> Page:
    if isinstance(issued, ReminderLetter):
        return "reminder.html", reminder_view(issued)
    if not isinstance(issued, Document):
        return _plain_archive_page_of(issued)
    if issued.kind in TYPESET or len(issued.lines) > HTML_LINES_MAX:
        return _plain_archive_page_of(issued)
    return "invoice.html", document_view(issued)


def _plain_archive_page_of(issued: Issued) -> Page:
    if isinstance(issued, Declaration):
        return "declaration.typ", declaration_view(issued)
    if isinstance(issued, AccountStatement):
        return "account.typ", account_view(issued)
    if isinstance(issued, WithholdingCertificate):
        return "certificate.typ", certificate_view(issued)
    if isinstance(issued, PayoutAdvice):
        return "advice.typ", advice_view(issued)
    assert isinstance(issued, Document), "a reminder is kept as it was sent, in HTML's layout"
    is_long = len(issued.lines) > MAX_LINES
    return "document.typ", long_document_view(issued) if is_long else document_view(issued)
