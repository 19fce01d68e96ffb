"""Usage limits of a story: set before it begins, and what came of them told at its end."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from currencies.money import parse_amount
from settlement.agreements.contracts import service as contracts
from settlement.agreements.usage_limits import service as usage_limits
from settlement.app.scenario.plain_figures import Told, in_order, number
from settlement.app.scenario.play import Play
from settlement.app.scenario.story import Story
from settlement.periods import service as periods
from settlement.rating.limit_alerts import service as limit_alerts
from tenants.session import TenantSession


def set_limits(session: TenantSession, story: Story) -> None:
    """Set the limits that a story tells, through the service that people use."""
    for told in story.limits:
        subscription_id, contract_id = _limited(session, told)
        usage_limits.set_limit(
            session,
            told["counts"],
            parse_amount(told["amount"]),
            told["valid_from"],
            subscription_id,
            contract_id,
            told["kind"],
            told["thresholds"],
            told["at_limit"],
        )


def _limited(session: TenantSession, told: Mapping[str, Any]) -> tuple[UUID | None, UUID | None]:
    """The subscription of a number, the contract of a customer."""
    of_number = contracts.holders(session, [told["number"]]) if told["number"] else []
    contract = (
        contracts.contract_by_number(session, f"K-{told['customer']}") if told["customer"] else None
    )
    return (
        of_number[0].subscription_id if of_number else None,
        None if contract is None else contract.id,
    )


def limits_told(play: Play) -> Told:
    """What was raised, and which numbers the network is told to stop; where there are limits."""
    if not play.story.limits:
        return {}
    return {"limits": {"raised": in_order(_raised(play)), "stopped": in_order(_stopped(play))}}


def _raised(play: Play) -> Iterator[Told]:
    for period in periods.periods(play.session):
        for alert in limit_alerts.alerts(play.session, period.month.starts_on):
            yield {
                "month": period.code,
                "customer": alert.customer,
                "of": "customer" if alert.subscription_id is None else "subscription",
                "counts": alert.kind or alert.counts,
                "percent": alert.percent,
                "event": alert.event,
                "so_far": number(alert.so_far),
                "reached_at": alert.reached_at.isoformat(),
            }


def _stopped(play: Play) -> Iterator[Told]:
    """As the network is told at the end of the story."""
    for customer in play.story.customers:
        for each in (customer, *customer["subscriptions"]):
            for identifier in each["numbers"]:
                state = limit_alerts.usage_state(play.session, identifier, play.session.now())
                if state.stopped_since is not None:
                    since = state.stopped_since.isoformat()
                    yield {"number": identifier, "since": since}
