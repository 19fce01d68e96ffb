"""A POST with an `Idempotency-Key` has its effect once and its answer as often as asked.

The key is reserved by an advisory lock and the answer is stored in the transaction of the work
itself, so either both are there or neither, wherever the process or the connection breaks. The
same key with another request is refused; a key whose first request still runs is told to wait.
A request that failed stored nothing and may be repeated under its key. A file that is answered is
not stored a second time: such a route gives the same bytes for the same request by itself.
"""

import hashlib
from collections.abc import Callable

from flask import Response, request

from i18n.errors import Conflict, Invalid
from tenants.session import TenantSession
from tenants.web import store
from tenants.web.problems import API_PATHS

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


class KeyStillRunning(Conflict):
    """The first request with the idempotency key {key} is still running. Ask again shortly."""


class KeyUsedForAnother(Invalid):
    """The idempotency key {key} was used for another request. Take a new key."""


class BadIdempotencyKey(Invalid):
    """The idempotency key has {length} characters. Take 1 to {longest} printable ASCII ones."""


def answered_once(session: TenantSession, work: Callable[[], Response]) -> Response:
    """Do the work, or repeat the answer it had before."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or not request.path.startswith(API_PATHS):
        return work()
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise BadIdempotencyKey(length=len(key), longest=LONGEST_KEY)
    if not store.lock_key(session, key):
        raise KeyStillRunning(key=key)
    request_hash = _request_hash()
    earlier = store.answer(session, key)
    if earlier is None:
        return _remembered(session, key, request_hash, work())
    if earlier.request_hash != request_hash:
        raise KeyUsedForAnother(key=key)
    repeated = Response(earlier.body, earlier.status, content_type="application/json")
    repeated.headers["Idempotency-Replayed"] = "true"
    return repeated


def _remembered(
    session: TenantSession, key: str, request_hash: str, response: Response
) -> Response:
    body = response.get_data(as_text=True) if response.is_json else ""
    if not response.is_json and response.get_data():
        return response
    session.add(
        store.AnswerRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            principal=session.principal.name,
            idempotency_key=key,
            request_hash=request_hash,
            status=response.status_code,
            body=body,
            created_at=session.now(),
        )
    )
    return response


def _request_hash() -> str:
    content = hashlib.sha256(request.get_data(cache=True))
    content.update(f"{request.method} {request.full_path} {request.content_type}".encode())
    return content.hexdigest()
