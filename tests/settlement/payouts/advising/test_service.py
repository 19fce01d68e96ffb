"""Each payee of a batch that was sent is told once what it was paid for."""

import pytest

from currencies.money import shown
from settlement.delivery import service as delivery
from settlement.delivery.choice import Choice
from settlement.delivery.delivery import Channel
from settlement.insight.service import verify
from settlement.payouts import service as payouts
from settlement.payouts.advising import service
from settlement.periods import service as periods
from statements import service as statements
from statements.document import Kind
from statements.filing import CSV, PDF
from tests.settlement.payouts.builders import APPROVER, TENTH, a_partner, november, owed


@pytest.fixture
def batch(session):
    """A batch of 100.00 to P-1 and 50.00 to P-2, which the approver approved and exported."""
    november(session)
    for code, amount in (("P-1", "100.00 PLN"), ("P-2", "50.00 PLN")):
        owed(session, a_partner(session, code), amount)
    proposed = payouts.propose(session, "PLN", TENTH)
    session.principal = APPROVER
    payouts.approve(session, proposed.id)
    payouts.export(session, proposed.id)
    return proposed


def a_series(session):
    statements.open_series(session, Kind.PAYOUT_ADVICE, "AP/{number}")


def test_payees_are_told_once_the_bank_has_the_file(session, batch):
    a_series(session)
    with pytest.raises(service.BatchNotSent):
        service.advise(session, batch.id)
    payouts.confirm_sent(session, batch.id)

    run = service.advise(session, batch.id)
    again = service.advise(session, batch.id)

    assert [(each.number, shown(each.gross)) for each in run.issued] == [
        ("AP/1", "100.00 PLN"),
        ("AP/2", "50.00 PLN"),
    ]
    assert {each.id for each in again.issued} == {each.id for each in run.issued}
    assert run.parked == again.parked == ()
    assert {file.media_type for file in run.issued[0].files} == {PDF, CSV}
    said = statements.content(session, run.issued[0].id)
    assert (said.payee.reference, said.payment_reference) == (
        "P-1",
        batch.paid[0].end_to_end_id,
    )
    assert said.payee.bank is not None
    assert service.not_advised(session) == []
    # It moves nothing, so nothing of it is in the book.
    assert "L7 what is issued is booked" not in {each.check for each in verify(session)}


def test_without_a_series_the_payment_stands_and_payees_are_told_later(session, batch):
    payouts.confirm_sent(session, batch.id)

    run = service.advise(session, batch.id)

    assert run.issued == ()
    assert [each.party for each in run.parked] == ["P-1", "P-2"]
    assert [each.id for each in service.not_advised(session)] == [batch.id]
    a_series(session)
    assert len(service.advise(session, batch.id).issued) == 2


def test_an_advice_goes_the_way_that_the_payee_chose(session, batch):
    a_series(session)
    payouts.confirm_sent(session, batch.id)
    delivery.set_choice(session, Choice(Channel.PORTAL, periods.today(session)))
    run = service.advise(session, batch.id)

    delivery.line_up(session)

    lined_up = {each.number for each in delivery.deliveries(session)}
    assert {each.number for each in run.issued} == {"AP/1", "AP/2"} <= lined_up
