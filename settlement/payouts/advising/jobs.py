"""The job that tells payees what they were paid: `payouts.advise`.

Payees are told when a batch is confirmed; the job makes up for what was parked then.
"""

from collections.abc import Mapping
from typing import Any

from settlement.payouts.advising import service
from tenants.jobs.work import Work
from tenants.session import reading


def advise(work: Work) -> Mapping[str, Any]:
    """Issue the advices that are missing; returns how many there are and what was parked."""
    with reading(work.database, work.tenant_id, work.principal) as session:
        waiting = service.not_advised(session)
    issued, parked = 0, []
    for done, batch in enumerate(waiting, 1):
        with work.transaction("payouts.advise") as session:
            told = service.advices(session, batch.id)
            run = service.advise(session, batch.id)
        issued += len(run.issued) - len(told)
        parked += [f"{batch.number} {each.party}: {each.reason}" for each in run.parked]
        work.progress(done, len(waiting))
    return {"issued": issued, "parked": parked}
