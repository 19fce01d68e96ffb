"""Messages of the exchange are read as they were written, and refused line by line otherwise."""

from decimal import Decimal
from io import BytesIO

import polars as pl
import pytest

from statements.exchange import reading
from statements.exchange.bucket_hash import bucket_totals, in_order
from statements.exchange.message import (
    BucketKey,
    Message,
    MessageKind,
    MessageRefused,
    RefusedLine,
    Settled,
)
from statements.exchange.reading import kind_and_header, read_message
from statements.exchange.writing import message_xml
from tests.statements.exchange.builders import OCTOBER, a_header, read, records, written

SENT = in_order(
    records("""
        r1 48221 353100 1 12:00:00        61 0.0305 Ireland
        r2 -     353200 1 12:00:05.250000 60 3      Ireland
        r3 48221 49300  2 08:00:00        30 0.5    "Germany&<"
    """)
)
KEY = BucketKey(OCTOBER.starts_on, "incoming", "TR & 1", "Ireland \N{MALTESE CROSS}")
TOTALS = Message(MessageKind.BUCKET_TOTALS, a_header(), totals=tuple(bucket_totals(SENT)))
TEN = Settled("incoming", Decimal(10))

KINDS = [
    TOTALS,
    Message(MessageKind.BUCKET_TOTALS, a_header()),
    Message(MessageKind.RECORD_REQUEST, a_header(in_reply_to="X-1", sequence=2), requested=(KEY,)),
    Message(
        MessageKind.ACKNOWLEDGEMENT,
        a_header(),
        verdict="refused",
        received="0" * 64,
        lines=(RefusedLine(3, "outside-the-period", "2026-11-01 is outside"),),
    ),
    Message(
        MessageKind.PROPOSAL,
        a_header(),
        settled=(
            Settled("incoming", Decimal("10.5"), Decimal(10)),
            Settled("outgoing", Decimal(0)),
        ),
        replaces="P-1",
        text="A rate was changed backwards.",
    ),
    Message(MessageKind.COUNTER_PROPOSAL, a_header(), settled=(TEN,)),
    Message(MessageKind.ACCEPTANCE, a_header(in_reply_to="P-1"), settled=(TEN,)),
    Message(MessageKind.OBJECTION, a_header(), settled=(TEN,), text="Calls of trunk 2 are twice."),
]


def findings(xml: bytes) -> tuple[RefusedLine, ...]:
    with pytest.raises(MessageRefused) as caught:
        read(xml)
    return caught.value.lines


@pytest.mark.parametrize("message", KINDS, ids=lambda each: each.kind)
def test_what_is_written_is_read_back(message):
    assert read(message_xml(message))[0] == message
    assert message_xml(message) == message_xml(message)


def test_records_are_read_back_with_what_they_come_to():
    message, got = read(written(a_header(), [SENT]))

    assert got.equals(SENT)
    assert list(message.totals) == bucket_totals(SENT)


def test_it_does_not_matter_how_records_are_cut_into_pieces(monkeypatch):
    whole = written(a_header(), [SENT])
    monkeypatch.setattr(reading, "RECORDS_AT_ONCE", 1)

    assert written(a_header(), [SENT[:1], SENT[1:2], SENT[2:]]) == whole
    assert read(whole)[1].equals(SENT)


def hostile(amount: str = "", prolog: str = "", before: str = "", after: str = "") -> bytes:
    """A proposal of 10 with something put into it."""
    xml = message_xml(KINDS[5]).decode().partition("?>")[2].strip()
    xml = xml.replace("<Header>", f"{before}<Header>").replace(
        "</CounterProposal>", after + "</CounterProposal>"
    )
    if amount:
        xml = xml.replace('amount="10"/>', amount)
    return (prolog + xml).encode()


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (hostile(prolog="<!DOCTYPE d>"), "xml-refused"),
        (hostile(prolog='<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">'), "xml-refused"),
        (
            hostile(
                prolog='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
                after="<Note>&x;</Note>",
            ),
            "xml-refused",
        ),
        (
            hostile(prolog=f'<!DOCTYPE d [<!ENTITY e0 "ha">{BOMB}]>', after="<Note>&e11;</Note>"),
            "xml-refused",
        ),
        (hostile(prolog="<?xml-stylesheet href='x'?>"), "xml-refused"),
        (hostile(prolog="<!-- before -->"), "xml-refused"),
        (hostile(before="<!-- inside -->"), "xml-refused"),
        (hostile(after="<Note>10<!-- x -->00</Note>"), "xml-refused"),
        (hostile(amount='amount="10">5</Settle>'), "schema"),
        (hostile(amount='amount="10"><x/></Settle>'), "schema"),
        (hostile(after="text"), "schema"),
        (hostile(after="<Note>" + "x" * 1001 + "</Note>"), "schema"),
        (hostile(after="<Note>" + "x" * 11_000_000 + "</Note>"), "not-well-formed"),
        (hostile(after="<d>" * 100 + "</d>" * 100), "schema"),
        (hostile(after="<d>" * 5000 + "</d>" * 5000), "not-well-formed"),
        (hostile(after="<Note"), "not-well-formed"),
        (hostile().decode().encode("utf-16"), "xml-refused"),
        (hostile(prolog='<?xml version="1.0" encoding="ISO-8859-1"?>'), "xml-refused"),
        (hostile(prolog='<?xml version="1.0" encoding="UTF-7"?>'), "xml-refused"),
        (hostile(prolog='<?xml version="1.1"?>'), "xml-refused"),
        (hostile().replace(b":exchange:1.0", b":exchange:2.0"), "not-a-message"),
        (b"", "xml-refused"),
        (b"<Proposal/>", "not-a-message"),
        (b"\x00\xff", "xml-refused"),
    ],
)
def test_hostile_xml_is_refused_for_what_is_wrong_with_it(xml, code):
    lines = findings(xml)

    assert [line.number for line in lines] == [0] * len(lines) or code == "schema"
    assert lines[0].code == code, lines


# Kind, what is changed into what, the line and the name that are found.
MUTATIONS = [
    ("BucketTotals", 'version="1.0"', 'version="1.1"', 0, "version"),
    ("BucketTotals", "<Id>M-1</Id>", "<Id>M 1</Id>", 0, "Id"),
    ("BucketTotals", "<Id>M-1</Id>", "", 0, "Sender"),
    ("BucketTotals", "<Sender>Atlantic</Sender>", "<Sender/>", 0, "Sender"),
    ("BucketTotals", "<Receiver>Alpha", f"<Receiver>{'A' * 201}", 0, "Receiver"),
    ("BucketTotals", "<PeriodFrom>2026-10-01", "<PeriodFrom>2026-10-01Z", 0, "PeriodFrom"),
    ("BucketTotals", "<PeriodUntil>2026-11-01", "<PeriodUntil>2026-13-01", 0, "PeriodUntil"),
    ("BucketTotals", "<Currency>XDR", "<Currency>xdr", 0, "Currency"),
    ("BucketTotals", "03T12:00:00Z</C", "03T12:00:00</C", 0, "CreatedAt"),
    ("BucketTotals", "<Sequence>1", "<Sequence>01", 0, "Sequence"),
    ("BucketTotals", 'day="2026-10-02"', 'day="2.10.2026"', 2, "day"),
    ("BucketTotals", 'direction="incoming"', 'direction="in"', 1, "direction"),
    ("BucketTotals", 'trunk="TR-1"', 'trunk=""', 1, "trunk"),
    ("BucketTotals", ' destination="Ireland"', "", 1, "destination"),
    ("BucketTotals", 'count="2"', 'count="2.0"', 1, "count"),
    ("BucketTotals", 'seconds="30"', 'seconds="+30"', 2, "seconds"),
    ("BucketTotals", 'amount="3.0305"', 'amount="30305e-4"', 1, "amount"),
    ("BucketTotals", 'amount="3.0305"', 'amount="3,0305"', 1, "amount"),
    ("BucketTotals", 'amount="3.0305"', 'amount="3.03050"', 1, "amount"),
    ("BucketTotals", 'amount="3.0305"', 'amount="NaN"', 1, "amount"),
    ("BucketTotals", 'amount="3.0305"', 'amount="\u0663.0305"', 1, "amount"),
    ("BucketTotals", 'amount="0.5"', 'amount="0.0000000000001"', 2, "amount"),
    ("BucketTotals", ' hash="', ' hash="G', 1, "hash"),
    ("BucketTotals", 'hash="', 'corrects="2026-9" hash="', 1, "corrects"),
    ("BucketTotals", "<Total ", "<Sum ", 0, "Sum"),
    ("Records", 'calling="48221"', 'calling="48 221"', 1, "calling"),
    ("Records", 'called="353200"', 'called="353|200"', 2, "called"),
    ("Records", '01T12:00:00Z"', '01T25:00:00Z"', 1, "startedAt"),
    ("Records", '01T12:00:00Z"', '01T12:00:00+02:00"', 1, "startedAt"),
    ("Records", 'seconds="30"', 'seconds="3e1"', 3, "seconds"),
    ("Records", 'amount="0.5"', 'amount=".5"', 3, "amount"),
    ("Records", 'id="r3"', 'id=""', 3, "id"),
    ("Acknowledgement", "<Verdict>refused", "<Verdict>perhaps", 0, "Verdict"),
    ("Acknowledgement", "<Received>0", "<Received>", 0, "Received"),
    ("Acknowledgement", 'code="outside', 'code="Outside', 1, "code"),
    ("Objection", "<Reason>Calls of trunk 2 are twice.</Reason>", "", 0, "Objection"),
]  # fmt: skip

DOCUMENTS = {each.kind.value: message_xml(each).decode() for each in reversed(KINDS)} | {
    "Records": written(a_header(), [SENT]).decode()
}


@pytest.mark.parametrize(("kind", "before", "after", "number", "name"), MUTATIONS)
def test_one_broken_field_is_found_in_its_place(kind, before, after, number, name):
    document = DOCUMENTS[kind]
    assert before in document

    lines = findings(document.replace(before, after, 1).encode())

    assert {line.code for line in lines} == {"schema"}
    assert lines[0].number == number
    assert f"'{name}'" in lines[0].reason


CONTRADICTIONS = [
    ("BucketTotals", 'day="2026-10-02"', 'day="2026-11-01"', 2, "outside-the-period"),
    ("BucketTotals", 'day="2026-10-02"', 'day="2026-09-30"', 2, "outside-the-period"),
    ("BucketTotals", 'count="2"', 'count="3"', 0, "totals-do-not-tie"),
    ("BucketTotals", 'amount="3.0305"', 'amount="-3.0305"', 1, "negative-without-period"),
    ("BucketTotals", 'hash="', 'corrects="2026-10" hash="', 1, "corrects-no-earlier-period"),
    ("Records", 'day="2026-10-02"', 'day="2026-10-03"', 3, "outside-its-day"),
    ("Records", "2026-10-02T08", "2026-12-02T08", 3, "outside-its-day"),
    ("Records", 'seconds="30"', 'seconds="-30"', 3, "negative-without-period"),
    ("Records", 'calling=""', 'calling="!"', 2, "out-of-order"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "before", "after", "number", "code"), CONTRADICTIONS)
def test_what_contradicts_itself_is_refused_on_its_line(kind, before, after, number, code):
    document = DOCUMENTS[kind]
    assert before in document

    lines = findings(document.replace(before, after, 1).encode())

    assert (number, code) in {(line.number, line.code) for line in lines}


def test_a_bucket_stands_once():
    document = DOCUMENTS["BucketTotals"].replace("2026-10-02", "2026-10-01")
    document = document.replace(
        'destination="&quot;Germany&amp;&lt;&quot;"', 'destination="Ireland"'
    )

    assert RefusedLine(
        2, "bucket-repeated", "bucket 2026-10-01 incoming TR-1 Ireland stands twice"
    ) in (findings(document.encode()))


def test_a_negative_bucket_names_the_month_that_it_corrects():
    """Rule R58."""
    taken_back = in_order(
        records("r1 48221 353100 1 12:00:00 -61 -0.0305 Ireland").with_columns(
            corrects=pl.lit("2026-09")
        )
    )
    totals = bucket_totals(taken_back)

    assert totals[0].corrects == "2026-09"
    assert read(written(a_header(), [taken_back]))[0].totals == tuple(totals)
    declared = Message(MessageKind.BUCKET_TOTALS, a_header(), totals=tuple(totals))
    assert read(message_xml(declared))[0] == declared


def test_an_hour_beside_the_month_stands_at_its_edge():
    """Dublin begins 1 October 2026 at 23:00 UTC of 30 September."""
    edge = records("r1 48221 353100 1 12:00:00 61 0.0305 Ireland")
    early = edge.with_columns(started_at=pl.col("started_at").dt.offset_by("-14h"))
    too_early = edge.with_columns(started_at=pl.col("started_at").dt.offset_by("-40h"))

    assert read(written(a_header(), [early]))[1].equals(early)
    assert findings(written(a_header(), [too_early]))[0].code == "outside-its-day"


def test_what_can_be_read_of_a_refused_message_is_known():
    broken = DOCUMENTS["BucketTotals"].replace('count="2"', 'count="x"').encode()

    assert kind_and_header(BytesIO(broken)) == (MessageKind.BUCKET_TOTALS, a_header())
    assert kind_and_header(BytesIO(broken.replace(b"<Id>M-1</Id>", b""))) is None
    assert kind_and_header(BytesIO(b"<x/>")) is None
    assert kind_and_header(BytesIO(b"")) is None


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "Europe", "../etc"])
def test_a_zone_that_nobody_knows_is_refused(zone):
    document = DOCUMENTS["BucketTotals"].replace("Europe/Dublin", zone)

    assert findings(document.encode())[0].code == "unreadable"


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_message_that_breaks_off_is_refused_wherever_it_does(kind):
    document = DOCUMENTS[kind].strip().encode()

    for length in range(0, len(document), 7):
        with pytest.raises(MessageRefused):
            read(document[:length])


def test_nothing_is_kept_once_something_is_found():
    kept: list[pl.DataFrame] = []
    document = DOCUMENTS["Records"].replace("2026-10-02T08", "2026-12-02T08")

    with pytest.raises(MessageRefused):
        read_message(BytesIO(document.encode()), kept.append)

    assert kept == []
