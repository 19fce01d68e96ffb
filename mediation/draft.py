"""A draft: one record as text under canonical names, before anything in it is believed.

Every format decodes to the same draft columns; normalising alone turns text into instants,
numbers and amounts. So a record in suspense is its draft, a repair is a changed cell of it, and a
repaired draft goes the way every other record went.

`doubt` is a suspense reason that the decoder knows already. `cause` is what the source says about
how the record ended; it is compared when an event id comes twice. `set_up` is a second since 1970
before which the call cannot have begun; it decides an hour that the wall clock showed twice.

`last` is yes for the last part of a call. Parts that do not count for themselves say what they do:
start (the call began), end (it ended at this time), total (it ended, and these are its figures).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from mediation.flow_knowledge import UNKNOWN_TEMPLATE, Told
from mediation.sequences import FileNumber

FIELDS = (
    "event_id",
    "kind",
    "direction",
    "a_number",
    "b_number",
    "account",
    "trunk_in",
    "trunk_out",
    "product",
    "occurred_at",
    "set_up",
    "duration_seconds",
    "quantity",
    "amount",
    "currency",
    "sequence",
    "call_id",
    "part",
    "last",
    "cause",
    "session_id",
    "leg",
    "queue",
    "agent",
    "agent_location",
    "agent_kind",
    "unit",
    "reading",
    "estimated",
    "register_digits",
)

DRAFT_SCHEMA: dict[str, pl.DataType] = {
    "line": pl.Int64(),
    "raw": pl.String(),
    **{name: pl.String() for name in FIELDS},
    "doubt": pl.String(),
}

# What a decoder may doubt, and the sentence that an analyst reads beside the reason.
DOUBTS = {
    "TRUNCATED_LINE": "the file ends in this line",
    "NO_CUSTOMER": "neither end of the flow is an address of a customer",
    "TWO_CUSTOMERS": "both ends of the flow are addresses of customers",
    "SAMPLED_FLOW": "the exporter looked at some of the packets only",
    "NO_VOLUME": "the exporter does not say how many bytes flowed",
    "NO_COUNTERS": "the end of the session counts no octets: give its quantity, 0 if none flowed",
    UNKNOWN_TEMPLATE: "no file that came so far tells how these flows are written",
    "UNKNOWN_UTC_OFFSET": "the file does not say how far its local time is from UTC",
    "UNKNOWN_EXCHANGE_RATE": "the file has no exchange rate of the code that a charge names",
}

REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "line": pl.Int64(),
    "raw": pl.String(),
    "reason": pl.String(),
}


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """What a trailer or manifest says about a file; None where it says nothing."""

    records: int | None = None
    seconds: int | None = None
    amount: Decimal | None = None


class Decoded(NamedTuple):
    """Every raw record is a draft or rejected; `refused` says why nothing of a file is loaded.

    A file that could be read and does not hold its own totals is refused with its records.
    `flows_told` is what a flow export says of templates and exporters, `numbered` which number a
    file gives itself.
    """

    drafts: pl.DataFrame
    rejected: pl.DataFrame
    declared: ControlTotals | None = None
    refused: str | None = None
    flows_told: tuple[Told, ...] = ()
    numbered: FileNumber | None = None

    @property
    def records(self) -> int:
        """How many records the file holds, bad ones included."""
        return self.drafts.height + self.rejected.height


# Made once: an answer to a few events is built of as many expressions as a file of a million.
_NO_DRAFTS = pl.DataFrame(schema=DRAFT_SCHEMA)
_NO_REJECTS = pl.DataFrame(schema=REJECTED_SCHEMA)
_TAKEN = {name: pl.col(name).cast(kind) for name, kind in DRAFT_SCHEMA.items()}
_LACKING = {name: pl.lit(None, kind).alias(name) for name, kind in DRAFT_SCHEMA.items()}
_TRIMMED = {name: pl.col(name).cast(pl.String).str.strip_chars() for name in FIELDS}
_SAID = {
    name: pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).alias(name)
    for name in FIELDS
}


def no_drafts() -> pl.DataFrame:
    return _NO_DRAFTS.clone()


def no_rejects() -> pl.DataFrame:
    return _NO_REJECTS.clone()


def refused(reason: str) -> Decoded:
    """A file of which nothing is read, and why."""
    return Decoded(no_drafts(), no_rejects(), refused=reason)


def as_drafts(frame: pl.DataFrame) -> pl.DataFrame:
    """Complete a frame to the draft columns; text is trimmed and empty text is nothing."""
    present = set(frame.columns)
    # Most columns of most sources are empty, and have nothing to trim.
    said = [name for name in FIELDS if name in present and not _is_empty(frame[name])]
    return (
        frame.with_columns(_TRIMMED[name] for name in said)
        .with_columns(_SAID[name] for name in said)
        .select((_TAKEN if name in present else _LACKING)[name] for name in DRAFT_SCHEMA)
    )


def _is_empty(column: pl.Series) -> bool:
    return column.null_count() == len(column)
