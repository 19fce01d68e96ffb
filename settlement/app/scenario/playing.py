"""Play the steps of a story: each verb is a use case that a person or a schedule would do.

Nothing is committed. A step that must be refused is undone as far as it went, as the rollback of
its own transaction would have done.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from currencies.money import Money, money, shown
from i18n.errors import Conflict, DomainError, Invalid, NotFound
from mediation import service as mediation
from mediation.batch import SuspendedRecord
from mediation.draft import ControlTotals
from mediation.recycling import service as recycling
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from settlement.app.scenario.stage import COLUMNS, USAGE, file_of, usage_settings
from settlement.app.scenario.steps import Step
from settlement.app.scenario.story import Story
from settlement.billing import service as billing
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute, Reason, Side, Status
from settlement.interconnect import service as interconnect
from settlement.interconnect.exchanged import Exchanged
from settlement.interconnect.reconciling import service as reconciling
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.payouts.payout_batch import PayoutBatch
from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from statements import service as statements
from statements.document import Kind
from statements.filing import Filed
from tenants.clock import HeldClock
from tenants.people import service as people
from tenants.principal import SYSTEM, Principal, Role
from tenants.session import TenantSession

ROLES: Final = {"maker": Role.FINANCE_MAKER, "approver": Role.FINANCE_APPROVER}
PASSWORD: Final = "a story is told once"  # noqa: S105 - of nobody, and rolled back.
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")

Told = dict[str, Any]


class StepRefused(Conflict):
    """Step {number}, "{step}", was refused ({code}): {detail}"""


class StepNotRefused(Conflict):
    """Step {number}, "{step}", had to be refused ({wanted}), but it was {found}. Correct the step or the rule."""  # noqa: E501 - one message.


class UnknownColumn(Invalid):
    """The usage file {file} has a column {column}. Use only: {known}."""


class NothingOfTheKind(NotFound):
    """There is no {what} in the story at this step. Put the step that makes it before this one."""


@dataclass
class Play:
    """A story on its stage, and what its steps have told so far."""

    session: TenantSession
    clock: HeldClock
    story: Story
    folder: Path
    told: list[Told] = field(default_factory=list)
    people: dict[str, Principal] = field(default_factory=dict)

    def person(self, name: str) -> Principal:
        """Somebody of the operator's finance, made when first needed."""
        if name not in self.people:
            email = f"{name}@story.example"
            user = people.create_user(
                self.session, email=email, name=name.title(), role=ROLES[name], password=PASSWORD
            )
            self.people[name] = Principal(email, ROLES[name], user.id)
        return self.people[name]

    @contextmanager
    def acting(self, name: str) -> Iterator[TenantSession]:
        """Let a person act; the audit trail names them too."""
        self._act(self.person(name))
        try:
            yield self.session
        finally:
            self._act(SYSTEM)

    def _act(self, principal: Principal) -> None:
        self.session.principal = principal
        _say(self.session, "app.principal", principal.name)


def play_steps(play: Play) -> None:
    """Play all steps in their order. Raises StepRefused or StepNotRefused."""
    for number, step in enumerate(play.story.steps, 1):
        try:
            with play.session.begin_nested():
                told = VERBS[step.sentence](play, step) or {}
        except DomainError as error:
            _must_be_expected(number, step, error)
            told = {"refused": error.code, "detail": _ID.sub("(id)", str(error))}
        else:
            if step.refused is not None:
                wanted = step.refused or "for whatever reason"
                raise StepNotRefused(number=number, step=step.text, wanted=wanted, found="done")
        play.told.append({"step": step.text} | told)


def _must_be_expected(number: int, step: Step, error: DomainError) -> None:
    if step.refused is None:
        raise StepRefused(number=number, step=step.text, code=error.code, detail=str(error))
    if step.refused not in ("", error.code):
        raise StepNotRefused(
            number=number, step=step.text, wanted=step.refused, found=f"refused: {error.code}"
        )


def _say(session: TenantSession, name: str, value: str) -> None:
    """Tell the database's triggers who acts, or what time it is, within this transaction."""
    session.execute(sa.select(sa.func.set_config(name, value, True)))


def _at(play: Play, step: Step) -> None:
    play.clock.move_to(dt.datetime.fromisoformat(step["instant"]))
    _say(play.session, "app.now", play.clock.now().isoformat())


def _open(play: Play, step: Step) -> None:
    periods.open_period(play.session, step["month"])


def _ingest(play: Play, step: Step) -> None:
    content = file_of(play.folder, step["file"])
    source = step.get("format") or USAGE
    if source == USAGE:
        settings = usage_settings(play.story, _columns(step["file"], content))
        sources.change_source(play.session, USAGE, settings)
    declared = None
    if step.get("records") is not None:
        declared = ControlTotals(int(step["records"]), int(step["seconds"]))
    name = step.get("name") or step["file"]
    mediation.ingest(play.session, source, name, content, declared)


def _columns(file: str, content: bytes) -> dict[str, str]:
    headings = content.decode(errors="replace").partition("\n")[0].strip().split(",")
    for heading in headings:
        if heading not in COLUMNS:
            raise UnknownColumn(file=file, column=heading, known=", ".join(COLUMNS))
    return {COLUMNS[heading]: heading for heading in headings}


def _rate(play: Play, step: Step) -> Told:
    run = periods.rate(play.session, step["month"])
    counts = ("events", "rated", "suspended", "unbillable", "free", "lines", "corrections")
    return {name: getattr(run, name) for name in counts}


def _waiting(play: Play, step: Step) -> list[SuspendedRecord]:
    found = suspense.open_suspense(play.session, reason=step.get("reason"))
    if not found:
        raise NothingOfTheKind(what="record in suspense")
    return found


def _repair(play: Play, step: Step) -> None:
    found = _waiting(play, step)
    for record in found:
        suspense.repair(play.session, record.id, {step["field"]: step["value"]}, step["why"])
    recycling.recycle(play.session, [record.id for record in found])


def _reject_suspended(play: Play, step: Step) -> None:
    for record in _waiting(play, step):
        recycling.reject(play.session, record.id, step["why"])


def _waive(play: Play, step: Step) -> None:
    sources.waive_sequence(play.session, step["source"], int(step["number"]), step["why"])


def _close(play: Play, step: Step) -> Told:
    closed = periods.close(play.session, step["month"], step.get("why"))
    return {"waiver": closed.waiver} if closed.waiver else {}


def _bill(play: Play, step: Step) -> Told:
    run = billing.bill_period(play.session, step["month"])
    return {
        "issued": [one.number for one in run.issued],
        "carried": [{"party": one.party, "amount": shown(one.amount)} for one in run.carried],
        "parked": [{"party": one.party, "reason": one.reason} for one in run.parked],
    }


def _state(play: Play, step: Step) -> Told:
    run = self_billing.issue_statements(play.session, step["month"])
    return {
        "issued": [one.number for one in run.issued],
        "parked": [{"party": one.party, "reason": one.reason} for one in run.parked],
    }


def _declare(play: Play, step: Step) -> Told:
    declared = interconnect.declare(play.session, step["month"])
    return {"issued": [each.document.number for each in declared]}


def _receive(play: Play, step: Step) -> None:
    carrier = parties.party_by_code(play.session, step["code"])
    interconnect.receive(play.session, carrier.id, file_of(play.folder, step["file"]))


def _exchanged(play: Play, step: Step, origin: str) -> Exchanged:
    """The newest declaration of that side for the carrier and month of the step."""
    carrier = parties.party_by_code(play.session, step["code"])
    period = periods.period(play.session, step["month"])
    found = interconnect.declarations(play.session, carrier_id=carrier.id, period_id=period.id)
    for each in found:
        if each.origin == origin:
            return each
    raise NothingOfTheKind(what=f"declaration ({origin}) of {step['code']}")


def _reconcile(play: Play, step: Step) -> None:
    ours, theirs = _exchanged(play, step, "ours"), _exchanged(play, step, "theirs")
    reconciling.reconcile(play.session, ours.id, theirs.id)


def _dispute_line(play: Play, step: Step) -> None:
    ours = _exchanged(play, step, "ours")
    found = reconciling.reconciliations(play.session, carrier_id=ours.carrier_id)
    for each in found:
        if each.ours_id == ours.id:
            disputes.dispute_difference(
                play.session,
                reconciliation_id=each.id,
                line=int(step["number"]),
                reason=_reason(step),
            )
            return
    raise NothingOfTheKind(what=f"reconciliation with {step['code']}")


def _reason(step: Step) -> Reason:
    if step["cause"] not in list(Reason):
        raise NothingOfTheKind(what=f"reason {step['cause']} ({', '.join(Reason)})")
    return Reason(step["cause"])


def _dispute_document(play: Play, step: Step) -> None:
    disputes.raise_dispute(
        play.session,
        document_id=_document(play, step).id,
        disputed=_amount(step),
        reason=_reason(step),
        raised_by=Side.THEM,
    )


def _amount(step: Step) -> Money:
    return money(f"{step['amount']} {step['currency']}")


def _document(play: Play, step: Step, *kinds: Kind) -> Filed:
    """The newest document of the party that the step names."""
    party = parties.party_by_code(play.session, step["code"])
    for each in statements.documents(play.session, party_id=party.id):
        if not kinds or each.kind in kinds:
            return each
    raise NothingOfTheKind(what=f"document of {step['code']}")


def _settle(play: Play, step: Step) -> None:
    party = parties.party_by_code(play.session, step["code"])
    found: list[Dispute] = disputes.disputes(play.session, party_id=party.id, status=Status.OPEN)
    if not found:
        raise NothingOfTheKind(what=f"open dispute of {step['code']}")
    if step["ending"] == "withdrawn":
        disputes.withdraw(play.session, found[0].id)
    else:
        disputes.settle(play.session, found[0].id, is_accepted=step["ending"] == "accepted")


def _credit(play: Play, step: Step) -> None:
    invoice = _document(play, step, Kind.INVOICE, Kind.SELF_BILLED_INVOICE)
    statements.issue_credit(
        play.session,
        invoice.id,
        {step["line"]: _amount(step)},
        f"credit:{invoice.number}:{len(play.told)}",
        periods.today(play.session),
    )


def _propose(play: Play, step: Step) -> None:
    with play.acting("maker") as session:
        payouts.propose(session, step["currency"], dt.date.fromisoformat(step["day"]))


def _newest_batch(play: Play) -> PayoutBatch:
    found = payouts.batches(play.session)
    if not found:
        raise NothingOfTheKind(what="payout batch")
    return found[0]


def _approve(play: Play, step: Step) -> None:
    with play.acting(step.get("person") or "approver") as session:
        payouts.approve(session, _newest_batch(play).id)


def _reject_batch(play: Play, step: Step) -> None:
    with play.acting("approver") as session:
        payouts.reject(session, _newest_batch(play).id, step["why"])


def _export(play: Play, step: Step) -> None:
    with play.acting("approver") as session:
        payouts.export(session, _newest_batch(play).id)


def _confirm(play: Play, step: Step) -> None:
    with play.acting("approver") as session:
        payouts.confirm_sent(session, _newest_batch(play).id)


def _change_account(play: Play, step: Step) -> None:
    party = parties.party_by_code(play.session, step["code"])
    parties.set_bank_account(play.session, party.id, party.name, step["iban"], None, party.currency)


VERBS: Final[Mapping[str, Callable[[Play, Step], Told | None]]] = {
    "at {instant}": _at,
    "open {month}": _open,
    "ingest {file}[ as {format}][ named {name}]"
    "[ declaring {records} records {seconds} seconds]": _ingest,
    "rate {month}": _rate,
    "repair suspended[ {reason}] {field}={value} because {why}": _repair,
    "reject suspended[ {reason}] because {why}": _reject_suspended,
    "waive {source} {number} because {why}": _waive,
    "close {month}[ because {why}]": _close,
    "bill {month}": _bill,
    "state {month}": _state,
    "declare {month}": _declare,
    "receive {file} from {code}": _receive,
    "reconcile {code} {month}": _reconcile,
    "dispute line {number} of {code} {month} for {cause}": _dispute_line,
    "dispute {amount} {currency} of {code} for {cause}": _dispute_document,
    "settle dispute of {code} as {ending}": _settle,
    "credit {code} line {line} {amount} {currency}": _credit,
    "propose {currency} on {day}": _propose,
    "approve[ as {person}]": _approve,
    "reject batch because {why}": _reject_batch,
    "export": _export,
    "confirm": _confirm,
    "change account of {code} to {iban}": _change_account,
}
