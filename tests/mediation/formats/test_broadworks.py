"""BroadWorks records: answered calls by their instants, reports left out, faults kept apart."""

from typing import Any

import pytest

from mediation.draft import Decoded
from mediation.formats.broadworks import decode
from mediation.formats.mapping import BadMapping
from tests.mediation.sources import a_source
from tests.mediation.taken_in import taken_in

SOURCE = a_source("broadworks")
HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE broadWorksCDR>\n'


def a_record(counter: Any = 1, kind: str = "Normal", **changes: str) -> str:
    basic = {
        "userNumber": "+48221234567",
        "direction": "Originating",
        "callingNumber": "+48221234567",
        "calledNumber": "+49301234567",
        "startTime": "20261005100000.000",
        "answerIndicator": "Yes",
        "answerTime": "20261005100006.813",
        "releaseTime": "20261005100020.296",
        "terminationCause": "016",
    } | changes
    told = "".join(f"      <{name}>{text}</{name}>\n" for name, text in basic.items())
    return (
        "  <cdrData>\n    <headerModule>\n      <recordId>\n"
        f"        <eventCounter>{counter:010d}</eventCounter>\n"
        "        <systemId>as1</systemId>\n        <date>20261005100020.300</date>\n"
        f"      </recordId>\n      <type>{kind}</type>\n    </headerModule>\n"
        f"    <basicModule>\n{told}    </basicModule>\n"
        "    <ipModule>\n      <route>gw1</route>\n"
        "      <networkCallID>n1</networkCallID>\n    </ipModule>\n  </cdrData>\n"
    )


def a_file(*records: str, head: str = HEAD) -> str:
    body = "".join(records)
    return f'{head}<broadWorksCDR version="19.0">\n{body}</broadWorksCDR>\n'


def read(content: str, encoding: str = "iso-8859-1") -> Decoded:
    return decode(content.encode(encoding), SOURCE)


def test_an_answered_call() -> None:
    [call] = read(a_file(a_record())).drafts.rows(named=True)

    told = {name: text for name, text in call.items() if text is not None and name != "raw"}
    assert told == {
        "line": 1,
        "event_id": "as1-0000000001-20261005100020.300",
        "kind": "voice",
        "direction": "outgoing",
        "a_number": "+48221234567",
        "b_number": "+49301234567",
        "account": "+48221234567",
        "trunk_out": "gw1",
        "occurred_at": "2026-10-05 10:00:06.813Z",
        # 10:00:20.296 less 10:00:06.813 is 13.483 s.
        "duration_seconds": "13",
        "cause": "016",
        "session_id": "n1",
    }


@pytest.mark.parametrize(
    ("fraction", "released", "seconds"),
    [
        ("down", "20261005100007.812", "0"),
        ("down", "20261005100007.813", "1"),
        ("up", "20261005100007.814", "2"),
        ("up", "20261005100007.813", "1"),
        ("nearest", "20261005100008.312", "1"),
        ("nearest", "20261005100008.313", "2"),
        # It ends before it begins.
        ("down", "20261005100005.813", "-1"),
    ],
)
def test_a_fraction_of_a_second_is_counted_as_the_source_says(
    fraction: str, released: str, seconds: str
) -> None:
    source = a_source("broadworks", mapping={"fraction": fraction})
    content = a_file(a_record(releaseTime=released)).encode()

    assert decode(content, source).drafts["duration_seconds"].to_list() == [seconds]


def test_a_call_that_nobody_took_lasted_no_second() -> None:
    [call] = read(a_file(a_record(answerIndicator="No", answerTime=""))).drafts.rows(named=True)

    assert (call["duration_seconds"], call["occurred_at"]) == ("0", "2026-10-05 10:00:00.000Z")


def test_a_call_that_comes_in_names_the_trunk_it_came_by() -> None:
    [call] = read(a_file(a_record(direction="Terminating"))).drafts.rows(named=True)

    assert (call["direction"], call["trunk_in"], call["trunk_out"]) == ("incoming", "gw1", None)


def test_reports_are_no_usage() -> None:
    decoded = read(a_file(a_record(1, "Start"), a_record(2), a_record(3, "Long Duration")))

    assert decoded.drafts["line"].to_list() == [2]
    assert decoded.rejected.select("line", "reason").rows() == [(1, "NOT_USAGE"), (3, "NOT_USAGE")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"releaseTime": "20261005100005.000"}, "BAD_DURATION"),
        ({"releaseTime": "20990101000000.000"}, "BAD_DURATION"),
        ({"answerTime": "00000101000000.000"}, "BAD_TIME"),
        ({"answerTime": "99991231235959.999"}, "BAD_TIME"),
        ({"answerTime": "yesterday"}, "BAD_TIME"),
        ({"releaseTime": ""}, "MISSING_DURATION"),
        ({"calledNumber": ""}, "BAD_NUMBER"),
    ],
)
def test_what_cannot_be_believed_is_suspended(changes: dict[str, str], reason: str) -> None:
    content = a_file(a_record(**changes)).encode()

    assert taken_in(content, SOURCE).suspended["reason"].to_list() == [reason]


def test_the_file_says_its_encoding() -> None:
    content = a_file(a_record(calledNumber="Łódź"), head=HEAD.replace("8859-1", "8859-2"))

    [call] = read(content, "iso-8859-2").drafts["b_number"]

    assert call == "Łódź"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (a_file(head="<!DOCTYPE x [<!ENTITY a 'b'>]>"), "DOCTYPE_NOT_ALLOWED"),
        (a_file(a_record(), head='<!DOCTYPE x SYSTEM "http://e.example/">'), "DOCTYPE_NOT_ALLOWED"),
        (a_file(a_record(), head='<?xml version="1.0" encoding="utf-7"?>'), "WRONG_ENCODING"),
        (a_file(a_record(), head='<?xml version="1.0" encoding="utf-16"?>'), "WRONG_ENCODING"),
        ("a;b;c\n", "NO_RECORDS"),
    ],
)
def test_a_file_that_is_not_to_be_trusted_is_refused(content: str, reason: str) -> None:
    assert read(content).refused == reason


def test_a_file_that_stops_says_so_and_loses_no_record() -> None:
    whole = a_file(a_record(1), a_record(2))

    decoded = read(whole[: whole.index("</broadWorksCDR>")])

    assert decoded.drafts["line"].to_list() == [1, 2]
    assert decoded.rejected["reason"].to_list() == ["FILE_NOT_ENDED"]


def test_a_mapping_that_cannot_be_used_says_what_is_wrong() -> None:
    for mapping, fault in (({"x": 1}, "x"), ({"fraction": "sideways"}, "sideways")):
        with pytest.raises(BadMapping, match=fault):
            decode(b"", a_source("broadworks", mapping=mapping))
