"""Good files of every text format, small, with records that can be told apart.

Each also says what its records hold at a place that matters (a duration, a time), so that a test
can write something there that no record may hold.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from tests.mediation.corpora.breaking import Specimen
from tests.mediation.formats import test_broadworks as broadworks
from tests.mediation.formats import test_cucm as cucm
from tests.mediation.formats import test_fixed_width as fixed_width
from tests.mediation.formats import test_flatstore as flatstore
from tests.mediation.formats import test_freeswitch_documents as freeswitch
from tests.mediation.formats import test_radius as radius
from tests.mediation.sources import HEADER, MAPPING, a_source

NUMBERS: Final = ("48601234567", "48602345678", "48603456789")
IDS: Final = ("aa11", "bb22", "cc44")


@dataclass(frozen=True)
class Sample:
    """A specimen, and what is to be written where: {bytes in a record: {other bytes: reason}}."""

    specimen: Specimen
    absurd: dict[bytes, dict[bytes, str]] = field(default_factory=dict)


def a_file(
    format: str,
    records: list[str],
    seams: str,
    ends: tuple[str, str] = ("", ""),
    *,
    has_totals: bool = False,
    is_one_document: bool = False,
    **settings: Any,
) -> Specimen:
    parts = [ends[0], *records, ends[1]]
    kept = [(place, text) for place, text in enumerate(parts) if text]
    return Specimen(
        a_source(format, **settings),
        tuple(text.encode() for _, text in kept),
        tuple(n for n, (place, _) in enumerate(kept) if 0 < place < len(parts) - 1),
        seams.encode(),
        has_totals,
        is_one_document,
    )


def absurd_durations(text: str) -> dict[bytes, dict[bytes, str]]:
    written = {"-61": "BAD_DURATION", "9" * 12: "BAD_DURATION", "9" * 40: "BAD_DURATION"}
    return {
        text.encode(): {
            text.replace("61", other).encode(): reason for other, reason in written.items()
        }
    }


def absurd_times(text: str, notation: str = "{}-{}-{} {}") -> dict[bytes, dict[bytes, str]]:
    written = {
        notation.format("0000", "01", "01", "00:00:00"): "BAD_TIME",
        notation.format("9999", "12", "31", "23:59:59"): "BAD_TIME",
        notation.format("2026", "02", "30", "12:00:00"): "BAD_TIME",
        notation.format("2026", "10", "25", "02:30:00"): "AMBIGUOUS_TIME",
        notation.format("2026", "03", "29", "02:30:00"): "IMPOSSIBLE_TIME",
    }
    return {text.encode(): {other.encode(): reason for other, reason in written.items()}}


def _absurd_seconds(text: str, before: str = "") -> dict[bytes, dict[bytes, str]]:
    """Instants as seconds since 1970: the year 0, the year 9999, and what is none."""
    written = {"-62167219200": "BAD_TIME", "253402300799": "BAD_TIME", "1e9": "BAD_TIME"}
    return {
        (before + text).encode(): {
            (before + other).encode(): reason for other, reason in written.items()
        }
    }


def _asterisk() -> Sample:
    records = [
        f'"","{number}","0049301234567","default","","SIP/a-00000001","SIP/b-00000002","Dial","",'
        f'"2026-10-05 12:00:00","2026-10-05 12:00:09","2026-10-05 12:01:10",70,61,'
        f'"ANSWERED","DOCUMENTATION","1790000000.{n}",""\n'
        for n, number in enumerate(NUMBERS)
    ]
    return Sample(
        a_file("asterisk", records, '[,"\n]'),
        absurd_durations(",61,") | absurd_times("2026-10-05 12:00:09"),
    )


def _freeswitch() -> Sample:
    records = [
        f"Anna,{number},0049301234567,default,2026-10-05 12:00:00,2026-10-05 12:00:09,"
        f"2026-10-05 12:01:10,70,61,NORMAL_CLEARING,{id}-4c15,,acme,PCMU,PCMU\n"
        for id, number in zip(IDS, NUMBERS, strict=True)
    ]
    return Sample(
        a_file("freeswitch", records, "[,\n]"),
        absurd_durations(",61,") | absurd_times("2026-10-05 12:00:09"),
    )


def _freeswitch_json() -> Sample:
    records = [freeswitch.as_json(freeswitch.VARIABLES | {"uuid": id}) for id in IDS]
    return Sample(
        a_file("freeswitch_json", records, r'[{}\[\]:,"\n]'),
        absurd_durations('"61"') | _absurd_seconds("1790000000"),
    )


def _freeswitch_xml() -> Sample:
    records = [freeswitch.as_xml(uuid=id) for id in IDS]
    return Sample(
        a_file("freeswitch_xml", records, "[<>\n]"),
        absurd_durations(">61<") | _absurd_seconds("1790000000"),
    )


def _broadworks() -> Sample:
    records = [broadworks.a_record(n, userNumber=number) for n, number in enumerate(NUMBERS)]
    head = f'{broadworks.HEAD}<broadWorksCDR version="19.0">\n'
    answered = "<answerTime>20261005100006.813"
    return Sample(
        a_file("broadworks", records, "[<>\n]", (head, "</broadWorksCDR>\n")),
        {
            answered.encode(): {
                b"<answerTime>00000101000000.000": "BAD_TIME",
                b"<answerTime>99991231235959.999": "BAD_TIME",
                b"<answerTime>20261005100106.813": "BAD_DURATION",
                b"<answerTime>20260101100006.813": "BAD_DURATION",
            }
        },
    )


def _cucm() -> Sample:
    records = [
        f"{cucm.a_leg(pkid=id, callingPartyNumber=number)}\n"
        for id, number in zip(IDS, NUMBERS, strict=True)
    ]
    head = f"{','.join(cucm.NAMES)}\n{cucm.TYPES}\n"
    return Sample(
        a_file("cucm", records, "[,\n]", (head, "")),
        absurd_durations(",61,") | _absurd_seconds("1790000009"),
    )


def _flatstore() -> Sample:
    records = []
    for id in IDS:
        records += [flatstore.a_line(call=id), flatstore.a_bye(flatstore.AT + 61, call=id)]
    return Sample(a_file("flatstore", records, r"[|\n]"), _absurd_seconds("1790000000"))


def _radius() -> Sample:
    records = [radius.a_report(Acct_Session_Id=f'"{id}"') for id in IDS]
    return Sample(
        a_file("radius", records, "[\t=\n]"),
        {
            b"Acct-Session-Time = 600": {
                b"Acct-Session-Time = -600": "MISSING_TIME",
                b"Acct-Session-Time = 99999999": "BAD_DURATION",
            },
            b"Timestamp = 1790000000": {
                b"Timestamp = 1": "BAD_TIME",
                b"Timestamp = 253402300799": "MISSING_TIME",
            },
            b"Acct-Input-Octets = 1000": {
                b"Acct-Input-Octets = -1": "BAD_QUANTITY",
                b"Acct-Input-Octets = 99999999999999999999": "BAD_QUANTITY",
            },
        },
    )


def _delimited() -> Sample:
    records = [
        f"{id};{number};+49301234567;2026-10-05 12:00:00;61\n"
        for id, number in zip(IDS, NUMBERS, strict=True)
    ]
    mapping = MAPPING | {"trailer": {"marker": "TRL", "records": 2, "seconds": 3}}
    ends = (f"{HEADER}\n", "TRL;3;183\n")
    return Sample(
        a_file("delimited", records, "[;\n]", ends, has_totals=True, mapping=mapping),
        absurd_durations(";61\n") | absurd_times("2026-10-05 12:00:00"),
    )


def _fixed_width() -> Sample:
    records = [f"{fixed_width.a_record(n)}\n" for n in (1, 2, 4)]
    ends = ("HDR000003\n", f"TRL000003{54:08d}{'2757':>10}\n")
    mapping = fixed_width.MAPPING
    return Sample(
        a_file("fixed_width", records, "CDR|.{6}|\n", ends, has_totals=True, mapping=mapping),
        {
            b"20260708181506": {
                b"00000101000000": "BAD_TIME",
                b"99991231235959": "BAD_TIME",
                b"20261025023000": "AMBIGUOUS_TIME",
                b"20260329023000": "IMPOSSIBLE_TIME",
            },
            b"0049301234567   000018": {
                b"0049301234567   -00018": "BAD_DURATION",
                b"0049301234567   1e0018": "BAD_DURATION",
            },
        },
    )


def _events() -> Sample:
    records = [
        json.dumps(
            {
                "id": id,
                "kind": "voice",
                "a_number": number,
                "b_number": "+49301234567",
                "occurred_at": "2026-10-05 12:00:00",
                "duration_seconds": 61,
            }
        )
        + "\n"
        for id, number in zip(IDS, NUMBERS, strict=True)
    ]
    return Sample(
        a_file("events", records, r'[{}:,"\n]'),
        absurd_durations(": 61}") | absurd_times("2026-10-05 12:00:00"),
    )


SAMPLES: Final = {
    "asterisk": _asterisk,
    "freeswitch": _freeswitch,
    "freeswitch_json": _freeswitch_json,
    "freeswitch_xml": _freeswitch_xml,
    "broadworks": _broadworks,
    "cucm": _cucm,
    "flatstore": _flatstore,
    "radius": _radius,
    "delimited": _delimited,
    "fixed_width": _fixed_width,
    "events": _events,
}
"""By format, a way to make its sample."""
