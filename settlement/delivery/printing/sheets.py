"""The order of a print file, and which of its pages belong to which envelope.

Envelopes are sorted by country and postcode, as the post wants them, then by how many pages they
hold, as the machine that fills them wants them. On two sides, every document begins on a sheet of
its own: an odd number of pages is filled up with an empty one.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from i18n.errors import Invalid
from statements.cover_list import Envelope
from statements.document import Address

SIDES_POLICY: Final = "delivery_print_sides"
TWO_SIDES: Final = "2"


class SidesUnreadable(Invalid):
    """The policy delivery_print_sides is {text}. Write 1 for sheets printed on one side, or 2."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One document to be printed with the usage that goes with it; `pages` are those of both."""

    delivery_id: UUID
    number: str
    recipient: str
    street: str
    postcode: str
    city: str
    country: str
    sha256: str
    pages: int
    usage_sha256: str = ""

    @property
    def parts(self) -> list[str]:
        """What is printed into the envelope, in its order, by SHA-256."""
        return [each for each in (self.sha256, self.usage_sha256) if each]


class Alike(NamedTuple):
    """How many envelopes go to a postcode with so many pages each."""

    country: str
    postcode: str
    pages: int
    envelopes: int


def sides_of(text: str) -> int:
    """On how many sides sheets are printed. Raises SidesUnreadable."""
    if text not in ("1", "2"):
        raise SidesUnreadable(text=text)
    return int(text)


def in_order(found: Iterable[Printed]) -> list[Printed]:
    """In the order of the print file; nothing is left to chance."""
    return sorted(
        found, key=lambda each: (each.country, each.postcode, each.pages, each.number, each.sha256)
    )


def sheets_of(pages: int, sides: int) -> int:
    """The leaves that so many pages take."""
    return -(-pages // sides)


def blanks_after(pages: int, sides: int) -> int:
    """Empty pages that fill the last sheet up."""
    return sheets_of(pages, sides) * sides - pages


def envelope(printed: Printed, sides: int) -> Envelope:
    """As it stands on the cover list and on its label."""
    address = Address(printed.street, printed.postcode, printed.city, printed.country)
    sheets = sheets_of(printed.pages, sides)
    return Envelope(printed.recipient, address, printed.number, printed.pages, sheets)


def manifest_json(
    number: str, ordered: Sequence[Printed], sides: int, files: Mapping[str, str]
) -> bytes:
    """The manifest: files with their SHA-256, totals, and each envelope with its pages."""
    rows, page = [], 1
    for place, each in enumerate(ordered, 1):
        filled = each.pages + blanks_after(each.pages, sides)
        facts: dict[str, Any] = asdict(each) | {"delivery_id": str(each.delivery_id)}
        rows.append({"place": place, "first_page": page, "pages_filled": filled} | facts)
        page += filled
    told = {
        "print_batch": number,
        "sides": sides,
        "envelopes": len(ordered),
        "pages": sum(each.pages for each in ordered),
        "pages_in_file": page - 1,
        "sheets": sum(sheets_of(each.pages, sides) for each in ordered),
        "files": dict(files),
        "documents": rows,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def counted(manifest: bytes) -> list[Alike]:
    """The envelopes of a manifest by postcode and pages, in the order of the print file."""
    rows = json.loads(manifest)["documents"]
    alike = Counter((row["country"], row["postcode"], row["pages"]) for row in rows)
    return [Alike(*key, envelopes) for key, envelopes in sorted(alike.items())]
