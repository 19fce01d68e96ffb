"""Three months of sales under agreements of every model come out as the reference works them out.

From the file of usage to the credits of partners, through corrections of closed months.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from settlement.agreements import service as agreements
from settlement.app.scenario.playing import play_steps
from settlement.insight.service import verify
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.sharing import service as sharing
from tenants.persistence.database import Database
from tenants.session import TenantSession
from tests.reference.generated import sharing as made
from tests.reference.months_of_shares import Dues, due
from tests.settlement.rating.staging import staged

CASES = max(int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "150")) // 25, 6)


def booked(session: TenantSession, agreement: str, until: int) -> Dues:
    """What was credited under an agreement in the first months, by payee and cause."""
    known = {party.id: party.code for party in parties.parties(session, "partner")}
    terms = {each.terms_id for each in agreements.agreement_terms(session, agreement)}
    found: Dues = Counter()
    for period in periods.periods(session)[: until + 1]:
        for _, credit in sharing.credits_booked(session, period.id):
            if credit.terms_id in terms:
                payee = "operator" if credit.party_id is None else known[credit.party_id]
                found[payee, credit.cause] += int(credit.amount * 100)
    return Counter({key: units for key, units in found.items() if units})


def test_amounts_for_events_units_and_minutes_are_among_the_cases() -> None:
    agreed = [terms for seed in range(CASES) for terms in made.case(seed).terms.values()]
    splits = [split for terms in agreed for split in (terms, *terms.get("rules", []))]

    assert {unit["per"] for split in splits for unit in split.get("units", [])} == {*made.FOR_UNITS}


@pytest.mark.parametrize("seed", range(CASES))
def test_what_is_credited_is_what_the_reference_is_due(
    seed: int, shared_database: Database, tmp_path: Path
) -> None:
    case = made.case(seed)
    (tmp_path / "story.toml").write_text(made.story(case))
    for known in range(3):
        (tmp_path / f"usage-{known + 1}.csv").write_text(made.usage(case, known))

    with staged(shared_database, str(tmp_path)) as play:
        play_steps(play)

        for code, terms in case.terms.items():
            sold = [each for each in case.sales if each.product in made.SOLD[code]]
            for now in range(3):
                wanted = due(sold, terms, made.CUSTOMERS, now)
                assert booked(play.session, code, now) == wanted, (seed, code, now, terms)
        assert [str(each) for each in verify(play.session)] == []
