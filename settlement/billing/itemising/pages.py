"""Itemised usage to take away: by whoever pays the invoice, and by whoever keeps it."""

from uuid import UUID

from flask import Blueprint, Response, g

from settlement.billing.itemising import service
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import choice_asked, own_party

usage_lists = Blueprint("usage_lists", __name__, url_prefix="/documents")
own_usage_lists = Blueprint("own_usage_lists", __name__, url_prefix="/own/invoices")

WHOLE = {"whole": True}


@usage_lists.get("/<uuid:document_id>/usage/<form>")
@requires("documents:read")
def of_document(document_id: UUID, form: str) -> Response:
    """Every event behind a document."""
    return _answer(document_id, form)


@own_usage_lists.get("/<uuid:document_id>/usage/<form>")
@requires("own-invoices:read")
def of_own(document_id: UUID, form: str) -> Response:
    """Every event behind an own invoice; `numbers=whole` where the operator lets customers ask."""
    return _answer(document_id, form, own_party())


def _answer(document_id: UUID, form: str, party_id: UUID | None = None) -> Response:
    whole = choice_asked("numbers", WHOLE) is not None
    made = service.itemised_file(g.session, document_id, form, whole=whole, party_id=party_id)
    return attachment(made.content, made.name, made.media_type)
