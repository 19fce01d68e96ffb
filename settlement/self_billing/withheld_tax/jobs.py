"""The job that certifies the tax withheld in the year before: `self-billing.certify-year`."""

from collections.abc import Mapping
from typing import Any

from settlement.periods import service as periods
from settlement.self_billing.withheld_tax import service
from tenants.jobs.work import Work


def certify_year(work: Work) -> Mapping[str, Any]:
    """Issue what is missing of last year; returns how many there are and what was parked."""
    with work.transaction("self-billing.certify-year") as session:
        year = periods.today(session).year - 1
        run = service.issue_year(session, year)
    return {
        "year": year,
        "issued": len(run.issued),
        "parked": [f"{each.party} {each.currency}: {each.reason}" for each in run.parked],
    }
