"""When a declaration is to be paid: by the tenant's days and the agreement's policies (R93)."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from currencies import service as currencies
from settlement.interconnect import service
from settlement.periods import service as periods
from statements import service as statements
from statements.declaration import Declaration
from statements.document import Kind
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import a_rate, rated_traffic


# Declared at noon UTC on Monday, 2 November 2026, to a carrier in Poland, where 11 November is a
# holiday. Its clock is that of Kiribati, where it is the 3rd already.
@pytest.mark.parametrize(
    ("days", "policies", "due"),
    [
        ("", {}, "2026-12-02"),
        ("5", {}, "2026-11-09"),
        ("5", {"holiday": "previous"}, "2026-11-06"),
        ("5", {"holiday": "none"}, "2026-11-07"),
        ("10", {"term_days": "business"}, "2026-11-17"),
        ("10", {"term_days": "business", "term_from": "receipt"}, "2026-11-18"),
    ],
)
def test_the_day_on_which_a_declaration_is_due(
    session: TenantSession, days: str, policies: dict[str, str], due: str
) -> None:
    rated_traffic(session)
    said = {"carrier_payment_days": days} if days else {}
    for table, value in (("tenants", said), ("agreements", policies)):
        chosen = {"value": json.dumps(value)}
        session.execute(sa.text(f"UPDATE {table} SET policies = CAST(:value AS jsonb)"), chosen)
    session.execute(sa.text("UPDATE parties SET time_zone = 'Pacific/Kiritimati'"))
    session.expire_all()
    statements.open_series(session, Kind.DECLARATION, "D/{number}")
    currencies.load_rates(session, [a_rate()])
    periods.close(session, "2026-10")

    (declared,) = service.declare(session, "2026-10")

    assert declared.document.due_on == dt.date.fromisoformat(due)
    said_on_it = statements.content(session, declared.document.id)
    assert isinstance(said_on_it, Declaration)
    assert said_on_it.due_on == declared.document.due_on
    assert declared.exchanged is not None
    xml = service.bytes_of(session, declared.exchanged.id)
    assert f"<DueOn>{due}</DueOn>".encode() in xml
