"""Sign in, sign out, choose a language."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from i18n.locale import LOCALES, _
from tenants.ids import tenant_id_of
from tenants.people import service
from tenants.people.service import DOORKEEPER, FAILURES_BEFORE_LOCK, LOCKED_FOR, SIGNED_IN_FOR
from tenants.principal import Role
from tenants.session import transaction
from tenants.web.callers import SESSION_COOKIE, database, find_caller
from tenants.web.contracts import public, requires
from tenants.web.forms import optional_text_sent, own_place
from tenants.web.problems import LANGUAGE_COOKIE
from tenants.web.wiring import set_cookie

people_pages = Blueprint("people_pages", __name__, template_folder="templates")

A_YEAR = 365 * 24 * 3600
ANYBODY = (
    "documents:read",
    "own-statements:read",
    "own-exchange:read",
    "own-invoices:read",
)
"""Every role has one of these rights."""

ROLES = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.OPERATOR: _("Operator"),
    Role.FINANCE_MAKER: _("Finance, proposes"),
    Role.FINANCE_APPROVER: _("Finance, approves"),
    Role.READ_ONLY: _("Read only"),
    Role.PARTNER_USER: _("Partner"),
    Role.CARRIER_USER: _("Carrier"),
    Role.CUSTOMER_USER: _("Customer"),
    Role.SYSTEM: _("System"),
}


@people_pages.get("/sign-in")
@public
def ask() -> Response | str:
    """The sign-in form; who has signed in already goes on."""
    following = own_place(request.args.get("next"))
    if find_caller() is not None:
        return _on(following)
    return _form(following)


@people_pages.post("/sign-in")
@public
def sign_in() -> Response:
    """Sign in, or say that it did not work and nothing more."""
    code = optional_text_sent("tenant").lower()
    email = optional_text_sent("email")
    password = request.form.get("password", "")
    following = own_place(request.form.get("next"))
    with transaction(database(), tenant_id_of(code), DOORKEEPER, "people.sign_in") as session:
        signed_in = service.sign_in(session, code, email, password)
    if signed_in is None:
        return make_response(_form(following, code, email, has_failed=True), 422)
    answer = _on(following)
    set_cookie(answer, SESSION_COOKIE, signed_in.cookie, int(SIGNED_IN_FOR.total_seconds()))
    return answer


@people_pages.post("/sign-out")
@requires(*ANYBODY)
def sign_out() -> Response:
    """End this sign-in."""
    service.sign_out(g.session, request.cookies.get(SESSION_COOKIE, ""))
    answer = make_response(redirect(url_for("people_pages.ask"), 303))
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@people_pages.post("/language")
@public
def choose_language() -> Response:
    """Speak another language in this browser, and to this person wherever they sign in."""
    language = request.form.get("language", "")
    answer = _on(own_place(request.referrer))
    if language not in LOCALES:
        return answer
    caller = find_caller()
    if caller is not None and caller.principal.user_id is not None:
        with transaction(
            database(), caller.tenant_id, caller.principal, "people.choose_language"
        ) as session:
            service.choose_language(session, caller.principal.user_id, language)
    set_cookie(answer, LANGUAGE_COOKIE, language, A_YEAR)
    return answer


def _form(
    following: str | None, code: str = "", email: str = "", *, has_failed: bool = False
) -> str:
    return render_template(
        "people/sign_in.html",
        following=following or "",
        code=code,
        email=email,
        has_failed=has_failed,
        failures=FAILURES_BEFORE_LOCK,
        minutes=int(LOCKED_FOR.total_seconds()) // 60,
    )


def _on(following: str | None) -> Response:
    return make_response(redirect(following or "/", 303))
