"""The start page: each role begins where its own work is."""

from flask import Blueprint, Response, current_app, g, make_response, redirect

from settlement.app.navigation import first_place
from tenants.people.pages import ANYBODY
from tenants.web.contracts import requires

start_pages = Blueprint("start_pages", __name__)


@start_pages.get("/")
@requires(*ANYBODY)
def start() -> Response:
    """Go to the first page of the reader's role."""
    return make_response(redirect(first_place(current_app, g.caller.principal).address, 303))
