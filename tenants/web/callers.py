"""Who sent this request: a person's cookie or a program's key, and what a form must carry."""

import hashlib
import hmac
from collections.abc import Sequence
from functools import partial

from flask import Request, current_app, g, request

from i18n.errors import Forbidden
from tenants.gathering import Gathering
from tenants.people import service as people
from tenants.people.service import Caller
from tenants.persistence.database import Database

SESSION_COOKIE = "saldo_session"
FORM_COOKIE = "saldo_form"
FORM_FIELD = "form_token"
FORM_HEADER = "X-Form-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Keyholders = Gathering[str, None, Caller | None]


class FormTokenMissing(Forbidden):
    """The form is too old or was not sent from our own page. Load the page again and repeat."""


def database() -> Database:
    """The database of the running application."""
    found: Database = current_app.extensions["saldo.database"]
    return found


def find_caller() -> Caller | None:
    """Who is calling, found once per request; None when nobody has signed in."""
    if "caller" not in g:
        g.caller = _caller(request)
    caller: Caller | None = g.caller
    return caller


def _keyholders() -> Keyholders:
    """Where requests with one key wait for one another, so that it is looked up once for them all.

    Each is answered by a look that began after it came: a key that was revoked opens nothing.
    """
    new: Keyholders = Gathering(partial(_look_up, database()))
    found: Keyholders = current_app.extensions.setdefault("saldo.keyholders", new)
    return found


def _look_up(opened: Database, key: str, requests: Sequence[None]) -> list[Caller | None]:
    return [people.principal_of_key(opened, key)] * len(requests)


def form_token() -> str:
    """The token a form on this page must carry, tied to the reader's cookie."""
    seed = request.cookies.get(SESSION_COOKIE) or request.cookies.get(FORM_COOKIE) or _new_seed()
    key: str = current_app.config["SECRET_KEY"]
    return hmac.new(key.encode(), seed.encode(), hashlib.sha256).hexdigest()


def require_form_token() -> None:
    """Refuse a change that a foreign page made the reader's browser send."""
    if request.method in SAFE_METHODS or "Authorization" in request.headers:
        return
    has_cookie = SESSION_COOKIE in request.cookies or FORM_COOKIE in request.cookies
    sent = request.headers.get(FORM_HEADER) or request.form.get(FORM_FIELD, "")
    if not has_cookie or not hmac.compare_digest(sent.encode(), form_token().encode()):
        raise FormTokenMissing


def _new_seed() -> str:
    """A seed for a reader who has not signed in; the answer sets it as a cookie."""
    if "form_seed" not in g:
        g.form_seed = database().randomness.token()
    seed: str = g.form_seed
    return seed


def _caller(asked: Request) -> Caller | None:
    scheme, _, credentials = asked.headers.get("Authorization", "").partition(" ")
    if scheme:
        # A request that names a key is answered for that key, never for a cookie beside it.
        key = credentials.strip() if scheme.lower() == "bearer" else ""
        return _keyholders().ask(key, None)
    cookie = asked.cookies.get(SESSION_COOKIE, "")
    return people.principal_of_cookie(database(), cookie) if cookie else None
