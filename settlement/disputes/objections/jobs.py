"""The job that opens what was objected to before we declared: `disputes.open-objected`."""

from collections.abc import Mapping
from typing import Any

from settlement.disputes.objections import service
from tenants.jobs.work import Work


def open_objected(work: Work) -> Mapping[str, Any]:
    """Open the disputes of objections that have none yet; returns how many."""
    with work.transaction("disputes.open-objected") as session:
        return {"opened": len(service.open_objected(session))}
