"""What people bring is used after a second person approved it; a file is tried first."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.fx_rate import Finding, FxRate, FxRateDiffers
from currencies.proposals import service
from currencies.proposals.proposal import (
    NoRatesProposed,
    NoSuchRateProposal,
    RateProposalDecided,
    SourceNotOwn,
    Status,
)
from currencies.proposals.uploaded import NotAFileOfRates, Shape, ShapeUnusable, parse_uploaded
from currencies.service import rate_table
from tenants.four_eyes import NotAPerson, ProposerMayNotApprove
from tenants.principal import SYSTEM, Principal, Role
from tenants.session import TenantSession

MAKER = Principal("maker@alpha.example", Role.FINANCE_MAKER, UUID(int=11))
MAKERS_KEY = Principal("key of the maker", Role.FINANCE_APPROVER, UUID(int=11))
APPROVER = Principal("approver@alpha.example", Role.FINANCE_APPROVER, UUID(int=12))
DAY = date(2026, 10, 30)


def a_rate(rate="4.2500", source="AGREED", unit=1):
    return FxRate(source, "EUR", "PLN", unit, Decimal(rate), DAY, DAY, "letter 7")


def proposed(session: TenantSession, *rates: FxRate):
    session.principal = MAKER
    return service.propose(session, "AGREED", rates or [a_rate()], "annex 2")


def test_a_rate_entered_by_hand_is_used_once_another_approved_it(session: TenantSession) -> None:
    waiting = proposed(session)
    assert len(rate_table(session)) == 0

    session.principal = APPROVER
    approved = service.approve(session, waiting.id)

    assert (approved.status, approved.decided_by) == (Status.APPROVED, APPROVER.name)
    assert list(rate_table(session)) == [a_rate()]
    with pytest.raises(RateProposalDecided):
        service.approve(session, waiting.id)


@pytest.mark.parametrize(
    ("principal", "error"),
    [(MAKER, ProposerMayNotApprove), (MAKERS_KEY, ProposerMayNotApprove), (SYSTEM, NotAPerson)],
)
def test_who_entered_a_rate_does_not_approve_it(session, principal, error) -> None:
    waiting = proposed(session)

    session.principal = principal
    with pytest.raises(error):
        service.approve(session, waiting.id)
    assert len(rate_table(session)) == 0


def test_a_rejected_rate_is_never_used(session: TenantSession) -> None:
    waiting = proposed(session)

    session.principal = APPROVER
    assert service.reject(session, waiting.id, "too high").status is Status.REJECTED

    assert len(rate_table(session)) == 0
    assert [each.status for each in service.proposals(session)] == [Status.REJECTED]
    with pytest.raises(RateProposalDecided):
        service.approve(session, waiting.id)
    with pytest.raises(NoSuchRateProposal):
        service.reject(session, UUID(int=5), "no")


@pytest.mark.parametrize(
    "source", ["ECB", "NBP-A", "NBP-C-BID", "NBU", "CBR", "IMF", "ECB-AVG", "own", "", "A" * 30]
)
def test_no_publisher_is_written_in_the_name_of(session: TenantSession, source: str) -> None:
    with pytest.raises(SourceNotOwn):
        service.propose(session, source, [a_rate(source=source)], "")


def test_a_rate_that_contradicts_a_kept_one_is_refused_at_once(session: TenantSession) -> None:
    waiting = proposed(session)
    session.principal = APPROVER
    service.approve(session, waiting.id)

    with pytest.raises(FxRateDiffers):
        proposed(session, a_rate("4.2600"))
    with pytest.raises(NoRatesProposed):
        service.propose(session, "AGREED", [], "")


POLISH = Shape(
    columns={"valid_on": "Data", "base": "Waluta", "unit": "Za", "rate": "Kurs", "number": "Nr"},
    delimiter=";",
    mark=",",
    days="dmy.",
    quote="PLN",
)
FILE = "Nr;Data;Waluta;Za;Kurs\n7;30.10.2026;EUR;1;4,2500\n7;30.10.2026;HUF;100;1,0567\n"


def test_a_file_is_read_by_the_description_of_its_shape() -> None:
    rates, findings = parse_uploaded(FILE.encode(), POLISH, "BANK")

    assert findings == []
    assert rates[1] == FxRate("BANK", "HUF", "PLN", 100, Decimal("1.0567"), DAY, DAY, "7")


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("7;30.10.2026;EUR;1;4.25", Finding(4, "EUR/PLN", "4.25", "not-a-rate")),
        ("7;30.10.2026;USD;1;-4,25", Finding(4, "USD/PLN", "-4,25", "not-a-rate")),
        ("7;2026-10-30;EUR;1;4,25", Finding(4, "valid_on", "2026-10-30", "not-a-date")),
        ("7;30.10.2026;XXX;1;4,25", Finding(4, "XXX", "4,25", "unknown-currency")),
        ("7;30.10.2026;PLN;1;4,25", Finding(4, "PLN", "4,25", "same-currency")),
        ("7;30.10.2026;USD;0;4,25", Finding(4, "unit", "0", "not-a-unit")),
        ("7;30.10.2026", Finding(4, "", "7;30.10.2026", "wrong-number-of-cells")),
        ("8;30.10.2026;EUR;1;4,2600", Finding(4, "EUR/PLN", "4,2600", "contradicts-a-line")),
    ],
)
def test_each_bad_line_is_named_and_the_others_stand(line: str, finding: Finding) -> None:
    rates, findings = parse_uploaded((FILE + line + "\n").encode(), POLISH, "BANK")

    assert findings == [finding]
    assert len(rates) == 2


def test_a_file_is_tried_before_it_is_proposed_and_not_with_a_fault_in_it(
    session: TenantSession,
) -> None:
    tried = service.upload(session, "BANK", FILE.encode(), POLISH, "October")
    assert (len(tried.rates), tried.proposal, service.proposals(session)) == (2, None, [])

    faulty = f"{FILE}x\n".encode()
    refused = service.upload(session, "BANK", faulty, POLISH, "October", dry_run=False)
    assert (len(refused.findings), refused.proposal) == (1, None)

    made = service.upload(session, "BANK", FILE.encode(), POLISH, "October", dry_run=False)
    assert made.proposal is not None
    assert service.proposals(session) == [made.proposal]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"Data;Waluta\n", b"Nr;Data;Data;Waluta;Za;Kurs\n", b"\0"]
)
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(NotAFileOfRates):
        parse_uploaded(content, POLISH, "BANK")


@pytest.mark.parametrize(
    "wrong",
    [
        {"delimiter": "x"},
        {"delimiter": ",", "mark": ","},
        {"mark": "'"},
        {"days": "ydm-"},
        {"columns": {"rate": "a"}, "base": "EUR", "quote": "PLN"},
        {"columns": {"rate": "a", "valid_on": "b", "x": "c"}, "base": "EUR", "quote": "PLN"},
        {"base": "EUR"},
    ],
)
def test_a_shape_says_everything_once(wrong: dict) -> None:
    with pytest.raises(ShapeUnusable):
        Shape(**wrong)
