"""The forms a document takes: XML and its rules, a page, a table, and what the register notes.

Documents with lines and totals (`Document`) are issued, traffic declarations, and letters:
statements of account, certificates of tax withheld, reminders and advices of payment. Everything
that differs between them on the way out is said here.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from moneyed import Money

from currencies.money import money, total
from statements.account_statement import AccountStatement, account_csv, check_account
from statements.cii import cross_industry_invoice
from statements.content import from_plain, to_plain
from statements.declaration import Declaration, check_declaration, declaration_xml
from statements.detail import detail_csv, detail_parquet
from statements.document import Document, Kind
from statements.document_json import Letter, document_json
from statements.filing import JSON, PARQUET, XLSX
from statements.hybrid import factur_x
from statements.ksef.invoice import ksef_xml
from statements.payout_advice import PayoutAdvice, advice_csv
from statements.profiles.profile import EN16931, FACTUR_X, KSEF, PEPPOL, XRECHNUNG, Profile, suited
from statements.reminder_letter import ReminderLetter, reminder_csv
from statements.rendering.choosing import Look, Page, archive_page_of, page_of
from statements.totals import check_ties
from statements.ubl import invoice_xml, xrechnung_xml
from statements.validation.rule_pack import SALDO_DECLARATION
from statements.withholding_certificate import (
    WithholdingCertificate,
    certificate_csv,
    check_certificate,
)
from statements.workbook import detail_workbook

Draft = Document | Declaration | Letter

LETTERS: dict[Kind, type[Letter]] = {
    Kind.ACCOUNT_STATEMENT: AccountStatement,
    Kind.WITHHOLDING_CERTIFICATE: WithholdingCertificate,
    Kind.REMINDER: ReminderLetter,
    Kind.PAYOUT_ADVICE: PayoutAdvice,
}


def check_sums(draft: Draft) -> None:
    """Refuse a draft whose totals are not the sums of its parts.

    Reminders and advices state no sum of their own.
    """
    if isinstance(draft, Declaration):
        check_declaration(draft.number, draft.buckets, draft.totals, draft.currency)
    elif isinstance(draft, AccountStatement):
        check_account(draft)
    elif isinstance(draft, WithholdingCertificate):
        check_certificate(draft)
    elif isinstance(draft, Document):
        check_ties(draft)


def pack_of(draft: Draft, profile: Profile = EN16931) -> str | None:
    """The id of the rules its XML must keep; None for a document that has no XML."""
    if isinstance(draft, Declaration):
        return SALDO_DECLARATION.id
    if not isinstance(draft, Document):
        return None
    return suited(profile, draft.kind).pack_for(draft.kind) if draft.kind.type_code else None


def xml_of(issued: Draft, profile: Profile = EN16931) -> bytes:
    """The XML of a numbered document that has one, in the form of the profile.

    Raises NotForKsef where that form cannot say what the document says.
    """
    if isinstance(issued, Declaration):
        return declaration_xml(issued)
    assert isinstance(issued, Document), "letters have no XML"
    return _WRITERS[suited(profile, issued.kind).id](issued)


_WRITERS: dict[str, Callable[[Document], bytes]] = {
    EN16931.id: invoice_xml,
    PEPPOL.id: invoice_xml,
    XRECHNUNG.id: xrechnung_xml,
    FACTUR_X.id: cross_industry_invoice,
    KSEF.id: ksef_xml,
}


def page_in(issued: Draft, look: Look, profile: Profile = EN16931) -> Page:
    """What is drawn of it: what carries its XML inside is an archive copy (PDF/A-3b)."""
    return archive_page_of(issued, look) if _is_hybrid(issued, profile) else page_of(issued, look)


def paper_of(issued: Draft, pdf: bytes, xml: bytes | None, profile: Profile = EN16931) -> bytes:
    """The PDF as it leaves the house: with its XML inside, where the profile says so."""
    if not _is_hybrid(issued, profile) or xml is None:
        return pdf
    assert issued.issued_on is not None, "what is filed has been issued"
    return factur_x(pdf, xml, issued.issued_on, issued.locale, issued.number)


def _is_hybrid(issued: Draft, profile: Profile) -> bool:
    return isinstance(issued, Document) and suited(profile, issued.kind).syntax == "cii"


def table_of(issued: Draft) -> bytes | None:
    """The CSV detail; a declaration's detail is its XML."""
    return None if isinstance(issued, Declaration) else _TABLES[type(issued)](issued)


_TABLES: dict[type[Document | Letter], Callable[[Any], bytes]] = {
    AccountStatement: account_csv,
    WithholdingCertificate: certificate_csv,
    ReminderLetter: reminder_csv,
    PayoutAdvice: advice_csv,
    Document: detail_csv,
}


def made_of(issued: Draft, media_type: str) -> bytes | None:
    """A form that is not kept but made when asked for; None where the document has no such form.

    What a document says never changes, so these bytes do not either.
    """
    if isinstance(issued, Letter):
        return document_json(issued) if media_type == JSON else None
    if isinstance(issued, Declaration) or media_type not in _MADE:
        return None
    return _MADE[media_type](issued)


_MADE: dict[str, Callable[[Document], bytes]] = {
    XLSX: detail_workbook,
    PARQUET: detail_parquet,
    JSON: document_json,
}


def amounts_of(draft: Draft) -> tuple[Money, Money, Money]:
    """Net, tax and gross for the register; of a declaration, what its directions are worth."""
    if isinstance(draft, Declaration):
        worth = total((each.payable for each in draft.totals), draft.currency)
        return worth, money(0, draft.currency), worth
    if isinstance(draft, Document):
        return draft.totals.net, draft.totals.tax, draft.totals.gross
    stated = _stated(draft)
    return stated, money(0, draft.currency), stated


def _stated(letter: Letter) -> Money:
    """The one amount that a letter is about."""
    if isinstance(letter, AccountStatement):
        return letter.closing
    if isinstance(letter, WithholdingCertificate):
        return letter.withheld
    return letter.amount_open if isinstance(letter, ReminderLetter) else letter.paid


def due_on(draft: Draft) -> date | None:
    """When it is due, where it asks for money; of a reminder, by when it wants the money."""
    if isinstance(draft, ReminderLetter):
        return draft.pay_by
    return draft.due_on if isinstance(draft, Document | Declaration) else None


def stored(issued: Draft) -> dict[str, Any]:
    """Everything the document says, as plain values."""
    plain: dict[str, Any] = to_plain(issued)
    return plain


def restored(kind: Kind, content: dict[str, Any]) -> Draft:
    """The document that `stored` took apart."""
    if kind is Kind.DECLARATION:
        return from_plain(Declaration, content)
    return from_plain(LETTERS[kind], content) if kind in LETTERS else from_plain(Document, content)


def file_name(number: str, ending: str) -> str:
    """A name for the file that a reader keeps: `FV-2026-11-000001.pdf`."""
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', number).strip('-.')}.{ending}"
