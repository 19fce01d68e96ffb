"""Which message may come next, and what silence makes of it (rules R56 and R60)."""

import datetime as dt
from decimal import Decimal

import pytest

from settlement.interconnect.acceptance import ObjectionWindow
from settlement.interconnect.exchange.progress import State, Step, progress_of
from statements.exchange.message import MessageKind, MessageRefused, Settled

TEN_DAYS = ObjectionWindow(10)
KINDS = {
    "totals": MessageKind.BUCKET_TOTALS,
    "request": MessageKind.RECORD_REQUEST,
    "records": MessageKind.RECORDS,
    "proposal": MessageKind.PROPOSAL,
    "counter": MessageKind.COUNTER_PROPOSAL,
    "acceptance": MessageKind.ACCEPTANCE,
    "objection": MessageKind.OBJECTION,
    "acknowledgement": MessageKind.ACKNOWLEDGEMENT,
}
BOTH_TOTALS = """
    1 ours   totals T1
    2 theirs totals T2
"""


def steps(table: str) -> list[Step]:
    """Rows of `day side kind id [<id answered] [=amount] [was=amount] [replaces=id]`."""
    found = []
    for row in table.strip().splitlines():
        day, side, kind, name, *rest = row.split()
        facts: dict[str, str] = {}
        for word in rest:
            key, _, value = (f"reply={word[1:]}" if word[0] == "<" else word).partition("=")
            facts[key or "amount"] = value
        before = Decimal(facts["was"]) if "was" in facts else None
        amount = Decimal(facts.get("amount", "0"))
        found.append(
            Step(
                origin="ours" if side == "ours" else "theirs",
                kind=KINDS[kind],
                message_id=name,
                on=dt.date(2026, 11, int(day)),
                in_reply_to=facts.get("reply"),
                settled=(Settled("incoming", amount, before),),
                replaces=facts.get("replaces"),
            )
        )
    return found


def state(table: str, today: int = 3) -> State:
    return progress_of(steps(table), TEN_DAYS, dt.date(2026, 11, today)).state


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("1 ours totals T1", State.OPEN),
        ("1 theirs totals T2", State.OPEN),
        (BOTH_TOTALS, State.TOTALS_EXCHANGED),
        (BOTH_TOTALS + "2 ours acknowledgement A <T2", State.TOTALS_EXCHANGED),
        (BOTH_TOTALS + "2 ours request Q1 <T2", State.TOTALS_EXCHANGED),
        (
            BOTH_TOTALS + "2 ours request Q1 <T2\n2 theirs records R1 <Q1",
            State.RECORDS_EXCHANGED,
        ),
        (BOTH_TOTALS + "3 theirs proposal P1 =10", State.PROPOSED),
        (BOTH_TOTALS + "3 theirs proposal P1 =10\n3 ours counter P2 <P1 =9", State.PROPOSED),
        (BOTH_TOTALS + "3 theirs proposal P1 =10\n3 ours acceptance A1 <P1 =10", State.AGREED),
        (
            BOTH_TOTALS
            + "3 theirs proposal P1 =10\n3 ours counter P2 <P1 =9\n3 theirs acceptance A1 <P2 =9",
            State.AGREED,
        ),
        (BOTH_TOTALS + "3 theirs proposal P1 =10\n3 ours objection O1 <P1", State.OBJECTED),
        ("1 ours totals T1\n2 theirs objection O1 <T1", State.OBJECTED),
        ("1 ours totals T1\n2 theirs acceptance A1 <T1 =0", State.AGREED),
        (BOTH_TOTALS + "2 theirs totals T3", State.TOTALS_EXCHANGED),
    ],
)
def test_each_message_leads_on(table, expected):
    assert state(table) is expected


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("1 ours request Q1", "out-of-order"),
        ("1 ours totals T1\n1 theirs request Q1", "out-of-order"),
        ("1 ours totals T1\n1 theirs proposal P1 =10", "out-of-order"),
        ("1 ours totals T1\n1 theirs counter P1 <T1 =10", "out-of-order"),
        (BOTH_TOTALS + "2 theirs records R1", "out-of-order"),
        (BOTH_TOTALS + "2 theirs request Q1\n2 theirs records R1 <Q1", "out-of-order"),
        (BOTH_TOTALS + "2 ours request Q1\n2 theirs records R1 <Q2", "out-of-order"),
        (BOTH_TOTALS + "2 theirs counter P1 =10", "out-of-order"),
        (BOTH_TOTALS + "2 theirs acceptance A1 <T1 =0", "out-of-order"),
        (BOTH_TOTALS + "3 ours proposal P1 =10\n3 ours acceptance A1 <P1 =10", "out-of-order"),
        (BOTH_TOTALS + "3 ours proposal P1 =10\n3 theirs proposal P2 =9", "out-of-order"),
        (BOTH_TOTALS + "3 ours proposal P1 =10\n3 theirs totals T3", "out-of-order"),
        (BOTH_TOTALS + "3 ours proposal P1 =10\n3 theirs acceptance A1 <P2 =10", "out-of-order"),
        (BOTH_TOTALS + "3 ours proposal P1 =10\n3 theirs acceptance A1 <P1 =9", "wrong-amounts"),
        (BOTH_TOTALS + "3 ours proposal P1 =10 replaces=P0", "out-of-order"),
        (
            BOTH_TOTALS + "3 ours proposal P1 =10\n3 theirs objection O <P1\n3 ours proposal P2 =9",
            "out-of-order",
        ),
    ],
)
def test_a_message_out_of_its_order_is_refused(table, code):
    with pytest.raises(MessageRefused) as caught:
        state(table)

    assert caught.value.lines[0].code == code


PROPOSED = BOTH_TOTALS + "3 ours proposal P1 =10\n"


def test_silence_accepts_the_day_after_the_window():
    """Rule R56: received on the 3rd, ten days to object, accepted on the 14th."""
    assert state(PROPOSED, today=13) is State.PROPOSED
    assert state(PROPOSED, today=14) is State.DEEMED_ACCEPTED


def test_an_answer_on_the_last_day_counts_and_a_day_later_does_not():
    assert state(PROPOSED + "13 theirs objection O1 <P1", today=30) is State.OBJECTED
    with pytest.raises(MessageRefused, match="accepted by silence"):
        state(PROPOSED + "14 theirs objection O1 <P1")


def test_a_counter_proposal_begins_a_window_of_its_own():
    countered = PROPOSED + "13 theirs counter P2 <P1 =9"

    assert state(countered, today=23) is State.PROPOSED
    assert state(countered, today=24) is State.DEEMED_ACCEPTED


def test_totals_that_nobody_answers_are_accepted_and_those_answered_are_not():
    assert state("1 ours totals T1", today=12) is State.DEEMED_ACCEPTED
    assert state(BOTH_TOTALS, today=30) is State.TOTALS_EXCHANGED


AGREED = PROPOSED + "4 theirs acceptance A1 <P1 =10\n"


def test_a_period_agreed_opens_only_by_a_proposal_that_names_it_and_says_both_versions():
    """Rule R60."""
    opened = AGREED + "5 ours proposal P3 =8 was=10 replaces=P1\n"

    assert state(opened) is State.PROPOSED
    assert state(opened, today=30) is State.PROPOSED, "silence does not accept it"
    assert state(opened + "6 theirs objection O1 <P3") is State.AGREED
    agreed = progress_of(
        steps(opened + "6 theirs acceptance A2 <P3 =8"), TEN_DAYS, dt.date(2026, 11, 30)
    ).agreed
    assert agreed is not None and agreed.message_id == "P3"
    for refused_step in (
        "5 ours proposal P3 =8 was=10",
        "5 ours proposal P3 =8 was=9 replaces=P1",
        "5 ours proposal P3 =8 replaces=P1",
        "5 ours totals T3",
    ):
        with pytest.raises(MessageRefused):
            state(AGREED + refused_step)
