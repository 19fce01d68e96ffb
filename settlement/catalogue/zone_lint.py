"""What is wrong with prices by zones: a zone that the plan does not have, one without a price."""

from collections.abc import Iterator

import polars as pl

from settlement.catalogue.finding import Finding


def faults_of_zones(name: str, rates: pl.DataFrame, plan: pl.DataFrame) -> Iterator[Finding]:
    """Compare prices by zone (their `destination`) with a plan, a frame of ZONES."""
    there, priced = set(plan["zone"]), set(rates["destination"])
    for zone in sorted(priced - there):
        message = f"there is a price for zone {zone}, which the plan does not have"
        yield Finding("error", "ZONE_UNKNOWN", message, {"section": name, "zone": zone})
    for zone in sorted(there - priced):
        prefix = plan.filter(pl.col("zone") == zone)["prefix"].min()
        message = f"zone {zone} has no price"
        example = {"section": name, "zone": zone, "number": str(prefix)}
        yield Finding("warning", "ZONE_WITHOUT_RATE", message, example)
