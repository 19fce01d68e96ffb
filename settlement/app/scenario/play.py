"""A story on its stage: the session it is played in, its clock, and who acts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from i18n.errors import NotFound
from settlement.app.scenario.steps import Step
from settlement.app.scenario.story import Story
from settlement.parties import service as parties
from statements import service as statements
from statements.document import Kind
from statements.filing import Filed
from tenants.clock import HeldClock
from tenants.people import service as people
from tenants.principal import SYSTEM, Principal, Role
from tenants.session import TenantSession

ROLES: Final = {"maker": Role.FINANCE_MAKER, "approver": Role.FINANCE_APPROVER}
PASSWORD: Final = "a story is told once"  # noqa: S105 - of nobody, and rolled back.

Told = dict[str, Any]


class NothingOfTheKind(NotFound):
    """There is no {what} in the story at this step. Put the step that makes it before this one."""


@dataclass
class Play:
    """A story on its stage, and what its steps have told so far."""

    session: TenantSession
    clock: HeldClock
    story: Story
    folder: Path
    told: list[Told] = field(default_factory=list)
    people: dict[str, Principal] = field(default_factory=dict)

    def person(self, name: str) -> Principal:
        """Somebody of the operator's finance, made when first needed."""
        if name not in self.people:
            email = f"{name}@story.example"
            user = people.create_user(
                self.session, email=email, name=name.title(), role=ROLES[name], password=PASSWORD
            )
            self.people[name] = Principal(email, ROLES[name], user.id)
        return self.people[name]

    @contextmanager
    def acting(self, name: str) -> Iterator[TenantSession]:
        """Let a person act; the audit trail names them too."""
        self._act(self.person(name))
        try:
            yield self.session
        finally:
            self._act(SYSTEM)

    def _act(self, principal: Principal) -> None:
        self.session.principal = principal
        say_in_database(self.session, "app.principal", principal.name)


Verb = Callable[[Play, Step], Told | None]


def newest_document(play: Play, step: Step, *kinds: Kind) -> Filed:
    """The newest document of the party that the step names. Raises NothingOfTheKind."""
    party = parties.party_by_code(play.session, step["code"])
    for each in statements.documents(play.session, party_id=party.id):
        if not kinds or each.kind in kinds:
            return each
    raise NothingOfTheKind(what=f"document of {step['code']}")


def say_in_database(session: TenantSession, name: str, value: str) -> None:
    """Tell the database's triggers who acts, or what time it is, within this transaction."""
    session.execute(sa.select(sa.func.set_config(name, value, True)))
