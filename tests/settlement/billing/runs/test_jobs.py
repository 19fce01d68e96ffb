"""A bill run in parts: killed, taken up, asked for twice; its parts and workers change nothing."""

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from currencies.money import money, total
from settlement.app.jobs import JOBS
from settlement.billing import drafting
from settlement.billing import service as billing
from settlement.billing.invoice import Terms
from settlement.billing.out_of_turn.service import issue_single
from settlement.billing.runs import service
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from statements import service as statements
from statements.document import Document, Kind, Line
from statements.filing import Filed
from statements.validation import service as validation
from tenants.directory import service as directory
from tenants.jobs import service as jobs
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.forked import exit_code
from tests.settlement.billing.builders import a_customer, charged, october
from tests.settlement.billing.runs import dying
from tests.world import a_tenant

ALPHA = a_tenant("alpha")
CODES = ("C-1", "C-2", "C-3", "C-4", "C-5")
NUMBERS = [f"FV/2026/11/000{number}" for number in range(1, 5)]


def a_closed_month(session: TenantSession) -> None:
    """Five customers: the third cannot be billed, for it has no number to be charged abroad."""
    where = october(session)
    for place, code in enumerate(CODES):
        abroad = {"country": "DE", "tax_id": ""} if code == "C-3" else {}
        customer = a_customer(session, code, **abroad)
        charged(session, where, customer, f"{10 + place}.00")
    periods.close(session, "2026-10")


def issued(session: TenantSession) -> list[tuple[str, UUID, tuple[str, ...]]]:
    """Every document: its number, whose it is, and the digests of its files."""
    found = [each for each in statements.documents(session) if each.is_issued]
    return sorted(
        (each.number, each.filing.party_id, tuple(file.sha256 for file in each.files))
        for each in found
    )


def in_parts(session: TenantSession, size: int) -> None:
    """Do a run in this session, so many customers at a time."""
    run = service.ask(session, "2026-10")
    frame = service.frame_of(session, run.id)
    for start in range(0, len(frame.due), size):
        end = start + size
        service.go_on(session, run.id, frame, frame.due[start:end], frame.due[end : end + size])
    service.finish(session, run.id)


def test_neither_parts_nor_workers_change_a_byte(
    session: TenantSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_closed_month(session)
    came_to = []
    for size, processors in ((5, 2), (2, 1), (1, 2)):
        monkeypatch.setattr(os, "cpu_count", lambda count=processors: count)
        monkeypatch.setattr(validation, "_PROCESSORS", processors)
        with session.begin_nested() as tried:
            in_parts(session, size)
            came_to.append(issued(session))
            tried.rollback()
    with session.begin_nested():
        billing.bill_period(session, "2026-10")
        came_to.append(issued(session))

    assert [number for number, _, _ in came_to[0]] == NUMBERS
    assert came_to[1:] == [came_to[0]] * 3


def killed_at(point: str, place: Place, database: Database, run: UUID, seed: int) -> int:
    """Do the run in a process of its own that dies there; its exit code."""
    home = str(database.settings.data_folder)
    return exit_code(dying.do, place.application_url, home, run, seed, failpoints=f"{point}=kill")


def test_a_killed_run_goes_on_without_a_gap_or_a_double(database: Database, place: Place) -> None:
    with transaction(database, ALPHA.id, SYSTEM, "tests.world") as session:
        directory.create_tenant(session, ALPHA)
        a_closed_month(session)
        asked = service.ask(session, "2026-10")
        run = jobs.ask_for_run(session, service.JOB, {"bill_run": str(asked.id), "part": 2})

    for seed, point in enumerate(("billing.part:before", "billing.part:after"), 2):
        assert killed_at(point, place, database, run, seed) == -signal.SIGKILL
        with reading(database, ALPHA.id, SYSTEM) as session:
            so_far = [number for number, _, _ in issued(session)]
            assert so_far == (NUMBERS[:2] if point.endswith("after") else [])
            assert service.run(session, asked.id).done == len(so_far)
    jobs.do_run(database, JOBS, ALPHA.id, run)

    with reading(database, ALPHA.id, SYSTEM) as session:
        assert [number for number, _, _ in issued(session)] == NUMBERS
        done = service.run(session, asked.id)
        assert (done.status, done.done, done.bills) == ("done", 5, 5)
        assert (done.issued, done.carried, done.parked) == (4, 0, 1)
        # 10 + 11 + 13 + 14 with 23 % tax, each rounded: 12.30 + 13.53 + 15.99 + 17.22.
        owed = [line.amount for line in ledger.balances(session, Account.RECEIVABLE)]
        assert (len(owed), total(owed, "PLN")) == (4, money("59.04 PLN"))
    with transaction(database, ALPHA.id, SYSTEM, "tests.again") as session:
        assert billing.bill_period(session, "2026-10").issued == ()


def test_a_second_run_is_refused_while_one_is_under_way(session: TenantSession) -> None:
    a_closed_month(session)
    asked = service.ask(session, "2026-10")

    with pytest.raises(service.BillRunUnderWay, match="2026-10 is approved"):
        service.ask(session, "2026-10")

    assert service.take_up(session, "2026-10").id == asked.id
    service.finish(session, asked.id)
    assert service.ask(session, "2026-10").id != asked.id


def test_a_part_done_meanwhile_is_passed_over(session: TenantSession) -> None:
    a_closed_month(session)
    run = service.ask(session, "2026-10")
    frame = service.frame_of(session, run.id)
    service.go_on(session, run.id, frame, frame.due[:4])

    late = service.go_on(session, run.id, frame, frame.due[:2])

    assert late.issued == () and service.run(session, run.id).done == 4


def test_charges_billed_while_their_drafts_were_ready_are_not_billed_twice(
    session: TenantSession,
) -> None:
    a_closed_month(session)
    run = service.ask(session, "2026-10")
    frame = service.frame_of(session, run.id)
    service.go_on(session, run.id, frame, frame.due[:3], frame.due[3:])

    single = issue_single(session, "C-4", "PLN", Kind.INVOICE, (), with_unbilled=True)
    part = service.go_on(session, run.id, frame, frame.due[3:])

    # 13 and 14 with 23 % tax; the first is no longer the run's.
    assert isinstance(single, Filed) and single.gross == money("15.99 PLN")
    assert [each.gross for each in part.issued] == [money("17.22 PLN")]


def test_drafts_made_ahead_are_issued_without_drafting_anew(
    session: TenantSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_closed_month(session)
    run = service.ask(session, "2026-10")
    frame = service.frame_of(session, run.id)
    service.go_on(session, run.id, frame, frame.due[:3], frame.due[3:])
    monkeypatch.setattr(billing, "draft_each", None)

    part = service.go_on(session, run.id, frame, frame.due[3:])

    assert [each.gross for each in part.issued] == [money("15.99 PLN"), money("17.22 PLN")]


def test_drafts_made_ahead_are_not_written_again(
    session: TenantSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_closed_month(session)
    run = service.ask(session, "2026-10")
    frame = service.frame_of(session, run.id)
    monkeypatch.setattr(statements, "compose", None)

    part = service.go_on(session, run.id, frame, frame.due)

    [first] = part.issued[:1]
    said = statements.content(session, first.id)
    assert isinstance(said, Document)
    assert (said.number, said.payment_reference) == (first.number, first.number)


def test_a_draft_that_does_not_add_up_parks_its_customer_and_takes_no_number(
    session: TenantSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_closed_month(session)
    honest = drafting.draft_invoice

    def off_by_one(lines: Sequence[Line], currency: str, terms: Terms) -> Document:
        draft = honest(lines, currency, terms)
        totals = replace(draft.totals, net=draft.totals.net + money("0.01 PLN"))
        # The second customer's 11.00 are said to be 11.01.
        return replace(draft, totals=totals) if draft.totals.net.amount == 11 else draft

    monkeypatch.setattr(drafting, "draft_invoice", off_by_one)
    run = service.ask(session, "2026-10")
    frame = service.frame_of(session, run.id)

    part = service.go_on(session, run.id, frame, frame.due)

    assert [each.number for each in part.issued] == NUMBERS[:3]
    refused = {each.party: each.reason for each in part.parked}
    assert "11.01 PLN" in refused["C-2"] and set(refused) == {"C-2", "C-3"}
