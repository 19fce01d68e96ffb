"""Play October 2026 for one operator: usage comes in, is rated, closed, billed, declared, paid.

Every step is a use case and a commit of its own, and every step done already is passed over, so a
run that was killed goes on where it stopped.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

from mediation import service as mediation
from mediation.file_gaps import service as file_gaps
from mediation.suspense import service as suspense
from mediation.writing_off import service as writing_off
from mediation.writing_off.write_off import WriteOff
from settlement.app.demonstration.cast import Operator
from settlement.app.demonstration.names import name_for
from settlement.app.demonstration.setting import real_file, set_up
from settlement.app.demonstration.traffic import UsageFile, usage_files
from settlement.app.jobs import JOBS
from settlement.billing.runs import service as bill_runs
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason
from settlement.interconnect import service as interconnect
from settlement.interconnect.comparison import Agreement
from settlement.interconnect.exchanged import Reconciliation
from settlement.interconnect.reconciling import service as reconciling
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.payouts.payout import Status
from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from statements import service as statements
from statements.declaration import Bucket, Declaration, declaration_xml, totals_of
from tenants.clock import HeldClock
from tenants.directory import service as directory
from tenants.jobs import service as schedules
from tenants.jobs.processes import hand_out_stalled, run_worker
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Principal, Role
from tenants.randomness import SeededRandomness
from tenants.session import TenantSession, transaction

MONTH = "2026-10"
NEXT_MONTH = "2026-11"
BEFORE = dt.datetime(2026, 9, 30, 8, tzinfo=dt.UTC)
CLOSING = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
LATE = dt.datetime(2026, 11, 9, 8, tzinfo=dt.UTC)
PAYING = dt.datetime(2026, 11, 16, 5, tzinfo=dt.UTC)
TWO_HOURS = dt.timedelta(hours=2)
REAL_DECK = "refdata/rate-decks/asterisell_international_call_rates_example.csv"
REAL_CDRS = {
    "lab-asterisk": "telecom/cdr/asterisk/Master.csv",
    "lab-freeswitch": "telecom/cdr/freeswitch/cdr_csv_Master.csv",
}
GIVEN_UP = "laboratory and test records, never charged"

Say = Callable[[str], None]


@dataclass
class Play:
    """One operator's month on a database whose clock the play moves."""

    database: Database
    operator: Operator
    clock: HeldClock
    samples: Path | None
    say: Say

    @contextmanager
    def work(self, name: str, principal: Principal = SYSTEM) -> Iterator[TenantSession]:
        """One committed step in the operator's tenant."""
        tenant_id = self.operator.tenant.id
        with transaction(self.database, tenant_id, principal, name) as session:
            yield session

    def person(self, name: str, role: Role) -> Principal:
        """A member of the operator's staff."""
        with self.work("demonstration.look") as session:
            email = f"{name}@{self.operator.code}.example"
            user = next(each for each in people.users(session) if each.email == email)
        return Principal(email, role, user.id)


def play_month(play: Play) -> None:
    """From an empty tenant to a paid month."""
    play.clock.move_to(BEFORE)
    _set_up(play)
    play.clock.move_to(CLOSING)
    usage = list(usage_files(play.operator.network, SeededRandomness(len(play.operator.code))))
    late = usage.pop(_late(usage))
    _take_in(play, usage)
    _rate_and_close(play)
    _issue(play)
    _exchange(play)
    play.clock.move_to(LATE)
    _take_in_late(play, late)
    play.clock.move_to(PAYING)
    _pay(play)


def _set_up(play: Play) -> None:
    play.say("parties, prices and agreements")
    if play.operator.code in directory.tenant_codes(play.database):
        return
    with play.work("demonstration.set-up") as session:
        set_up(session, play.operator, real_file(play.samples, REAL_DECK))


def _late(usage: list[UsageFile]) -> int:
    """The last file of the message centre comes after the close."""
    return max(n for n, file in enumerate(usage) if file.source == "smsc")


def _take_in(play: Play, usage: list[UsageFile]) -> None:
    for file in usage:
        play.say(f"usage: {file.name}")
        _take_in_file(play, file)
    voice = next(file for file in usage if file.source == "switch")
    _take_in_file(play, voice._replace(name="switch-again.csv"))
    _take_in_file(play, bad_records(voice))
    for source, relative in REAL_CDRS.items():
        content = real_file(play.samples, relative)
        if content is not None:
            _take_in_file(play, UsageFile(source, "Master.csv", content))


def _take_in_file(play: Play, file: UsageFile) -> None:
    with play.work("mediation.ingest") as session:
        if file.source == "portal":
            mediation.ingest_events(session, file.source, json.loads(file.content))
        else:
            mediation.ingest(session, file.source, file.name, file.content)


def bad_records(voice: UsageFile) -> UsageFile:
    """Ten good calls of a file with other ids, and records as they should never be."""
    good = voice.content.decode().splitlines()[:10]
    # Other ids make them other calls: of Asterisk the second in front, of FreeSWITCH the uuid.
    lines = [line.replace('"1790', '"1789').replace("-8000-", "-9000-") for line in good]
    first = lines[0]
    lines += [
        first[: len(first) // 2],
        first.replace("2026-10", "0000-13"),
        "not a call record at all",
        '"","48501100000"',
    ]
    return UsageFile(voice.source, "switch-0006.csv", ("\n".join(lines) + "\n").encode())


def _rate_and_close(play: Play) -> None:
    with play.work("demonstration.look") as session:
        if not periods.period(session, MONTH).is_open:
            return
    play.say("rating the month")
    with play.work("periods.rate") as session:
        periods.rate(session, MONTH)
    _write_off(play)
    play.say("rating again without what was given up, then closing")
    with play.work("periods.rate") as session:
        periods.rate(session, MONTH)
    with play.work("periods.close") as session:
        late_file = "the message centre's last file will come after the close"
        has_gap = bool(file_gaps.gaps(session, "smsc"))
        periods.close(session, MONTH, late_file if has_gap else None)


def _write_off(play: Play) -> None:
    """What waits is given up: the operator's staff proposes it, an approver agrees."""
    with play.work("suspense.write-off") as session:
        if suspense.open_places(session) and not _proposed_write_offs(session):
            writing_off.propose(session, GIVEN_UP)
    approver = play.person("approver", Role.FINANCE_APPROVER)
    with play.work("suspense.approve", approver) as session:
        for each in _proposed_write_offs(session):
            writing_off.approve(session, each.id)


def _proposed_write_offs(session: TenantSession) -> list[WriteOff]:
    return [each for each in writing_off.write_offs(session) if each.status == "proposed"]


def _issue(play: Play) -> None:
    play.say("invoices")
    with play.work("billing.ask") as session:
        if bill_runs.latest_over(session, MONTH) is None:
            bill_runs.ask(session, MONTH)
        has_come_to_payouts = bool(schedules.schedules(session))
    # What the sixteenth left in the queue is done on the sixteenth.
    if not has_come_to_payouts:
        _do_queued(play)
    play.say("partner statements")
    with play.work("self-billing.issue") as session:
        self_billing.issue_statements(session, MONTH)


def _exchange(play: Play) -> None:
    play.say("declarations and their reconciliation")
    with play.work("interconnect.declare") as session:
        interconnect.declare(session, MONTH)
    for carrier in play.operator.carriers:
        _exchange_with(play, carrier.player.code)


def _exchange_with(play: Play, code: str) -> None:
    """The carrier's own declaration comes, is compared, and one difference is disputed."""
    with play.work("demonstration.look") as session:
        party = parties.party_by_code(session, code)
        exchanged = {
            each.origin: each for each in interconnect.declarations(session, carrier_id=party.id)
        }
        compared = reconciling.reconciliations(session, carrier_id=party.id)
        is_disputed = bool(disputes.disputes(session, party_id=party.id))
        ours, theirs = exchanged.get("ours"), exchanged.get("theirs")
        if ours is None:
            return
        assert ours.document_id is not None, "a declaration of ours is a document"
        document = statements.content(session, ours.document_id)
        assert isinstance(document, Declaration), "a declaration document holds one"
    if theirs is None:
        with play.work("interconnect.receive") as session:
            theirs = interconnect.receive(session, party.id, their_declaration(document))
    if not compared:
        with play.work("interconnect.reconcile") as session:
            compared = [reconciling.reconcile(session, ours.id, theirs.id)]
    if not is_disputed:
        with play.work("disputes.raise") as session:
            _dispute_largest(session, compared[0])


def their_declaration(ours: Declaration) -> bytes:
    """What the carrier counted: as we did, but for a missed bucket and some seconds more."""
    buckets = [_mirrored(bucket) for bucket in ours.buckets]
    longest = max(range(len(buckets)), key=lambda n: (buckets[n].seconds, n))
    more = buckets[longest]
    dearer = (more.amount * Decimal("1.02")).quantize(more.amount)
    buckets[longest] = replace(
        more, seconds=more.seconds + 60, billed_seconds=more.billed_seconds + 60, amount=dearer
    )
    kept = tuple(bucket for n, bucket in enumerate(buckets) if n != longest - 1)
    theirs = replace(
        ours,
        number="",
        issued_on=None,
        declarant=ours.recipient,
        recipient=ours.declarant,
        buckets=kept,
        totals=totals_of(kept, ours.currency),
    )
    return declaration_xml(theirs.numbered("THEIRS-2026-10", CLOSING.date()))


def _mirrored(bucket: Bucket) -> Bucket:
    """What we sent they received."""
    other = {"incoming": "outgoing", "outgoing": "incoming"}
    return replace(bucket, direction=other[bucket.direction])


def _dispute_largest(session: TenantSession, reconciliation: Reconciliation) -> None:
    """We dispute the largest difference that is out of tolerance; the rest stays payable."""
    differing = [
        (abs(line.variance), number)
        for number, line in enumerate(reconciliation.comparison.lines, 1)
        if line.agreement is Agreement.OUT_OF_TOLERANCE
    ]
    if differing:
        disputes.dispute_difference(
            session,
            reconciliation_id=reconciliation.id,
            line=max(differing)[1],
            reason=Reason.RATE,
            narrative="Counted and priced by our switch; please send the records of the day.",
        )


def _take_in_late(play: Play, late: UsageFile) -> None:
    play.say("a late file corrects the closed month")
    _take_in_file(play, late)
    with play.work("periods.rate") as session:
        periods.rate(session, NEXT_MONTH)


def _do_queued(play: Play) -> None:
    """Do what waits in the queue, and what a worker that was killed had taken."""
    hand_out_stalled(play.database)
    run_worker(play.database, JOBS, wait=False)


def _pay(play: Play) -> None:
    """A schedule proposes on the sixteenth; a person who is not the proposer approves."""
    play.say("payouts")
    currencies = {player.currency for player in play.operator.partners}
    with play.work("schedules.set") as session:
        schedules.set_schedule(
            session,
            name=name_for(play.operator, "payouts to partners"),
            job="payouts.propose",
            cron="0 7 16 * *",
            time_zone=play.operator.tenant.time_zone,
            arguments={"currencies": sorted(currencies)},
        )
    play.clock.move_to(PAYING + TWO_HOURS)
    schedules.fire_due(play.database, play.clock.now())
    _do_queued(play)
    approver = play.person("approver", Role.FINANCE_APPROVER)
    with play.work("demonstration.look") as session:
        waiting = [
            batch
            for batch in payouts.batches(session)
            if batch.status is Status.PROPOSED
            or (batch.status is Status.APPROVED and batch.file_sha256 is None)
        ]
    for batch in sorted(waiting, key=attrgetter("number")):
        if batch.status is Status.PROPOSED:
            with play.work("payouts.approve", approver) as session:
                payouts.approve(session, batch.id)
        with play.work("payouts.export", approver) as session:
            payouts.export(session, batch.id)
