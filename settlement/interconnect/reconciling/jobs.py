"""The job that books what was accepted in silence: `interconnect.accept-silence`."""

from collections.abc import Mapping
from typing import Any

from settlement.interconnect.consenting import service as consenting
from settlement.interconnect.reconciling import service
from tenants.jobs.work import Work


def accept_silence(work: Work) -> Mapping[str, Any]:
    """Book what nobody objected to in time; returns how many corrections and settled amounts."""
    with work.transaction("interconnect.accept-silence") as session:
        settled = service.book_unsettled(session)
        accepted = consenting.accept_silence(session)
    return {"accepted": len(accepted), "settled": len(settled)}
