"""Credit agents what they are due for what they sold, and keep what customers get back of it.

The tenant bears a commission: each is two credits that add up to nothing, the agent's and our own.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from currencies.money import Money, money
from settlement.agreements import service as agreements
from settlement.agreements.agents import service as agents
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.commission_terms import commission_terms_from_plain
from settlement.sharing.commissioning import store
from settlement.sharing.commissions import (
    AgreedCommission,
    Charged,
    Commission,
    Due,
    Signed,
    commissions,
)
from settlement.sharing.crediting import Credit
from tenants.session import TenantSession


@dataclass(frozen=True, slots=True)
class ContractRefund:
    """What a customer gets back of a product's charges of a period, above zero, without tax."""

    period_id: UUID
    contract_id: UUID
    product: str
    amount: Money
    document_id: UUID


def record(session: TenantSession, refunds: Iterable[ContractRefund]) -> None:
    """Keep what customers get back, contract by contract."""
    store.add_refunds(
        session,
        [
            store.ContractRefundRow(
                tenant_id=session.tenant_id,
                id=session.ids.new(),
                period_id=each.period_id,
                contract_id=each.contract_id,
                product=each.product,
                currency=each.amount.currency.code,
                amount=each.amount.amount,
                document_id=each.document_id,
            )
            for each in refunds
        ],
    )


def credits_to_give(
    session: TenantSession, period_id: UUID, known_at: dt.datetime | None = None
) -> dict[UUID, list[Credit]]:
    """What agents are credited in a period, by the period of the sale; nothing is stored.

    With an instant, it is worked out from what was known then.
    """
    every = agreements.terms_by_id(session, known_at).values()
    agreed = [agreed_commission(each) for each in every if each.kind == "commission"]
    if not agreed:
        return {}
    charged = (
        Charged(
            row.month, row.last_day, row.contract_id, row.customer_id, row.product,
            money(row.amount, row.currency),
        )
        for row in store.charged(session, period_id, known_at)
    )  # fmt: skip
    signed = (Signed._make(row) for row in store.signed(session, period_id, known_at))
    credited, fractions = credited_before(session, period_id)
    network = agents.network(session, known_at)
    found = commissions(agreed, network, charged, signed, credited, fractions)
    period_of = {row.starts_on: row.id for row in store.months(session, period_id)}
    given: dict[UUID, list[Credit]] = defaultdict(list)
    for number, each in enumerate(found):
        given[period_of[each.due.month]] += _credits(each, number)
    return given


def worked_out_at(
    session: TenantSession, rated_at: dt.datetime, closed_at: dt.datetime
) -> list[dt.datetime]:
    """When the commissions of a period may have been worked out last: rated, or refunded since."""
    return [*store.refunded_at(session, rated_at, closed_at), rated_at]


def credited_before(
    session: TenantSession, period_id: UUID
) -> tuple[dict[Due, Money], dict[Due, Fraction]]:
    """What agents were credited before a period, and its fractions where all of them are known."""
    rows = {Due._make(row[: len(Due._fields)]): row for row in store.credited(session, period_id)}
    credited = {due: money(row.amount, row.currency) for due, row in rows.items()}
    known = {due: row.fractions for due, row in rows.items() if None not in row.fractions}
    return credited, {due: sum(map(Fraction, each), Fraction(0)) for due, each in known.items()}


def agreed_commission(version: AgreedTerms) -> AgreedCommission:
    """The commission that a version of an agreement is."""
    own = {key: value for key, value in version.terms.items() if key != "fixing"}
    return AgreedCommission(
        agreement_id=version.agreement_id,
        terms_id=version.terms_id,
        agent_id=version.party_id,
        currency=version.currency,
        terms=commission_terms_from_plain(own, version.code),
        valid_from=version.valid_from,
        valid_until=version.valid_until,
    )


def _credits(commission: Commission, number: int) -> list[Credit]:
    due, amount, fraction = commission.due, commission.amount.amount, commission.fraction
    return [
        Credit(
            agreement_id=due.agreement_id,
            terms_id=due.terms_id,
            party_id=party_id,
            level=due.level,
            position=2 * number + place,
            product=due.product,
            currency=due.currency,
            events=0,
            gross=Decimal(0),
            base=Decimal(0),
            amount=sign * amount,
            steps=commission.facts,
            cause=due.cause,
            fraction=sign * fraction,
        )
        for place, (party_id, sign) in enumerate([(due.agent_id, 1), (None, -1)])
    ]
