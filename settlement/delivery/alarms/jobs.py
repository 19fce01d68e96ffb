"""The job that tells alarms: `delivery.alarms`.

What was raised is lined up, and each address that something waits for gets one message, with
transactions of its own around the sending. One that fails does not stop the others.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from settlement.delivery.alarms import service
from settlement.delivery.jobs import Doing
from settlement.delivery.mailing.service import mail
from settlement.delivery.parcel import Way
from tenants.directory.service import own_tenant
from tenants.session import reading


def tell_alarms(work: Doing) -> Mapping[str, Any]:
    """Tell what was raised; returns how many were new, and messages by what came of them."""
    return tell_by(work, mail(work.database.settings))


def tell_by(work: Doing, way: Way) -> Mapping[str, Any]:
    """Tell what was raised by a way."""
    with work.transaction("delivery.line-up-alarms") as session:
        lined_up = service.line_up(session)
    with reading(work.database, work.tenant_id, work.principal) as session:
        named = [each.email for each in service.recipients(session)]
        obstacle = service.obstacle(session) or way.obstacle(own_tenant(session).code)
    if obstacle:
        with work.transaction("delivery.hold-alarms") as session:
            held = service.keep_waiting(session, obstacle)
        return {"lined_up": lined_up, "held": held}
    told: Counter[str] = Counter()
    for email in named:
        with work.transaction("delivery.claim-alarms") as session:
            parcel = service.claim(session, email)
        if parcel is None:
            continue
        answer = way.send(parcel)
        with work.transaction("delivery.alarms-outcome") as session:
            service.settle(session, parcel.delivery_id, answer)
        told[answer.state.value] += 1
    return {"lined_up": lined_up, **told}
