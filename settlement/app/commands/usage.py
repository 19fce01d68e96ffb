"""Commands about usage: sources, files, packets, suspense."""

import json
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, fields
from pathlib import Path
from uuid import UUID

import click

from mediation import service as mediation
from mediation.collecting import jobs as collecting_jobs
from mediation.collecting import service as collecting
from mediation.receiving import service as receiving
from mediation.receiving.cli import receive_until
from mediation.receiving.limits import Limits
from mediation.recycling import service as recycling
from mediation.sources import service as sources
from mediation.suspense import service as suspense_list
from mediation.trying import service as trying
from mediation.writing_off import service as writing_off
from settlement.app.console import Answer, Office, answers
from settlement.app.reading_ahead import read_ahead
from tenants.log import configure_log

PORT_LAST = 65_535


@click.group()
def source() -> None:
    """Where usage comes from."""


@source.command("add")
@click.argument("tenant")
@click.argument("code")
@click.option("--name", default="", help="What people call it; the code by default.")
@click.option("--format", "format_name", required=True, help="asterisk, freeswitch, delimited...")
@click.option("--settings", type=click.File("r"), help="A JSON file of settings.")
@answers
def add(
    office: Office, tenant: str, code: str, name: str, format_name: str, settings: click.File | None
) -> Answer:
    """Register a source with its format and settings."""
    said = json.load(settings) if settings is not None else {}  # type: ignore[arg-type]
    with office.work(tenant, "sources.register") as session:
        kept = sources.register_source(session, code, name or code, format_name, said)
    return {"source": kept.source.code, "format": kept.source.format}


@source.command("try")
@click.argument("tenant")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "code", help="A source whose settings and records to begin with.")
@click.option("--format", "format_name", help="Another format than that of the source.")
@click.option("--settings", type=click.File("r"), help="A JSON file of settings to try.")
@click.option("--records", default=5, show_default=True, help="How many records to show.")
@answers
def try_file(
    office: Office,
    tenant: str,
    file: Path,
    code: str | None,
    format_name: str | None,
    settings: click.File | None,
    records: int,
) -> Answer:
    """Read a sample file as it would be read, and keep nothing."""
    said = json.load(settings) if settings is not None else None  # type: ignore[arg-type]
    with office.look(tenant) as session:
        trial = trying.try_out(
            session,
            file.name,
            file.read_bytes(),
            source_code=code,
            format=format_name,
            settings=said,
            shown=records,
        )
    return asdict(trial)


@click.command()
@click.argument("tenant")
@click.argument("source_code", metavar="SOURCE")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@answers
def ingest(office: Office, tenant: str, source_code: str, files: tuple[str, ...]) -> Answer:
    """Take in usage files of a source; each is a batch of its own."""
    batches = []
    ahead = read_ahead(lambda: office.look(tenant), source_code, [Path(name) for name in files])
    with office.progress("files") as moved, closing(ahead):
        for number, (path, begun) in enumerate(ahead, 1):
            with office.work(tenant, "mediation.ingest") as session:
                batch = mediation.ingest(session, source_code, path.name, begun)
            moved(number, len(files))
            batches.append(
                {
                    "id": batch.id,
                    "file": path.name,
                    "status": batch.status,
                    "records": batch.records,
                    "landed": batch.landed,
                    "rejected": batch.rejected,
                    "duplicate": batch.duplicate,
                    "suspended": batch.suspended,
                    "reason": batch.reason,
                }
            )
    return batches


@source.command("place")
@click.argument("tenant")
@click.argument("code")
@click.argument("settings", type=click.File("r"))
@answers
def place(office: Office, tenant: str, code: str, settings: click.File) -> Answer:
    """Say, in a JSON file, where the files of a source are fetched from."""
    with office.work(tenant, "sources.place") as session:
        kept = collecting.set_place(session, code, json.load(settings))  # type: ignore[arg-type]
    return {"source": code, "kind": kept.kind, "address": kept.address}


@click.command()
@click.argument("tenant")
@click.argument("source_code", metavar="[SOURCE]", required=False)
@answers
def collect(office: Office, tenant: str, source_code: str | None) -> Answer:
    """Fetch what has come in the places of sources, of all or of one, and take it in."""
    arguments = {} if source_code is None else {"source": source_code}
    with office.at_once(tenant, arguments, "places") as work:
        told = collecting_jobs.collect(work)
    return [{"source": code, **counts} for code, counts in told.items()]


def _limited(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each limit of a receiver."""
    for each in reversed(fields(Limits)):
        option = click.option(
            f"--{each.name.replace('_', '-')}",
            each.name,
            type=click.IntRange(min=1),
            default=each.default,
            show_default=True,
            help=each.metadata["told"],
        )
        command = option(command)
    return command


@click.command()
@click.argument("tenant")
@click.argument("source_codes", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--bind", default="127.0.0.1:2055", show_default=True, metavar="ADDRESS:PORT")
@_limited
@answers
def receive(
    office: Office, tenant: str, source_codes: tuple[str, ...], bind: str, **limited: int
) -> Answer:
    """Receive packets over UDP into the watched folders of sources, until interrupted."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or int(port) > PORT_LAST:
        raise click.UsageError("write --bind as ADDRESS:PORT")
    configure_log()
    limits = Limits(**limited)
    with office.look(tenant) as session:
        senders = receiving.senders_of(session, source_codes, office.settings, limits)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    clock = office.database().clock
    return receive_until(stop.is_set, senders, (host.strip("[]"), int(port)), clock, limits)


@click.group()
def suspense() -> None:
    """Usage that cannot go on yet."""


@suspense.command("list")
@click.argument("tenant")
@click.option("--reason", help="Only records with this reason.")
@click.option("--limit", default=50, show_default=True)
@answers
def list_suspense(office: Office, tenant: str, reason: str | None, limit: int) -> Answer:
    """List the records that wait, with the reason."""
    with office.look(tenant) as session:
        return [
            {
                "id": record.id,
                "stage": record.stage,
                "reason": record.reason,
                "line": record.line,
                "raw": record.raw[:80],
            }
            for record in suspense_list.open_suspense(session, reason=reason, limit=limit)
        ]


@suspense.command("repair")
@click.argument("tenant")
@click.argument("record", type=click.UUID)
@click.argument("changes", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--reason", required=True, help="Why it is changed; the audit trail keeps it.")
@answers
def repair(
    office: Office, tenant: str, record: UUID, changes: tuple[str, ...], reason: str
) -> Answer:
    """Change fields of a record and send it on."""
    pairs = dict(change.split("=", 1) for change in changes if "=" in change)
    if len(pairs) != len(changes):
        raise click.UsageError("write each change as FIELD=VALUE")
    with office.work(tenant, "suspense.repair") as session:
        suspense_list.repair(session, record, pairs, reason)
        recycling.recycle(session, [record])
        found = suspense_list.the_record(session, record)
    return {"id": found.id, "status": found.status, "reason": found.reason}


@suspense.command("write-off")
@click.argument("tenant")
@click.argument("records", nargs=-1, type=click.UUID)
@click.option("--reason", help="All records that wait for this reason.")
@click.option("--why", required=True, help="Why they will never be charged.")
@answers
def write_off(
    office: Office, tenant: str, records: tuple[UUID, ...], reason: str | None, why: str
) -> Answer:
    """Propose to give records up, by name or by reason; a person has to approve it."""
    if bool(records) == bool(reason):
        raise click.UsageError("name the records, or give their reason")
    with office.work(tenant, "suspense.write-off") as session:
        proposed = writing_off.propose(session, why, records=records or None, reason=reason)
    return {"id": proposed.id, "status": proposed.status, "records": proposed.records}
