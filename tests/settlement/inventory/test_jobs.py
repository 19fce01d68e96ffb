"""What is due by today is written down as over, in a run that says how many there were."""

from datetime import date

from settlement.app.jobs import JOBS
from settlement.inventory import service
from tenants.directory import service as directory
from tenants.jobs import service as jobs
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import reading, transaction
from tests.world import a_tenant

ALPHA = a_tenant("alpha")
OCTOBER = date(2026, 10, 1)


def test_the_job_ends_what_is_due_and_says_how_many(database: Database) -> None:
    with transaction(database, ALPHA.id, SYSTEM, "tests.world") as session:
        directory.create_tenant(session, ALPHA)
        today = service.today(session)
        service.import_resources(session, "stock", "line", ["L1", "L2"], 0)
        due, not_due = (each.id for each in service.resources(session, today))
        service.reserve(session, due, "somebody", OCTOBER, today)
        service.reserve(session, not_due, "somebody", OCTOBER, date(2030, 1, 1))
        run = jobs.ask_for_run(session, "inventory.lapse", {})

    jobs.do_run(database, JOBS, ALPHA.id, run)

    with reading(database, ALPHA.id, SYSTEM) as session:
        done = jobs.run(session, run)
        assert (done.status, done.result) == ("done", {"reservations": 1, "quarantines": 0})
        assert service.history(session, due)[0].valid_until == today
        assert service.history(session, not_due)[0].valid_until is None
