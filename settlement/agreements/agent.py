"""A network of agents: who sold a contract, and who stands above whom, by local days."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from i18n.errors import Conflict, Invalid


class NotAnAgent(Invalid):
    """{party} is a {kind}, and only partners sell for you. Register it as a partner too."""


class AgentChangedLater(Conflict):
    """The agent of contract {number} changes on {on} already. Choose a later day."""


class SuperiorChangedLater(Conflict):
    """The superior of {agent} changes on {on} already. Choose a later day."""


class NetworkCircle(Conflict):
    """{superior} is below {agent} in the network on {on}. Nobody can be above himself; choose
    another superior.
    """


@dataclass(frozen=True, slots=True)
class AgentChange:
    """Who sold, or looks after, a contract from a day on; None: nobody from then on."""

    contract_id: UUID
    agent_id: UUID | None
    valid_from: dt.date
    recorded_at: dt.datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class SuperiorChange:
    """Who stands above an agent from a day on; None: nobody from then on."""

    agent_id: UUID
    superior_id: UUID | None
    valid_from: dt.date
    recorded_at: dt.datetime
    recorded_by: str


class Dated(Protocol):
    """Something that holds from a local day on."""

    @property
    def valid_from(self) -> dt.date: ...


Change = TypeVar("Change", bound=Dated)


def in_force(changes: Iterable[Change], day: dt.date) -> Change | None:
    """The last change, of those in the order of their days, that holds on a day."""
    held = None
    for change in changes:
        if change.valid_from <= day:
            held = change
    return held


class Network:
    """Who sells what, and who stands above whom. Changes are in the order of their days."""

    def __init__(
        self,
        agents: Mapping[UUID, Sequence[AgentChange]],
        superiors: Mapping[UUID, Sequence[SuperiorChange]],
    ) -> None:
        self._agents = agents
        self._superiors = superiors

    def sellers(self, contract_id: UUID, day: dt.date) -> list[UUID]:
        """The agent of a contract on a day and all above it, level 1 first; none without one."""
        change = in_force(self._agents.get(contract_id, ()), day)
        if change is None or change.agent_id is None:
            return []
        return [change.agent_id, *self.above(change.agent_id, day)]

    def above(self, agent_id: UUID, day: dt.date) -> list[UUID]:
        """All superiors of an agent on a day, the nearest first."""
        found: list[UUID] = []
        last: UUID | None = agent_id
        while last is not None:
            change = in_force(self._superiors.get(last, ()), day)
            last = change.superior_id if change is not None else None
            if last is not None:
                found.append(last)
        return found

    def sold_under(self, agent_id: UUID, starts_on: dt.date, ends_on: dt.date) -> list[UUID]:
        """Contracts that an agent, or somebody below it, sells on some day of [start, end)."""
        found = []
        for contract_id, changes in self._agents.items():
            days = {*self.days_after(starts_on), *(each.valid_from for each in changes)}
            held = (day for day in days if starts_on <= day < ends_on)
            if any(agent_id in self.sellers(contract_id, day) for day in held):
                found.append(contract_id)
        return found

    def days_after(self, day: dt.date) -> list[dt.date]:
        """The day, and the later ones on which somebody's superior changes."""
        later = {each.valid_from for changes in self._superiors.values() for each in changes}
        return [day, *sorted(each for each in later if each > day)]

    def everybody_on(self, day: dt.date) -> set[UUID]:
        """All who sell on a day, and all above them."""
        sellers = (self.sellers(contract_id, day) for contract_id in self._agents)
        return {agent for found in sellers for agent in found}
