"""Say what a change would touch: what was sold under it, billed, stated and paid already."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from settlement.agreements import service as agreements
from settlement.agreements.agents import service as agents
from settlement.amendments.amendment import Drafted
from settlement.amendments.touched import Named, Touched, papers
from settlement.amendments.touching import store
from tenants.session import TenantSession


def touched(session: TenantSession, drafted: Drafted) -> list[Touched]:
    """What a change touches, period by period, the earliest first.

    Touched is what is sold from the day on which it holds of products that it shares, or that the
    terms it takes the place of do; of interconnect, what is carried under the agreement; of a
    commission, what is sold by the agent and those below it.
    """
    span = drafted.valid_from, drafted.valid_until or dt.date.max
    if drafted.agreement_kind == "interconnect":
        return _carried(session, drafted.code, span)
    if drafted.agreement_kind == "commission":
        sold_under = agents.network(session).sold_under(drafted.party_id, *span)
        found = store.events_under(session, sold_under, *span)
        invoices = _by_period(store.invoices_under(session, sold_under, *span))
    else:
        products = _products(session, drafted)
        found = store.events(session, products, *span)
        invoices = _by_period(store.invoices(session, products, *span))
    of_periods = {row.id for row in found}
    stated = [each for each in store.statements(session, drafted.code) if each[0] in of_periods]
    statements = _by_period(stated)
    paid = defaultdict(list)
    for document_id, batch in store.payouts(session, [named.id for _period, named in stated]):
        paid[document_id].append(batch)
    return [
        Touched(
            period=row.code,
            is_closed=row.status == "closed",
            starts_on=row.starts_on,
            events=int(row.events),
            invoices=papers(invoices[row.id]),
            statements=papers(statements[row.id]),
            payouts=papers(_once(batch for each in statements[row.id] for batch in paid[each.id])),
        )
        for row in found
    ]


def _carried(session: TenantSession, code: str, span: tuple[dt.date, dt.date]) -> list[Touched]:
    """Calls under an interconnect agreement and the declarations that they are on."""
    declared = _by_period(store.declarations(session, code, *span))
    return [
        Touched(
            period=row.code,
            is_closed=row.status == "closed",
            starts_on=row.starts_on,
            events=int(row.events),
            invoices=papers([]),
            statements=papers(declared[row.id]),
            payouts=papers([]),
        )
        for row in store.calls(session, code, *span)
    ]


def _products(session: TenantSession, drafted: Drafted) -> list[str]:
    products = set(drafted.products)
    until = drafted.valid_until or dt.date.max
    for terms in agreements.share_agreements(session, drafted.valid_from, until):
        if terms.code == drafted.code:
            products |= set(terms.products)
    return sorted(products)


def _by_period(named: Iterable[tuple[UUID, Named]]) -> dict[UUID, list[Named]]:
    found: dict[UUID, list[Named]] = defaultdict(list)
    for period_id, each in named:
        found[period_id].append(each)
    return found


def _once(named: Iterable[Named]) -> list[Named]:
    return list(dict.fromkeys(named))
