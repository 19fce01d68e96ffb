"""Asterisk calls: both writers, quotes in quotes, calls that nobody took."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.formats.asterisk import decode
from tests.mediation.sources import a_source

CUSTOM = (
    '"""""  <client1>","601234567","0049301234567","default","PJSIP/anna-0000000a",'
    '"PJSIP/carrier-0000000b","Dial","PJSIP/carrier","{start}","{answer}","{end}",'
    '"31","13","{disposition}","DOCUMENTATION","{account}","1690325492.2","",2\n'
)
PLAIN = (
    '"acme","601234567","0049301234567","default","""Anna"" <601>","PJSIP/anna-0000000a",'
    '"PJSIP/carrier-0000000b","Dial","PJSIP/carrier,60","2023-07-26 01:51:32",'
    '"2023-07-26 01:51:50","2023-07-26 01:52:04",31,13,"ANSWERED","DOCUMENTATION",'
    '"1690325492.2",""\n'
)


def a_call(**changes: str) -> bytes:
    facts = {
        "start": "2023-07-26 01:51:32",
        "answer": "2023-07-26 01:51:50",
        "end": "2023-07-26 01:52:04",
        "disposition": "ANSWERED",
        "account": "",
    }
    return CUSTOM.format(**(facts | changes)).encode()


def test_a_call_of_the_custom_writer() -> None:
    [call] = decode(a_call(), a_source("asterisk")).drafts.rows(named=True)

    told = {name: text for name, text in call.items() if text is not None and name != "raw"}
    assert told == {
        "line": 1,
        "event_id": "1690325492.2-2",
        "kind": "voice",
        "a_number": "601234567",
        "b_number": "0049301234567",
        "trunk_in": "PJSIP/anna",
        "trunk_out": "PJSIP/carrier",
        "occurred_at": "2023-07-26 01:51:50",
        "set_up": "1690325492",
        "duration_seconds": "13",
        "sequence": "2",
        "cause": "ANSWERED",
    }


CHANNELS = st.one_of(
    st.sampled_from(["", "PJSIP/anna-0000000a", "Local/1@c-0000000a;2", "-0000000A", "-00a;1"]),
    st.text("-+;12aFgż/ ", max_size=12).map(lambda text: text.strip()),
    st.text("0aF", min_size=7, max_size=9).map("SIP/ż-{}".format),
)


@given(st.lists(CHANNELS, min_size=1, max_size=4))
def test_a_trunk_is_its_channel_without_the_number_of_the_call(channels: list[str]) -> None:
    calls = [PLAIN.replace("PJSIP/anna-0000000a", channel) for channel in channels]

    drafts = decode("".join(calls).encode(), a_source("asterisk")).drafts

    trunks = [re.sub(r"-[0-9a-fA-F]{8}(;[12])?\Z", "", each).strip() or None for each in channels]
    assert drafts["trunk_in"].to_list() == trunks


def test_a_call_of_the_plain_writer_has_its_account_first() -> None:
    [call] = decode(PLAIN.encode(), a_source("asterisk")).drafts.rows(named=True)

    assert (call["account"], call["b_number"], call["duration_seconds"]) == (
        "acme",
        "0049301234567",
        "13",
    )
    assert call["event_id"] == "1690325492.2-PJSIP/carrier-0000000b"


@pytest.mark.parametrize("disposition", ["NO ANSWER", "BUSY", "FAILED", "CONGESTION"])
def test_a_call_that_nobody_took_lasted_no_second(disposition: str) -> None:
    content = a_call(disposition=disposition, answer="")

    [call] = decode(content, a_source("asterisk")).drafts.rows(named=True)

    assert (call["duration_seconds"], call["occurred_at"]) == ("0", "2023-07-26 01:51:32")


def test_a_line_without_a_known_disposition_is_rejected() -> None:
    decoded = decode(a_call(disposition="MAYBE") + a_call(), a_source("asterisk"))

    assert decoded.rejected.select("line", "reason").rows() == [(1, "UNKNOWN_LAYOUT")]
    assert decoded.drafts["line"].to_list() == [2]


def test_a_last_line_that_is_cut_off_is_doubted() -> None:
    decoded = decode(a_call() + a_call()[:-1], a_source("asterisk"))

    assert decoded.drafts["doubt"].to_list() == [None, "TRUNCATED_LINE"]


@pytest.mark.parametrize("lines", [[PLAIN, CUSTOM], [CUSTOM, PLAIN], [PLAIN, PLAIN, CUSTOM]])
def test_each_line_of_a_file_may_be_of_either_writer(lines: list[str]) -> None:
    contents = [line.encode() if line is PLAIN else a_call(account="acme") for line in lines]

    together = decode(b"".join(contents), a_source("asterisk")).drafts

    alone = [decode(each, a_source("asterisk")).drafts for each in contents]
    assert together.drop("line").rows() == [each.drop("line").row(0) for each in alone]


def test_a_line_with_a_strange_disposition_and_no_duration_is_rejected() -> None:
    strange = PLAIN.replace('31,13,"ANSWERED"', '31,,"PERHAPS"')

    decoded = decode((PLAIN + strange).encode(), a_source("asterisk"))

    assert decoded.rejected.select("line", "reason").rows() == [(2, "UNKNOWN_LAYOUT")]


@pytest.mark.parametrize(
    ("uniqueid", "second"), [("1690325492.2", "1690325492"), ("box-1690325492.2", "1690325492")]
)
def test_the_second_of_set_up_stands_in_the_uniqueid(uniqueid: str, second: str) -> None:
    content = PLAIN + PLAIN.replace("1690325492.2", uniqueid)

    assert decode(content.encode(), a_source("asterisk")).drafts["set_up"].to_list()[1] == second
