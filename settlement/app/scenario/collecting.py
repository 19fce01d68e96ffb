"""The steps of money that customers owe: it is paid, bounces, is reminded of, agreed in parts."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from currencies.money import money
from settlement.app.scenario.plain_figures import Namer, Told, figure
from settlement.app.scenario.play import NothingOfTheKind, Play, Verb, newest_document
from settlement.app.scenario.steps import Step
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.instalments import service as instalments
from settlement.receipts.reminding import service as reminding
from settlement.receipts.writing_off import service as writing_off
from statements.document import Kind
from tenants.session import TenantSession


def _paid(play: Play, step: Step) -> None:
    today = periods.today(play.session)
    receipts.receive(
        play.session,
        step["code"],
        step["reference"],
        money(step["amount"], step["currency"]),
        today,
    )


def _bounce(play: Play, step: Step) -> None:
    for each in receipts.receipts(play.session):
        if each.reference == step["reference"]:
            receipts.bounce(play.session, each.id, periods.today(play.session))
            return
    raise NothingOfTheKind(what=f"receipt {step['reference']}")


def _remind(play: Play, _step: Step) -> None:
    reminding.issue(play.session)


def _write_off(play: Play, step: Step) -> None:
    invoice = newest_document(play, step, Kind.INVOICE)
    writing_off.write_off(
        play.session, invoice.id, money(step["amount"], step["currency"]), step["why"]
    )


def _agree_instalments(play: Play, step: Step) -> None:
    invoice = newest_document(play, step, Kind.INVOICE)
    count, first_on = int(step["number"]), dt.date.fromisoformat(step["day"])
    proposal = instalments.propose(play.session, invoice.id, count, first_on)
    instalments.agree(play.session, invoice.id, proposal.instalments, step["why"])


def _withdraw_instalments(play: Play, step: Step) -> None:
    invoice = newest_document(play, step, Kind.INVOICE)
    for each in instalments.plans(play.session, invoice.id):
        instalments.withdraw(play.session, each.plan.id, step["why"])
        return
    raise NothingOfTheKind(what=f"plan of instalments of {step['code']}")


def plans_told(session: TenantSession, name: Namer) -> Iterator[Told]:
    """Plans of instalments with what is left of each part."""
    for each in instalments.plans(session):
        yield {
            "document": each.plan.number,
            "party": name(each.plan.party_id),
            "status": each.status,
            "reason": each.plan.reason,
            "instalments": [
                {
                    "due_on": part.due_on.isoformat(),
                    "amount": figure(part.amount),
                    "paid": figure(part.paid),
                    "open": figure(part.open),
                }
                for part in each.instalments
            ],
        }


OF_COLLECTING: Final[Mapping[str, Verb]] = {
    "receive {amount} {currency} of {code} by {reference}": _paid,
    "bounce {reference}": _bounce,
    "remind": _remind,
    "write off {amount} {currency} of {code} because {why}": _write_off,
    "agree {number} instalments of {code} from {day} because {why}": _agree_instalments,
    "withdraw instalments of {code} because {why}": _withdraw_instalments,
}
