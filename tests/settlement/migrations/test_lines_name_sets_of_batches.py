"""An upgrade moves the batches of charge lines into sets: all tenants, closed periods too."""

from uuid import UUID

from settlement.migrations.upgrading import upgrade
from tenants.persistence import launcher
from tests.settlement.migrations.owning import owned_by_nobody_special, superuser

BEFORE = "0106_missing_returns_are_waived"
ALPHA, BETA, OCTOBER, PARTY, RUN = (UUID(int=number) for number in range(1, 6))
FIRST, SECOND, NONE, OTHER = (UUID(int=number) for number in range(11, 15))
ONE, TWO = UUID(int=21), UUID(int=22)

OPEN = """
    INSERT INTO periods (tenant_id, id, code, starts_on, ends_on, status, opened_at)
    VALUES (%(tenant)s, %(period)s, '2026-10', '2026-10-01', '2026-11-01', 'open', now())
"""
LINE = """
    INSERT INTO charge_lines (tenant_id, id, run_id, period_id, side, direction, party_id, service,
                              currency, events, seconds, billed_units, amount_3600, amount,
                              starts_on, ends_on, batch_ids)
    VALUES (%(tenant)s, %(line)s, %(run)s, %(period)s, 'customer', 'receivable', %(party)s,
            'voice', 'PLN', 1, 60, 60, 3600, 1, '2026-10-01', '2026-11-01', %(batches)s)
"""
SAID = """
    SELECT c.tenant_id, c.id, s.batch_ids FROM charge_lines c
    LEFT JOIN batch_sets s ON s.tenant_id = c.tenant_id AND s.id = c.batch_set
        AND s.period_id = c.period_id
"""


def test_lines_have_the_batches_that_they_had(server: launcher.Server) -> None:
    owned, place = owned_by_nobody_special(server, "before_sets")
    upgrade(owned, BEFORE)
    lines = {
        (ALPHA, FIRST): [ONE, TWO],
        (ALPHA, SECOND): [ONE, TWO],
        (ALPHA, OTHER): [TWO],
        (ALPHA, NONE): [],
        (BETA, FIRST): [ONE, TWO],
    }
    with superuser(place) as connection:
        for tenant in (ALPHA, BETA):
            connection.execute(OPEN, {"tenant": tenant, "period": OCTOBER})
        for (tenant, line), batches in lines.items():
            named = {"run": RUN, "period": OCTOBER, "party": PARTY, "batches": batches}
            connection.execute(LINE, {"tenant": tenant, "line": line, **named})
        connection.execute("UPDATE periods SET status = 'closed', closed_at = now()")

    upgrade(owned)

    with superuser(place) as connection:
        said = {(tenant, line): batches for tenant, line, batches in connection.execute(SAID)}
        (sets,) = connection.execute("SELECT count(*) FROM batch_sets").fetchone() or (0,)
    assert said == {key: batches or None for key, batches in lines.items()}
    assert sets == 3, "what two lines share stands once, but for each tenant"
