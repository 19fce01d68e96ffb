"""The files of a bundle and the zip around them; the same settlement gives the same bytes.

    manifest.json   the SHA-256 of every other file, the Merkle root, the number of events
    statement.xml   the statement as it was issued, with .pdf and .csv; it prints the Merkle root
    shares.csv      a row for each line of the statement: its revenue, base, rate and amount
    earned.csv      all that the reader was credited before, where a line goes on from it
    charges.csv     what customers were charged for each revenue, without saying who they are
    revenues.csv    the events of each listed revenue and the root over them: leaves of the root;
                    of a correction B1, as they were before, and A1, as they were rated anew; U1,
                    UB1 and UA1 are of the units of such events, G1 of what customers got back
    events.csv      the events behind the charges, 256 rows to a leaf of their revenue's tree
    units.csv       events that an amount for units is for: 1, or -1 where taken back, and units
    given_back.csv  what customers got back of the sales of a month, where shares go back for it
    leaves.csv      the hash of the records behind each leaf, which are not told themselves
    schemas/        the schema that statement.xml is checked against, with all that it imports
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

from settlement.evidence.so_far import EarnedRow
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.seal import Leaf

KIND = "saldo-evidence-2.3"
MANIFEST = "manifest.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
REGULAR_FILE = 0o100644 << 16
EVENTS_FILE, UNITS_FILE, GIVEN_BACK_FILE = "events.csv", "units.csv", "given_back.csv"
# The rows of events have other heads by what they tell.
HEADS = {
    EVENTS_FILE: "revenue,event,part,occurred_at,amount_3600",
    UNITS_FILE: "revenue,event,occurred_at,counts,units",
    GIVEN_BACK_FILE: "revenue,refund,sold_in,cause,amount",
}


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A line of the statement; `left` are the amounts taken before the share, by blanks apart.

    `rate` and `left` are empty where they cannot be told without the shares of others, and `listed`
    is "no" where no list of events stands behind the share. Of a correction the revenue is B1 where
    the share is taken back, of the events as they were before, and A1 where it is given anew. Where
    a share waits for customers, `paid` is the part that they have paid, a fraction, `before` what
    was released earlier and `released` what the statement releases. What tiers give has `tiers`,
    each as rate:part:amount, the base so far that the parts add up to, and what was credited
    before, below zero. In a chain `received` is what the links before passed on, and `kept` the
    part of it that the reader keeps;
    `event_rate` is the rate of each event where events are split one by one; where others share
    them too, `event_parts` says of each amount what the reader gets of it, as amount:part.

    `borne_in` is the month that books the share, `month` that of the usage. What counts over a
    period of its own has the months from `counted_from` up to before `counted_until` (empty: no
    end): what is `promised` (a cap, guarantee, advance or fee), what was `earned` in them so far
    and what was `given_before`; `fee_days` has fee:first day:last day:days of the period:amount. An
    amount for units has `unit`, event:amount:count. A refund `mirrors` revenue:share as stored. A
    commission has base:taken from it:rate:amount, or `contracts`, number:amount of each.

    Of terms with rules `ruled` is "yes", and the revenue is what the `rule` splits (empty: the
    general split); it is for `rule_products` and for destinations that begin with one of
    `rule_destinations`, by blanks apart (empty: for all). An amount for units is `counted` in a
    list of units.csv. A refund is for the row `given_back` names, G1-3 for the third.
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
    paid: str = ""
    before: str = ""
    released: str = ""
    tier_base: str = ""
    tiers: str = ""
    credited: str = ""
    received: str = ""
    kept: str = ""
    event_rate: str = ""
    event_parts: str = ""
    borne_in: str = ""
    month: str = ""
    level: str = ""
    counted_from: str = ""
    counted_until: str = ""
    promised: str = ""
    earned: str = ""
    given_before: str = ""
    fee_days: str = ""
    unit: str = ""
    mirrors: str = ""
    commission: str = ""
    contracts: str = ""
    ruled: str = ""
    rule_products: str = ""
    rule_destinations: str = ""
    counted: str = ""
    given_back: str = ""


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
class RevenueRow:
    """A listed revenue, its units, or what was given back: how many rows, the root over them."""

    revenue: str
    events: str
    root: str

    @property
    def leaf(self) -> str:
        """The row as a leaf of the statement's tree."""
        return ",".join(astuple(self))


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything that a bundle is made of; `files` are those of the issued statement.

    `events` are the leaves of each row of `revenues` that has some, by its name; `is_printed` says
    whether the statement prints the root, as all do that were issued since there is one.
    """

    document: str
    number: str
    currency: str
    is_credit: bool
    places: Mapping[str, int]
    files: Mapping[str, bytes]
    shares: Sequence[ShareRow]
    earned: Sequence[EarnedRow]
    charges: Sequence[ChargeRow]
    revenues: Sequence[RevenueRow]
    events: Mapping[str, Sequence[Leaf]]
    is_printed: bool

    @property
    def root(self) -> str:
        """The root over the revenues."""
        return merkle.root([each.leaf for each in self.revenues])


def bundle(settled: Settled, verifier: bytes) -> bytes:
    """The zip of a settlement."""
    files = {
        **settled.files,
        "shares.csv": _text(ShareRow, settled.shares).encode(),
        "earned.csv": _text(EarnedRow, settled.earned).encode(),
        "charges.csv": _text(ChargeRow, settled.charges).encode(),
        "revenues.csv": _text(RevenueRow, settled.revenues).encode(),
        **{name: _rows_of(settled.events, name).encode() for name in HEADS},
        "leaves.csv": _leaves(settled.events).encode(),
        "verify.py": verifier,
    }
    manifest = {
        "bundle": KIND,
        "document": settled.document,
        "number": settled.number,
        "currency": settled.currency,
        "is_credit": settled.is_credit,
        "places": dict(settled.places),
        "events": sum(
            int(each.events) for each in settled.revenues if file_of(each.revenue) == EVENTS_FILE
        ),
        "merkle_root": settled.root,
        "is_printed": settled.is_printed,
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }
    said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return zipped({MANIFEST: said.encode(), **files})


def _rows_of(found: Mapping[str, Sequence[Leaf]], file: str) -> str:
    rows = [
        f"{revenue},{row}"
        for revenue, leaves in found.items()
        if file_of(revenue) == file
        for leaf in leaves
        for row in leaf.rows.split("\r\n")
    ]
    return "".join(f"{row}\r\n" for row in [HEADS[file], *rows])


def file_of(revenue: str) -> str:
    """The file with the rows of a leaf of the statement's tree, by the name of the leaf."""
    return {"U": UNITS_FILE, "G": GIVEN_BACK_FILE}.get(revenue[0], EVENTS_FILE)


def _leaves(found: Mapping[str, Sequence[Leaf]]) -> str:
    rows = [
        f"{revenue},{number},{leaf.keys}"
        for revenue, leaves in found.items()
        for number, leaf in enumerate(leaves, 1)
    ]
    return "".join(f"{row}\r\n" for row in ["revenue,leaf,keys", *rows])


def _text(kind: type, found: Iterable[ShareRow | EarnedRow | ChargeRow | RevenueRow]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(each.name for each in fields(kind))
    writer.writerows(astuple(each) for each in found)
    return out.getvalue()


def in_schemas(schemas: Mapping[str, bytes]) -> dict[str, bytes]:
    """The schemas that the XML of a bundle is checked against, in a folder of their own."""
    return {f"schemas/{name}": content for name, content in schemas.items()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as a zip whose bytes depend on nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, REGULAR_FILE
            entry.create_system = 3
            archive.writestr(entry, files[name])
    return out.getvalue()
