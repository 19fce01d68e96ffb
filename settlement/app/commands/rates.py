"""Commands about exchange rates: load what the banks publish."""

import datetime as dt
from pathlib import Path

import click

from currencies import service as fx
from settlement.app.console import Answer, Office, answers


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


@exchange_rates.command("nbp")
@click.argument("tenant")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@answers
def nbp(office: Office, tenant: str, file: str) -> Answer:
    """Load a yearly archive of table A of the NBP."""
    with office.work(tenant, "currencies.load") as session:
        return _told(fx.load_nbp(session, Path(file).read_bytes()))


def _told(loaded: fx.Loaded) -> dict[str, object]:
    return {
        "read": loaded.read,
        "new": loaded.added,
        "findings": [str(finding) for finding in loaded.findings],
    }
