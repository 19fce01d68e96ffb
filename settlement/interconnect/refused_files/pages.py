"""Refused files as pages: the bytes as they came, and the word to who has just sent one."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect

from i18n.locale import error_text
from settlement.interconnect.refused_files import service
from settlement.interconnect.refused_files.refused_file import UNKNOWN
from settlement.interconnect.refused_files.service import Refusal
from tenants.web.attachment import attachment
from tenants.web.contracts import requires
from tenants.web.forms import refused_field
from tenants.web.problems import reader_language

refused_pages = Blueprint("refused_pages", __name__, url_prefix="/interconnect/refused-files")
own_refused = Blueprint("own_refused", __name__, url_prefix="/own/exchange/refused-files")


@refused_pages.get("/<uuid:refused_file_id>", endpoint="content")
@requires("interconnect:read")
def content(refused_file_id: UUID) -> Response:
    """A file of a carrier that was refused, as it came."""
    return _bytes(refused_file_id)


@own_refused.get("/<uuid:refused_file_id>", endpoint="content")
@requires("own-exchange:read")
def own(refused_file_id: UUID) -> Response:
    """The same for the reader's own company."""
    return _bytes(refused_file_id)


def told_refused(refusal: Refusal, place: str) -> Response:
    """Back to the page that lists the file, with the reason above the form."""
    flash(error_text(refusal.error, reader_language()), "refused")
    flash(refused_field(refusal.error), "field")
    return make_response(redirect(place, 303))


def _bytes(refused_file_id: UUID) -> Response:
    found, content = service.bytes_of(g.session, refused_file_id)
    return attachment(content, found.name, UNKNOWN)
