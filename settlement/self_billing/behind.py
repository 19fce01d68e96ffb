"""Which events stand behind a statement, and the one root over them that is printed on it.

A line is listed with its events where it is a share of all that was charged for its revenue in its
month. Each listed revenue is a leaf of the statement's tree: its name, the number of its events and
the root over them, which was sealed when the month was closed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from settlement.self_billing.partner_statement import PartnerShare, in_order
from settlement.sharing.crediting import SHARE
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.seal import Seal

Revenue = tuple[UUID | None, UUID, str, str]


def revenue_of(share: PartnerShare) -> Revenue:
    """What a share is of: the month that bears it, terms, product and currency."""
    return share.period_id, share.terms_id, share.product, share.currency


def revenue_names(shares: Sequence[PartnerShare]) -> dict[Revenue, str]:
    """The names of a statement's revenues, R1 and so on, in the order of its lines."""
    revenues = dict.fromkeys(revenue_of(share) for share in in_order(shares))
    return {revenue: f"R{number}" for number, revenue in enumerate(revenues, 1)}


def is_listed(share: PartnerShare, ruled: Collection[UUID]) -> bool:
    """Whether a share is of all that was charged; `ruled` are the terms that have rules."""
    return share.cause == SHARE and not share.corrects and share.terms_id not in ruled


def leaves_of(
    shares: Sequence[PartnerShare], ruled: Collection[UUID], seals: Mapping[Revenue, Seal]
) -> list[str]:
    """The leaves of a statement's tree, one for each listed revenue, in order."""
    listed = {revenue_of(share) for share in shares if is_listed(share, ruled)}
    found = []
    for revenue, name in revenue_names(shares).items():
        if revenue in listed:
            seal = seals.get(revenue)
            events, root = (seal.events, seal.root) if seal else (0, merkle.root([]))
            found.append(f"{name},{events},{root}")
    return found


def root_of(
    shares: Sequence[PartnerShare], ruled: Collection[UUID], seals: Mapping[Revenue, Seal]
) -> str:
    """The root that a statement prints; empty where no events are listed."""
    leaves = leaves_of(shares, ruled, seals)
    has_events = any(revenue_of(share) in seals for share in shares if is_listed(share, ruled))
    return merkle.root(leaves) if has_events else ""


def by_revenue(seals: Iterable[Seal]) -> dict[Revenue, Seal]:
    """Seals by what they are of."""
    return {(each.period_id, each.terms_id, each.product, each.currency): each for each in seals}
