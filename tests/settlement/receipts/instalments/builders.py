"""Plans of instalments over amounts in PLN, for tables."""

import datetime as dt
from uuid import UUID

from currencies.money import money
from settlement.receipts.instalments.plan import Instalment, Plan, PlanEnd

AGREED = dt.date(2026, 11, 10)
NOON = dt.datetime(2026, 11, 10, 11, tzinfo=dt.UTC)


def a_plan(parts: str, *, paid: str = "0", days: str = "", ended_on: dt.date | None = None) -> Plan:
    """A plan agreed on 10 November over `100 50`; due on `days` of December, from the first on."""
    amounts = [money(each, "PLN") for each in parts.split()]
    named = [int(day) for day in days.split()] or range(1, len(amounts) + 1)
    due = [dt.date(2026, 12, day) for day in named]
    paid_then = money(paid, "PLN")
    end = None
    if ended_on is not None:
        end = PlanEnd(ended_on, False, "as agreed", "somebody", NOON)
    return Plan(
        id=UUID(int=7),
        document_id=UUID(int=1),
        party_id=UUID(int=2),
        number="F-1",
        asked=sum(amounts, paid_then),
        paid=paid_then,
        agreed_on=AGREED,
        reason="asked for by letter",
        recorded_by="somebody",
        recorded_at=NOON,
        instalments=tuple(map(Instalment, due, amounts)),
        end=end,
    )
