"""What is to be shared of a period: usage summed under its terms, each batch named once."""

from decimal import Decimal
from uuid import UUID

from settlement.rating.runs import service as rating_runs
from tenants.session import TenantSession
from tests.settlement.books import (
    a_charge_line,
    a_party,
    a_period,
    a_rating_run,
    an_agreement,
    insert,
)

FIRST, SECOND = UUID(int=1), UUID(int=2)


def test_usage_is_summed_once_however_many_batches_it_came_from(session: TenantSession) -> None:
    period = a_period(session)
    run, customer = a_rating_run(session, period), a_party(session)
    _, terms = an_agreement(session, a_party(session, "P-1", "partner"))
    lines = [("1.00", [SECOND, FIRST]), ("2.00", [SECOND]), ("4.00", [])]
    for amount, batches in lines:
        facts = {"terms_id": terms, "product": "QUIZ", "batch_set": a_set(session, period, batches)}
        a_charge_line(session, run, period, customer, amount, **facts)
    nowhere = {"terms_id": terms, "product": "SONG"}
    a_charge_line(session, run, period, customer, "8.00", **nowhere)

    found = {each.product: each for each in rating_runs.shared_lines(session, period)}

    quiz, song = found["QUIZ"], found["SONG"]
    assert (quiz.amount, quiz.events, set(quiz.batch_ids)) == (Decimal(7), 9, {FIRST, SECOND})
    assert len(quiz.batch_ids) == 2
    assert (song.amount, song.batch_ids) == (Decimal(8), ())


def a_set(session: TenantSession, period: UUID, batches: list[UUID]) -> UUID | None:
    """A set of these batches, where there are any."""
    if not batches:
        return None
    named = "{" + ",".join(map(str, batches)) + "}"
    return insert(session, "batch_sets", period_id=period, batch_ids=named)
