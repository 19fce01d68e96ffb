"""The job that proposes payouts by schedule: `payouts.propose`.

Arguments: `currencies`, a list; and either `day`, the wished day of the month, with the policy
`weekend` (previous, next, none), or nothing, which pays on the next business day. Each currency is
a transaction of its own. Nothing to pay, a batch that still waits and a missing account are results
and not failures: the run says so for its currency and goes on to the next.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from currencies.money import shown
from i18n.errors import DomainError
from settlement.payouts import service
from settlement.payouts.pay_dates import moved, next_pay_day
from settlement.periods import service as periods
from tenants.directory.service import own_tenant
from tenants.jobs.work import Work
from tenants.session import TenantSession


def propose(work: Work) -> Mapping[str, Any]:
    """Propose one batch for each currency; returns by currency what came out."""
    currencies = list(work.arguments.get("currencies", ()))
    came_out: dict[str, str] = {}
    for done, currency in enumerate(currencies, 1):
        came_out[currency] = _propose(work, currency)
        work.progress(done, len(currencies))
    return came_out


def _propose(work: Work, currency: str) -> str:
    try:
        with work.transaction("payouts.propose") as session:
            pays_on = _pay_day(session, work.arguments)
            batch = service.propose(session, currency, pays_on, work.run_id)
            return f"{batch.number}: {shown(batch.amount)} to {len(batch.paid)} payees"
    except DomainError as error:
        return str(error)


def _pay_day(session: TenantSession, arguments: Mapping[str, Any]) -> dt.date:
    today, country = periods.today(session), own_tenant(session).country
    weekend = str(arguments.get("weekend", "previous"))
    if "day" in arguments:
        return next_pay_day(today, int(arguments["day"]), weekend, country)
    return moved(today, "next", country)
