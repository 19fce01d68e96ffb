"""Find what agreements entitle to in a month, beyond the split of its revenue."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from currencies.money import money
from settlement.agreements.agreed import AgreedTerms
from settlement.parties import service as parties
from settlement.sharing.crediting import Credit
from settlement.sharing.entitlements import Credited, entitlements
from settlement.sharing.promising import store
from settlement.sharing.promising.entitling import agreements_with_own_periods, entitled_credits
from tenants.session import TenantSession


def credits_to_give(
    session: TenantSession,
    period_id: UUID,
    month: tuple[dt.date, dt.date],
    terms: Iterable[AgreedTerms],
) -> dict[UUID, list[Credit]]:
    """Credits of a period, given with its two days, by the period of the usage; none is stored.

    Whatever later periods credited counts for nothing, so a closed one says what it said.
    """
    agreed = agreements_with_own_periods(terms)
    if not agreed:
        return {}
    known = {party.code: party.id for party in parties.parties(session, "partner")}
    codes = {identity: code for code, identity in known.items()}
    rows = store.credited(session, [each.agreement_id for each in agreed], period_id)
    rows_of: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        rows_of[row.agreement_id].append(row)
    period_of = {row.month: row.period_id for row in rows} | {month[0]: period_id}
    given: dict[UUID, list[Credit]] = defaultdict(list)
    for each in agreed:
        own = rows_of[each.agreement_id]
        found = entitlements(
            each.versions,
            [_credited(row, codes) for row in own if row.currency == each.currency],
            month,
            {row.month for row in own if row.is_now},
            each.currency,
        )
        for number, entitled in enumerate(found):
            given[period_of[entitled.month]] += entitled_credits(each, entitled, number, known)
    return given


def _credited(row: Any, codes: Mapping[UUID, str]) -> Credited:
    return Credited(
        terms_id=row.terms_id,
        payee=codes[row.party_id],
        rule=row.rule,
        cause=row.cause,
        month=row.month,
        base=money(row.base, row.currency),
        amount=money(row.amount, row.currency),
        fraction=_sum_of(row.fractions),
    )


def _sum_of(fractions: Sequence[str | None]) -> Fraction | None:
    known = [Fraction(each) for each in fractions if each is not None]
    return sum(known, Fraction(0)) if len(known) == len(fractions) else None
