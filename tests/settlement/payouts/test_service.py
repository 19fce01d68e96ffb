"""Four eyes, one payment: from a proposal to the file at the bank."""

import datetime as dt
import threading
from uuid import UUID

import pytest
import sqlalchemy as sa
from lxml import etree

from currencies.money import money, shown
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.parties import service as parties
from settlement.payouts import service
from settlement.payouts.gateway import check_file
from settlement.payouts.payout import Status
from settlement.payouts.payout_batch import (
    ApproverUnknown,
    BatchNotApproved,
    BatchNotProposed,
    BatchWaiting,
    ContentChanged,
    MakerMayNotApprove,
    NoSuchBatch,
    NotExported,
    NothingToPay,
    PayoutBatch,
)
from settlement.periods import service as periods
from settlement.self_billing import service as self_billing
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, NotAllowed
from tenants.session import TenantSession, transaction
from tests.settlement.payouts.builders import (
    APPROVER,
    MAKER,
    MAKERS_KEY,
    OTHER_IBAN,
    TENTH,
    a_partner,
    november,
    owed,
)
from tests.settlement.self_billing.test_service import october, shared
from tests.world import a_tenant


def lines(batch: PayoutBatch) -> list[tuple[str, str, str]]:
    return [(each.outcome.value, shown(each.amount), each.reason) for each in batch.payouts]


def balance(session: TenantSession, account: Account) -> list[str]:
    return [shown(line.amount) for line in ledger.balances(session, account)]


def proposed(session: TenantSession, amount: str = "100.00 PLN") -> PayoutBatch:
    november(session)
    owed(session, a_partner(session), amount)
    return service.propose(session, "PLN", TENTH)


def approved(session: TenantSession) -> PayoutBatch:
    batch = proposed(session)
    session.principal = APPROVER
    return service.approve(session, batch.id)


def test_a_batch_lists_every_partner_paid_or_not(session: TenantSession):
    november(session)
    session.execute(sa.text('UPDATE tenants SET policies = \'{"payout_threshold": "25.00 PLN"}\''))
    session.expire_all()
    owed(session, a_partner(session, "P-1"), "100.00 PLN")
    owed(session, a_partner(session, "P-2"), "24.99 PLN")
    owed(session, a_partner(session, "P-3", iban=""), "50.00 PLN")
    owed(session, a_partner(session, "P-4"), "-5.00 PLN")

    batch = service.propose(session, "PLN", TENTH)

    assert lines(batch) == [
        ("paid", "100.00 PLN", ""),
        ("carried", "24.99 PLN", "below the threshold of 25.00 PLN"),
        ("held", "50.00 PLN", "no bank account in PLN"),
        ("carried", "-5.00 PLN", "negative balance, set off later"),
    ]
    assert (batch.number, shown(batch.amount)) == ("P20261110-PLN-01", "100.00 PLN")
    assert balance(session, Account.PAYOUT_CLEARING) == []


def test_an_approval_reserves_what_is_paid(session: TenantSession):
    batch = approved(session)

    assert (batch.status, batch.approved_by) == (Status.APPROVED, APPROVER.name)
    assert balance(session, Account.PARTNER_PAYABLE) == ["0.00 PLN"]
    assert balance(session, Account.PAYOUT_CLEARING) == ["-100.00 PLN"]


def test_approving_twice_pays_once(session: TenantSession):
    batch = approved(session)

    again = service.approve(session, batch.id)

    assert again == batch
    assert balance(session, Account.PAYOUT_CLEARING) == ["-100.00 PLN"]


def test_the_maker_may_not_approve(session: TenantSession):
    batch = proposed(session)

    with pytest.raises(NotAllowed):
        service.approve(session, batch.id)


def test_the_maker_may_not_approve_by_a_key_either(session: TenantSession):
    batch = proposed(session)
    session.principal = MAKERS_KEY

    with pytest.raises(MakerMayNotApprove):
        service.approve(session, batch.id)


def test_a_key_of_nobody_may_not_approve(session: TenantSession):
    batch = proposed(session)
    session.principal = type(APPROVER)("a machine", APPROVER.role)

    with pytest.raises(ApproverUnknown):
        service.approve(session, batch.id)


def test_a_rejected_batch_is_not_approved_and_frees_the_way(session: TenantSession):
    batch = proposed(session)
    session.principal = APPROVER

    assert service.reject(session, batch.id, "Wrong day").status is Status.REJECTED

    with pytest.raises(BatchNotProposed):
        service.approve(session, batch.id)
    session.principal = MAKER
    assert service.propose(session, "PLN", TENTH).number == "P20261110-PLN-02"


def test_an_approved_batch_without_a_file_can_be_taken_back(session: TenantSession):
    batch = approved(session)

    service.reject(session, batch.id, "The account was changed")

    assert balance(session, Account.PARTNER_PAYABLE) == ["-100.00 PLN"]
    assert balance(session, Account.PAYOUT_CLEARING) == ["0.00 PLN"]
    session.principal = MAKER
    assert shown(service.propose(session, "PLN", TENTH).amount) == "100.00 PLN"


def test_a_batch_with_a_file_is_not_taken_back(session: TenantSession):
    batch = approved(session)
    service.export(session, batch.id)

    with pytest.raises(BatchNotProposed, match="approved"):
        service.reject(session, batch.id, "Too late")


def test_a_rejection_says_why(session: TenantSession):
    batch = proposed(session)

    with pytest.raises(service.ReasonMissing):
        service.reject(session, batch.id, "  ")


def test_one_batch_of_a_currency_waits_at_a_time(session: TenantSession):
    proposed(session)

    with pytest.raises(BatchWaiting, match="P20261110-PLN-01"):
        service.propose(session, "PLN", TENTH)


def test_another_account_after_the_proposal_voids_it(session: TenantSession):
    batch = proposed(session)
    party_id = batch.payouts[0].party_id
    parties.set_bank_account(session, party_id, "Somebody else", OTHER_IBAN, None, "PLN")
    session.principal = APPROVER

    with pytest.raises(ContentChanged):
        service.approve(session, batch.id)


def test_another_account_after_the_approval_stops_the_file(session: TenantSession):
    batch = approved(session)
    party_id = batch.payouts[0].party_id
    parties.set_bank_account(session, party_id, "Somebody else", OTHER_IBAN, None, "PLN")

    with pytest.raises(ContentChanged):
        service.export(session, batch.id)


def test_less_owed_than_proposed_voids_it(session: TenantSession):
    batch = proposed(session)
    owed(session, batch.payouts[0].party_id, "-0.01 PLN")
    session.principal = APPROVER

    with pytest.raises(ContentChanged, match="less is owed"):
        service.approve(session, batch.id)


def test_a_changed_account_is_not_paid_for_three_business_days(session: TenantSession):
    november(session)
    party_id = a_partner(session)
    owed(session, party_id, "100.00 PLN")
    # Changed on Monday 2 November; Thursday the 5th is the third business day after.
    parties.set_bank_account(session, party_id, "P-1", OTHER_IBAN, None, "PLN")

    with pytest.raises(NothingToPay, match="1 held"):
        service.propose(session, "PLN", dt.date(2026, 11, 4))

    assert lines(service.propose(session, "PLN", dt.date(2026, 11, 5)))[0][0] == "paid"


def test_nothing_to_pay_is_said_and_leaves_no_batch(session: TenantSession):
    november(session)
    a_partner(session)

    with pytest.raises(NothingToPay):
        service.propose(session, "PLN", TENTH)

    assert service.batches(session) == []


def test_a_day_that_is_over_is_refused(session: TenantSession):
    november(session)

    with pytest.raises(service.PaysInThePast):
        service.propose(session, "PLN", dt.date(2026, 11, 1))


def test_the_file_is_valid_and_the_same_every_time(session: TenantSession):
    batch = approved(session)

    first = service.export(session, batch.id)
    session.clock.move_to(dt.datetime(2026, 11, 9, tzinfo=dt.UTC))  # type: ignore[attr-defined]
    again = service.export(session, batch.id)
    session.clock.move_to(dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC))  # type: ignore[attr-defined]

    check_file(first, batch.number)
    assert again == first
    assert etree.fromstring(first).findtext(".//{*}CtrlSum") == "100.00"


def test_only_an_approved_batch_has_a_file(session: TenantSession):
    batch = proposed(session)

    with pytest.raises(BatchNotApproved):
        service.export(session, batch.id)
    with pytest.raises(BatchNotApproved):
        service.confirm_sent(session, batch.id)


def test_what_the_bank_took_leaves_the_account_once(session: TenantSession):
    batch = approved(session)
    with pytest.raises(NotExported):
        service.confirm_sent(session, batch.id)
    service.export(session, batch.id)

    sent = service.confirm_sent(session, batch.id)
    service.confirm_sent(session, batch.id)

    assert sent.status is Status.SENT
    assert balance(session, Account.PAYOUT_CLEARING) == ["0.00 PLN"]
    assert balance(session, Account.BANK) == ["-100.00 PLN"]


def test_an_unknown_batch_is_said_to_be_unknown(session: TenantSession):
    with pytest.raises(NoSuchBatch):
        service.batch(session, UUID(int=5))


def test_a_disputed_statement_is_paid_but_for_the_disputed_part(session: TenantSession):
    where = october(session)
    partner = a_partner(session)
    shared(session, where, partner)
    periods.close(session, "2026-10")
    [statement] = self_billing.issue_statements(session, "2026-10").issued
    november(session)
    session.principal = SYSTEM
    disputes.raise_dispute(
        session, document_id=statement.id, reason=Reason.RATE, disputed=money("10.00 PLN")
    )

    batch = service.propose(session, "PLN", TENTH)

    assert lines(batch) == [("held", "10.00 PLN", "disputed"), ("paid", "67.49 PLN", "")]
    assert batch.paid[0].document_ids == (statement.id,)


def test_two_approvals_at_once_pay_once(database: Database):
    tenant = a_tenant("alpha")
    with transaction(database, tenant.id, SYSTEM, "test.set_up") as session:
        directory.create_tenant(session, tenant)
        batch = proposed(session)
    both = threading.Barrier(2)

    def approve() -> None:
        with transaction(database, tenant.id, APPROVER, "test.approve") as session:
            both.wait()
            service.approve(session, batch.id)

    threads = [threading.Thread(target=approve) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with transaction(database, tenant.id, SYSTEM, "test.read") as session:
        assert balance(session, Account.PAYOUT_CLEARING) == ["-100.00 PLN"]
        assert ledger.verify_chain(session) == []
