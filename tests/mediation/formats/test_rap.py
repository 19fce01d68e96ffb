"""What is returned in RAP is read as it was written, by our reader and by another one."""

import importlib
from typing import Any

import pytest

from i18n.errors import DomainError
from mediation.formats.ber_writing import element
from mediation.formats.rap import (
    Acknowledgement,
    FatalReturn,
    MissingReturn,
    NotARapFile,
    RapDoesNotTie,
    ReturnBatch,
    SevereReturn,
    StopReturn,
    read_rap,
)
from mediation.formats.rap_writing import Severe, acknowledgement_file, return_file
from mediation.formats.tap_contents import NotATapFile, tap_contents
from mediation.formats.tap_writing import NotANetworkCode
from tests.mediation.formats import rap_files, tap_files
from tests.sample_data import sample

SAMPLE = "telecom/tap3-rap-nrtrde/rap_mini.ber"


def read(content: bytes) -> ReturnBatch:
    found = read_rap(content)
    assert isinstance(found, ReturnBatch)
    return found


def another_reader() -> Any:
    return importlib.import_module("pycrate_asn1dir.TAP3").RAP_0105.RapDataInterChange


def test_our_reader_finds_what_was_written() -> None:
    found = read(rap_files.returned())

    assert found[:5] == ("POLKM", "DEUT1", 7, 3, "XDR")
    # 2.300 of the call and 1.500 of the session; what is fatal or missing has no value.
    assert (found.value, found.tax) == (3800, 0)
    call, session, totals, whole, *missing = found.returns
    assert isinstance(call, SevereReturn) and isinstance(session, SevereReturn)
    assert (call.sequence, call.charge, call.event) == (
        42, 2300, rap_files.CONTENTS.events[0].leaves,
    )  # fmt: skip
    assert [(each.code, each.item) for each in call.errors + session.errors] == [
        (200, 129), (20, 62),
    ]  # fmt: skip
    assert totals == FatalReturn(43, (rap_files.TOTALS.error,))
    assert whole == FatalReturn(44, (rap_files.WHOLE.error,))
    assert missing == [MissingReturn(45, 47), MissingReturn(49, 49)]


def test_another_reader_finds_what_was_written_and_writes_the_same() -> None:
    rap = another_reader()
    content = rap_files.returned()

    rap.from_ber(content)

    kind, batch = rap.get_val()
    assert kind == "returnBatch"
    head, audit = batch["rapBatchControlInfoRap"], batch["rapAuditControlInfo"]
    assert (head["sender"], head["recipient"]) == (b"POLKM", b"DEUT1")
    assert head["rapFileSequenceNumber"] == b"00007"
    assert (head["rapSpecificationVersionNumber"], head["rapReleaseVersionNumber"]) == (1, 5)
    assert (head["tapDecimalPlaces"], head["tapCurrency"]) == (3, b"XDR")
    assert head["rapFileCreationTimeStamp"] == {
        "localTimeStamp": b"20261103090000", "utcTimeOffset": b"+0000",
    }  # fmt: skip
    assert audit == {
        "totalSevereReturnValue": 3800, "returnDetailsCount": 6, "totalSevereReturnTax": 0,
    }  # fmt: skip
    kinds = [name for name, _ in batch["returnDetails"]]
    assert kinds == [
        "severeReturn", "severeReturn", "fatalReturn", "fatalReturn", "missingReturn",
        "missingReturn",
    ]  # fmt: skip
    call = batch["returnDetails"][0][1]
    assert call["callEventDetail"][0] == "mobileOriginatedCall"
    (wrong,) = call["errorDetail"]
    assert wrong["errorCode"] == 200
    assert [each["pathItemId"] for each in wrong["errorContext"]] == [9, 147, 427, 199, 129]
    assert [each["itemLevel"] for each in wrong["errorContext"]] == [1, 2, 3, 4, 5]
    assert rap.to_ber() == content


def test_an_acknowledgement_says_which_file_came() -> None:
    content = acknowledgement_file(rap_files.HEAD)

    assert read_rap(content) == Acknowledgement("POLKM", "DEUT1", 7)
    rap = another_reader()
    rap.from_ber(content)
    assert rap.get_val()[0] == "acknowledgement"
    assert rap.to_ber() == content


def test_an_event_is_found_again_however_its_lengths_are_written() -> None:
    event = rap_files.CONTENTS.events[0]
    opened = event.content[:1] + b"\x80" + event.content[2:] + b"\0\0"

    (found,) = read(rap_files.batch([rap_files.severe(opened)], value=2300)).returns

    assert isinstance(found, SevereReturn)
    assert found.event == event.leaves


def test_tax_is_told_apart_from_the_charge() -> None:
    taxed = tap_contents(
        tap_files.batch(
            tap_files.originated(tax=460), audited=tap_files.audit(2300, 1, 460)
        )
    ).events[0]  # fmt: skip

    found = read(rap_files.returned(Severe(42, taxed, rap_files.CALL.error)))

    assert (found.value, found.tax) == (2300, 460)


def test_no_files_are_expected_after_a_stop() -> None:
    stop = element(554, [element(555, "00099")])

    assert read(rap_files.batch([stop])).returns == (StopReturn(99),)


CALL = rap_files.severe(rap_files.CONTENTS.events[0].content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (rap_files.batch([CALL], value=2301), "value declared 2.301, found 2.300"),
        (rap_files.batch([CALL], value=2300, count=2), "returns declared 2, found 1"),
        (rap_files.batch([CALL], value=2300, tax=1), "tax declared 0.001, found 0.000"),
        (rap_files.batch([CALL], value=0, count=0), "returns .*; value declared"),
    ],
)
def test_totals_that_do_not_tie_are_each_named(content: bytes, told: str) -> None:
    with pytest.raises(RapDoesNotTie, match=told):
        read_rap(content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no return batch"),
        (tap_files.batch(), "no return batch"),
        (rap_files.returned() + b"x", "does not end"),
        (element(534, [element(536, [])]), "it has no head, audit"),
        (rap_files.batch([CALL], value=2300, release=6), "RAP 1.6"),
        (rap_files.batch([CALL], value=2300, places=7), "decimal places"),
        (rap_files.batch([CALL], value=2300, more=[element(110, "T")]), "a test"),
        (rap_files.batch([element(540, [element(109, "00042"), rap_files.error()])]), "0 events"),
        (rap_files.batch([rap_files.severe(CALL, "42")]), "42 stands"),
        (rap_files.batch([rap_files.severe(CALL, errors=b"")]), "without an error"),
        (
            rap_files.batch([rap_files.severe(CALL, errors=element(520, [element(521, [])]))]),
            "without its code",
        ),
        (rap_files.batch([element(533, [])]), "unknown return"),
    ],
)
def test_what_is_no_whole_rap_file_is_refused_in_words(content: bytes, told: str) -> None:
    with pytest.raises(NotARapFile, match=told):
        read_rap(content)


def test_the_sample_has_a_head_and_nothing_else() -> None:
    """It says who sends it, and neither what is returned nor a total of it."""
    with pytest.raises(NotARapFile, match="it has no return details, audit"):
        read_rap(sample(SAMPLE).read_bytes())


def test_a_network_has_a_code_of_five_signs() -> None:
    with pytest.raises(NotANetworkCode):
        return_file(rap_files.HEAD._replace(recipient="deut1"), [rap_files.CALL])


@pytest.mark.parametrize("content", [b"", rap_files.returned(), element(1, [element(4, [])])])
def test_what_charges_nothing_has_no_events(content: bytes) -> None:
    with pytest.raises(NotATapFile):
        tap_contents(content)


def test_events_have_their_place_start_and_cost() -> None:
    found = rap_files.CONTENTS

    assert (found.sender, found.recipient, found.sequence) == ("DEUT1", "POLKM", "00042")
    assert (found.release, found.decimal_places, found.currency) == ((3, 12), 3, "XDR")
    assert [(each.place, each.began, each.charge) for each in found.events] == [
        (1, "2026-10-05 12:00:00+0200", 2300),
        (2, "2026-10-05 13:00:00+0200", 0),
        (3, "2026-10-05 14:00:00+0200", 1500),
        (4, "2026-10-05 15:00:00+0200", 400),
    ]


def test_what_is_refunded_is_less_than_nothing() -> None:
    bought = tap_files.bought((1, 0, 500), (2, 1, 700))
    audited = tap_files.audit(500, 1, latest="20261005120000")

    (event,) = tap_contents(tap_files.batch(bought, audited=audited)).events

    assert event.charge == -200


def test_a_domain_error_is_all_that_a_broken_tap_file_raises() -> None:
    content = tap_files.batch()
    for size in range(len(content)):
        with pytest.raises(DomainError):
            tap_contents(content[:size])
