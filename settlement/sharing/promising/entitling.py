"""Agreements and credits as entitlements take them and give them.

What a payee is given beside its part of revenue the owner of the agreement bears: each entitlement
is two credits that add up to nothing, so the parts of all revenue still add up to its base.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.sharing_terms import terms_from_plain
from settlement.sharing.crediting import Credit, party_of
from settlement.sharing.entitlements import Entitlement, Version


class OwnPeriods(NamedTuple):
    """An agreement under which something counts over more than a month; versions by first day."""

    agreement_id: UUID
    currency: str
    versions: tuple[Version, ...]


def agreements_with_own_periods(agreed: Iterable[AgreedTerms]) -> list[OwnPeriods]:
    """Those revenue share agreements of which some version entitles to more than its split."""
    found: dict[UUID, OwnPeriods] = {}
    for each in sorted(agreed, key=lambda terms: (terms.code, terms.valid_from)):
        if each.kind != "revenue_share":
            continue
        version = Version(
            each.terms_id, terms_from_plain(each.sharing), each.valid_from, each.valid_until
        )
        before = found.get(each.agreement_id)
        versions = (*before.versions, version) if before else (version,)
        found[each.agreement_id] = OwnPeriods(each.agreement_id, each.currency, versions)
    return [
        each
        for each in found.values()
        if any(version.terms.has_own_periods for version in each.versions)
    ]


def entitled_credits(
    agreement: OwnPeriods, entitled: Entitlement, number: int, parties: Mapping[str, UUID]
) -> list[Credit]:
    """The credit of the payee, and the owner's that bears it. Raises UnknownPayee."""
    [terms] = [each.terms for each in agreement.versions if each.terms_id == entitled.terms_id]
    return [
        Credit(
            agreement_id=agreement.agreement_id,
            terms_id=entitled.terms_id,
            party_id=party_of(payee, parties),
            level=1,
            position=2 * number + place,
            product="",
            currency=agreement.currency,
            events=0,
            gross=Decimal(0),
            base=Decimal(0),
            amount=sign * entitled.amount.amount,
            steps=entitled.facts,
            cause=entitled.cause,
            rule=entitled.rule,
            fraction=sign * entitled.fraction,
        )
        for place, (payee, sign) in enumerate([(entitled.payee, 1), (terms.owner, -1)])
    ]
