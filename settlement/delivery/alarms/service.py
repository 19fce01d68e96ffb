"""Name who is told of alarms, find what is raised, and say it once to each of them.

Alarms are read where they are kept: percents of credit limits that were told, guarantees that run
out, missing file numbers, silent sources, lines of the default rate, failed runs. Whoever raised
them knows nothing of e-mail, so nothing that goes wrong here stops the work.

What is raised is lined up for each address under a key that it has once. A message takes up what
waits for its address and is committed before it leaves; a worker that dies leaves `sending`
behind, which no other takes up, so nothing goes twice.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from currencies.money import money, shown
from i18n.errors import Invalid, NotFound
from i18n.locale import known_locale
from mediation.file_gaps import service as file_gaps
from mediation.scheduling import service as scheduling
from mediation.sources import service as sources
from settlement.agreements import service as agreements
from settlement.delivery.alarms import store
from settlement.delivery.alarms.alarm import (
    IN_A_MESSAGE,
    Alarm,
    AlarmMail,
    Kind,
    MailState,
    Recipient,
    after_failure,
)
from settlement.delivery.alarms.wording import subject_of, text_of
from settlement.delivery.delivery import Answer, State
from settlement.delivery.mailing.message import address_of
from settlement.delivery.parcel import Parcel
from settlement.delivery.service import SENDER_POLICY
from settlement.disputes.returned_calls.missing_returns import service as missing_returns
from settlement.interconnect.credit_limits import service as credit_limits
from settlement.interconnect.guarantees import service as guarantees
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.rating.charge_line import MISSING_CALLER
from settlement.rating.runs import service as rating_runs
from tenants.directory.service import own_tenant
from tenants.jobs import service as jobs
from tenants.session import TenantSession

SHOWN = 100
ERROR_LONGEST = 300


class NoSuchRecipient(NotFound):
    """There is no recipient of alarms {recipient}. Choose one that is listed."""


class NoKindOfAlarm(Invalid):
    """{email} would be told of no kind of alarm. Choose one at least, or remove the address."""


def name_recipient(
    session: TenantSession, email: str, language: str, kinds: Collection[Kind] = tuple(Kind)
) -> Recipient:
    """Tell an address of these kinds from now on; one that is known gets language and kinds.

    What was raised before its kinds are changed is told by those it had, as far as they stay.
    Raises AddressUnusable or NoKindOfAlarm.
    """
    address = address_of(email, "").addr_spec
    chosen = tuple(kind for kind in Kind if kind in kinds)
    if not chosen:
        raise NoKindOfAlarm(email=address)
    known = next((each for each in store.recipients(session) if each.email == address), None)
    since = session.now()
    if known is not None and known.kinds == chosen:
        since = known.recorded_at
    elif known is not None:
        line_up(session)
        store.forget_waiting(session, address, chosen)
    store.name_recipient(
        session,
        Recipient(
            id=session.ids.new(),
            email=address,
            language=known_locale(language),
            recorded_at=since,
            recorded_by=session.principal.name,
            kinds=chosen,
        ),
    )
    return next(each for each in store.recipients(session) if each.email == address)


def drop_recipient(session: TenantSession, recipient_id: UUID) -> None:
    """Tell an address no more; what was sent stays known. Raises NoSuchRecipient."""
    if not store.drop_recipient(session, recipient_id):
        raise NoSuchRecipient(recipient=recipient_id)


def recipients(session: TenantSession) -> list[Recipient]:
    """Who is told, by address."""
    return store.recipients(session)


def mails(session: TenantSession) -> list[AlarmMail]:
    """What was told last, and how far it is."""
    return [
        AlarmMail(
            Kind(row.kind), row.facts, row.raised_at, row.email, MailState(row.state), row.detail,
            row.changed_at,
        )
        for row in store.newest(session, SHOWN)
    ]  # fmt: skip


def line_up(session: TenantSession) -> int:
    """Line up what was raised since each address was named; returns how many were new."""
    known = store.recipients(session)
    if not known:
        return 0
    since = min(each.recorded_at for each in known)
    alarms = list(raised(session, since))
    return sum(store.add(session, to, filter(to.is_told_of, alarms)) for to in known)


def raised(session: TenantSession, since: dt.datetime) -> Iterator[Alarm]:
    """What stands as an alarm now; of runs and months what ended since an instant."""
    yield from _credit_limits(session)
    yield from _guarantees(session)
    yield from _missing_files(session)
    yield from _missing_returns(session)
    yield from _silent_sources(session)
    yield from _default_rates(session, since)
    yield from _failed_runs(session, since)


def obstacle(session: TenantSession) -> str:
    """Why the tenant can send nothing; empty where it can."""
    if own_tenant(session).policies.get(SENDER_POLICY):
        return ""
    return f"not configured: the policy {SENDER_POLICY} names no address of the sender"


def keep_waiting(session: TenantSession, reason: str) -> int:
    """Say of all that waits why it does; returns how many they are."""
    rows = store.waiting(session)
    for row in rows:
        if row.detail != reason:
            row.detail, row.changed_at = reason, session.now()
    session.flush()
    return len(rows)


def claim(session: TenantSession, email: str) -> Parcel | None:
    """Take up what waits for an address as one message; None where nothing does."""
    store.hold(session)
    rows = store.waiting(session, email)[:IN_A_MESSAGE]
    if not rows:
        return None
    tenant, message_id, language = own_tenant(session), session.ids.new(), rows[-1].language
    alarms = [Alarm(Kind(row.kind), row.key, row.raised_at, row.facts) for row in rows]
    for row in rows:
        row.state, row.message_id = MailState.SENDING, message_id
        row.tries, row.changed_at = row.tries + 1, session.now()
    session.flush()
    return Parcel(
        delivery_id=message_id,
        tenant=tenant.code,
        place=1,
        number="",
        sender_name=tenant.legal_name,
        sender=str(tenant.policies.get(SENDER_POLICY, "")),
        recipient_name="",
        address=email,
        host_key="",
        secret="",
        subject=subject_of(len(alarms), tenant.legal_name, language),
        text=text_of(alarms, tenant.legal_name, language),
        attachments=(),
        sent_at=session.now(),
    )


def settle(session: TenantSession, message_id: UUID, answer: Answer) -> None:
    """Keep what the mail server said of a message; what it did not take waits or is given up."""
    for row in store.of_message(session, message_id):
        is_sent = answer.state is State.SENT
        row.state = (
            MailState.SENT if is_sent else after_failure(row.tries, is_final=answer.is_final)
        )
        row.detail, row.changed_at = answer.text, session.now()
    session.flush()


def _credit_limits(session: TenantSession) -> Iterator[Alarm]:
    for state in credit_limits.states(session):
        for each in state.alerts:
            key = f"{state.limit.id}:{each.percent}:{each.told_at.isoformat()}"
            owed = shown(money(each.owed, state.limit.currency))
            facts = {"carrier": state.carrier, "percent": str(each.percent), "owed": owed}
            yield Alarm(Kind.CREDIT_LIMIT, key, each.told_at, facts)


def _guarantees(session: TenantSession) -> Iterator[Alarm]:
    for each in guarantees.running_out(session):
        promised = each.guarantee
        facts = {
            "carrier": each.carrier,
            "reference": promised.reference,
            "amount": shown(promised.amount),
            "until": promised.until.isoformat(),
        }
        yield Alarm(Kind.GUARANTEE_ENDS, str(promised.id), each.since, facts)


def _missing_files(session: TenantSession) -> Iterator[Alarm]:
    for registered in sources.all_sources(session):
        code = registered.source.code
        for gap in file_gaps.gaps_since(session, code):
            facts = {"source": code, "number": gap.name}
            key = f"{code}:{gap.name}:{gap.since.isoformat()}"
            yield Alarm(Kind.MISSING_FILE, key, gap.since, facts)


def _missing_returns(session: TenantSession) -> Iterator[Alarm]:
    """RAP files; who is to send them stands for the source."""
    for each in missing_returns.missing_returns(session):
        for gap in each.gaps:
            facts = {"source": each.sender, "number": gap.name}
            key = f"{gap.name}:{gap.since.isoformat()}"
            yield Alarm(Kind.MISSING_FILE, key, gap.since, facts)


def _silent_sources(session: TenantSession) -> Iterator[Alarm]:
    """Each silence is one alarm, however many files are overdue by now."""
    for code, silent in scheduling.silent_sources(session).items():
        zone = ZoneInfo(sources.the_source(session, code).source.zone)
        since = silent.since.astimezone(zone).isoformat(" ", "minutes")
        key = f"{code}:{silent.quiet_from.isoformat()}"
        yield Alarm(Kind.SILENT_SOURCE, key, silent.since, {"source": code, "since": since})


def _default_rates(session: TenantSession, since: dt.datetime) -> Iterator[Alarm]:
    """Of months that are open or were closed since; each agreement and month is one alarm."""
    for period in periods.periods(session):
        if period.closed_at is not None and period.closed_at < since:
            continue
        month = period.month
        for agreed in agreements.interconnects(session, month.starts_on, month.ends_on):
            if agreed.missing_caller_share is None:
                continue
            for line in rating_runs.beside_usage(session, period.id, agreed.agreement_id):
                if line.service == MISSING_CALLER:
                    facts = {
                        "carrier": parties.party(session, agreed.carrier_id).name,
                        "period": period.code,
                        "amount": shown(money(line.amount, line.currency)),
                    }
                    key = f"{agreed.agreement_id}:{period.code}"
                    yield Alarm(Kind.DEFAULT_RATE, key, period.closed_at or session.now(), facts)


def _failed_runs(session: TenantSession, since: dt.datetime) -> Iterator[Alarm]:
    for run in jobs.failed_since(session, since):
        assert run.finished_at is not None, "what failed has ended"
        key = f"{run.id}:{run.finished_at.isoformat()}"
        facts = {"job": run.job, "error": (run.error or "")[:ERROR_LONGEST]}
        yield Alarm(Kind.FAILED_RUN, key, run.finished_at, facts)
