"""The job that disputes what was returned before we declared: `disputes.open-returned`."""

from collections.abc import Mapping
from typing import Any

from settlement.disputes.returned_calls import service
from tenants.jobs.work import Work


def open_returned(work: Work) -> Mapping[str, Any]:
    """Open the disputes of returned calls that have none yet; returns how many."""
    with work.transaction("disputes.open-returned") as session:
        return {"opened": len(service.open_returned(session))}
