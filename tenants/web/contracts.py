"""What a route asks for before its view runs, said in a line above it.

    @invoices.get("/<uuid:invoice_id>")
    @requires("documents:read", "own-invoices:read")
    @invoices.response(200, InvoiceSchema)
    def invoice(invoice_id): ...

`requires` finds the caller, refuses who has none of the rights, opens the one transaction of the
request as `g.session`, and commits it when the view ends well; a GET is rolled back, since it
changes nothing. `public` says that a route needs no sign-in. A route with neither fails the build.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, make_response, redirect, request, url_for

from tenants.people.service import Caller
from tenants.principal import NotAllowed, Principal
from tenants.session import reading, transaction
from tenants.web.callers import SAFE_METHODS, database, find_caller, require_form_token
from tenants.web.idempotency import answered_once
from tenants.web.problems import API_PATHS, problem, title_of

View = Callable[..., Any]


def requires(*rights: str) -> Callable[[View], View]:
    """Let in a caller whose role carries at least one of these rights."""
    assert rights, "a route names the rights that open it"

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            caller = find_caller()
            if caller is None:
                return _ask_to_sign_in()
            _require_any(caller.principal, rights)
            require_form_token()
            return _in_one_transaction(caller, lambda: view(*args, **kwargs))

        guarded.rights = frozenset(rights)  # type: ignore[attr-defined]
        return guarded

    return guard


def public(view: View) -> View:
    """Let everybody in; there is no tenant and no session, but forms still carry their token."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        require_form_token()
        return view(*args, **kwargs)

    opened.rights = frozenset()  # type: ignore[attr-defined]
    return opened


def is_api_request() -> bool:
    """Whether a program is asking, so that answers are JSON and never a redirect."""
    return request.path.startswith(API_PATHS)


def _require_any(principal: Principal, rights: tuple[str, ...]) -> None:
    if not any(principal.may(right) for right in rights):
        raise NotAllowed(role=principal.role.value, right=rights[0])


def _in_one_transaction(caller: Caller, work: Callable[[], Any]) -> Any:
    if request.method in SAFE_METHODS:
        with reading(database(), caller.tenant_id, caller.principal) as session:
            g.session = session
            return make_response(work())
    with transaction(database(), caller.tenant_id, caller.principal, "web.request") as session:
        g.session = session
        return answered_once(session, lambda: make_response(work()))


def _ask_to_sign_in() -> Response:
    sign_in = current_app.config.get("SIGN_IN_ENDPOINT")
    if is_api_request() or sign_in is None:
        answer = problem(401, "not-signed-in", title_of(401))
        answer.headers["WWW-Authenticate"] = 'Bearer realm="saldo"'
        return answer
    answer = make_response(redirect(url_for(sign_in, next=request.full_path.rstrip("?"))))
    # htmx follows redirects inside a fragment; this header makes it load the page instead.
    answer.headers["HX-Redirect"] = answer.headers["Location"]
    return answer
