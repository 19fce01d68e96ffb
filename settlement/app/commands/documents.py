"""Commands of documents: everything a party was sent, drawn again into one archive."""

import datetime as dt
from pathlib import Path

import click

from settlement.app.console import FOUND_SOMETHING, Answer, Office, answers, show
from settlement.parties import service as parties
from statements.regenerating import service as regenerating
from tenants.files import write_whole

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("tenant")
@click.argument("party")
@click.option("--from", "first", type=DAY, required=True, help="The first day of issue.")
@click.option("--until", "until", type=DAY, required=True, help="The first day without.")
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="The archive.")
@answers
def documents(
    office: Office, tenant: str, party: str, first: dt.datetime, until: dt.datetime, target: Path
) -> Answer:
    """Draw all documents of a party again, compare them, and keep one ZIP archive.

    Exits 1 where a file does not come out with the bytes it was issued with.
    """
    with office.look(tenant) as session:
        party_id = parties.party_by_code(session, party).id
        found = regenerating.regenerate(session, party_id, first.date(), until.date())
    write_whole(target, found.archive)
    if not found.differing:
        drawn = len({each.document.id for each in found.files})
        return {"documents": drawn, "files": len(found.files), "archive": str(target)}
    show(
        office,
        [
            {"document": each.document.number, "file": each.place, "outcome": each.outcome}
            for each in found.differing
        ],
    )
    raise SystemExit(FOUND_SOMETHING)
