"""The steps of a customer: charged or credited by itself, bound for longer, gone."""

import datetime as dt
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from currencies.money import money
from settlement.agreements.conditions import service as conditions
from settlement.agreements.contracts import service as contracts
from settlement.agreements.leaving_waivers import service as leaving_waivers
from settlement.agreements.payers import service as payers
from settlement.app.scenario.play import Play, Verb
from settlement.app.scenario.steps import Step
from settlement.billing.splitting import service as splitting
from settlement.parties import service as parties


def _subscription(play: Play, step: Step) -> UUID:
    """The one subscription of a customer of the story."""
    contract = contracts.contract_by_number(play.session, f"K-{step['code']}")
    return contracts.subscriptions(play.session, contract.id)[0].id


def _charge(play: Play, step: Step) -> None:
    _charge_once(play, step, step["amount"])


def _take_off(play: Play, step: Step) -> None:
    _charge_once(play, step, "-" + step["amount"])


def _charge_once(play: Play, step: Step, amount: str) -> None:
    cost = step.get("cost")
    conditions.charge(
        play.session,
        _subscription(play, step),
        step["product"],
        dt.date.fromisoformat(step["day"]),
        money(amount, step["currency"]),
        step["why"],
        money(cost, step["currency"]) if cost else None,
    )


def _grant(play: Play, step: Step) -> None:
    day = dt.date.fromisoformat(step["day"])
    conditions.grant(play.session, _subscription(play, step), step["promotion"], day, step["why"])


def _commit(play: Play, step: Step) -> None:
    day = dt.date.fromisoformat(step["day"])
    conditions.agree_term(play.session, _subscription(play, step), day)


def _end(play: Play, step: Step) -> None:
    day = dt.date.fromisoformat(step["day"])
    contracts.end_subscription(play.session, _subscription(play, step), day)


def _waive_leaving(play: Play, step: Step) -> None:
    with play.acting("maker") as session:
        proposed = leaving_waivers.propose(session, _subscription(play, step), step["why"])
    with play.acting("approver") as session:
        leaving_waivers.approve(session, proposed.id)


def _change_payer(play: Play, step: Step) -> None:
    contract = contracts.contract_by_number(play.session, f"K-{step['code']}")
    payer = parties.party_by_code(play.session, step["name"])
    day = dt.date.fromisoformat(step["day"])
    payers.change_payer(play.session, contract.id, payer.id, day)


def _begin_bills(play: Play, step: Step) -> None:
    party = parties.party_by_code(play.session, step["code"])
    day = dt.date.fromisoformat(step["day"])
    splitting.choose_cycle_day(play.session, party.id, int(step["number"]), day)


CHARGE: Final = (
    "charge {code} {amount} {currency} for {product}[ bought for {cost}] on {day} because {why}"
)
OF_CUSTOMERS: Final[Mapping[str, Verb]] = {
    CHARGE: _charge,
    "take {amount} {currency} off {code} for {product} on {day} because {why}": _take_off,
    "grant {code} {promotion} on {day} because {why}": _grant,
    "commit {code} on {day}": _commit,
    "end {code} on {day}": _end,
    "change payer of {code} to {name} on {day}": _change_payer,
    "begin bills of {code} on day {number} from {day}": _begin_bills,
    "waive the leaving fee of {code} because {why}": _waive_leaving,
}
