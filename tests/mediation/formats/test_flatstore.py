"""An INVITE and a BYE are one call, in whatever order the tags stand and files come."""

import csv
from typing import Any

import pytest

from mediation.formats.flatstore import decode
from mediation.formats.mapping import BadMapping
from tests.mediation.sources import a_source
from tests.mediation.taken_in import parts_of, taken_in
from tests.sample_data import sample

SOURCE = a_source("flatstore")
AT = 1_790_000_000


def a_line(
    method: str = "INVITE",
    at: int | str = AT,
    call: str = "c1",
    tags: tuple[str, str] = ("a", "b"),
    code: str = "200",
    numbers: tuple[str, str] = ("601234567", "0049301234567"),
) -> str:
    caller, called = numbers if method == "INVITE" else ("", "")
    return f"{method}|{tags[0]}|{tags[1]}|{call}|{code}|OK|{at}|x|{caller}|{called}|y\n"


def a_bye(at: int | str, **changes: Any) -> str:
    return a_line("BYE", at, **changes)


def calls(*lines: str) -> list[tuple[Any, ...]]:
    usage = taken_in("".join(lines).encode(), SOURCE).usage
    return usage.select("event_id", "a_number", "b_number", "duration_seconds").rows()


def reasons(*lines: str) -> list[tuple[int, str]]:
    found = taken_in("".join(lines).encode(), SOURCE).outcomes
    return [(line, why) for line, why in found.select("line", "reason").rows() if why is not None]


def test_a_call_lasts_from_its_invite_to_its_bye() -> None:
    assert calls(a_line(), a_bye(AT + 61)) == [("c1|a|b", "48601234567", "49301234567", 61)]


def test_the_side_that_hangs_up_may_turn_the_tags_round() -> None:
    assert calls(a_line(), a_bye(AT + 61, tags=("b", "a")))[0][3] == 61


def test_calls_are_told_apart_by_call_id_and_tags() -> None:
    lines = (a_line(), a_line(tags=("a", "c")), a_bye(AT + 5, tags=("a", "c")), a_bye(AT + 7))

    assert [(call[0], call[3]) for call in calls(*lines)] == [("c1|a|b", 7), ("c1|a|c", 5)]


def test_a_bye_in_a_later_file_ends_the_call_there() -> None:
    waiting = parts_of(a_line().encode(), SOURCE, "b1")

    result = taken_in(a_bye(AT + 3_600).encode(), SOURCE, "b2", waiting)

    assert result.usage.select("batch_id", "duration_seconds").rows() == [("b2", 3_600)]
    assert result.usage["occurred_at"].dt.epoch("s").to_list() == [AT]
    assert result.released.rows() == [("b1", 1, 1)]


@pytest.mark.parametrize("line", [a_line(), a_bye(AT)])
def test_half_a_call_waits_and_says_why(line: str) -> None:
    assert reasons(line) == [(1, "INCOMPLETE")]


@pytest.mark.parametrize("end", [AT - 1, AT + 32 * 86_400])
def test_a_call_that_ends_before_it_begins_or_never_is_suspended(end: int) -> None:
    assert reasons(a_line(), a_bye(end)) == [(1, "BAD_DURATION"), (2, "BAD_DURATION")]


def test_a_call_that_failed_lasted_no_second_and_needs_no_bye() -> None:
    content = a_line(code="486", tags=("a", ""), numbers=("601234567", "nobody"))

    assert calls(content) == [("c1||a|486", "48601234567", "nobody", 0)]


def test_a_later_invite_or_bye_of_the_same_call_is_rejected_and_the_same_line_is_a_duplicate() -> (
    None
):
    lines = (a_line(), a_line(at=AT + 30), a_line(), a_bye(AT + 61), a_bye(AT + 62))

    assert calls(*lines)[0][3] == 61
    assert reasons(*lines) == [(2, "REPEATED"), (5, "REPEATED")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_line("CANCEL"), "UNKNOWN_METHOD"),
        (a_line(call=""), "MISSING_KEY"),
        (a_line(tags=("a", "")), "MISSING_KEY"),
        ("INVITE|a|b\n", "WRONG_COLUMN_COUNT"),
        (a_line(call="c2").strip() + a_line(call="c3"), "WRONG_COLUMN_COUNT"),
    ],
)
def test_a_line_that_is_no_part_of_a_call_is_rejected_alone(line: str, reason: str) -> None:
    decoded = decode((line + a_line()).encode(), SOURCE)

    assert decoded.rejected.select("line", "reason").rows() == [(1, reason)]
    assert decoded.drafts["line"].to_list() == [2]


def test_times_may_be_local() -> None:
    found = calls(a_line(at="2026-10-05 12:00:00"), a_bye("2026-10-05 12:01:01"))

    assert found[0][3] == 61


def test_a_site_says_what_its_own_columns_hold() -> None:
    source = a_source(
        "flatstore", mapping={"columns": {"account": 9, "b_number": 10, "product": 8}}
    )

    [draft] = decode(a_line().encode(), source).drafts.rows(named=True)

    assert (draft["account"], draft["a_number"], draft["product"]) == ("601234567", None, "x")


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ({"colour": 1}, "colour"),
        ({"columns": 1}, "table"),
        ({"columns": {"call_id": 4}}, "call_id"),
        ({"columns": {"account": 0}}, "positions"),
        ({"columns": {"account": "9"}}, "positions"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(
    mapping: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadMapping, match=fault):
        decode(b"", a_source("flatstore", mapping=mapping))


def test_the_real_file_holds_its_pairs() -> None:
    path = sample("telecom/cdr/opensips-flatstore/acc_1.log")
    # The sample was kept without its last line break, which a switch writes.
    content = path.read_bytes() + b"\n"
    rows = list(csv.reader(content.decode().splitlines(), delimiter="|"))
    began = {row[3]: int(row[6]) for row in rows if row[0] == "INVITE"}
    ended = {row[3]: int(row[6]) for row in rows if row[0] == "BYE"}

    usage = taken_in(content, SOURCE).usage

    # 2, 4, 4 and 2 seconds.
    assert usage["duration_seconds"].to_list() == [ended[call] - began[call] for call in began]
    assert usage["duration_seconds"].sum() == 12
    assert set(usage["a_number"]) == {"1001", "1002"}


def test_the_real_file_as_it_stands_ends_in_a_line_that_may_be_cut() -> None:
    content = sample("telecom/cdr/opensips-flatstore/acc_1.log").read_bytes()

    result = taken_in(content, SOURCE)

    assert result.usage.height == 3
    assert result.suspended.select("line", "reason").rows() == [
        (7, "INCOMPLETE"),
        (8, "TRUNCATED_LINE"),
    ]


def test_real_missed_calls_are_calls_of_no_second() -> None:
    content = sample("telecom/cdr/opensips-flatstore/missed_calls_1.log").read_bytes() + b"\n"

    usage = taken_in(content, SOURCE).usage

    assert usage["duration_seconds"].to_list() == [0, 0, 0]
