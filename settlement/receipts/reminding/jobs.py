"""The job that reminds of what is overdue: `receipts.remind`."""

from collections.abc import Mapping
from typing import Any, Final

from settlement.receipts.reminding import service
from tenants.jobs.work import Work

# Letters issued in one transaction.
PART: Final = 50


def remind(work: Work) -> Mapping[str, Any]:
    """Issue the letters that are due, some at a time; returns how many there are and what was
    parked. Begun again after a stop, it issues those that are left.
    """
    with work.transaction("receipts.remind") as session:
        due = [each.account for each in service.due(session)]
    runs = []
    for start in range(0, len(due), PART):
        with work.transaction("receipts.remind") as session:
            runs.append(service.issue(session, due[start : start + PART]))
        work.progress(min(start + PART, len(due)), len(due))
    return {
        "issued": sum(len(run.issued) for run in runs),
        "interest_notes": sum(len(run.notes) for run in runs),
        "parked": [
            f"{each.party} {each.currency}: {each.reason}" for run in runs for each in run.parked
        ],
    }
