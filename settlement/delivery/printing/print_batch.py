"""A print batch: one PDF of many documents with the lists that go with it."""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from i18n.errors import Conflict, NotFound
from statements.filing import JSON, PDF

# What a batch consists of: the word for it in an address, its ending and its type.
PARTS: Final = {
    "documents": ("pdf", PDF),
    "cover-list": ("pdf", PDF),
    "labels": ("pdf", PDF),
    "manifest": ("json", JSON),
}


class NothingToPrint(Conflict):
    """No document waits to be printed. Choose print for a party, and issue its documents."""


class NoSuchPrintBatch(NotFound):
    """There is no print batch {batch}, or it has no such part. Check the identifier."""


@dataclass(frozen=True, slots=True)
class PrintBatch:
    """What was produced; `files` are SHA-256 by part, `pages` those of the documents alone."""

    id: UUID
    number: str
    sides: int
    envelopes: int
    pages: int
    sheets: int
    files: dict[str, str]
    produced_at: dt.datetime
    produced_by: str


def file_name(number: str, part: str) -> str:
    """The name of a part."""
    return f"{number}-{part}.{PARTS[part][0]}"
