"""The files of a carrier's bundle; the same declaration gives the same bytes.

    manifest.json     the SHA-256 of every other file, the Merkle root, the number of records
    declaration.xml   the declaration as it was issued, with .pdf and .csv
    records.csv       the rated records that its buckets sum, 256 rows to a leaf of the Merkle tree
    schemas/          the schema of declaration.xml
    verify.py         checks all of this without network

Who called is not in it: a record is told by its bucket, its time and its figures.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import polars as pl

from settlement.evidence.bundle import MANIFEST, zipped
from settlement.interconnect.exchanged import Exchanged
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.seal import ROWS_OF_A_LEAF

KIND: Final = "saldo-evidence-declaration-1.0"
KEY: Final = ("day", "direction", "trunk", "destination")
COLUMNS: Final = (*KEY, "occurred_at", "part", "seconds", "billed_seconds", "amount_3600")


def carrier_bundle(
    declared: Exchanged, places: int, files: Mapping[str, bytes], records: pl.DataFrame | None
) -> bytes:
    """The zip of a declaration with its `files` by name, verify.py among them.

    `records` has COLUMNS; none where the declaration tells changes of another one.
    """
    text = "" if records is None else records.select(COLUMNS).sort(COLUMNS).write_csv()
    given = {**files, "records.csv": text.replace("\n", "\r\n").encode()}
    rows = text.split("\n")[1:-1]
    manifest = {
        "bundle": KIND,
        "declaration": str(declared.id),
        "number": declared.message_id,
        "currency": declared.currency,
        "places": places,
        "is_listed": records is not None,
        "records": len(rows),
        "merkle_root": merkle.root(leaves(rows)),
        "files": {name: sha256(content).hexdigest() for name, content in given.items()},
    }
    said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return zipped({MANIFEST: said.encode(), **given})


def leaves(rows: list[str]) -> list[str]:
    """Rows of records.csv as leaves."""
    starts = range(0, len(rows), ROWS_OF_A_LEAF)
    return ["\r\n".join(rows[start : start + ROWS_OF_A_LEAF]) for start in starts]
