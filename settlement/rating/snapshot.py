"""Everything that rating needs to know besides the usage, as it was known at the run (rule R23).

Two frames say who pays by which tariff; both use local dates, half-open, null for no end:

- `subscriptions`: identifier, subscription, contract, customer, tariff, zone, valid_from,
  valid_until. An identifier is what usage carries as `account`; a subscription may have several.
- `trunks`: trunk, direction (`incoming`, `outgoing`, `transit_in`, `transit_out`), agreement,
  carrier, tariff, zone, rounding_scope, valid_from, valid_until. Outgoing traffic we owe for; for
  incoming traffic the carrier owes us. Who settles transit directly stands under `transit_in` by
  the tariff of the fee, and under `transit_out` by none. Seconds are rounded for each call, or of a
  `trunk_month` together (rule R51).

The zone is the customer's on one side and the carrier's on the other (rule R18).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

import polars as pl

from i18n.errors import Conflict
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion
from settlement.rating.allowances import OPENINGS, Holders
from settlement.rating.porting import Porting
from settlement.rating.price_list import PriceList, unprefixed
from settlement.rating.spans import FOREVER, Spans
from settlement.rating.timeline import midnight
from settlement.rating.zones import Zones

VALIDITY: Final[dict[str, pl.DataType]] = {"valid_from": pl.Date(), "valid_until": pl.Date()}


def _assigning(*names: str) -> pl.Schema:
    texts: dict[str, pl.DataType] = {name: pl.String() for name in names}
    return pl.Schema(texts | VALIDITY)


SUBSCRIPTIONS: Final = _assigning(
    "identifier", "subscription", "contract", "customer", "tariff", "zone"
)
TRUNKS: Final = _assigning(
    "trunk", "direction", "agreement", "carrier", "tariff", "zone", "rounding_scope"
)
VERSIONS: Final = pl.Schema({"version": pl.UInt32(), "tariff": pl.String(), **VALIDITY})


class DeckMissing(Conflict):
    """Tariff {tariff} takes its prices from deck {deck}, which is not there. Import it first."""


class ZonePlanMissing(Conflict):
    """Tariff {tariff} has prices by zones of plan {plan}, which is not there. Import it first."""


class TariffVersionsOverlap(Conflict):
    """Tariff {tariff} has two versions valid on {day}. End one before the other begins."""


class Assignments(NamedTuple):
    """Who pays for a key, and by which version when.

    `keys`: text to number; `parties`: agreement, contract, party, tariff, zone, the numbers of the
    first three and whether seconds are rounded by month, one row per validity of a key. Keys,
    agreements and parties are categories, as usage and charges have them.
    """

    keys: pl.DataFrame
    spans: Spans
    parties: pl.DataFrame
    versions: Spans
    version_of_span: pl.Series


class RatingSnapshot:
    """Subscriptions, trunks, tariff versions and decks; prices are laid out on first use."""

    def __init__(
        self,
        subscriptions: pl.DataFrame,
        trunks: pl.DataFrame,
        tariffs: Sequence[TariffVersion],
        decks: Mapping[str, pl.DataFrame] | None = None,
        openings: pl.DataFrame | None = None,
        *,
        holidays: Mapping[str, Iterable[date]] | None = None,
        zone_plans: Mapping[str, pl.DataFrame] | None = None,
        ported: Mapping[str, pl.DataFrame] | None = None,
    ) -> None:
        """Take frames of SUBSCRIPTIONS, TRUNKS, by deck code RATES, and OPENINGS of allowances.

        `holidays` are the dates of each calendar that a tariff names, as far as usage reaches;
        `zone_plans` are frames of ZONES by code; `ported` are frames of PORTED by the tariff for
        which that is known, and under "" for all others.
        Raises ValiditiesOverlap, TariffVersionsOverlap, DeckMissing, ZonePlanMissing,
        AmbiguousPrice, BandUnknown.
        """
        assert subscriptions.schema == SUBSCRIPTIONS, subscriptions.schema
        assert trunks.schema == TRUNKS, trunks.schema
        self.subscriptions = subscriptions
        self.trunks = trunks
        self.versions = tuple(tariffs)
        self.decks = dict(decks or {})
        self.openings = empty(OPENINGS) if openings is None else openings
        assert self.openings.schema == OPENINGS, self.openings.schema
        self.holidays = {code: frozenset(dates) for code, dates in (holidays or {}).items()}
        self.zone_plans = {code: Zones(plan) for code, plan in (zone_plans or {}).items()}
        self._portings = {code: Porting(numbers) for code, numbers in (ported or {}).items()}
        self._price_lists: dict[Section, PriceList] = {}
        self._check_versions()
        named = {"identifier": "key", "subscription": "agreement", "customer": "party"}
        self._accounts = self._assigned(subscriptions.rename(named), "identifier")
        trunks = trunks.rename({"trunk": "key", "carrier": "party"})
        self._trunks = {
            direction: self._assigned(
                trunks.filter(pl.col("direction") == direction).drop("direction"),
                f"{direction} trunk",
            )
            for direction in ("incoming", "outgoing", "transit_in", "transit_out")
        }

    @property
    def counts_in_order(self) -> bool:
        """Whether any charge depends on what was used before it in the month."""
        sections = (section for version in self.versions for section in version.every_section)
        return any(section.allowances or section.tiers for section in sections)

    @property
    def counts_for_carriers(self) -> bool:
        """Whether a charge of any carrier depends on what it was charged for before."""
        carriers = set(self.trunks["tariff"])
        return any(
            section.allowances or section.tiers
            for version in self.versions
            if version.code in carriers
            for section in version.every_section
        )

    @property
    def has_direct_transit(self) -> bool:
        """Whether any carrier brings transit that it settles with who takes it."""
        return not self._trunks["transit_in"].keys.is_empty()

    @property
    def combines(self) -> bool:
        """Whether any tariff combines the legs of a session otherwise than by adding them up."""
        return any(version.combination != "sum" for version in self.versions)

    @property
    def accounts(self) -> list[str]:
        """Every identifier by which usage names a subscription."""
        return self._accounts.keys["key"].to_list()

    def assignments(self, trunk_direction: str | None) -> Assignments:
        """Who pays by trunk in a direction, or by account where there is none."""
        return self._accounts if trunk_direction is None else self._trunks[trunk_direction]

    def holders(self, trunk_direction: str | None) -> Holders:
        """Whose allowances usage takes from, by trunk in a direction or by account."""
        return Holders(self.assignments(trunk_direction).parties, self.openings)

    def price_list(self, version: TariffVersion, section: Section) -> PriceList:
        """The prices of a section, laid out once."""
        # One version may stand here several times, with decks as known at different instants.
        if section not in self._price_lists:
            self._price_lists[section] = PriceList(
                section, self._rates(version, section), self._dates(version), self._zones(section)
            )
        return self._price_lists[section]

    def porting(self, version: TariffVersion) -> Porting | None:
        """The ported numbers that a version looks at; None where there is none."""
        found = self._portings.get(version.code, self._portings.get(""))
        return found if found is not None and found.has_numbers else None

    def _rates(self, version: TariffVersion, section: Section) -> pl.DataFrame:
        if section.rates is not None:
            return section.rates
        if section.deck is not None:
            if section.deck not in self.decks:
                raise DeckMissing(tariff=version.code, deck=section.deck)
            return self.decks[section.deck]
        if section.tiers is not None:
            return unprefixed([tier.price for tier in section.tiers.steps], section.destination)
        if section.prices:
            return unprefixed(list(section.prices.values()), section.destination)
        return unprefixed([section.price or Decimal(0)], section.destination)

    def _dates(self, version: TariffVersion) -> frozenset[date]:
        return frozenset() if version.holidays is None else self.holidays[version.holidays]

    def _zones(self, section: Section) -> Zones | None:
        return None if section.zones is None else self.zone_plans[section.zones]

    def _check_versions(self) -> None:
        ordered = sorted(self.versions, key=lambda version: (version.code, version.valid_from))
        for one, later in zip(ordered, ordered[1:], strict=False):
            ends = one.valid_until
            if one.code == later.code and (ends is None or ends > later.valid_from):
                raise TariffVersionsOverlap(tariff=one.code, day=later.valid_from)
        for version in self.versions:
            named = version.holidays
            assert named is None or named in self.holidays, f"the holidays of {named} are not given"
            for section in version.every_section:
                if section.deck is not None and section.deck not in self.decks:
                    raise DeckMissing(tariff=version.code, deck=section.deck)
                if section.zones is not None and section.zones not in self.zone_plans:
                    raise ZonePlanMissing(tariff=version.code, plan=section.zones)

    def _assigned(self, rows: pl.DataFrame, what: str) -> Assignments:
        keys = rows.select(pl.col("key").unique().sort()).with_row_index("number")
        rows = rows.join(keys, on="key", how="left", maintain_order="left")
        keys = keys.cast({"key": pl.Categorical()})
        spans = rows.select(key=pl.col("number").cast(pl.Int64), **_bounds(rows))
        # Identifiers of one subscription share its allowance, so it has a number of its own.
        if "contract" not in rows.columns:
            rows = rows.with_columns(contract=pl.lit(None, pl.String))
        rows = rows.with_columns(pl.col("contract").fill_null(pl.col("agreement")))
        if "rounding_scope" not in rows.columns:
            rows = rows.with_columns(rounding_scope=pl.lit("call"))
        parties = rows.select(
            pl.col("rounding_scope").eq_missing("trunk_month").alias("by_month"),
            "agreement",
            "contract",
            "party",
            "tariff",
            "zone",
            number=pl.col("agreement").rank("dense"),
            contract_number=pl.col("contract").rank("dense"),
            party_number=pl.col("party").rank("dense"),
        ).cast({"agreement": pl.Categorical(), "party": pl.Categorical()})
        versions = pl.DataFrame(
            [
                (number, version.code, version.valid_from, version.valid_until)
                for number, version in enumerate(self.versions)
            ],
            schema=VERSIONS,
            orient="row",
        )
        priced = parties.with_row_index("key").join(versions, on="tariff", maintain_order="left")
        bounds = priced.select(pl.col("key").cast(pl.Int64), **_bounds(priced))
        return Assignments(
            keys,
            Spans(spans, what, keys["key"]),
            parties,
            Spans(bounds, "the tariff of agreement", parties["agreement"]),
            priced["version"],
        )


def empty(schema: pl.Schema) -> pl.DataFrame:
    """No rows of a schema."""
    return pl.DataFrame(schema=schema)


def rows(schema: pl.Schema, *plain: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of a schema; what a row does not name is null."""
    return pl.DataFrame(list(plain), schema=schema)


def _bounds(rows: pl.DataFrame) -> dict[str, pl.Series]:
    """Local dates as seconds (UTC): `begins` and `ends`."""
    known: dict[tuple[date | None, str], int] = {}

    def seconds(day: date | None, zone: str, absent: int) -> int:
        if day is None:
            return absent
        if (day, zone) not in known:
            known[day, zone] = midnight(day, zone)
        return known[day, zone]

    begins, ends = [], []
    for first, until, zone in rows.select("valid_from", "valid_until", "zone").iter_rows():
        begins.append(seconds(first, zone, -FOREVER))
        ends.append(seconds(until, zone, FOREVER))
    return {
        "begins": pl.Series(begins, dtype=pl.Int64),
        "ends": pl.Series(ends, dtype=pl.Int64),
    }
