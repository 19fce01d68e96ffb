"""The job that ends plans of instalments that were not kept: `receipts.drop-instalments`."""

from collections.abc import Mapping
from typing import Any

from settlement.receipts.instalments import service
from tenants.jobs.work import Work


def drop_missed(work: Work) -> Mapping[str, Any]:
    """End the plans that the policy says; returns the numbers of their invoices."""
    with work.transaction("receipts.drop-instalments") as session:
        dropped = service.drop_missed(session)
    return {"fell_away": [each.plan.number for each in dropped]}
