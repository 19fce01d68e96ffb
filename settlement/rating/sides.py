"""Who is charged for a usage record: the legs of an event.

An event has a customer side, and a carrier side for each trunk it used: for what left by a trunk
we owe the carrier, for what came in by one the carrier owes us, and transit has both. Where both
carriers settle transit directly (rule R50), the call is theirs to settle, and who brought it owes
us the fee of transit alone. A leg that cannot be charged has a reason instead, and suspends the
whole event.
"""

from typing import Final, Literal, NamedTuple

import polars as pl

from settlement.rating.snapshot import Assignments, RatingSnapshot


class Side(NamedTuple):
    """One view of an event: which column names who pays, and who then owes whom."""

    name: Literal["customer", "carrier"]
    balance: Literal["receivable", "payable"]
    key: str
    directions: tuple[str, ...]
    trunk_direction: str | None
    unknown: str
    unpriced: str


CUSTOMER: Final = Side(
    "customer", "receivable", "account", ("outgoing",), None, "NO_SUBSCRIPTION", "NO_TARIFF"
)
RECEIVING: Final = CUSTOMER._replace(directions=("incoming",))
INCOMING: Final = Side(
    "carrier",
    "receivable",
    "trunk_in",
    ("incoming", "transit"),
    "incoming",
    "NO_CARRIER",
    "NO_CARRIER_RATE",
)
OUTGOING: Final = Side(
    "carrier",
    "payable",
    "trunk_out",
    ("outgoing", "transit"),
    "outgoing",
    "NO_CARRIER",
    "NO_CARRIER_RATE",
)
# What is brought into transit by a carrier that settles with who takes it.
TRANSIT: Final = INCOMING._replace(directions=("transit",), trunk_direction="transit_in")
# What a customer has whatever the direction says, and no carrier brings or takes.
OWN: Final = ("content", "meter")
SIDES: Final = (CUSTOMER, RECEIVING, INCOMING, OUTGOING, TRANSIT)
OF_CUSTOMERS: Final = (CUSTOMER, RECEIVING)


def settled_directly(usage: pl.DataFrame, snapshot: RatingSnapshot) -> pl.Series:
    """Of each record whether both carriers of its transit settle directly when it starts."""
    if not snapshot.has_direct_transit:
        return pl.repeat(False, len(usage), dtype=pl.Boolean, eager=True)
    brought = _assigned_at(usage, "trunk_in", snapshot.assignments("transit_in"))
    taken = _assigned_at(usage, "trunk_out", snapshot.assignments("transit_out"))
    in_transit = (usage["direction"] == "transit").fill_null(value=False)
    return (in_transit & brought.is_not_null() & taken.is_not_null()).alias("is_direct")


def _assigned_at(usage: pl.DataFrame, key: str, assignments: Assignments) -> pl.Series:
    named = usage.select(key=pl.col(key).cast(pl.Categorical())).join(
        assignments.keys, on="key", how="left", maintain_order="left"
    )
    return assignments.spans.at(named["number"], usage["start"])


def legs_of(side: Side, usage: pl.DataFrame, snapshot: RatingSnapshot) -> pl.DataFrame:
    """The legs of one side, with assignment, version, zone and section, or a reason why not."""
    usage = usage.filter(_concerned(side))
    assignments = snapshot.assignments(side.trunk_direction)
    assignment = _assigned_at(usage, side.key, assignments)
    span = assignments.versions.at(assignment, usage["start"])
    legs = usage.drop("account", "trunk_in", "trunk_out", "direction", "is_direct").with_columns(
        assignment=assignment,
        agreement_number=assignments.parties["number"].gather(assignment),
        version=assignments.version_of_span.gather(span),
        zone=assignments.parties["zone"].gather(assignment),
    )
    legs = legs.with_columns(reason=_reason(side), section=_section(side))
    if side is RECEIVING:
        # Being called is free unless the tariff says otherwise, so nothing is missing here.
        return legs.filter(pl.col("reason").is_null())
    return legs


def _concerned(side: Side) -> pl.Expr:
    concerned = pl.col("direction").is_in(side.directions)
    if side is CUSTOMER:
        return concerned | pl.col("kind").is_in(OWN)
    carried = concerned & ~pl.col("kind").is_in(OWN)
    if side is RECEIVING:
        return carried & pl.col("account").is_not_null()
    carried = carried & (pl.col("is_direct") == (side is TRANSIT))
    # Transit is brought by one carrier and taken by another; a trunk missing there is a fault.
    return carried & (pl.col(side.key).is_not_null() | (pl.col("direction") == "transit"))


def _reason(side: Side) -> pl.Expr:
    return (
        pl.when(pl.col("assignment").is_null())
        .then(pl.lit(side.unknown))
        .when(pl.col("version").is_null())
        .then(pl.lit(side.unpriced))
    )


def _section(side: Side) -> pl.Expr:
    kind = pl.col("kind")
    return kind.cast(pl.String) + "_received" if side is RECEIVING else kind
