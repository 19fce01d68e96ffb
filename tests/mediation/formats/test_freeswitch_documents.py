"""FreeSWITCH legs as JSON and XML: encoded values, several in a file, XML that is none."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from mediation.draft import Decoded
from mediation.formats.freeswitch_json import decode as decode_json
from mediation.formats.freeswitch_xml import decode as decode_xml
from tests.mediation.sources import a_source
from tests.mediation.taken_in import taken_in
from tests.sample_data import sample

VARIABLES = {
    "uuid": "u1",
    "call_uuid": "u0",
    "accountcode": "acme & sons",
    "sip_gateway_name": "carrier",
    "sip_full_from": '"Anna" <sip:601@192.0.2.1>;tag=1',
    "start_stamp": "2026-09-21 16:13:11",
    "start_epoch": "1789999991",
    "answer_epoch": "1790000000",
    "billsec": "61",
    "hangup_cause": "NORMAL_CLEARING",
}
PROFILE = {"caller_id_number": "601234567", "destination_number": "0049301234567"}
LEG = {
    "event_id": "u1",
    "kind": "voice",
    "a_number": "601234567",
    "b_number": "0049301234567",
    "account": "acme & sons",
    "trunk_out": "carrier",
    "occurred_at": "2026-09-21 14:13:20Z",
    "set_up": "1789999991",
    "duration_seconds": "61",
    "cause": "NORMAL_CLEARING",
    "session_id": "u0",
}


def as_json(variables: Any = None, **changes: Any) -> str:
    record = {
        "core-uuid": "c",
        "variables": VARIABLES if variables is None else variables,
        "callflow": [{"caller_profile": PROFILE}, {"caller_profile": {"caller_id_number": "1"}}],
    }
    return json.dumps(record | changes) + "\n"


def as_xml(escape: Any = True, **changes: str) -> str:
    def written(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;") if escape else text

    def elements(texts: dict[str, str]) -> str:
        return "".join(f"    <{name}>{written(text)}</{name}>\n" for name, text in texts.items())

    return (
        '<?xml version="1.0"?>\n<cdr core-uuid="c">\n  <variables>\n'
        f"{elements(VARIABLES | changes)}  </variables>\n"
        f'  <callflow profile_index="2">\n  <caller_profile>\n{elements(PROFILE)}'
        "  </caller_profile>\n  </callflow>\n"
        '  <callflow profile_index="1">\n  <caller_profile><caller_id_number>1</caller_id_number>'
        "</caller_profile>\n  </callflow>\n</cdr>\n"
    )


def read_json(content: str | bytes) -> Decoded:
    encoded = content.encode() if isinstance(content, str) else content
    return decode_json(encoded, a_source("freeswitch_json"))


def read_xml(content: str | bytes) -> Decoded:
    encoded = content.encode() if isinstance(content, str) else content
    return decode_xml(encoded, a_source("freeswitch_xml"))


def told(decoded: Decoded) -> dict[str, Any]:
    assert decoded.rejected.is_empty(), decoded.rejected
    [leg] = decoded.drafts.rows(named=True)
    kept = {name: text for name, text in leg.items() if text is not None}
    return {name: text for name, text in kept.items() if name not in ("raw", "line")}


def test_a_leg_in_json() -> None:
    assert told(read_json(as_json())) == LEG


def test_a_leg_in_xml() -> None:
    assert told(read_xml(as_xml())) == LEG


def test_values_are_decoded_where_the_switch_encoded_them() -> None:
    encoded = {name: quote(text, safe="") for name, text in VARIABLES.items()}

    assert told(read_json(as_json(encoded))) == LEG
    assert told(read_xml(as_xml(**encoded))) == LEG


def test_a_percent_sign_of_a_switch_that_does_not_encode_stays() -> None:
    assert told(read_json(as_json(VARIABLES | {"accountcode": "50%25"})))["account"] == "50%25"


def test_xml_with_bare_ampersands_and_brackets_is_mended() -> None:
    bare = as_xml(escape=False)

    assert "acme & sons" in bare and "<sip:601" in bare
    assert told(read_xml(bare)) == LEG


def test_control_characters_are_left_out_of_xml() -> None:
    assert told(read_xml(as_xml(accountcode="acme\x07 & \x1bsons"))) == LEG


def test_a_leg_that_nobody_took_lasted_no_second() -> None:
    variables = VARIABLES | {"answer_epoch": "0", "billsec": "5"}

    leg = told(read_json(as_json(variables)))

    assert (leg["duration_seconds"], leg["occurred_at"]) == ("0", "2026-09-21 14:13:11Z")


def test_several_records_stand_in_one_file() -> None:
    one, two = as_json(), as_json(VARIABLES | {"uuid": "u2"})
    pretty = json.dumps(json.loads(two), indent="\t") + "\n"
    close = one.strip() + two.strip()

    for content in (one + two, one + pretty, pretty + one, close):
        assert sorted(read_json(content).drafts["event_id"]) == ["u1", "u2"]
    assert read_xml(as_xml() + as_xml(uuid="u2")).drafts["event_id"].to_list() == ["u1", "u2"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (as_json()[:100] + "\n", "NOT_JSON"),
        (as_json().replace('"uuid": "u1"', '"uuid": "u1", "uuid": "u9"'), "NOT_JSON"),
        (as_json().replace('"61"', "NaN"), "NOT_JSON"),
        (as_json(VARIABLES | {"billsec": ["61"]}), "BAD_FIELD"),
        (as_json(VARIABLES | {"accountcode": "a%00b", "start_stamp": ""}), "BAD_FIELD"),
        (as_json(variables=1), "BAD_FIELD"),
        ('{"core-uuid": ' + "[" * 2000 + "\n", "NOT_JSON"),
    ],
)
def test_a_damaged_json_record_costs_no_other(broken: str, reason: str) -> None:
    decoded = read_json(as_json() + broken + as_json())

    assert decoded.rejected.select("line", "reason").rows() == [(2, reason)]
    assert decoded.drafts["line"].to_list() == [1, 3]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (as_xml()[:200], "NOT_CLOSED"),
        (as_xml().replace("</billsec>", "</bilsec>"), "NOT_XML"),
        (as_xml().replace("<billsec>61<", "<billsec>6<!-- x -->1<"), "BAD_FIELD"),
        (as_xml().replace("<billsec>", "<billsec>1</billsec><billsec>"), "BAD_FIELD"),
        (as_xml(accountcode="a%00b", start_stamp=""), "BAD_FIELD"),
        (as_xml().replace("acme", "acme" * 300_000), "RECORD_TOO_LONG"),
    ],
)
def test_a_damaged_xml_record_costs_no_other(broken: str, reason: str) -> None:
    decoded = read_xml(as_xml() + broken + as_xml())

    assert decoded.rejected.select("line", "reason").rows() == [(2, reason)]
    assert decoded.drafts["line"].to_list() == [1, 3]


def test_an_entity_is_text_and_stands_for_nothing() -> None:
    leg = told(read_xml(as_xml().replace("<billsec>61", "<billsec>&ext;")))

    assert leg["duration_seconds"] == "&ext;"


def test_an_element_that_a_caller_smuggles_in_is_not_taken_for_the_duration() -> None:
    caller = "x</sip_full_from><billsec>1</billsec><sip_full_from>y"
    smuggled = as_xml(escape=False, sip_full_from=caller, accountcode="acme")

    assert read_xml(smuggled).rejected["reason"].to_list() == ["BAD_FIELD"]


def test_undecodable_bytes_cost_their_record() -> None:
    xml = as_xml().encode() + as_xml().encode().replace(b"acme", b"acm\xff") + as_xml().encode()
    js = as_json().encode() + as_json().encode().replace(b"acme", b"acm\xff") + as_json().encode()

    assert read_xml(xml).rejected.select("line", "reason").rows() == [(2, "WRONG_ENCODING")]
    assert read_json(js).rejected.select("line", "reason").rows() == [(2, "WRONG_ENCODING")]


def test_text_between_records_is_kept_as_a_reject() -> None:
    for decoded in (
        read_xml(as_xml() + "lost" + as_xml()),
        read_json(as_json() + "lost\n" + as_json()),
    ):
        assert decoded.rejected.select("line", "reason").rows() == [(2, "STRAY_TEXT")]
        assert decoded.drafts["line"].to_list() == [1, 3]


BOMB = '<!DOCTYPE cdr [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("doctype", [BOMB, '<!DOCTYPE cdr SYSTEM "file:///etc/passwd">'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_refuses_the_file(doctype: str, encoding: str) -> None:
    content = (doctype + as_xml(accountcode="&b;")).encode(encoding)

    decoded = decode_xml(content, a_source("freeswitch_xml", encoding=encoding))

    assert decoded.refused == "DOCTYPE_NOT_ALLOWED"


@pytest.mark.parametrize("content", ["nothing here", "<other/>", "[1]"])
def test_a_file_without_records_is_refused(content: str) -> None:
    assert read_xml(content).refused == read_json(content).refused == "NO_RECORDS"


def test_an_empty_file_is_no_fault() -> None:
    assert read_xml("").refused is read_json("").refused is None


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-16", "utf-16-le"])
def test_the_encoding_of_the_source_holds_for_records_that_declare_none(encoding: str) -> None:
    xml, js = as_xml(accountcode="Минск"), as_json(VARIABLES | {"accountcode": "Минск"})
    written = json.dumps(json.loads(js), ensure_ascii=False)

    from_xml = decode_xml(xml.encode(encoding), a_source("freeswitch_xml", encoding=encoding))
    from_json = decode_json(
        written.encode(encoding), a_source("freeswitch_json", encoding=encoding)
    )

    assert told(from_xml)["account"] == told(from_json)["account"] == "Минск"


def test_the_real_json_record() -> None:
    content = sample("telecom/cdr/freeswitch/json_cdr_1.json").read_bytes()
    variables = json.loads(content)["variables"]

    [call] = taken_in(content, a_source("freeswitch_json")).usage.to_dicts()

    # Answered at 1515666347 for 68 s, from extension 1001 to 1002.
    assert call["occurred_at"].timestamp() == int(variables["answer_epoch"]) == 1515666347
    assert call["duration_seconds"] == int(variables["billsec"]) == 68
    assert (call["a_number"], call["b_number"]) == ("1001", "1002")
    assert call["event_id"] == variables["uuid"]
