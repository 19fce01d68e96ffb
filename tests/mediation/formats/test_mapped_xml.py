"""XML is read by paths, safely; what cannot be read costs itself and no more."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.draft import ControlTotals
from mediation.encodings import ENCODINGS
from mediation.formats.mapped_xml import decode
from mediation.formats.mapping import BadMapping
from tests.mediation.sources import a_source

MAPPING: dict[str, Any] = {
    "records": "b:calls/b:call",
    "namespaces": {"b": "urn:example:bill"},
    "columns": {
        "event_id": "@id",
        "a_number": "b:from/b:number",
        "b_number": "b:param[@name='called']",
        "agent_kind": "b:leg[2]/@b:kind",
        "product": "/b:header/@list",
        "cause": ".",
    },
    "totals": {"records": "b:trailer/@count"},
}
CALL = (
    '<call id="c{n}"><from><number>48501</number></from><param name="other">x</param>'
    '<param name="called">48{n}</param><leg/><leg b:kind="shared"/></call>'
)


def document(*calls: str, count: int | None = None) -> bytes:
    total = len(calls) if count is None else count
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!-- made daily -->\n'
        '<bill xmlns="urn:example:bill" xmlns:b="urn:example:bill"><header list="gold"/>'
        f'<calls>{"".join(calls)}</calls><trailer count="{total}"/></bill>'
    ).encode()


def a_call(n: int) -> str:
    return CALL.format(n=n)


def test_fields_are_found_by_paths_attributes_and_namespaces() -> None:
    decoded = decode(document(a_call(1), a_call(2)), a_source("mapped_xml", mapping=MAPPING))

    names = ("line", "event_id", "a_number", "b_number", "agent_kind", "product", "cause")
    assert decoded.drafts.select(names).rows() == [
        (1, "c1", "48501", "481", "shared", "gold", None),
        (2, "c2", "48501", "482", "shared", "gold", None),
    ]
    assert decoded.declared == ControlTotals(records=2)


def test_a_path_that_leads_nowhere_is_an_empty_cell() -> None:
    [draft] = decode(
        document("<call>ended</call>"), a_source("mapped_xml", mapping=MAPPING)
    ).drafts.rows(named=True)

    assert (draft["event_id"], draft["a_number"], draft["cause"]) == (None, None, "ended")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("<call><from><number>1</number><number>2</number></from></call>", "TWO_VALUES"),
        ("<call><from><number>1<area>2</area></number></from></call>", "NOT_A_VALUE"),
        ("<call id='&#127;'/>", "BAD_FIELD"),
    ],
)
def test_a_broken_record_is_rejected_and_the_rest_is_read(record: str, reason: str) -> None:
    decoded = decode(
        document(a_call(1), record, a_call(3)), a_source("mapped_xml", mapping=MAPPING)
    )

    assert decoded.rejected.select("line", "reason").rows() == [(2, reason)]
    assert decoded.drafts["line"].to_list() == [1, 3]
    assert decoded.records == 3


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<bill><call id="&c;"/></bill>"""
THIEF = (
    b"""<!DOCTYPE bill [<!ENTITY x SYSTEM "file:///etc/passwd">]><bill><call>&x;</call></bill>"""
)
LATE = b"<!--" + b" " * 70_000 + b"--><!DOCTYPE bill [<!ENTITY x 'y'>]><bill><call/></bill>"


@pytest.mark.parametrize(
    "content",
    [BOMB, THIEF, LATE, THIEF.decode().encode("utf-16"), b"<!DOCTYPE bill SYSTEM 'x.dtd'><bill/>"],
)
def test_a_document_type_is_refused_whatever_it_declares(content: bytes) -> None:
    mapping = {"records": "call", "columns": {"event_id": "@id", "cause": "."}}

    decoded = decode(content, a_source("mapped_xml", mapping=mapping))

    assert decoded.refused == "DOCTYPE_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "NOT_XML"),
        (b"not xml", "NOT_XML"),
        (b"<a><b></a>", "NOT_XML"),
        (b"<a>\x00</a>", "NOT_XML"),
        (b"<a>" * 300, "NOT_XML"),
        (b"<a>&unknown;</a>", "NOT_XML"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "NOT_XML"),
        (document(count=-1), "BAD_TRAILER"),
        (b"<a/>", "BAD_TRAILER"),
    ],
)
def test_a_document_that_cannot_be_understood_is_refused_whole(content: bytes, reason: str) -> None:
    decoded = decode(content, a_source("mapped_xml", mapping=MAPPING))

    assert (decoded.refused or "").startswith(reason)


SENT = document(a_call(1), a_call(2))


@settings(max_examples=60)
@given(at=st.integers(0, len(SENT) - 1))
def test_a_document_cut_anywhere_is_never_believed(at: int) -> None:
    assert decode(SENT[:at], a_source("mapped_xml", mapping=MAPPING)).refused is not None


@settings(max_examples=60)
@given(at=st.integers(0, len(SENT) - 1), byte=st.integers(0, 255))
def test_a_flipped_byte_never_escapes(at: int, byte: int) -> None:
    content = bytearray(SENT)
    content[at] = byte

    decoded = decode(bytes(content), a_source("mapped_xml", mapping=MAPPING))

    assert decoded.refused is not None or decoded.records <= 2


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_of_the_mapping_is_that_of_the_file(encoding: str) -> None:
    mapping = {"records": "call", "columns": {"product": "."}, "encoding": encoding}
    word = "Ok" if encoding in ("cp1252", "iso-8859-1") else "Źródło"
    word = "Новости" if encoding in ("cp1251", "koi8-r", "iso-8859-5") else word
    content = f"<bill><call>{word}</call></bill>".encode(encoding)

    drafts = decode(content, a_source("mapped_xml", mapping=mapping)).drafts

    assert drafts["product"].to_list() == [word]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"records": None}, "the records None"),
        ({"records": "."}, "the records '.'"),
        ({"records": "call/@id"}, "the records 'call/@id'"),
        ({"records": "//call"}, "the records '//call'"),
        ({"columns": {"event_id": 3}}, "the path 3"),
        ({"columns": {"event_id": "x:id"}}, "the path 'x:id'"),
        ({"columns": {"event_id": "a[b='c']"}}, "the path"),
        ({"columns": {"event_id": "document('x')"}}, "the path"),
        ({"columns": {"event_id": "/".join(["a"] * 40)}}, "the path"),
        ({"namespaces": {"b": ""}}, "no table in namespaces"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_is_wrong(
    changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(BadMapping) as refusal:
        decode(SENT, a_source("mapped_xml", mapping=MAPPING | changes))

    assert fault in str(refusal.value)
