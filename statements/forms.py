"""The forms a document takes: XML and its rules, a page, a table, and what the register notes.

Two families of documents are issued: those with lines and totals (`Document`) and traffic
declarations. Everything that differs between them on the way out is said here.
"""

import re
from datetime import date
from typing import Any

from moneyed import Money

from currencies.money import money, total
from statements.content import from_plain, to_plain
from statements.declaration import Declaration, check_declaration, declaration_xml
from statements.detail import detail_csv
from statements.document import Document, Kind
from statements.totals import check_ties
from statements.ubl import invoice_xml
from statements.validation.rule_pack import EN16931_UBL, SALDO_DECLARATION, RulePack

Draft = Document | Declaration


def check_sums(draft: Draft) -> None:
    """Refuse a draft whose totals are not the sums of its parts."""
    if isinstance(draft, Declaration):
        check_declaration(draft.number, draft.buckets, draft.totals, draft.currency)
    else:
        check_ties(draft)


def rule_pack_of(draft: Draft) -> RulePack | None:
    """The rules its XML must keep; None for a document that has no XML."""
    if isinstance(draft, Declaration):
        return SALDO_DECLARATION
    return EN16931_UBL if draft.kind.type_code else None


def xml_of(issued: Draft) -> bytes:
    """The XML of a numbered document that has one."""
    return declaration_xml(issued) if isinstance(issued, Declaration) else invoice_xml(issued)


def table_of(issued: Draft) -> bytes | None:
    """The CSV detail; a declaration's detail is its XML."""
    return None if isinstance(issued, Declaration) else detail_csv(issued)


def amounts_of(draft: Draft) -> tuple[Money, Money, Money]:
    """Net, tax and gross for the register; of a declaration, what its directions are worth."""
    if isinstance(draft, Declaration):
        worth = total((each.payable for each in draft.totals), draft.currency)
        return worth, money(0, draft.currency), worth
    return draft.totals.net, draft.totals.tax, draft.totals.gross


def due_on(draft: Draft) -> date | None:
    """When it is due, where it asks for money."""
    return None if isinstance(draft, Declaration) else draft.due_on


def stored(issued: Draft) -> dict[str, Any]:
    """Everything the document says, as plain values."""
    plain: dict[str, Any] = to_plain(issued)
    return plain


def restored(kind: Kind, content: dict[str, Any]) -> Draft:
    """The document that `stored` took apart."""
    if kind is Kind.DECLARATION:
        return from_plain(Declaration, content)
    return from_plain(Document, content)


def file_name(number: str, ending: str) -> str:
    """A name for the file that a reader keeps: `FV-2026-11-000001.pdf`."""
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', number).strip('-.')}.{ending}"
