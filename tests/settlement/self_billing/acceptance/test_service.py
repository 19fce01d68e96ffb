"""A partner accepts what is issued in its name, objects, or says nothing (R88)."""

import datetime as dt

import pytest

from settlement.self_billing.acceptance import service
from settlement.self_billing.acceptance.standing import (
    AcceptanceOver,
    AcceptancePolicyUnreadable,
    AcceptedAlready,
    Answer,
    ObjectionWithoutReason,
    Standing,
    Window,
    standing_of,
    window_of,
)
from statements import service as statements
from statements.document import Kind
from statements.filing import Filing
from tests.settlement.billing.builders import policies
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import an_invoice

ISSUED = dt.date(2026, 11, 2)
NOW = dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC)


@pytest.fixture
def document(session):
    """A self-billed invoice of today."""
    for kind in (Kind.INVOICE, Kind.SELF_BILLED_INVOICE):
        statements.open_series(session, kind, f"{kind.type_code}/{{number}}")
    party = a_registered_party(session)
    draft = an_invoice(kind=Kind.SELF_BILLED_INVOICE, number="", issued_on=None)
    today = session.now().date()
    return statements.issue(session, draft, Filing(party.id, "s", direction="payable"), today)


def later(session, days):
    session.clock.move_to(session.now() + dt.timedelta(days=days))


@pytest.fixture(autouse=True)
def _held(session):
    began = session.now()
    yield
    session.clock.move_to(began)


@pytest.mark.parametrize(
    ("answer", "window", "day", "standing"),
    [
        (None, Window(), 16, Standing.WAITING),
        (None, Window(), 17, Standing.DEEMED_ACCEPTED),
        (None, Window(is_deemed=False), 30, Standing.WAITING),
        (None, Window(days=0), 2, Standing.WAITING),
        (None, Window(days=0), 3, Standing.DEEMED_ACCEPTED),
        (Answer(True, "p", NOW), Window(), 3, Standing.ACCEPTED),
        (Answer(False, "p", NOW, "no"), Window(), 30, Standing.OBJECTED),
    ],
)
def test_silence_accepts_after_the_window_where_the_policy_says_so(answer, window, day, standing):
    assert standing_of(answer, ISSUED, window, dt.date(2026, 11, day)) is standing


def test_the_window_is_the_tenants_policy():
    assert window_of({}) == Window(14, True)
    named = {"self_billing_acceptance": "explicit", "self_billing_acceptance_days": "7"}
    assert window_of(named) == Window(7, False)
    for wrong in ({"self_billing_acceptance": "no"}, {"self_billing_acceptance_days": "x"}):
        with pytest.raises(AcceptancePolicyUnreadable):
            window_of(wrong)


def test_who_accepted_and_when_is_kept(session, document):
    found = service.accept(session, document.id, "letter of 3 November")

    assert found.standing is Standing.ACCEPTED
    assert found.answer == Answer(
        True, session.principal.name, session.now(), "", "letter of 3 November"
    )
    with pytest.raises(AcceptedAlready):
        service.object_to(session, document.id, "too late")


def test_an_objection_stands_until_it_is_accepted(session, document):
    with pytest.raises(ObjectionWithoutReason):
        service.object_to(session, document.id, " ")
    service.object_to(session, document.id, "The rate is wrong")
    later(session, 30)
    assert service.acceptance(session, document.id).standing is Standing.OBJECTED

    assert service.accept(session, document.id).standing is Standing.ACCEPTED


def test_after_the_window_silence_has_accepted(session, document):
    later(session, 15)
    assert service.acceptance(session, document.id).standing is Standing.DEEMED_ACCEPTED
    with pytest.raises(AcceptanceOver):
        service.object_to(session, document.id, "too late")

    policies(session, '{"self_billing_acceptance": "explicit"}')

    assert service.object_to(session, document.id, "in time").standing is Standing.OBJECTED


def test_only_self_billed_documents_are_accepted(session, document):
    draft = an_invoice(number="", issued_on=None)
    other = statements.issue(session, draft, Filing(document.filing.party_id, "i"), ISSUED)

    with pytest.raises(service.NotSelfBilled):
        service.accept(session, other.id)
