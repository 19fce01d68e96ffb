"""One invoice or several, and how often: how a customer wants its charges on documents.

All on one, one for each service, one for each contract, or own groups of services with one more
document for the rest. Every charge falls into exactly one part. What depends on another charge goes
with it: a rebate with what it takes from, an unused commitment with its service.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from i18n.errors import Invalid
from settlement.billing.billing_cycle import BillingCycle, checked_cycle
from settlement.billing.invoice_lines import SERVICES, Charge

MOST_GROUPS = 20
REST = ""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
# Services that stand for another one, which the product names or which is always the same.
_NAMED_BY_PRODUCT = "shortfall"
_AS = {"month_rounding": "voice"}
_FOLLOWING = "rebate"


class InvoiceGroupsWrong(Invalid):
    """The groups {groups} of services are not usable. Write groups like fixed=voice+recurring;
    mobile=data+sms, each service once, with services out of: {known}.
    """


class Way(StrEnum):
    """Which charges share a document."""

    ONE = "one"
    PER_SERVICE = "per_service"
    PER_CONTRACT = "per_contract"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class InvoiceChoice:
    """What the customer chose; `groups` names services that share a document."""

    way: Way = Way.ONE
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cycle: BillingCycle = BillingCycle()


@dataclass(frozen=True, slots=True)
class DatedChoice:
    """A choice from one day until another, the second the first day without."""

    choice: InvoiceChoice
    valid_from: date
    valid_until: date | None = None


def checked_choice(choice: InvoiceChoice) -> InvoiceChoice:
    """The choice as it may be kept, groups in order.

    Raises InvoiceGroupsWrong and BillingCycleUnusable.
    """
    names = [name for name, _ in choice.groups]
    said = [service for _, services in choice.groups for service in services]
    is_usable = (
        (choice.way is Way.GROUPS) == bool(choice.groups)
        and len({*names}) == len(names) <= MOST_GROUPS
        and len({*said}) == len(said)
        and {*said} <= {*SERVICES}
        and all(_NAME.fullmatch(name) and services for name, services in choice.groups)
    )
    if not is_usable:
        groups = "; ".join(f"{name}={'+'.join(services)}" for name, services in choice.groups)
        raise InvoiceGroupsWrong(groups=repr(groups)[:80], known=", ".join(SERVICES))
    return InvoiceChoice(choice.way, tuple(sorted(choice.groups)), checked_cycle(choice.cycle))


def groups_from_text(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Groups as a person writes them: `fixed=voice+recurring; mobile=data+sms`."""
    groups = []
    for part in filter(None, (each.strip() for each in text.split(";"))):
        name, _equals, services = part.partition("=")
        said = (service.strip() for service in services.split("+"))
        groups.append((name.strip(), tuple(filter(None, said))))
    return tuple(groups)


def parts_of(
    choice: InvoiceChoice, charges: Sequence[Charge], contracts: Mapping[UUID, str]
) -> dict[str, list[Charge]]:
    """The charges of each document to be, by a name that stays the same from run to run.

    `contracts` gives numbers by id. The one document of everything, and what no group or contract
    takes, is `REST`.
    """
    if choice.way is Way.ONE:
        return {REST: list(charges)} if charges else {}
    followed = _followed(charges)
    group_of = {service: name for name, services in choice.groups for service in services}
    parts: dict[str, list[Charge]] = defaultdict(list)
    for charge in charges:
        parts[_part(choice.way, charge, followed, group_of, contracts)].append(charge)
    return {name: parts[name] for name in sorted(parts)}


def _part(
    way: Way,
    charge: Charge,
    followed: Mapping[tuple[UUID | None, str], str],
    group_of: Mapping[str, str],
    contracts: Mapping[UUID, str],
) -> str:
    if way is Way.PER_CONTRACT:
        return contracts.get(charge.contract_id, REST) if charge.contract_id else REST
    service = _service(charge, followed)
    return service if way is Way.PER_SERVICE else group_of.get(service, REST)


def _service(charge: Charge, followed: Mapping[tuple[UUID | None, str], str]) -> str:
    if charge.service == _NAMED_BY_PRODUCT:
        return charge.product if charge.product in SERVICES else charge.service
    if charge.service == _FOLLOWING:
        return followed.get((charge.contract_id, charge.product), charge.service)
    return _AS.get(charge.service, charge.service)


def _followed(charges: Sequence[Charge]) -> dict[tuple[UUID | None, str], str]:
    """The service that rebates on a product of a contract go with: its first on paper."""
    order = list(SERVICES)
    found: dict[tuple[UUID | None, str], str] = {}
    for charge in charges:
        if charge.service not in order or charge.service in (_FOLLOWING, _NAMED_BY_PRODUCT):
            continue
        key = charge.contract_id, charge.product
        if key not in found or order.index(charge.service) < order.index(found[key]):
            found[key] = charge.service
    return found
