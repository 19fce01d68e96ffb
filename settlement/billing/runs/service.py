"""Ask for a bill run, approve it where the tenant wants that, and do it in parts.

A part is one transaction: it drafts, numbers, books and counts some customers, and notes the last
of them. A run that was killed goes on behind that customer, so that its numbers have neither a gap
nor a double, and nobody is billed twice.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from currencies.money import Money, money
from i18n.errors import Conflict, NotFound
from settlement.billing import service as billing
from settlement.billing.draft_document import AFTER_APPROVAL
from settlement.billing.drafting import Due
from settlement.billing.parking.service import Asker
from settlement.billing.runs import store
from settlement.billing.service import BillRun, Frame
from settlement.periods import service as periods
from tenants.directory.service import own_tenant
from tenants.four_eyes import decide, require_another_person
from tenants.jobs import service as jobs
from tenants.session import TenantSession

JOB = "billing.run"


class NoSuchBillRun(NotFound):
    """There is no bill run {run}. Check the identifier."""


class BillRunUnderWay(Conflict):
    """A run over {period} is {status} already. Let it end; if it failed, try it again."""


class BillRunDecided(Conflict):
    """The bill run is {status}. Only a proposed one is approved or rejected."""


class BillRunNotApproved(Conflict):
    """The bill run is {status}. It goes on once it is approved."""


@dataclass(frozen=True, slots=True)
class Run:
    """A bill run and how far it is, in bills: one is of a customer and a currency.

    `status` is proposed, rejected, approved (waiting or going on) or done.
    """

    id: UUID
    period: str
    status: str
    asked_by: str
    asked_at: dt.datetime
    decided_by: str
    decided_at: dt.datetime | None
    job_run_id: UUID | None
    bills: int
    done: int
    issued: int
    carried: int
    parked: int
    finished_at: dt.datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether it is still to end."""
        return self.status in store.UNDER_WAY


@dataclass(frozen=True, slots=True)
class ToBill:
    """What a run would bill in a currency, before tax."""

    bills: int
    charges: int
    amount: Money


def ask(session: TenantSession, code: str) -> Run:
    """Have a closed period billed: soon, or once a second person has approved it.

    Raises NoSuchPeriod, PeriodNotClosed or BillRunUnderWay.
    """
    period = periods.closed_period(session, code)
    found = store.under_way(session, period.id)
    if found is not None:
        raise BillRunUnderWay(period=code, status=found.status)
    row = _begun(session, code, period.id)
    if row.status == "approved":
        _queue(session, row)
    return _told(session, row)


def take_up(session: TenantSession, code: str) -> Run:
    """The run over a closed period that is under way, or a new one, for whoever does it at once.

    Nothing is put into the queue. Raises NoSuchPeriod or PeriodNotClosed.
    """
    period = periods.closed_period(session, code)
    row = store.under_way(session, period.id) or _begun(session, code, period.id, at_once=True)
    return _told(session, row)


def latest_over(session: TenantSession, code: str) -> Run | None:
    """The latest run over a period, if there is one."""
    return next((each for each in runs(session) if each.period == code), None)


def _begun(
    session: TenantSession, code: str, period_id: UUID, *, at_once: bool = False
) -> store.BillRunRow:
    is_free = own_tenant(session).policies.get("bill_run") != AFTER_APPROVAL
    # What begins at once is counted when it gets ready.
    bills = 0 if at_once and is_free else sum(each.bills for each in to_bill(session, code))
    row = store.BillRunRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        period_id=period_id,
        status="approved" if is_free else "proposed",
        asked_by=session.principal.name,
        asked_by_id=session.principal.user_id,
        asked_at=session.now(),
        bills=bills,
        done=0,
        issued=0,
        carried=0,
        parked=0,
        after_code="",
        after_currency="",
    )
    store.add(session, row)
    return row


def approve(session: TenantSession, run_id: UUID) -> Run:
    """Let a proposed run begin; somebody else than who asked for it decides.

    Raises NoSuchBillRun, BillRunDecided, NotAPerson or ProposerMayNotApprove.
    """
    row = _decide(session, run_id, "approved")
    _queue(session, row)
    return _told(session, row)


def reject(session: TenantSession, run_id: UUID) -> Run:
    """Drop a proposed run; the period can be asked for again. Raises what `approve` raises."""
    return _told(session, _decide(session, run_id, "rejected"))


def frame_of(session: TenantSession, run_id: UUID) -> Frame:
    """What is left of a run, behind the customer it has come to; the run says how many bills that
    makes. Raises NoSuchBillRun, BillRunNotApproved.
    """
    row = _approved(session, run_id)
    period = periods.closed_period(session, _code_of(session, row))
    frame = billing.frame_of(session, period, (row.after_code, row.after_currency))
    row.bills = row.done + len(frame.due)
    session.flush()
    return frame


def go_on(
    session: TenantSession,
    run_id: UUID,
    frame: Frame,
    due: Sequence[Due],
    following: Sequence[Due] = (),
) -> BillRun:
    """Do one part of a run and note how far it is; what it has done already is passed over.

    `following` are the next part, drafted while the database works on this one.
    Raises BillRunNotApproved and what `billing.bill_some` raises.
    """
    row = _approved(session, run_id)
    reached = row.after_code, row.after_currency
    left = tuple(each for each in due if (each.code, each.currency) > reached)
    asker = Asker(row.asked_by, row.asked_by_id)
    part = billing.bill_some(session, frame, left, asker, following)
    if left:
        row.after_code, row.after_currency = left[-1].code, left[-1].currency
    row.done += len(left)
    row.bills = max(row.bills, row.done)
    row.issued += len(part.issued)
    row.carried += len(part.carried)
    row.parked += len(part.parked)
    session.flush()
    return part


def finish(session: TenantSession, run_id: UUID) -> Run:
    """Say that a run has come to its end; again, it stays as it ended."""
    row = _locked(session, run_id)
    if row.status != "done":
        row.status, row.finished_at = "done", session.now()
        session.flush()
    return _told(session, row)


def run(session: TenantSession, run_id: UUID) -> Run:
    """One run and how far it is. Raises NoSuchBillRun."""
    row = store.one(session, run_id)
    if row is None:
        raise NoSuchBillRun(run=run_id)
    return _told(session, row)


def runs(session: TenantSession, limit: int = 50) -> list[Run]:
    """The latest runs, the newest first."""
    codes = {period.id: period.code for period in periods.periods(session)}
    return [_as_run(row, codes[row.period_id]) for row in store.latest(session, limit)]


def to_bill(session: TenantSession, code: str) -> list[ToBill]:
    """What a run over a closed period would bill, by currency. Raises NoSuchPeriod and the like."""
    ends_on = periods.closed_period(session, code).month.ends_on
    return [
        ToBill(each.bills, each.charges, money(each.amount, each.currency))
        for each in store.to_bill(session, ends_on)
    ]


def _decide(session: TenantSession, run_id: UUID, status: str) -> store.BillRunRow:
    row = _locked(session, run_id)
    if row.status != "proposed":
        raise BillRunDecided(status=row.status)
    require_another_person(session.principal, row.asked_by, row.asked_by_id)
    decide(session, row, status)
    return row


def _queue(session: TenantSession, row: store.BillRunRow) -> None:
    row.job_run_id = jobs.ask_for_run(session, JOB, {"bill_run": str(row.id)})
    session.flush()


def _approved(session: TenantSession, run_id: UUID) -> store.BillRunRow:
    row = _locked(session, run_id)
    if row.status != "approved":
        raise BillRunNotApproved(status=row.status)
    return row


def _locked(session: TenantSession, run_id: UUID) -> store.BillRunRow:
    row = store.locked(session, run_id)
    if row is None:
        raise NoSuchBillRun(run=run_id)
    return row


def _code_of(session: TenantSession, row: store.BillRunRow) -> str:
    return periods.period_by_id(session, row.period_id).code


def _told(session: TenantSession, row: store.BillRunRow) -> Run:
    return _as_run(row, _code_of(session, row))


def _as_run(row: store.BillRunRow, code: str) -> Run:
    return Run(
        id=row.id,
        period=code,
        status=row.status,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        job_run_id=row.job_run_id,
        bills=row.bills,
        done=row.done,
        issued=row.issued,
        carried=row.carried,
        parked=row.parked,
        finished_at=row.finished_at,
    )
