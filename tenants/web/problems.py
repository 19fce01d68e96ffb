"""What went wrong, told to a program: problem details after RFC 9457, in the reader's language."""

import json
from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from i18n.errors import DomainError
from i18n.locale import _, error_text, known_locale, translate

LANGUAGE_COOKIE = "saldo_language"

TM_FORUM = "/tmf-api/"
API_PATHS = ("/v1/", TM_FORUM)
"""Where programs ask, and people do not."""

_TITLES = {
    400: _("The request cannot be understood"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("This method is not offered here"),
    409: _("Not now"),
    412: _("Changed meanwhile"),
    413: _("Too large"),
    415: _("This media type is not taken here"),
    422: _("Not valid"),
    428: _("Say which version you changed"),
    429: _("Too many requests"),
    500: _("Something went wrong on our side"),
}


def reader_language() -> str:
    """The language of this reader: chosen, then the user's own, then the browser's wish."""
    caller = g.get("caller")
    wished = [tag for tag, _quality in request.accept_languages]
    return known_locale(
        request.cookies.get(LANGUAGE_COOKIE), caller.language if caller else None, *wished
    )


def problem_of(error: DomainError) -> Response:
    """The answer to an error of the trade."""
    detail = error_text(error, reader_language())
    return problem(error.status, error.code, detail)


def problem_of_http(error: HTTPException) -> Response:
    """The answer to an error of the protocol; field messages stand under `errors`."""
    status = error.code or 500
    messages = getattr(error, "data", {}).get("messages", {})
    members = {"errors": messages} if messages else {}
    answer = problem(status, _code_of_status(status), title_of(status), **members)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            answer.headers[name] = value
    return answer


def problem(status: int, code: str, detail: str, **members: Any) -> Response:
    """An `application/problem+json` answer. `type` is stable; `detail` is for people."""
    if request.path.startswith(TM_FORUM):
        return _tm_forum_error(status, code, detail)
    body = {
        "type": f"urn:problem:{code}",
        "title": title_of(status),
        "status": status,
        "detail": detail,
        "request_id": g.get("request_id", ""),
        **members,
    }
    text = json.dumps(body, ensure_ascii=False, default=str)
    return Response(text, status, content_type="application/problem+json")


def _tm_forum_error(status: int, code: str, detail: str) -> Response:
    """The same in the `Error` of TM Forum's APIs, which know 400 and not 422."""
    told = 400 if status == 422 else status
    body = {
        "@type": "Error",
        "code": code,
        "reason": title_of(status),
        "message": detail,
        "status": str(told),
    }
    return Response(json.dumps(body, ensure_ascii=False), told, content_type="application/json")


def title_of(status: int) -> str:
    """The title of a status in the reader's language."""
    return translate(_TITLES.get(status, _TITLES[500 if status >= 500 else 400]), reader_language())


def _code_of_status(status: int) -> str:
    return {
        400: "bad-request",
        401: "not-signed-in",
        403: "not-allowed",
        404: "not-found",
        405: "method-not-allowed",
        413: "too-large",
        415: "unsupported-media-type",
        422: "not-valid",
    }.get(status, f"http-{status}")
