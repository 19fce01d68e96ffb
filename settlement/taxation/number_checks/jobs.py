"""The job that checks VAT numbers before they are needed: `taxation.check-numbers`.

Each number is a transaction of its own, so what was told is kept whatever happens to the next.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from settlement.taxation.number_checks import service
from settlement.taxation.number_checks.gateway import configured
from tenants.jobs.work import Work


def check_numbers(work: Work) -> Mapping[str, Any]:
    """Check every number that needs it; returns how many got which answer."""
    asked = configured(work.database.settings)
    with work.transaction("taxation.numbers-due") as session:
        due = service.due(session, session.now().date())
    told: Counter[str] = Counter()
    for done, party_id in enumerate(due, 1):
        with work.transaction("taxation.check-number") as session:
            told[service.check(session, party_id, asked).told.answer.value] += 1
        work.progress(done, len(due))
    return dict(told)
