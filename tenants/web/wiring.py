"""What every answer carries: a request id, strict headers, and the cookie of a first form."""

from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider

from tenants.log import configure_log
from tenants.persistence.database import Database
from tenants.web import strict_json
from tenants.web.callers import FORM_COOKIE, form_token
from tenants.web.problems import reader_language

LARGEST_BODY = 256 * 1024 * 1024
# A page that waits for an answer sets it, and sees by its going that the answer has come.
WAITING_COOKIE = "saldo_waits"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

_log = structlog.get_logger("saldo.web")


class StrictJson(DefaultJSONProvider):
    """Flask's JSON, read strictly; keys keep the order the schema gives them."""

    sort_keys = False
    ensure_ascii = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return strict_json.loads(s)


def wire(app: Flask, database: Database) -> None:
    """Give the application its database, its JSON, its headers and its request ids."""

    def begin() -> None:
        g.request_id = str(database.ids.new())
        g.csp_nonce = database.randomness.token()

    configure_log()
    app.extensions["saldo.database"] = database
    app.config["SECRET_KEY"] = database.settings.secret_key or database.randomness.token()
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json = StrictJson(app)
    app.before_request(begin)
    app.after_request(_finish)
    app.context_processor(
        lambda: {
            "csp_nonce": g.get("csp_nonce", ""),
            "form_token": form_token,
            "caller": g.get("caller"),
            "language": reader_language(),
        }
    )


def set_cookie(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites cannot make the browser post."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=request.is_secure
    )


def _finish(response: Response) -> Response:
    response.headers.update(_HEADERS)
    response.headers["Content-Security-Policy"] = _content_policy()
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if "form_seed" in g:
        set_cookie(response, FORM_COOKIE, g.form_seed)
    if WAITING_COOKIE in request.cookies:
        response.delete_cookie(WAITING_COOKIE, samesite="Lax")
    if request.endpoint != "assets":
        response.headers["Cache-Control"] = "no-store"
    _note(response)
    return response


def _content_policy() -> str:
    nonce = g.get("csp_nonce", "")
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; "
        f"style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _note(response: Response) -> None:
    """One line per request, without its query, its body or its cookies."""
    caller = g.get("caller")
    _log.info(
        "request",
        request_id=g.get("request_id", ""),
        tenant=caller.tenant_code if caller else "",
        principal=caller.principal.name if caller else "",
        method=request.method,
        endpoint=request.endpoint or "",
        status=response.status_code,
    )
