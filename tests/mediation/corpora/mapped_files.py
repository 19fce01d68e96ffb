"""Good files of XML and JSON that a user's mapping describes, as `text_files` has them."""

import json
from typing import Final

from tests.mediation.corpora.text_files import (
    IDS,
    NUMBERS,
    Sample,
    a_file,
    absurd_durations,
    absurd_times,
)

COLUMNS: Final = {
    "event_id": "id",
    "a_number": "from.number",
    "b_number": "to",
    "occurred_at": "at",
    "duration_seconds": "seconds",
}


def _calls() -> list[str]:
    return [
        json.dumps(
            {
                "id": id,
                "from": {"number": number},
                "to": "+49301234567",
                "at": "2026-10-05 12:00:00",
                "seconds": 61,
            }
        )
        for id, number in zip(IDS, NUMBERS, strict=True)
    ]


def _mapped_json() -> Sample:
    *others, last = _calls()
    ends = ('{"day": {"calls": [', ']}, "trailer": {"count": 3, "seconds": 183}}')
    mapping = {
        "records": "day.calls",
        "columns": COLUMNS,
        "totals": {"records": "trailer.count", "seconds": "trailer.seconds"},
    }
    return Sample(
        a_file(
            "mapped_json",
            [*(f"{each}, " for each in others), last],
            r'[{}\[\]:,"]',
            ends,
            has_totals=True,
            is_one_document=True,
            mapping=mapping,
        ),
        absurd_durations(": 61}") | absurd_times("2026-10-05 12:00:00"),
    )


def _mapped_json_lines() -> Sample:
    records = [f"{each}\n" for each in _calls()]
    mapping = {"lines": True, "columns": COLUMNS}
    return Sample(
        a_file("mapped_json", records, r'[{}:,"\n]', mapping=mapping),
        absurd_durations(": 61}") | absurd_times("2026-10-05 12:00:00"),
    )


def _mapped_xml() -> Sample:
    records = [
        f'<call id="{id}"><from><number>{number}</number></from><to>+49301234567</to>'
        "<at>2026-10-05 12:00:00</at><seconds>61</seconds></call>\n"
        for id, number in zip(IDS, NUMBERS, strict=True)
    ]
    ends = (
        '<?xml version="1.0"?>\n<b:bill xmlns:b="urn:example:bill"><calls>\n',
        '</calls><b:trailer count="3" seconds="183"/></b:bill>\n',
    )
    mapping = {
        "records": "calls/call",
        "namespaces": {"b": "urn:example:bill"},
        "columns": COLUMNS | {"event_id": "@id", "a_number": "from/number"},
        "totals": {"records": "b:trailer/@count", "seconds": "b:trailer/@seconds"},
    }
    return Sample(
        a_file(
            "mapped_xml",
            records,
            '[<>="\n]',
            ends,
            has_totals=True,
            is_one_document=True,
            mapping=mapping,
        ),
        absurd_durations(">61<") | absurd_times("2026-10-05 12:00:00"),
    )


MAPPED: Final = {
    "mapped_json": _mapped_json,
    "mapped_json_lines": _mapped_json_lines,
    "mapped_xml": _mapped_xml,
}
"""By what is mapped, a way to make its sample."""
