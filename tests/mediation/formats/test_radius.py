"""Sessions of a RADIUS detail file: the Stop counts, whatever was reported before it."""

from typing import Any

import pytest

from mediation.formats.mapping import BadMapping
from mediation.formats.radius import decode
from tests.mediation.sources import a_source
from tests.mediation.taken_in import parts_of, taken_in
from tests.sample_data import sample

SOURCE = a_source("radius")
AT = 1_790_000_000


def a_report(status: str = "Stop", **changes: str | int | None) -> str:
    attributes: dict[str, str | int | None] = {
        "User-Name": '"anna"',
        "NAS-IP-Address": "192.0.2.1",
        "Acct-Session-Id": '"s1"',
        "Acct-Status-Type": status,
        "Service-Type": "Framed-User",
        "Timestamp": AT,
    }
    if status != "Start":
        attributes |= {
            "Acct-Session-Time": 600,
            "Acct-Input-Octets": 1000,
            "Acct-Output-Octets": 5000,
        }
    attributes |= {name.replace("_", "-"): value for name, value in changes.items()}
    told = [f"\t{name} = {value}" for name, value in attributes.items() if value is not None]
    return "\n".join(["Mon Sep 21 16:13:20 2026", *told]) + "\n\n"


def usage_of(*reports: str) -> list[dict[str, Any]]:
    return taken_in("".join(reports).encode(), SOURCE).usage.to_dicts()


def test_a_session_is_data_with_its_bytes_and_its_length() -> None:
    [session] = usage_of(a_report())

    told = {name: session[name] for name in ("kind", "quantity", "unit", "duration_seconds")}
    assert told == {"kind": "data", "quantity": 6000, "unit": "byte", "duration_seconds": 600}
    assert (session["account"], session["event_id"]) == ("anna", "192.0.2.1/s1")
    assert session["occurred_at"].timestamp() == AT - 600


def test_gigawords_count_how_often_the_octets_wrapped() -> None:
    [session] = usage_of(a_report(Acct_Input_Gigawords=2, Acct_Output_Gigawords=0))

    assert session["quantity"] == 2 * 4_294_967_296 + 6000


def test_a_report_that_was_kept_back_began_earlier() -> None:
    [session] = usage_of(a_report(Acct_Delay_Time=5))

    assert session["occurred_at"].timestamp() == AT - 605


def test_what_the_nas_says_of_the_time_is_not_put_back_by_the_delay() -> None:
    [session] = usage_of(a_report(Timestamp=None, Event_Timestamp=AT - 5, Acct_Delay_Time=5))

    assert session["occurred_at"].timestamp() == AT - 605


def test_reports_before_the_stop_go_with_it() -> None:
    early = a_report("Interim-Update", Acct_Session_Time=300, Acct_Input_Octets=400)
    result = taken_in((a_report("Start") + early + a_report()).encode(), SOURCE)

    assert result.usage["quantity"].to_list() == [6000]
    assert result.outcomes.select("outcome", "call_line").rows() == [("landed", 1)] * 3


def test_a_stop_in_a_later_file_ends_the_session_there() -> None:
    early = a_report("Start") + a_report("Alive", Acct_Session_Time=300)
    waiting = parts_of(early.encode(), SOURCE, "b1")

    result = taken_in(a_report().encode(), SOURCE, "b2", waiting)

    assert result.usage.select("batch_id", "quantity", "duration_seconds").rows() == [
        ("b2", 6000, 600)
    ]
    assert result.released.height == 2


def test_a_session_without_a_stop_waits() -> None:
    early = a_report("Interim-Update", Acct_Session_Time=300)
    result = taken_in((a_report("Start") + early).encode(), SOURCE)

    assert result.suspended["reason"].to_list() == ["INCOMPLETE", "INCOMPLETE"]


@pytest.mark.parametrize("status", ["Start", "Interim-Update"])
@pytest.mark.parametrize(
    "signs",
    [
        {"Service_Type": "Framed-User"},
        {"Service_Type": None, "Called_Station_Id": '"08001234567"', "Framed_Protocol": "PPP"},
        {"Service_Type": None, "Framed_IP_Address": "198.51.100.7"},
        {"Service_Type": "Outbound-User", "NAS_Port_Type": "Wireless-802.11"},
        {"Service_Type": None, "Called_Station_Id": '"AC-16-2D-75-9D-0A:guests"'},
        {"Service_Type": None},
    ],
)
def test_a_report_that_counts_nothing_yet_tells_itself_that_it_is_of_a_data_session(
    status: str, signs: dict[str, Any]
) -> None:
    nothing = {"Acct_Input_Octets": None, "Acct_Output_Octets": None}
    report = a_report(status, **(nothing | signs)).encode()

    [draft] = decode(report, SOURCE).drafts.rows(named=True)

    assert (draft["kind"], draft["account"]) == ("data", "anna")
    assert taken_in(report, SOURCE).suspended["reason"].to_list() == ["INCOMPLETE"]


@pytest.mark.parametrize(
    "signs",
    [
        {"Service_Type": None, "Called_Station_Id": '"33608635117"'},
        {"Service_Type": None, "Called_Station_Id": '"sip:33608635117@example.net"'},
        {"Service_Type": "Sip-Session"},
        {"Service_Type": None, "Called_Station_Id": '"33608635117"', "NAS_Port_Type": "Ethernet"},
    ],
)
def test_a_start_that_may_be_of_a_call_is_what_its_source_says(signs: dict[str, Any]) -> None:
    [draft] = decode(a_report("Start", **signs).encode(), SOURCE).drafts.rows(named=True)

    assert draft["kind"] is None


def test_a_start_of_a_framed_call_of_known_kind_is_that_call() -> None:
    report = a_report("Start", Service_Type="Login-User", Framed_IP_Address="198.51.100.7")

    [draft] = decode(report.encode(), SOURCE).drafts.rows(named=True)

    assert draft["kind"] == "voice"


def test_who_is_called_may_stand_in_an_attribute_of_the_site() -> None:
    source = a_source("radius", mapping={"attributes": {"b_number": "Sip-To"}})
    report = a_report("Start", Service_Type=None, Sip_To='"33608635117"')

    [draft] = decode(report.encode(), source).drafts.rows(named=True)

    assert (draft["kind"], draft["b_number"]) == (None, "33608635117")


UNCOUNTED: dict[str, Any] = {"Acct_Input_Octets": None, "Acct_Output_Octets": None}
NOTHING_FLOWED = a_source("radius", mapping={"uncounted": "nothing"})


@pytest.mark.parametrize("earlier", [[], ["Start"], ["Interim-Update"]])
def test_an_end_without_octets_is_doubted_whatever_was_counted_before(earlier: list[str]) -> None:
    reports = [*(a_report(status) for status in earlier), a_report(**UNCOUNTED)]

    result = taken_in("".join(reports).encode(), SOURCE)

    assert result.usage.is_empty()
    assert result.suspended["reason"].to_list() == [*["INCOMPLETE"] * len(earlier), "NO_COUNTERS"]
    assert "give its quantity, 0 if none flowed" in result.suspended["detail"].to_list()[-1]


def test_an_end_without_octets_is_usage_of_nothing_where_the_server_leaves_out_zeros() -> None:
    reports = a_report("Start") + a_report(**UNCOUNTED)

    result = taken_in(reports.encode(), NOTHING_FLOWED)

    told = result.usage.select("kind", "account", "quantity", "duration_seconds").rows()
    assert told == [("data", "anna", 0, 600)]
    assert result.outcomes["outcome"].to_list() == ["landed", "landed"]


def test_an_end_that_shows_no_kind_is_doubted_where_its_source_is_of_data() -> None:
    signless = a_report(Service_Type="Sip-Session", **UNCOUNTED).encode()

    kinds = {"voice": [None], "data": ["NO_COUNTERS"]}
    for kind, doubts in kinds.items():
        source = a_source("radius", kind=kind)
        assert decode(signless, source).drafts["doubt"].to_list() == doubts


def test_a_call_has_no_octets_to_miss() -> None:
    call = a_report(Service_Type="Login-User", Called_Station_Id='"33608635117"', **UNCOUNTED)

    for source in (SOURCE, NOTHING_FLOWED):
        [draft] = decode(call.encode(), source).drafts.rows(named=True)
        assert (draft["kind"], draft["doubt"], draft["quantity"]) == ("voice", None, None)


def test_an_interim_report_without_octets_is_no_end() -> None:
    [draft] = decode(a_report("Interim-Update", **UNCOUNTED).encode(), SOURCE).drafts.rows(
        named=True
    )

    assert (draft["kind"], draft["doubt"]) == ("data", None)


def test_a_second_address_of_a_session_costs_no_report() -> None:
    twice = a_report(Framed_IP_Address="198.51.100.7\n\tFramed-IP-Address = 198.51.100.8")

    assert [session["quantity"] for session in usage_of(twice)] == [6000]


def test_a_stop_sent_again_is_a_duplicate_and_one_that_says_otherwise_is_suspended() -> None:
    again, otherwise = a_report(), a_report(Acct_Input_Octets=1)
    result = taken_in((a_report() + again + otherwise).encode(), SOURCE)

    assert result.outcomes["outcome"].to_list() == ["landed", "duplicate", "suspended"]
    assert result.suspended["reason"].to_list() == ["ID_REUSED"]


def test_a_session_without_traffic_is_usage_of_nothing() -> None:
    [session] = usage_of(a_report(Acct_Input_Octets=0, Acct_Output_Octets=0))

    assert session["quantity"] == 0


def test_a_call_has_numbers_and_no_bytes() -> None:
    [call] = usage_of(
        a_report(
            Service_Type="Login-User",
            Calling_Station_Id='"33139585858"',
            Called_Station_Id='"33608635117"',
        )
    )

    told = {name: call[name] for name in ("kind", "a_number", "b_number", "duration_seconds")}
    assert told == {
        "kind": "voice",
        "a_number": "33139585858",
        "b_number": "33608635117",
        "duration_seconds": 600,
    }
    assert call["quantity"] == 1


def test_the_address_of_a_device_is_not_taken_for_a_telephone_number() -> None:
    content = a_report(Calling_Station_Id='"AC-16-2D-75-9D-0A"', Called_Station_Id='"48601234567"')

    [draft] = decode(content.encode(), SOURCE).drafts.rows(named=True)

    assert (draft["a_number"], draft["b_number"]) == (None, "48601234567")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Timestamp": None}, "MISSING_TIME"),
        ({"Timestamp": "never"}, "MISSING_TIME"),
        ({"Acct_Session_Time": -600}, "MISSING_TIME"),
        ({"Acct_Session_Time": 99_999_999}, "BAD_DURATION"),
        ({"Acct_Input_Octets": "9" * 20}, "BAD_QUANTITY"),
        ({"Acct_Input_Octets": -1}, "BAD_QUANTITY"),
        ({"Acct_Input_Gigawords": 2**33}, "BAD_QUANTITY"),
        ({"Acct_Input_Gigawords": 1, "Acct_Input_Octets": 2**32}, "BAD_QUANTITY"),
        ({"Acct_Session_Time": None, "Service_Type": "Login-User"}, "MISSING_DURATION"),
    ],
)
def test_figures_that_cannot_be_believed_are_suspended(
    changes: dict[str, Any], reason: str
) -> None:
    result = taken_in(a_report(**changes).encode(), SOURCE)

    assert result.suspended["reason"].to_list() == [reason]


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (a_report("Accounting-On"), "NOT_A_SESSION"),
        (a_report("Failed"), "UNKNOWN_RECORD_TYPE"),
        (a_report(Acct_Session_Id=None), "MISSING_KEY"),
        (a_report().replace("\tTimestamp = ", "\tTimestamp "), "STRAY_TEXT"),
        (a_report().replace("\tUser-Name", "\tTimestamp = 1\n\tUser-Name"), "REPEATED_ATTRIBUTE"),
        ("Mon Sep 21 16:13:20 2026\n\n", "UNKNOWN_RECORD_TYPE"),
    ],
)
def test_a_report_of_no_session_is_rejected_alone(report: str, reason: str) -> None:
    decoded = decode((a_report() + report + a_report()).encode(), SOURCE)

    assert decoded.rejected["reason"].to_list() == [reason]
    assert decoded.drafts.height == 2


def test_a_blank_line_ends_a_report_whatever_follows_it() -> None:
    headless = a_report(Acct_Session_Id='"s2"').split("\n", 1)[1]

    decoded = decode((a_report() + headless).encode(), SOURCE)

    assert decoded.drafts["call_id"].to_list() == ["192.0.2.1/s1", "192.0.2.1/s2"]


def test_an_undecodable_byte_costs_its_report() -> None:
    broken = a_report().encode().replace(b"anna", b"ann\xff")

    decoded = decode(a_report().encode() + broken, SOURCE)

    assert decoded.drafts["line"].to_list() == [1]
    assert decoded.rejected["reason"].to_list() == ["WRONG_ENCODING"]


@pytest.mark.parametrize("cut", [1, 2, 20, 60])
def test_a_report_that_is_not_ended_is_doubted(cut: int) -> None:
    content = (a_report() + a_report(Acct_Session_Id='"s2"')).encode()[:-cut]

    decoded = decode(content, SOURCE)

    told = decoded.drafts["doubt"].to_list() + decoded.rejected["reason"].to_list()
    assert told[0] is None and len(told) == 2
    assert told[1] in ("TRUNCATED_LINE", "STRAY_TEXT")


def test_a_site_says_which_attribute_is_which_field() -> None:
    source = a_source("radius", mapping={"attributes": {"trunk_in": "Dialogic-trunk-grp-in"}})

    [draft] = decode(a_report(Dialogic_trunk_grp_in='"A \\"B\\""').encode(), source).drafts.rows(
        named=True
    )

    assert draft["trunk_in"] == 'A "B"'


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ({"colour": 1}, "colour"),
        ({"uncounted": "zero"}, "zero"),
        ({"attributes": 1}, "table"),
        ({"attributes": {"call_id": "X"}}, "call_id"),
        ({"attributes": {"account": ""}}, "without a name"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(
    mapping: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadMapping, match=fault):
        decode(b"", a_source("radius", mapping=mapping))


def test_the_real_file_is_the_start_of_a_call_that_waits_for_its_stop() -> None:
    content = sample("telecom/cdr/radius-detail/detail-20180917-voip-sbc").read_bytes()
    source = a_source("radius", mapping={"attributes": {"trunk_in": "Dialogic-trunk-grp-in"}})

    [draft] = decode(content, source).drafts.rows(named=True)
    result = taken_in(content, source)

    assert (draft["a_number"], draft["b_number"]) == ("33139585858", "33608635117")
    assert draft["trunk_in"] == "NERIM_SBC_Peering"
    # 1537135341 is 2018-09-16 22:02:21 UTC, as the SBC's own set-up time says.
    assert draft["occurred_at"] == "2018-09-16 22:02:21Z"
    assert result.suspended["reason"].to_list() == ["INCOMPLETE"]
