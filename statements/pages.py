"""Documents of one's own: a partner's statements, a customer's invoices, each to take away.

What is held is not issued: nobody outside sees it.
"""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, g, render_template

from statements import service
from statements.document import Kind
from statements.downloading import FORMS, INVOICES, STATEMENTS, forms_of
from statements.filing import Filed
from statements.handing_out import service as handing_out
from statements.owed import ASKING_KINDS
from statements.rendering.wording import TITLES
from statements.service import NoSuchDocument
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import NoSuchPage, own_party

own_documents = Blueprint(
    "own_documents", __name__, url_prefix="/own/statements", template_folder="templates"
)
own_invoices = Blueprint(
    "own_invoices", __name__, url_prefix="/own/invoices", template_folder="templates"
)

# What a partner is told: what it is owed, the tax kept back from it, and what was paid.
OWN_STATEMENTS = (*STATEMENTS, Kind.WITHHOLDING_CERTIFICATE, Kind.PAYOUT_ADVICE)
# What a customer is told: what it is asked for, and what of it is overdue.
OWN_INVOICES = (*INVOICES, Kind.REMINDER)


@own_documents.get("")
@requires("own-statements:read")
def statements() -> str:
    """The statements issued to the reader's party, the newest first."""
    documents = _own(OWN_STATEMENTS)
    return render_template(
        "statements/own_statements.html",
        documents=documents,
        balances=service.balances(g.session, [each.id for each in documents]),
        titles=TITLES,
        forms=forms_of,
        with_evidence=STATEMENTS,
    )


@own_documents.get("/<uuid:document_id>/<form>")
@requires("own-statements:read")
def statement_file(document_id: UUID, form: str) -> Response:
    """One form of an own statement, as it was issued."""
    return _own_file(document_id, form, OWN_STATEMENTS)


@own_invoices.get("")
@requires("own-invoices:read")
def invoices() -> str:
    """The invoices and credit notes issued to the reader's party, the newest first."""
    return render_template(
        "statements/own_invoices.html",
        documents=_own(OWN_INVOICES),
        titles=TITLES,
        forms=forms_of,
        with_usage=INVOICES,
        with_payment=ASKING_KINDS,
    )


@own_invoices.get("/<uuid:document_id>/<form>")
@requires("own-invoices:read")
def invoice_file(document_id: UUID, form: str) -> Response:
    """One form of an own invoice, as it was issued."""
    return _own_file(document_id, form, OWN_INVOICES)


def file_answer(document_id: UUID, form: str, party_id: UUID | None = None) -> Response:
    """The bytes of a document under its own file name. Raises NoSuchDocument or NoSuchForm."""
    if form not in FORMS:
        raise NoSuchPage
    file, content = service.download(g.session, document_id, FORMS[form], party_id)
    handing_out.note(g.session, document_id, file.media_type)
    return attachment(content, file.file_name, file.media_type)


def _own(kinds: Sequence[Kind]) -> list[Filed]:
    issued = service.documents(g.session, status="issued", party_id=own_party())
    return [document for document in issued if document.kind in kinds]


def _own_file(document_id: UUID, form: str, kinds: Sequence[Kind]) -> Response:
    found = service.document(g.session, document_id, own_party())
    if found.kind not in kinds or not found.is_issued:
        raise NoSuchDocument(document=document_id)
    return file_answer(document_id, form, own_party())
