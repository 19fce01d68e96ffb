"""The files of a carrier's bundle; the same declaration gives the same bytes.

    manifest.json     the SHA-256 of every other file, the Merkle root, the number of records
    declaration.xml   the declaration as it was issued (.pdf, .csv too); it prints the Merkle root
    records.csv       the rated records that its buckets sum, 256 rows to a leaf of the Merkle tree
    declared/1.xml    what was declared of the month before, where this corrects it: records.csv
                      then has all records of the month, which all of these sum together
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
from settlement.interconnect.sealed_records import COLUMNS, leaves, rows_of
from settlement.sharing.sealing import merkle

KIND: Final = "saldo-evidence-declaration-1.2"


def carrier_bundle(
    declared: Exchanged,
    places: int,
    files: Mapping[str, bytes],
    before: Mapping[str, bytes],
    records: pl.DataFrame,
    is_printed: bool,
) -> bytes:
    """The zip of a declaration with its `files` by name, verify.py among them.

    `before` is what was declared of the month before it, by name and in that order; `records` has
    COLUMNS. `is_printed` says whether the declaration prints the root, as all do by now.
    """
    rows = told_rows(records)
    text = "".join(f"{row}\r\n" for row in [",".join(COLUMNS), *rows])
    given = {**files, **before, "records.csv": text.encode()}
    manifest = {
        "bundle": KIND,
        "declaration": str(declared.id),
        "number": declared.message_id,
        "currency": declared.currency,
        "places": places,
        "before": list(before),
        "is_printed": is_printed,
        "records": len(rows),
        "merkle_root": merkle.root(leaves(rows)),
        "files": {name: sha256(content).hexdigest() for name, content in given.items()},
    }
    said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return zipped({MANIFEST: said.encode(), **given})


def told_rows(records: pl.DataFrame) -> list[str]:
    """The rows of records.csv below its head."""
    return [row for rows in rows_of(records) for row in rows]
