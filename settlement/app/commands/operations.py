"""Commands that run things: the demonstration, the server, workers, the scheduler, benchmarks."""

import signal
import threading
from pathlib import Path
from typing import Any

import click
import psycopg
import waitress

from settlement.app.console import FOUND_SOMETHING, Answer, Office, answers, show
from settlement.app.demonstration import run as demonstration
from settlement.app.demonstration.setting import PASSWORD, STAFF
from settlement.app.jobs import JOBS
from settlement.app.web import create_app
from settlement.migrations.upgrading import upgrade
from tenants.jobs.processes import run_scheduler, run_worker
from tenants.people import service as people
from tenants.persistence.database import Database, find_place
from tenants.principal import Role


@click.command()
@click.option("--output", type=click.Path(file_okay=False), default="demo-output")
@click.option("--volume", default=1.0, show_default=True, help="Usage, 1 being 310,000 records.")
@answers
def demo(office: Office, output: str, volume: float) -> Answer:
    """Play October 2026 for two operators, from raw usage to bank files, and verify the books."""
    place = find_place(office.settings, demonstration.DATABASE)
    _begin_anew(place.owner_url)
    upgrade(place)
    database, clock = demonstration.repeatable_database(place.application_url, office.settings)
    with office.console.status("demonstration") as status:

        def say(what: str) -> None:
            status.update(what)
            office.console.log(what)

        summary, findings = demonstration.run(
            database, clock, Path(output), volume, demonstration.samples_folder(), say
        )
    if findings:
        show(office, [{"check": each.check, "row": str(each)} for each in findings[:50]])
        raise SystemExit(FOUND_SOMETHING)
    return summary if office.as_json else demonstration.table_of(summary)


def _begin_anew(owner_url: str) -> None:
    """Empty the demonstration's database; it is the demonstration's own."""
    with psycopg.connect(owner_url.replace("+psycopg", "", 1), autocommit=True) as connection:
        for schema in ("public", "queue"):
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        connection.execute("CREATE SCHEMA public")


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--demo", "is_demo", is_flag=True, help="Serve the demonstration's database.")
@click.option("--threads", default=32, show_default=True, help="Requests answered at once.")
@answers
def serve(office: Office, port: int, host: str, is_demo: bool, threads: int) -> Answer:
    """Serve the pages and the API until interrupted."""
    database = _demo_database(office) if is_demo else office.database()
    office.console.print(f"Saldo is on http://{host}:{port}; stop it with Ctrl-C.")
    if is_demo:
        staff = ", ".join(f"{name}@wisla.example" for name, _, _ in STAFF)
        office.console.print(f"Tenants wisla and elbe. Sign in as {staff},")
        office.console.print(
            "melodia@wisla.example (a partner), atlantic@wisla.example (a carrier)"
        )
        office.console.print(f"or customer@wisla.example, with the password {PASSWORD}")
    signal.signal(signal.SIGTERM, _stop)
    waitress.serve(create_app(database), host=host, port=port, threads=threads, ident=None)
    return {"served": f"http://{host}:{port}"}


def _demo_database(office: Office) -> Database:
    place = find_place(office.settings, demonstration.DATABASE)
    return Database(place.application_url, office.settings)


def _stop(*_: Any) -> None:
    raise SystemExit(0)


@click.command()
@click.option("--once", is_flag=True, help="End when the queue is empty.")
@answers
def worker(office: Office, once: bool) -> Answer:
    """Do the queued runs until interrupted."""
    run_worker(office.database(), JOBS, wait=not once)
    return {"queue": "worked off"}


@click.command()
@answers
def scheduler(office: Office) -> Answer:
    """Fire schedules until interrupted; of several schedulers one leads."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_scheduler(office.database(), stop)
    return {"scheduler": "stopped"}


@click.group()
def user() -> None:
    """People of a tenant."""


@user.command("create")
@click.argument("tenant")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--language", default="en", show_default=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@answers
def create_user(
    office: Office, tenant: str, email: str, name: str, role: str, language: str, password: str
) -> Answer:
    """Create a person with a role."""
    with office.work(tenant, "people.create") as session:
        made = people.create_user(
            session, email=email, name=name, role=Role(role), password=password, language=language
        )
    return {"user": made.email, "role": made.role.value}
