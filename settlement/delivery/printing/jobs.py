"""The job that prints: `delivery.print`. Nothing to print is a result and not a failure."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from settlement.delivery.printing import service
from settlement.delivery.printing.print_batch import NothingToPrint
from tenants.session import TenantSession


class Doing(Protocol):
    """Who works, and how it commits."""

    def transaction(self, name: str) -> AbstractContextManager[TenantSession]:
        """A transaction of this work, committed at its end."""
        ...


def print_all(work: Doing) -> Mapping[str, Any]:
    """Produce one batch of all that waits; returns its number and how much is in it."""
    try:
        with work.transaction("delivery.print") as session:
            made = service.produce(session)
    except NothingToPrint:
        return {"envelopes": 0}
    return {"number": made.number, "envelopes": made.envelopes, "pages": made.pages}
