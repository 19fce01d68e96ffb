"""An upgrade finds the months of which customers have charges that no document bears."""

from uuid import UUID

from settlement.migrations.upgrading import upgrade
from tenants.persistence import launcher
from tenants.persistence.database import Place
from tests.settlement.migrations.owning import owned_by_nobody_special, superuser

BEFORE = "0112_the_trail_keeps_rows_whole"
ALPHA, BETA, OCTOBER, NOVEMBER, RUN, DOCUMENT = (UUID(int=number) for number in range(1, 7))
BILLED, WAITING, IN_PART, CARRIER = (UUID(int=number) for number in range(11, 15))

LINE = """
    INSERT INTO charge_lines (tenant_id, id, run_id, period_id, side, direction, party_id, service,
                              currency, events, seconds, billed_units, amount_3600, amount,
                              starts_on, ends_on, document_id)
    VALUES (%(tenant)s, gen_random_uuid(), %(run)s, %(period)s, %(side)s, 'receivable', %(party)s,
            'voice', 'PLN', 1, 60, 60, 3600, 1, '2026-10-01', '2026-11-01', %(document)s)
"""


def found_in(place: Place) -> list[tuple[UUID, UUID, UUID]]:
    with superuser(place) as connection:
        return connection.execute(
            "SELECT tenant_id, party_id, period_id FROM unbilled_months ORDER BY 1, 2, 3"
        ).fetchall()


def test_what_waited_before_waits_after(server: launcher.Server) -> None:
    owned, place = owned_by_nobody_special(server, "before_months")
    upgrade(owned, BEFORE)
    lines = (
        (ALPHA, "customer", BILLED, OCTOBER, DOCUMENT),
        (ALPHA, "customer", WAITING, OCTOBER, None),
        (ALPHA, "customer", WAITING, OCTOBER, None),
        (ALPHA, "customer", WAITING, NOVEMBER, None),
        (ALPHA, "customer", IN_PART, OCTOBER, DOCUMENT),
        (ALPHA, "customer", IN_PART, OCTOBER, None),
        (ALPHA, "carrier", CARRIER, OCTOBER, None),
        (BETA, "customer", WAITING, OCTOBER, None),
    )
    with superuser(place) as connection:
        for tenant, side, party, period, document in lines:
            named = {"tenant": tenant, "side": side, "party": party, "period": period}
            connection.execute(LINE, {**named, "document": document, "run": RUN})

    upgrade(owned)

    assert found_in(place) == [
        (ALPHA, WAITING, OCTOBER),
        (ALPHA, WAITING, NOVEMBER),
        (ALPHA, IN_PART, OCTOBER),
        (BETA, WAITING, OCTOBER),
    ]
