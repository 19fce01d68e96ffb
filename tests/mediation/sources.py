"""Sources and files for tests, written the way an analyst would write them."""

from typing import Any

from mediation.source import Source, source_from

ZONE = "Europe/Warsaw"

MAPPING: dict[str, Any] = {
    "delimiter": ";",
    "header": True,
    "columns": {
        "event_id": "id",
        "a_number": "from",
        "b_number": "to",
        "occurred_at": "at",
        "duration_seconds": "seconds",
    },
}

HEADER = "id;from;to;at;seconds"


def delimited_file(*rows: str, header: str = HEADER) -> bytes:
    """A file of these rows under the header of MAPPING."""
    return "".join(f"{row}\n" for row in (header, *rows)).encode()


def a_source(format: str = "delimited", **settings: Any) -> Source:
    """A Polish source, changed as asked."""
    known: dict[str, Any] = {"zone": ZONE}
    if format == "delimited":
        known["mapping"] = MAPPING
    return source_from("switch", format, known | settings)
