"""The job that lets silence agree to offsets: `netting.accept-silence`."""

from collections.abc import Mapping
from typing import Any

from settlement.netting import service
from tenants.jobs.work import Work


def accept_silence(work: Work) -> Mapping[str, Any]:
    """Note the silence of who did not refuse in time; returns to how many offsets it agreed."""
    with work.transaction("netting.accept-silence") as session:
        accepted = service.accept_silence(session)
    return {"accepted": len(accepted)}
