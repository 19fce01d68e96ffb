"""The job that tells which credit limits of carriers are reached: `interconnect.tell-credit`."""

from collections.abc import Mapping
from typing import Any

from settlement.interconnect.credit_limits import service
from tenants.jobs.work import Work


def tell_credit(work: Work) -> Mapping[str, Any]:
    """Keep what is reached by now; returns how many percents were told, and how many block."""
    with work.transaction("interconnect.tell-credit") as session:
        told = service.tell(session)
        blocked = sum(state.is_blocked for state in service.states(session))
    return {"told": len(told), "blocked": blocked}
