"""Refunds of months under other terms, and shares that wait, come out as the reference says.

From the file of usage to credits and statements of partners (R41, R47).
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from settlement.app.scenario.play import Play
from settlement.app.scenario.playing import play_steps
from settlement.insight.service import verify
from settlement.parties import service as parties
from statements import service as statements
from statements.document import Document
from statements.totals import owed_by
from tenants.persistence.database import Database
from tests.reference.generated import refunding as made
from tests.reference.months_of_money import (
    GivenBack,
    Moved,
    Sold,
    due_after_refunds,
    paid_out,
)
from tests.reference.test_months_of_shares_against_reference import booked
from tests.settlement.rating.staging import staged

CASES = max(int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "150")) // 25, 6)


def stated(play: Play, until: str) -> Counter[str]:
    """What statements have told payees of films up to a day, in minor units."""
    known = {party.id: party.code for party in parties.parties(play.session, "partner")}
    found: Counter[str] = Counter()
    for filed in statements.documents(play.session):
        document = statements.content(play.session, filed.id)
        if isinstance(document, Document) and document.kind.is_self_billed:
            payee = known[filed.filing.party_id]
            if payee in made.PAYEES["film"] and str(filed.issued_on) <= until:
                found[payee] += int(owed_by(document).amount * 100)
    return Counter({payee: units for payee, units in found.items() if units})


def test_thirds_of_thirty_release_the_figures_of_the_rule() -> None:
    # 30.00 and 6.90 of tax are 36.90, paid in three times 12.30; the share is a third, 10.00.
    terms = {"owner": "operator", "shares": [{"payee": "author", "rate": "1/3"}]}
    thirds = [Moved(0, 1230), Moved(1, 1230), Moved(2, 1230)]
    sales = [Sold(0, "jan", "film", 3000)]

    def so_far(money: list[Moved]) -> list[int]:
        return [paid_out(sales, money, [terms] * 3, now)["author"] for now in range(3)]

    # 3.33, 3.34 and 3.33.
    assert so_far(thirds) == [333, 667, 1000]
    assert so_far([Moved(0, 100_000)]) == [1000, 1000, 1000]
    assert so_far([Moved(0, 1230), Moved(1, 1230, bounced_in=2)]) == [333, 667, 333]


def test_what_a_refund_takes_back_is_of_the_shares_that_were_stored() -> None:
    # 6.45 at 30 % are 1.94; of three times 2.15 the studio gives back 0.65, 0.64 and 0.65.
    versions = [
        {"owner": "operator", "shares": [{"payee": "studio", "rate": rate}]}
        for rate in ("0.30", "0.50")
    ]
    sales = [Sold(0, "anna", "song", 645)]
    refunds = [GivenBack(1, 0, "anna", "refund", 215) for _ in range(3)]

    given = [
        due_after_refunds(sales, refunds[:count], versions, 1)["studio", "refund"]
        for count in range(4)
    ]

    assert given == [0, -65, -129, -194]


def test_refunds_in_parts_bounces_and_over_payment_are_among_the_cases() -> None:
    cases = [made.case(seed) for seed in range(CASES)]
    parts = [Counter(each.month for each in case.refunds) for case in cases]

    assert max(max(each.values(), default=0) for each in parts) > 1
    assert any(each.bounced_in == 2 and each.month < 2 for case in cases for each in case.money)
    assert any(each.units == made.TOO_MUCH for case in cases for each in case.money)


@pytest.mark.parametrize("seed", range(CASES))
def test_what_is_given_back_and_paid_out_is_what_the_reference_says(
    seed: int, shared_database: Database, tmp_path: Path
) -> None:
    case = made.case(seed)
    (tmp_path / "story.toml").write_text(made.story(case))
    for month in range(3):
        (tmp_path / f"usage-{month + 1}.csv").write_text(made.usage(case, month))
    songs = [each for each in case.sales if each.product == "song"]
    films = [each for each in case.sales if each.product == "film"]

    with staged(shared_database, str(tmp_path)) as play:
        play_steps(play)

        for now, after in enumerate(made.AFTER):
            wanted = due_after_refunds(songs, case.refunds, case.terms["song"], now)
            assert booked(play.session, "songs", now) == wanted, (seed, now, case)
            released = paid_out(films, case.money, case.terms["film"], now)
            assert stated(play, f"{after}-02") == released, (seed, now, case)
        assert [str(each) for each in verify(play.session)] == []
