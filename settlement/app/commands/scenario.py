"""The command that plays a story of the trade on a scratch tenant and compares what comes out."""

from collections.abc import Iterator
from pathlib import Path

import click

from i18n.errors import DomainError
from settlement.app.console import FOUND_SOMETHING, Office, as_json_text, refuse
from settlement.app.scenario.run import Played, run_story


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@click.option("--accept", is_flag=True, help="Rewrite expected.json with what comes out.")
@click.option("--json", "as_json", is_flag=True, help="Print all that came out, in JSON.")
@click.pass_obj
def scenario(office: Office, folder: str, accept: bool, as_json: bool) -> None:
    """Play the story in DIR on a scratch tenant; exit 1 where it differs from what is expected."""
    office.as_json = as_json
    try:
        played = run_story(office.prepare().url, office.settings, Path(folder), accept)
    except DomainError as refused:
        refuse(office, refused)
    if as_json:
        click.echo(as_json_text(played.told))
    for line in findings_of(played):
        # What differs is not part of the JSON, so that the JSON can be kept as it is.
        click.echo(line, err=as_json)
    if not played.is_as_expected:
        raise SystemExit(FOUND_SOMETHING)


def findings_of(played: Played) -> Iterator[str]:
    """What a reader is told: the title and the verdict, then every difference."""
    verdict = "as expected" if played.is_as_expected else "not as expected"
    yield f"{played.title}: {verdict}"
    for each in played.missed:
        yield f"{each.path}: expected {each.expected}, found {each.found}"
    yield from played.apart
