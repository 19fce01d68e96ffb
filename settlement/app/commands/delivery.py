"""Commands of delivery: send what is due, print, take in what came back."""

import mailbox
from pathlib import Path

import click

from settlement.app.console import Answer, Office, answers
from settlement.delivery import jobs
from settlement.delivery.mailing.service import take_reports
from settlement.delivery.printing import jobs as printing


@click.group()
def delivery() -> None:
    """Documents on their way to those they are for."""


@delivery.command("send")
@click.argument("tenant")
@answers
def send(office: Office, tenant: str) -> Answer:
    """Line up what was issued, send what is due, ask what became of it."""
    with office.at_once(tenant, {}, "deliveries") as work:
        return jobs.send(work)


@delivery.command("print")
@click.argument("tenant")
@answers
def print_batch(office: Office, tenant: str) -> Answer:
    """Produce one print file of all that waits to be printed, with its lists."""
    with office.at_once(tenant, {}, "print") as work:
        return printing.print_all(work)


@delivery.command("reports")
@click.argument("tenant")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@answers
def reports(office: Office, tenant: str, file: Path) -> Answer:
    """Take in the messages of a mailbox file (mbox) that came back to the sender."""
    box = mailbox.mbox(file, create=False)
    try:
        messages = [box.get_bytes(key) for key in box.iterkeys()]
    finally:
        box.close()
    with office.work(tenant, "delivery.reports") as session:
        return take_reports(session, messages)
