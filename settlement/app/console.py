"""How every command of `saldo` answers: as text for people or, with `--json`, for programs.

Exit codes: 0 done, 1 a check found something, 2 wrong use of the command, 3 refused with a reason.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import wraps
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from i18n.errors import DomainError
from i18n.locale import error_text, known_locale
from settlement.migrations.upgrading import require_current, upgrade
from tenants.digest import plain_decimal
from tenants.ids import tenant_id_of
from tenants.persistence.database import Database, find_place
from tenants.principal import SYSTEM, Principal
from tenants.session import TenantSession, reading, transaction
from tenants.settings import Settings

FOUND_SOMETHING = 1
REFUSED = 3

Answer = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


@dataclass
class AtOnce:
    """What a job is given when a command does it at once, without a run."""

    database: Database
    tenant_id: UUID
    principal: Principal
    arguments: Mapping[str, Any]
    moved: Callable[[int, int], None]

    def transaction(self, name: str) -> AbstractContextManager[TenantSession]:
        """A committed piece of the work."""
        return transaction(self.database, self.tenant_id, self.principal, name)

    def progress(self, done: int, total: int) -> None:
        """Move the bar."""
        self.moved(done, total)


@dataclass
class Office:
    """What a command works with; the database is found, or started, when first needed."""

    settings: Settings
    language: str = "en"
    as_json: bool = False
    console: Console = field(default_factory=lambda: Console(stderr=True, log_path=False))
    opened: Database | None = None

    def database(self) -> Database:
        """The installation's database, at the schema of this release."""
        if self.opened is None:
            place = find_place(self.settings)
            self.opened = Database(place.application_url, self.settings)
            require_current(self.opened.engine)
        return self.opened

    def close(self) -> None:
        """Give the connections back."""
        if self.opened is not None:
            self.opened.close()

    def prepare(self) -> Database:
        """Make or migrate the database, then open it."""
        upgrade(find_place(self.settings))
        return self.database()

    @contextmanager
    def work(self, tenant: str, name: str) -> Iterator[TenantSession]:
        """A committed piece of work in a tenant, by whoever runs the installation."""
        with self.work_as(tenant, SYSTEM, name) as session:
            yield session

    @contextmanager
    def work_as(self, tenant: str, principal: Principal, name: str) -> Iterator[TenantSession]:
        """A committed piece of work of somebody in a tenant."""
        with transaction(self.database(), tenant_id_of(tenant), principal, name) as session:
            yield session

    @contextmanager
    def at_once(self, tenant: str, arguments: Mapping[str, Any], what: str) -> Iterator[AtOnce]:
        """A job done by whoever runs the installation, with a bar."""
        with self.progress(what) as moved:
            yield AtOnce(self.database(), tenant_id_of(tenant), SYSTEM, arguments, moved)

    @contextmanager
    def look(self, tenant: str) -> Iterator[TenantSession]:
        """A look that changes nothing."""
        with reading(self.database(), tenant_id_of(tenant), SYSTEM) as session:
            yield session

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """A bar that the work moves by saying how much is done of how much."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, disable=self.as_json) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def answers(command: Callable[..., Answer]) -> Callable[..., None]:
    """Give a command `--json`, print what it returns, and turn refusals into exit code 3."""

    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @click.pass_obj
    @wraps(command)
    def run(office: Office, /, *args: Any, as_json: bool, **options: Any) -> None:
        office.as_json = office.as_json or as_json
        try:
            show(office, command(office, *args, **options))
        except DomainError as refused:
            refuse(office, refused)

    return run


def refuse(office: Office, refused: DomainError) -> None:
    """Say why something is refused, and leave with the exit code of a refusal."""
    locale = known_locale(office.language)
    if office.as_json:
        told = {"error": refused.code, "detail": error_text(refused, locale)}
        click.echo(as_json_text(told))
    else:
        click.echo(error_text(refused, locale), err=True)
    raise SystemExit(REFUSED)


def show(office: Office, answer: Answer) -> None:
    """Print an answer: a table of rows, a list of facts, or JSON."""
    if answer is None:
        return
    if office.as_json:
        click.echo(as_json_text(answer))
    elif isinstance(answer, Mapping):
        _show_facts(answer)
    else:
        _show_rows(answer)


def as_json_text(answer: object) -> str:
    """Stable JSON: sorted keys, decimals as text, instants in UTC."""
    return json.dumps(answer, default=_plain, indent=2, sort_keys=True, ensure_ascii=False)


def _show_facts(facts: Mapping[str, Any]) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), _text(value))
    Console().print(table)


def _show_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    table = Table(box=None, pad_edge=False)
    for name, value in rows[0].items():
        is_figure = isinstance(value, int | Decimal)
        table.add_column(name.replace("_", " "), justify="right" if is_figure else "left")
    for row in rows:
        table.add_row(*(_text(value) for value in row.values()))
    Console().print(table)


def _text(value: object) -> str:
    plain = value if isinstance(value, str | int | dict | list | None) else _plain(value)
    return "" if plain is None else str(plain)


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return plain_decimal(value)
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date():
            return value.isoformat()
        case UUID():
            return str(value)
    return str(value)
