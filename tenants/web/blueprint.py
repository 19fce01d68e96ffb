"""The blueprint of an API, with types: what flask-smorest offers and we use, no more.

A concept's blueprint says its own prefix, `/disputes`; the application puts `/v1` before it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema

View = TypeVar("View", bound=Callable[..., Any])
SchemaLike = Schema | type[Schema]


class Blueprint(SmorestBlueprint):  # type: ignore[misc]  # The library carries no types.
    """Routes of one concept below `/v1`, described in OpenAPI as they are declared."""

    def __init__(self, name: str, import_name: str, *, url_prefix: str, description: str = ""):
        super().__init__(name, import_name, url_prefix=url_prefix, description=description)

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve GET; it changes nothing."""
        return self._typed(super().get(rule, **options))

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve POST; it may carry an `Idempotency-Key`."""
        return self._typed(super().post(rule, **options))

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve PUT; doing it twice is doing it once."""
        return self._typed(super().put(rule, **options))

    def response(
        self, status_code: int, schema: SchemaLike | None = None, **options: Any
    ) -> Callable[[View], View]:
        """Say what the answer looks like, and write it so."""
        return self._typed(super().response(status_code, schema, **options))

    def arguments(
        self, schema: SchemaLike, *, location: str = "json", **options: Any
    ) -> Callable[[View], View]:
        """Say what the request must look like, and hand it to the view, checked."""
        return self._typed(super().arguments(schema, location=location, **options))

    def _typed(self, decorator: Any) -> Callable[[View], View]:
        typed: Callable[[View], View] = decorator
        return typed
