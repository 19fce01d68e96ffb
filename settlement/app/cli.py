"""`saldo`: every command in one list."""

import click

from settlement.app.commands import (
    benchmark,
    delivery,
    documents,
    installation,
    month,
    operations,
    rates,
    scenario,
    tariffs,
    undoing,
    usage,
)
from settlement.app.console import Office
from tenants.cycles import seldom_look_for_cycles
from tenants.settings import settings_from_environment

COMMANDS: list[click.Command] = [
    installation.init,
    installation.doctor,
    installation.tenant,
    usage.source,
    usage.ingest,
    usage.collect,
    usage.receive,
    usage.suspense,
    undoing.undo,
    rates.exchange_rates,
    tariffs.lint_tariff,
    month.rate,
    month.compare_tariffs,
    month.re_rate,
    month.close,
    month.bill,
    month.explain,
    month.payout,
    month.verify,
    documents.documents,
    delivery.delivery,
    scenario.scenario,
    operations.user,
    operations.demo,
    operations.serve,
    operations.worker,
    operations.scheduler,
    benchmark.bench,
]


@click.group()
@click.option("--language", envvar="SALDO_LANGUAGE", default="en", help="en, pl or ru.")
@click.version_option(package_name="saldo")
@click.pass_context
def saldo(context: click.Context, language: str) -> None:
    """Partner and interconnect settlement for telecom and digital operators."""
    office = Office(settings_from_environment(), language)
    context.obj = office
    context.call_on_close(office.close)


for command in COMMANDS:
    saldo.add_command(command)


def main() -> None:
    """Run the command line."""
    seldom_look_for_cycles()
    saldo()
