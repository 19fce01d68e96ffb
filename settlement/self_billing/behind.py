"""Which events stand behind a statement, and the one root over them that is printed on it.

A line is listed with its events where it is a share of all that was charged for its revenue in its
month. Each listed revenue is a leaf of the statement's tree: its name, the number of its events and
the root over them, which was sealed when the month was closed.

A correction of a closed month is listed as two leaves: B1 over the events as they were before, of
which a line takes the share back, and A1 over the events as rated anew, of which a line gives it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from settlement.rating.corrected import Corrected
from settlement.self_billing.partner_statement import PartnerShare, in_order
from settlement.sharing.crediting import SHARE
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.seal import Correction, Seal

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
    return not share.corrects and _is_of_all(share, ruled)


def correction_of(share: PartnerShare, ruled: Collection[UUID]) -> Correction | None:
    """What a share takes back or gives anew, where that is a share of all that was charged."""
    if not share.corrects or not _is_of_all(share, ruled):
        return None
    assert share.period_id is not None, "a correction is borne by a month"
    assert share.usage_id is not None, "and is of another one"
    borne_by, of = share.period_id, share.usage_id
    return Correction(borne_by, of, share.terms_id, share.product, share.currency)


def corrections_of(
    shares: Sequence[PartnerShare], ruled: Collection[UUID]
) -> dict[Correction, int]:
    """The corrections of a statement by number, from 1, in the order of its lines."""
    found = (correction_of(share, ruled) for share in in_order(shares))
    told = dict.fromkeys(each for each in found if each is not None)
    return {each: number for number, each in enumerate(told, 1)}


def _is_of_all(share: PartnerShare, ruled: Collection[UUID]) -> bool:
    return share.cause == SHARE and share.terms_id not in ruled


class Rooted(Protocol):
    """Events that have a root."""

    @property
    def events(self) -> int:
        """How many they are."""
        ...

    @property
    def root(self) -> str:
        """The root over them."""
        ...


NOTHING_CORRECTED: Mapping[Correction, Corrected[Rooted]] = {}


def leaves_of(
    shares: Sequence[PartnerShare],
    ruled: Collection[UUID],
    seals: Mapping[Revenue, Seal],
    corrected: Mapping[Correction, Corrected[Rooted]] = NOTHING_CORRECTED,
) -> list[str]:
    """The leaves of a statement's tree: of each listed revenue, then of the `corrected` ones."""
    listed = {revenue_of(share) for share in shares if is_listed(share, ruled)}
    found = []
    for revenue, name in revenue_names(shares).items():
        if revenue in listed:
            seal = seals.get(revenue)
            events, root = (seal.events, seal.root) if seal else (0, merkle.root([]))
            found.append(f"{name},{events},{root}")
    for each, number in corrections_of(shares, ruled).items():
        if each in corrected:
            before, anew = corrected[each]
            found.append(f"B{number},{before.events},{before.root}")
            found.append(f"A{number},{anew.events},{anew.root}")
    return found


def root_of(
    shares: Sequence[PartnerShare],
    ruled: Collection[UUID],
    seals: Mapping[Revenue, Seal],
    corrected: Mapping[Correction, Corrected[Rooted]],
) -> str:
    """The root that a statement prints; empty where no events are listed."""
    own = corrections_of(shares, ruled)
    has_events = any(revenue_of(share) in seals for share in shares if is_listed(share, ruled))
    has_events |= any(side.events for each in own for side in corrected[each])
    return merkle.root(leaves_of(shares, ruled, seals, corrected)) if has_events else ""


def by_revenue(seals: Iterable[Seal]) -> dict[Revenue, Seal]:
    """Seals by what they are of."""
    return {(each.period_id, each.terms_id, each.product, each.currency): each for each in seals}
