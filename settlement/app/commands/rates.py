"""Commands about exchange rates: load what the banks publish."""

import datetime as dt
from pathlib import Path

import click

from currencies import service as fx
from currencies.money import shown
from currencies.published import READERS, Publisher
from settlement.app.console import Answer, Office, answers
from settlement.exchange_differences import service as differences


@click.group("fx")
def exchange_rates() -> None:
    """Exchange rates, with source, day and history."""


@exchange_rates.command("ecb")
@click.argument("tenant")
@click.option("--file", type=click.Path(exists=True, dir_okay=False), help="The ECB's history.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Leave out earlier days.")
@answers
def ecb(office: Office, tenant: str, file: str | None, since: dt.datetime | None) -> Answer:
    """Load the ECB's reference rates: from a file, or the history that came with Saldo."""
    content = Path(file).read_bytes() if file else None
    with office.work(tenant, "currencies.load") as session:
        return _told(fx.load_ecb(session, content, since.date() if since else None))


@exchange_rates.command("load")
@click.argument("tenant")
@click.argument("publisher", type=click.Choice(sorted(READERS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@answers
def load(office: Office, tenant: str, publisher: Publisher, file: str) -> Answer:
    """Load what a bank or the IMF publishes: XML, JSON, CSV or TSV, zipped or not."""
    with office.work(tenant, "currencies.load") as session:
        return _told(fx.load_published(session, publisher, Path(file).read_bytes()))


@exchange_rates.command("revalue")
@click.argument("tenant")
@click.argument("period")
@answers
def revalue(office: Office, tenant: str, period: str) -> Answer:
    """Value what is open in foreign currencies at the end of a period; repeat it at will."""
    with office.work(tenant, "exchange_differences.revalue") as session:
        found = differences.revalue(session, period)
    return {
        "period": found.period,
        "items": found.items,
        "added": found.added,
        "gain": shown(found.gain),
    }


def _told(loaded: fx.Loaded) -> dict[str, object]:
    return {
        "read": loaded.read,
        "new": loaded.added,
        "findings": [str(finding) for finding in loaded.findings],
    }
