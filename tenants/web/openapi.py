"""The API as a whole: flask-smorest with our problems in place of its errors."""

from typing import Any

from flask import Response
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from tenants.web.problems import problem_of_http

OPENAPI = {
    "API_TITLE": "Saldo",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}


class ProblemApi(Api):  # type: ignore[misc]  # The library carries no types.
    """An API whose errors are problem details, documented as such."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer an error of the protocol, or of a schema, as a problem."""
        return problem_of_http(error)


def describe_security(api: Any) -> None:
    """Document the two ways to say who is calling."""
    schemes = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, `sk_...`."},
        "session": {"type": "apiKey", "in": "cookie", "name": "saldo_session"},
    }
    for name, scheme in schemes.items():
        api.spec.components.security_scheme(name, scheme)
    api.spec.options["security"] = [{name: []} for name in schemes]
