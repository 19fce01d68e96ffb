"""Group what customers are charged into revenues: by terms, product, currency and rule.

Only terms that have rules ask who the customers are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from currencies.money import money
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.sharing_terms import SharingTerms, terms_from_plain
from settlement.parties import service as parties
from settlement.parties.standings import service as standings
from settlement.rating.runs import service as rating_runs
from settlement.rating.runs.service import SharedLine
from settlement.sharing.crediting import Revenue
from settlement.sharing.ruling import Customer, customers_of, rule_for
from tenants.session import TenantSession

NOBODY = Customer()
Key = tuple[UUID, str, str, str]


def lines_to_share(
    session: TenantSession,
    period_id: UUID,
    agreed: Mapping[UUID, AgreedTerms],
    *,
    with_corrections: bool = False,
) -> list[SharedLine]:
    """What is to be shared of a period, customer by customer where terms have rules."""
    ruled = [terms_id for terms_id, each in agreed.items() if each.sharing.get("rules")]
    return rating_runs.shared_lines(session, period_id, ruled, with_corrections=with_corrections)


def revenues_of(
    session: TenantSession,
    lines: Sequence[SharedLine],
    agreed: Mapping[UUID, AgreedTerms],
    last_day: dt.date,
) -> list[tuple[Revenue, SharingTerms]]:
    """The revenues of lines, in a fixed order, each with the terms as its rule splits it.

    Customers are as they were classed on the last day of the month.
    """
    read = {line.terms_id for line in lines}
    terms = {each: terms_from_plain(agreed[each].sharing) for each in read}
    customers = _customers(session, lines, last_day)
    grouped: dict[Key, list[SharedLine]] = defaultdict(list)
    for line in lines:
        who = customers.get(line.customer, NOBODY) if line.customer else NOBODY
        rule = rule_for(terms[line.terms_id], line.product, who, line.destination)
        grouped[line.terms_id, line.product, line.currency, rule].append(line)
    return [
        (_revenue(key, same, agreed, terms[key[0]]), terms[key[0]].split(key[3]))
        for key, same in sorted(grouped.items(), key=lambda item: _in_order(item[0]))
    ]


def _customers(
    session: TenantSession, lines: Sequence[SharedLine], last_day: dt.date
) -> dict[UUID, Customer]:
    ids = {line.customer for line in lines if line.customer is not None}
    if not ids:
        return {}
    held = standings.standings_between(session, last_day, last_day + dt.timedelta(days=1))
    classed = {party: dated[-1].standing for party, dated in held.items() if party in ids}
    return customers_of(
        ids,
        {party: standing.segments for party, standing in classed.items()},
        {party: standing.territory for party, standing in classed.items()},
        parties.countries(session, ids),
    )


def _revenue(
    key: Key,
    lines: Sequence[SharedLine],
    agreed: Mapping[UUID, AgreedTerms],
    terms: SharingTerms,
) -> Revenue:
    terms_id, product, currency, rule = key
    sold_to = {(str(line.customer), line.destination) for line in lines}
    return Revenue(
        agreement_id=agreed[terms_id].agreement_id,
        terms_id=terms_id,
        product=product,
        currency=currency,
        events=sum(line.events for line in lines),
        amount=sum((line.amount for line in lines), start=money(0, currency).amount),
        batch_ids=tuple(sorted({batch for line in lines for batch in line.batch_ids})),
        rule=rule,
        sold_to=frozenset(sold_to) if terms.rules else None,
    )


def _in_order(key: Key) -> tuple[str, str, str, str]:
    terms_id, product, currency, rule = key
    return product, currency, str(terms_id), rule
