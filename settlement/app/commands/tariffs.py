"""Commands about tariffs: look at a draft before it is published."""

from pathlib import Path

import click

from i18n.locale import known_locale
from settlement.app.console import FOUND_SOMETHING, Answer, Office, answers, show
from settlement.catalogue.drafting import service as drafting
from settlement.catalogue.drafting.draft import DraftUnreadable, draft_from_text


@click.command("lint-tariff")
@click.argument("tenant")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@answers
def lint_tariff(office: Office, tenant: str, file: Path) -> Answer:
    """Look at a draft in TOML or JSON, and keep nothing; exit code 1 where it has errors."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DraftUnreadable(reason="UTF-8") from None
    with office.look(tenant) as session:
        found = drafting.look_at(session, draft_from_text(text))
    locale = known_locale(office.language)
    listed = [each.to_plain(locale) for each in found.findings]
    if found.is_sound:
        return {"tariff": found.version.code, "errors": 0, "findings": listed}
    show(office, listed)
    raise SystemExit(FOUND_SOMETHING)
