"""What some customers' bills read and write of the charges of all."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from settlement.billing import service, store
from settlement.billing.parking import service as parking
from settlement.billing.refunding import store as refunding
from settlement.billing.service import Frame
from settlement.billing.store import Borne
from settlement.periods import service as periods
from settlement.rating.runs import service as rating_runs
from statements import service as statements
from statements.passing import service as passing
from statements.validation.rule_pack import RulePack
from statements.validation.verdict import Verdict
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october

OTHERS = 2_000
LINES_EACH = 20

# The first customer many times more, under codes behind its own, each with many of its lines.
MORE_CUSTOMERS = """
    INSERT INTO parties (tenant_id, id, kind, code, name, country, tax_id, address, email,
                         language, currency, time_zone, created_at)
    SELECT tenant_id, gen_random_uuid(), kind, 'D-' || n, name, country, tax_id, address, email,
           language, currency, time_zone, created_at
    FROM parties, generate_series(1, :others) AS n WHERE code = 'C-1'
"""
THEIR_LINES = """
    INSERT INTO charge_lines (tenant_id, id, run_id, period_id, side, direction, party_id, service,
                              product, traffic_direction, trunk, destination, band, currency,
                              events, quantity, seconds, free_units, billed_units, amount_3600,
                              amount, tax_category, starts_on, ends_on, case_name, per)
    SELECT c.tenant_id, gen_random_uuid(), run_id, period_id, side, direction, y.id, service,
           product, traffic_direction, trunk, destination, band, c.currency,
           events, quantity, seconds, free_units, billed_units, amount_3600,
           amount, tax_category, starts_on, ends_on, case_name, per
    FROM charge_lines c CROSS JOIN parties y CROSS JOIN generate_series(1, :lines)
    WHERE y.code LIKE 'D-%'
"""


@pytest.fixture
def frame(session: TenantSession) -> Frame:
    """A run over the month of many customers; the statistics know none of their charges."""
    charged(session, october(session), a_customer(session), "10.00")
    session.execute(sa.text(MORE_CUSTOMERS), {"others": OTHERS})
    session.execute(sa.text(THEIR_LINES), {"lines": LINES_EACH})
    periods.close(session, "2026-10")
    return service.frame_of(session, periods.closed_period(session, "2026-10"))


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are neither drawn nor checked: that takes a tenth of a second for each, and here
    it is asked how their rows are found.
    """

    def all_valid(documents: Iterable[tuple[bytes, RulePack]]) -> list[Verdict]:
        return [Verdict(pack.id, pack.version, True, ()) for _, pack in documents]

    def as_one_page(documents: Sequence[object]) -> list[bytes]:
        return [b"%PDF-1.7"] * len(documents)

    monkeypatch.setattr(passing, "validate_all", all_valid)
    monkeypatch.setattr(passing, "drawn_in", as_one_page)


def lines_read(session: TenantSession, work: Callable[[], Any]) -> int:
    """How many charge lines the database takes in its hands for some work."""
    return rows_read(session, "charge_lines", work)


def rows_read(session: TenantSession, table: str, work: Callable[[], Any]) -> int:
    """How many rows of a table the database takes in its hands for some work."""
    taken = sa.text(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
        " WHERE relid = CAST(:table AS regclass)"
    )
    before = session.scalar(taken, {"table": table})
    work()
    after = session.scalar(taken, {"table": table})
    assert isinstance(before, int)
    assert isinstance(after, int)
    return after - before


def test_a_part_reads_its_own_customers_charges_alone(session: TenantSession, frame: Frame):
    who = {each.party_id for each in frame.due[1:101]}
    ends_on = frame.cycle.month.ends_on

    read = lines_read(session, lambda: store.unbilled(session, ends_on, who))
    sealed = lines_read(session, lambda: store.seal(session, ends_on, who))

    assert len(store.unbilled(session, ends_on, who)) == 100 * LINES_EACH
    assert (read, sealed) == (100 * LINES_EACH, 100 * LINES_EACH)


def test_charges_are_sorted_once_and_by_what_stands_in_front(session: TenantSession, frame: Frame):
    """Behind texts of any length a column is searched for whenever two rows are compared."""
    asked = {"ends_on": frame.cycle.month.ends_on, "parties": [frame.due[0].party_id]}
    explained = sa.text(f"EXPLAIN (VERBOSE, FORMAT JSON) {store.UNBILLED}")
    [told] = session.scalar(explained, asked) or []

    def sorts(plan: dict[str, Any]) -> list[dict[str, Any]]:
        inside = [each for below in plan.get("Plans", []) for each in sorts(below)]
        return [plan, *inside] if plan["Node Type"] == "Sort" else inside

    [once] = sorts(told["Plan"])
    assert set(once["Output"][:3]) == {*once["Sort Key"]}


def test_lines_are_borne_without_reading_others(session: TenantSession, frame: Frame):
    [issued] = service.bill_some(session, frame, frame.due[:1]).issued
    who = {each.party_id for each in frame.due[1:101]}
    waiting = store.unbilled(session, frame.cycle.month.ends_on, who)

    by_party = groupby(waiting, attrgetter("party_id"))
    borne = [Borne([each.id for each in some], issued.id, party) for party, some in by_party]

    # Once to be borne, and once to see that nothing is left of the month.
    assert lines_read(session, lambda: store.bear(session, borne)) == 2 * 100 * LINES_EACH
    assert store.unbilled(session, frame.cycle.month.ends_on, who) == []


def test_borne_lines_stay_in_their_page_and_no_index_is_told(session: TenantSession, frame: Frame):
    [first] = service.bill_some(session, frame, frame.due[:1]).issued
    who = {each.party_id for each in frame.due[1:101]}
    waiting = store.unbilled(session, frame.cycle.month.ends_on, who)
    changed = sa.text(
        "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables"
        " WHERE relid = 'charge_lines'::regclass"
    )
    before = session.execute(changed).one()

    store.bear(session, [Borne([each.id for each in waiting], first.id, first.filing.party_id)])

    after = session.execute(changed).one()
    assert [new - old for new, old in zip(after, before, strict=True)] == [100 * LINES_EACH] * 2


def months_that_wait(session: TenantSession, who: Collection[UUID]) -> int:
    """How many months of these customers are looked into for charges to be billed."""
    asked = sa.text("SELECT count(*) FROM unbilled_months WHERE party_id = ANY(:who)")
    return int(session.scalar(asked, {"who": list(who)}) or 0)


def test_a_month_waits_until_nothing_is_left_of_it(session: TenantSession, frame: Frame):
    [first] = service.bill_some(session, frame, frame.due[:1]).issued
    [party] = who = [frame.due[1].party_id]
    one, *others = [each.id for each in store.unbilled(session, frame.cycle.month.ends_on, who)]

    store.bear(session, [Borne([one], first.id, party)])
    left = store.unbilled(session, frame.cycle.month.ends_on, who)
    assert (months_that_wait(session, who), [each.id for each in left]) == (1, others)

    store.bear(session, [Borne(others, first.id, party)])
    assert months_that_wait(session, who) == 0


def test_a_month_to_which_lines_may_be_added_is_looked_into_though_it_has_none(
    session: TenantSession, frame: Frame
):
    """Whoever adds one at this time sees the month listed, and does not list it again."""
    [first] = service.bill_some(session, frame, frame.due[:1]).issued
    [party] = who = [frame.due[1].party_id]
    waiting = [each.id for each in store.unbilled(session, frame.cycle.month.ends_on, who)]
    session.execute(
        sa.text(
            "INSERT INTO unbilled_months (tenant_id, party_id, period_id)"
            " SELECT tenant_id, :party, id FROM periods WHERE status = 'open'"
        ),
        {"party": party},
    )

    store.bear(session, [Borne(waiting, first.id, party)])

    assert months_that_wait(session, who) == 1


def test_lines_of_a_document_are_found_among_those_of_its_party(
    session: TenantSession, frame: Frame
):
    [issued] = service.bill_some(session, frame, frame.due[:1]).issued

    assert lines_read(session, lambda: refunding.billed(session, issued.id)) == 1
    assert lines_read(session, lambda: rating_runs.lines_on_document(session, issued.id)) == 1
    assert len(refunding.billed(session, issued.id)) == 1


def test_a_line_is_not_locked_before_it_is_borne(session: TenantSession):
    """A trigger before the change of a row has it read and locked, even one that does nothing."""
    before = sa.text(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'charge_lines'::regclass"
        " AND tgtype & 2 = 2 AND tgtype & 16 = 16"
    )

    assert session.scalars(before).all() == []


@pytest.mark.usefixtures("undrawn")
def test_documents_that_bear_lines_are_looked_up_by_key(session: TenantSession, frame: Frame):
    """Nobody has counted the documents that a run has just made."""
    part, following = frame.due[1:151], frame.due[151:301]
    service.bill_some(session, frame, part)
    issued = [one.id for one in service.bill_some(session, frame, following).issued]
    free = session.execute(
        sa.text("SELECT id, party_id FROM charge_lines WHERE document_id IS NULL LIMIT 150")
    )

    borne = [
        Borne([str(line)], document, party)
        for (line, party), document in zip(free, issued, strict=True)
    ]
    read = rows_read(session, "documents", lambda: store.bear(session, borne))

    assert read == len(issued) == 150


@pytest.mark.usefixtures("undrawn")
def test_what_is_issued_for_a_purpose_is_found_without_reading_others(
    session: TenantSession, frame: Frame
):
    issued = service.bill_some(session, frame, frame.due[1:151]).issued
    purposes = [issued[0].filing.purpose, "nothing"]
    found = statements.issued_for(session, purposes)

    read = rows_read(session, "documents", lambda: statements.issued_for(session, purposes))

    assert set(found) == {issued[0].filing.purpose}
    # Once by its purpose, once for what stands in it.
    assert read == 2


@pytest.mark.usefixtures("undrawn")
def test_what_customers_were_billed_before_is_found_without_reading_others(
    session: TenantSession, frame: Frame
):
    issued = service.bill_some(session, frame, frame.due[1:151]).issued
    billed, other = issued[0].filing.party_id, frame.due[151].party_id
    period_id, following = frame.cycle.period_id, frame.cycle.month.ends_on

    known = parking.known(session, period_id, following, {billed, other})
    read = rows_read(
        session,
        "documents",
        lambda: parking.known(session, period_id, following, {billed, other}),
    )

    assert {key: trail.months for key, trail in known.trails.items()} == {(billed, "PLN"): 1}
    assert read == 1
