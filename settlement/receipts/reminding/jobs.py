"""The job that reminds of what is overdue: `receipts.remind`."""

from collections.abc import Mapping
from typing import Any

from settlement.receipts.reminding import service
from tenants.jobs.work import Work


def remind(work: Work) -> Mapping[str, Any]:
    """Issue the letters that are due; returns how many there are and what was parked."""
    with work.transaction("receipts.remind") as session:
        run = service.issue_all(session)
    return {
        "issued": len(run.issued),
        "interest_notes": len(run.notes),
        "parked": [f"{each.party} {each.currency}: {each.reason}" for each in run.parked],
    }
