"""The job that states all accounts over the month before: `account-statements.issue`."""

from collections.abc import Mapping
from typing import Any

from settlement.account_statements import service
from settlement.periods import service as periods
from settlement.periods.calendar import ONE_DAY, month_of
from tenants.jobs.work import Work


def issue_month(work: Work) -> Mapping[str, Any]:
    """Issue what is missing of last month; returns how many there are and what was parked."""
    with work.transaction("account-statements.issue") as session:
        last = month_of(month_of(periods.today(session)).starts_on - ONE_DAY)
        run = service.issue_all(session, last.starts_on, last.ends_on)
    return {
        "month": last.code,
        "issued": len(run.issued),
        "parked": [f"{each.party} {each.currency}: {each.reason}" for each in run.parked],
    }
