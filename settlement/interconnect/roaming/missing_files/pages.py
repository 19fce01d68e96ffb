"""TAP files that never came, on the page of roaming: told to who sent them."""

from flask import Blueprint, Response, flash, g, make_response, redirect, url_for

from i18n.locale import _
from settlement.interconnect.roaming.missing_files import service
from tenants.web.contracts import requires
from tenants.web.forms import say, text_sent

missing_file_pages = Blueprint(
    "missing_file_pages", __name__, url_prefix="/interconnect/roaming/missing-files"
)


@missing_file_pages.post("")
@requires("interconnect:write")
def tell() -> Response:
    """Write the RAP file that tells a network which of its files never came."""
    file = service.tell(g.session, text_sent("source"), text_sent("network"))
    flash(say(_("{file} is written. It says which files never came."), file=file.name), "done")
    return make_response(redirect(url_for("roaming_pages.files"), 303))
