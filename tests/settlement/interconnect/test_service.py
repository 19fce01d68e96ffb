"""Traffic is declared once, theirs is taken in whole or refused, and differences are told."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from currencies.fx_rate import NoFxRate
from currencies.money import plain, shown
from i18n.errors import DomainError
from i18n.locale import error_text
from settlement.agreements.policies import CHOICES
from settlement.insight.service import verify
from settlement.interconnect import service
from settlement.interconnect.comparison import Agreement
from settlement.interconnect.receiving import AddressedToAnother
from settlement.interconnect.reconciling import service as reconciling
from settlement.ledger import service as ledger
from settlement.periods import service as periods
from statements import service as statements
from statements.declaration import Bucket, read_declaration
from statements.document import Kind, Party, Period
from statements.utility_statement import read_utility_statement, utility_statement_xml
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import (
    HERE,
    Exchange,
    an_exchange,
    rated_traffic,
    their_answer,
)


@pytest.fixture
def exchange(session: TenantSession) -> Exchange:
    return an_exchange(session)


def held(session: TenantSession) -> dict[str, str]:
    """What the carrier accounts hold, those at zero left out."""
    return {
        balance.account.value: shown(balance.amount)
        for balance in ledger.balances(session)
        if balance.amount.amount
    }


def test_a_month_is_declared_by_day_direction_trunk_and_destination(
    session: TenantSession, exchange: Exchange
) -> None:
    lines = service.lines_of(session, exchange.ours.id)

    assert [
        f"{line.day.day} {line.direction} {line.trunk} {line.destination} {line.calls} "
        f"{line.seconds} {plain(line.unit_price or Decimal(0))} {plain(line.amount)}"
        for line in lines
    ] == [
        "1 incoming TR-atlantic Poland 120 12000 0.03 6",
        "1 outgoing TR-atlantic Ireland 100 9000 0.01 1.5",
        "2 incoming TR-atlantic Poland 80 8000 0.03 4",
        "31 outgoing TR-atlantic Iceland 20 1220 0.05 1.016667",
    ]


def test_a_declaration_is_a_document_with_the_settlement_rate_named(
    session: TenantSession, exchange: Exchange
) -> None:
    assert exchange.ours.document_id is not None
    document = statements.document(session, exchange.ours.document_id)
    content = statements.content(session, exchange.ours.document_id)

    assert (document.number, document.status) == ("D/2026/11/0001", "issued")
    assert document.verdict is not None and document.verdict.is_valid
    assert ("settlement_rate", "1 XDR = 5.1234 PLN (NBP-A, 2026-10-30)") in content.policies
    assert ("tolerance", "0.005") in content.policies
    assert ("objection_days", "30") in content.policies
    assert {name for name, _ in content.policies} >= set(CHOICES["interconnect"])
    assert [(each.direction, shown(each.payable)) for each in content.totals] == [  # type: ignore[union-attr]
        ("incoming", "10.00 XDR"),
        ("outgoing", "2.52 XDR"),
    ]


def test_what_was_accrued_becomes_receivable_and_payable(
    session: TenantSession, exchange: Exchange
) -> None:
    # 1.50 + 1.02 was accrued and 2.516667 is declared, which is 2.52 as well.
    assert held(session) == {
        "carrier_cost": "2.52 XDR",
        "carrier_payable": "-2.52 XDR",
        "carrier_receivable": "10.00 XDR",
        "carrier_revenue": "-10.00 XDR",
    }


def test_declaring_again_issues_and_books_nothing(
    session: TenantSession, exchange: Exchange
) -> None:
    before = held(session)

    again = service.declare(session, "2026-10")

    assert [each.exchanged for each in again] == [exchange.ours]
    assert held(session) == before
    assert len(statements.documents(session, kind=Kind.DECLARATION)) == 1


def test_an_open_period_is_not_declared(session: TenantSession) -> None:
    rated_traffic(session)

    with pytest.raises(periods.PeriodNotClosed):
        service.declare(session, "2026-10")


def test_without_the_rate_of_the_day_nothing_is_declared(session: TenantSession) -> None:
    rated_traffic(session)
    statements.open_series(session, Kind.DECLARATION, "D/{number}")
    periods.close(session, "2026-10")

    with pytest.raises(NoFxRate, match="XDR to PLN for 2026-10-30"):
        service.declare(session, "2026-10")


def test_our_declaration_taken_back_differs_nowhere(
    session: TenantSession, exchange: Exchange
) -> None:
    before = held(session)
    theirs = service.receive(session, exchange.carrier_id, their_answer(session, exchange.ours))

    found = reconciling.reconcile(session, exchange.ours.id, theirs.id)

    assert found.comparison.verdict is Agreement.EXACT
    assert {line.agreement for line in found.comparison.lines} == {Agreement.EXACT}
    assert held(session) == before


def test_our_declaration_taken_back_in_the_public_form_differs_nowhere(
    session: TenantSession, exchange: Exchange
) -> None:
    answer = read_declaration(their_answer(session, exchange.ours))

    theirs = service.receive(session, exchange.carrier_id, utility_statement_xml(answer))

    found = reconciling.reconcile(session, exchange.ours.id, theirs.id)
    assert found.comparison.verdict is Agreement.EXACT
    said = read_utility_statement(service.utility_statement(session, exchange.ours.id))
    assert (said.number, said.declarant) == ("D/2026/11/0001", answer.recipient)


def dearer(by: str, destination: str) -> Callable[[Bucket], Bucket]:
    """A change of the amounts of one destination."""

    def change(bucket: Bucket) -> Bucket:
        if bucket.destination != destination:
            return bucket
        return replace(bucket, amount=bucket.amount + Decimal(by), rate=None)

    return change


def test_a_variance_within_tolerance_is_accepted_and_booked(
    session: TenantSession, exchange: Exchange
) -> None:
    # 0.5 % of 10.00 is 0.05; two buckets of 0.02 each are within it.
    answer = their_answer(session, exchange.ours, dearer("0.02", "Poland"))
    theirs = service.receive(session, exchange.carrier_id, answer)

    found = reconciling.reconcile(session, exchange.ours.id, theirs.id)

    assert found.comparison.verdict is Agreement.WITHIN_TOLERANCE
    assert held(session)["carrier_receivable"] == "10.04 XDR"
    assert held(session)["carrier_revenue"] == "-10.04 XDR"
    assert reconciling.reconcile(session, exchange.ours.id, theirs.id) == found


def test_a_variance_within_the_amount_agreed_is_accepted_and_stays_so_when_it_is_read(
    session: TenantSession,
) -> None:
    # Two buckets of 0.10 each: 0.20 is more than 0.5 % of 10.00, and not more than 0.20.
    exchange = an_exchange(session, tolerance_amount="0.20")
    answer = their_answer(session, exchange.ours, dearer("0.10", "Poland"))

    found = reconciling.answer(session, exchange.carrier_id, answer)

    assert found.comparison.verdict is Agreement.WITHIN_TOLERANCE
    assert held(session)["carrier_receivable"] == "10.20 XDR"
    assert reconciling.reconciliation(session, found.id) == found


def test_a_corrected_declaration_takes_back_what_the_first_one_had_us_accept(
    session: TenantSession, exchange: Exchange
) -> None:
    for number, change, receivable in (
        ("ATL-7", dearer("0.02", "Poland"), "10.04 XDR"),
        ("ATL-8", dearer("0.01", "Poland"), "10.02 XDR"),
        ("ATL-9", dearer("1.00", "Poland"), "10.00 XDR"),
    ):
        answer = their_answer(session, exchange.ours, change, number=number)
        reconciling.answer(session, exchange.carrier_id, answer)

        assert held(session)["carrier_receivable"] == receivable


def test_a_variance_out_of_tolerance_is_told_by_cause_and_not_booked(
    session: TenantSession, exchange: Exchange
) -> None:
    before = held(session)

    def more_calls(bucket: Bucket) -> Bucket | None:
        if bucket.destination == "Iceland":
            return None
        if bucket.destination != "Ireland":
            return bucket
        # Two calls and 200 s more, at 0.012 a minute: 9,200 / 60 x 0.012.
        return replace(
            bucket, calls=102, seconds=9200, billed_seconds=9200, rate=Decimal("0.012"),
            amount=Decimal("1.84"),
        )  # fmt: skip

    answer = their_answer(session, exchange.ours, more_calls)
    theirs = service.receive(session, exchange.carrier_id, answer)
    found = reconciling.reconcile(session, exchange.ours.id, theirs.id)

    assert found.comparison.verdict is Agreement.OUT_OF_TOLERANCE
    causes = found.causes("outgoing")
    # Ireland: volume 2 x 90 x 0.01 / 60, duration 20 x 0.01 / 60, rate 9,200 x 0.002 / 60.
    # Iceland: 20 calls that they do not have, 1.016667 of which the price explains 1.016666...
    assert [round(each, 6) for each in (causes.volume, causes.duration, causes.rate)] == [
        Decimal("0.030000") - Decimal("1.016667"),
        Decimal("0.003333"),
        Decimal("0.306667"),
    ]
    assert causes.variance == Decimal("1.84") - Decimal("1.50") - Decimal("1.016667")
    assert held(session) == before


def test_the_books_are_sound_after_all_of_it(session: TenantSession, exchange: Exchange) -> None:
    answer = their_answer(session, exchange.ours, dearer("0.02", "Poland"))
    theirs = service.receive(session, exchange.carrier_id, answer)
    reconciling.reconcile(session, exchange.ours.id, theirs.id)

    assert [str(finding) for finding in verify(session)] == []


def test_their_bytes_are_kept_as_they_came(session: TenantSession, exchange: Exchange) -> None:
    answer = their_answer(session, exchange.ours)

    theirs = service.receive(session, exchange.carrier_id, answer)

    assert service.bytes_of(session, theirs.id) == answer
    assert (theirs.calls, theirs.amount) == (exchange.ours.calls, exchange.ours.amount)


def edited(before: bytes, after: bytes) -> Callable[[bytes], bytes]:
    """An edit of the first such place in the file, which must be there."""

    def edit(xml: bytes) -> bytes:
        assert before in xml, before
        return xml.replace(before, after, 1)

    return edit


REFUSED: list[tuple[str, dict[str, object], Callable[[bytes], bytes] | None]] = [
    ("wrong-currency", {"currency": "EUR"}, None),
    ("wrong-clocks", {"time_zone": "Europe/Warsaw"}, None),
    ("no-such-agreement-between-us", {"agreement": "IC-baltic"}, None),
    ("no-such-agreement-between-us", {"agreement": "IC-unheard-of"}, None),
    ("our-own-declaration", {"declarant": Party("Alpha Telekom sp. z o.o.", HERE)}, None),
    ("addressed-to-another", {"recipient": Party("Beta Telekom sp. z o.o.", HERE)}, None),
    ("wrong-period", {}, edited(b"<PeriodFrom>2026-10-01", b"<PeriodFrom>2026-09-01")),
    ("declaration-does-not-tie", {}, edited(b"<Calls>120<", b"<Calls>121<")),
    ("xml-value-broken", {}, edited(b"<Amount>6<", b"<Amount>6<!-- x -->0<")),
    ("declared-lines-refused", {}, edited(b"<Amount>6<", b"<Amount>NaN<")),
    ("declared-lines-refused", {}, edited(b"<Amount>6<", b"<Amount>6e0<")),
    ("declared-lines-refused", {}, edited(b"<Day>2026-10-31", b"<Day>2026-11-01")),
    ("declaration-misread", {}, edited(b"<Number>ATL-7<", b"<Number> <")),
    ("declaration-misread", {}, edited(b"<Declarant>Atlantic Carrier Ltd<", b"<Declarant>\n<")),
    ("xml-has-doctype", {}, edited(b"?>", b"?><!DOCTYPE d>")),
    ("breaks-its-schema", {}, edited(b"</Header>", b"<Extra>1</Extra></Header>")),
    ("xml-not-well-formed", {}, lambda xml: xml[: len(xml) // 2]),
    ("xml-not-well-formed", {}, lambda xml: b""),
]


def test_a_declaration_to_another_operator_says_to_whom_it_is_and_who_we_are(
    session: TenantSession, exchange: Exchange
) -> None:
    answer = their_answer(session, exchange.ours, recipient=Party("Beta Telekom", HERE))

    with pytest.raises(AddressedToAnother) as refused:
        service.receive(session, exchange.carrier_id, answer)

    assert error_text(refused.value, "en") == (
        "The declaration is addressed to Beta Telekom, and Alpha Telekom sp. z o.o. is another"
        " company. Send it to them, or correct its recipient."
    )


@pytest.mark.parametrize("name", ["ALPHA  Telekom SP. z o.o.", "Alpha Telekom"])
def test_a_recipient_may_write_our_name_as_it_likes(
    session: TenantSession, exchange: Exchange, name: str
) -> None:
    answer = their_answer(session, exchange.ours, recipient=Party(name, HERE))

    assert service.receive(session, exchange.carrier_id, answer).origin == "theirs"


def test_what_is_not_theirs_of_this_month_as_agreed_is_refused_whole(
    session: TenantSession, exchange: Exchange
) -> None:
    refusals = []
    for _, facts, edit in REFUSED:
        answer = their_answer(session, exchange.ours, **facts)
        with pytest.raises(DomainError) as refused:
            service.receive(session, exchange.carrier_id, edit(answer) if edit else answer)
        refusals.append(refused.value.code)

    assert refusals == [code for code, _, _ in REFUSED]
    assert [each.origin for each in service.declarations(session)] == ["ours"]


def test_a_month_we_have_not_declared_waits(session: TenantSession, exchange: Exchange) -> None:
    november = Period(dt.date(2026, 11, 1), dt.date(2026, 12, 1))
    answer = their_answer(
        session, exchange.ours, lambda _: None, period=november, buckets=(), totals=()
    )

    with pytest.raises(DomainError, match="not declared 2026-11 under IC-atlantic yet"):
        service.receive(session, exchange.carrier_id, answer)


def test_the_same_message_is_taken_in_once(session: TenantSession, exchange: Exchange) -> None:
    answer = their_answer(session, exchange.ours)
    service.receive(session, exchange.carrier_id, answer)

    with pytest.raises(DomainError, match="ATL-7 was taken in before"):
        service.receive(session, exchange.carrier_id, answer)


def test_a_corrected_declaration_has_a_new_number(
    session: TenantSession, exchange: Exchange
) -> None:
    for number in ("ATL-7", "ATL-8"):
        answer = their_answer(session, exchange.ours, number=number)
        service.receive(session, exchange.carrier_id, answer)

    assert sorted(each.message_id for each in service.declarations(session)) == [
        "ATL-7", "ATL-8", "D/2026/11/0001",
    ]  # fmt: skip


def test_the_objection_window_ends_on_a_computed_day(
    session: TenantSession, exchange: Exchange
) -> None:
    theirs = service.receive(session, exchange.carrier_id, their_answer(session, exchange.ours))

    # Declared on 2 November; thirty days after that day, silence accepts it on 3 December.
    assert service.objection_windows(session, [exchange.ours, theirs]) == {
        exchange.ours.id: (dt.date(2026, 12, 2), dt.date(2026, 12, 3))
    }


def test_a_carrier_sees_and_sends_only_its_own(session: TenantSession, exchange: Exchange) -> None:
    answer = their_answer(session, exchange.ours)
    session.principal = Principal("spy", Role.CARRIER_USER, party_id=session.ids.new())

    assert service.declarations(session) == []
    with pytest.raises(service.NoSuchDeclaration):
        service.bytes_of(session, exchange.ours.id)
    with pytest.raises(DomainError, match="your own company only"):
        service.receive(session, exchange.carrier_id, answer)


def test_only_ours_and_theirs_of_one_month_are_compared(
    session: TenantSession, exchange: Exchange
) -> None:
    with pytest.raises(reconciling.NotTheSameTraffic):
        reconciling.reconcile(session, exchange.ours.id, exchange.ours.id)


def test_charges_stand_on_the_declaration(session: TenantSession, exchange: Exchange) -> None:
    on_it = session.scalars(sa.text("SELECT DISTINCT document_id FROM charge_lines")).all()

    assert on_it == [exchange.ours.document_id]
