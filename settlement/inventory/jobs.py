"""The job that writes down which reservations and quarantines are over: `inventory.lapse`.

They are over by their date in any case; the job ends their rows and says how many were freed.
"""

from collections.abc import Mapping
from typing import Any

from settlement.inventory import service
from tenants.jobs.work import Work


def lapse(work: Work) -> Mapping[str, Any]:
    """End what is due by today; returns how many reservations and quarantines were over."""
    with work.transaction("inventory.lapse") as session:
        over = service.lapse(session, service.today(session))
    return {"reservations": over["reserved"], "quarantines": over["quarantine"]}
