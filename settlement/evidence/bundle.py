"""The files of a bundle and the zip around them; the same settlement gives the same bytes.

    manifest.json   the SHA-256 of every other file, the Merkle root, the number of events
    statement.xml   the statement as it was issued, with .pdf and .csv
    shares.csv      a row for each line of the statement: its revenue, base, rate and amount
    charges.csv     what customers were charged for each revenue, without saying who they are
    events.csv      the events behind the charges; its rows are the leaves of the Merkle tree
    verify.py       checks all of this without network

Nothing of other payees is in it: of a split, only what was left to share and the reader's own part.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from hashlib import sha256

from settlement.evidence import merkle

KIND = "saldo-evidence-1.0"
MANIFEST = "manifest.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
REGULAR_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A line of the statement; `left` are the amounts taken before the share, by blanks apart.

    `rate` and `left` are empty where they cannot be told without the shares of others, and `listed`
    is "no" where no list of events stands behind the share.
    """

    line: str
    revenue: str
    agreement: str
    version: str
    product: str
    cause: str
    rule: str
    corrects: str
    currency: str
    events: str
    gross: str
    left: str
    base: str
    rate: str
    amount: str
    rounded: str
    listed: str


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """What was charged for usage of one kind, or a fee (no events); exact times 3600."""

    charge: str
    revenue: str
    service: str
    destination: str
    currency: str
    places: str
    events: str
    amount_3600: str
    amount: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One part of an event; `event` is a hash that names the record and tells nothing of it."""

    revenue: str
    event: str
    part: str
    occurred_at: str
    amount_3600: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything that a bundle is made of; `files` are those of the issued statement."""

    document: str
    number: str
    currency: str
    is_credit: bool
    places: Mapping[str, int]
    files: Mapping[str, bytes]
    shares: Sequence[ShareRow]
    charges: Sequence[ChargeRow]
    events: Sequence[EventRow]


def leaves(events: Iterable[EventRow]) -> list[str]:
    """The rows of events.csv as text, which are the leaves of the tree."""
    return _text(EventRow, events).split("\r\n")[1:-1]


def bundle(settled: Settled, verifier: bytes) -> bytes:
    """The zip of a settlement."""
    files = {
        **settled.files,
        "shares.csv": _text(ShareRow, settled.shares).encode(),
        "charges.csv": _text(ChargeRow, settled.charges).encode(),
        "events.csv": _text(EventRow, settled.events).encode(),
        "verify.py": verifier,
    }
    manifest = {
        "bundle": KIND,
        "document": settled.document,
        "number": settled.number,
        "currency": settled.currency,
        "is_credit": settled.is_credit,
        "places": dict(settled.places),
        "events": len(settled.events),
        "merkle_root": merkle.root(leaves(settled.events)),
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }
    said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return _zipped({MANIFEST: said.encode(), **files})


def _text(kind: type, found: Iterable[ShareRow | ChargeRow | EventRow]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(each.name for each in fields(kind))
    writer.writerows(astuple(each) for each in found)
    return out.getvalue()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, REGULAR_FILE
            entry.create_system = 3
            archive.writestr(entry, files[name])
    return out.getvalue()
