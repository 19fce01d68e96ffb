"""The job that books corrections accepted in silence: `interconnect.accept-silence`."""

from collections.abc import Mapping
from typing import Any

from settlement.interconnect.consenting import service
from tenants.jobs.work import Work


def accept_silence(work: Work) -> Mapping[str, Any]:
    """Book what nobody objected to in time; returns how many corrections."""
    with work.transaction("interconnect.accept-silence") as session:
        accepted = service.accept_silence(session)
    return {"accepted": len(accepted)}
