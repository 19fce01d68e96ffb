"""Work out from rated events what a revenue is shared by, where that is not what was charged.

Only terms that name another base, or deduct what the events cost us, are looked at; their charges
are read once for a period.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import polars as pl

from currencies import service as fx
from currencies.amounts import AMOUNT, HOUR, minor_units, totals
from currencies.conversion import convert_by
from currencies.money import Money, money
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from i18n.errors import Conflict
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.sharing_terms import INTERCONNECT_COST, SharingTerms
from settlement.rating.agreed.service import benefits_taken
from settlement.rating.charge_line import NOT_USAGE
from settlement.rating.list_prices import event_prices
from settlement.rating.rebates import SERVICE as REBATE
from settlement.rating.runs import service as rating_runs
from settlement.rating.runs.service import SharedLine
from settlement.sharing.crediting import Revenue
from settlement.sharing.ruling import charges_of_revenue
from settlement.sharing.share_base import ITEMS, TakenOff, after_promotions, base_3600
from tenants.session import TenantSession

DAYS_OF_RATES = dt.timedelta(days=45)


class CostInOtherCurrency(Conflict):
    """Agreement {code} deducts the interconnect cost of {product}, which is in {cost_currency},
    from revenue in {currency}. Agree a fixing, so that it can be converted.
    """


@dataclass(frozen=True, slots=True)
class Basis:
    """What a revenue is split by besides what was charged.

    `difference` is added to the revenue to make it the base that terms name. `facts` are amounts of
    the deductions that the terms name by their source. `units` and `unit_facts` are the same event
    by event (and fee by fee), in whole minor units, where events are split one by one.
    """

    difference: Money
    facts: Mapping[str, Money]
    units: pl.Series
    unit_facts: Mapping[str, pl.Series]


def needs_basis(terms: SharingTerms) -> bool:
    """Whether terms are of anything else than what customers were charged."""
    policies = (terms.share_base, terms.trial_base)
    return policies != ("retail", "zero") or INTERCONNECT_COST in terms.sources()


class Bases:
    """The bases of revenues of a period; `lines` are those shared (rating_runs.shared_lines)."""

    def __init__(
        self,
        session: TenantSession,
        period_id: UUID,
        lines: Sequence[SharedLine],
        agreed: Mapping[UUID, AgreedTerms],
    ) -> None:
        self._session, self._period_id = session, period_id
        self._lines, self._agreed = lines, agreed

    def of(self, revenue: Revenue, terms: SharingTerms) -> Basis | None:
        """The basis of a revenue; None where it is split by what was charged.

        Raises CostInOtherCurrency and what conversion raises.
        """
        if not needs_basis(terms):
            return None
        charges = self._charges(revenue)
        items = self._items(revenue, charges)
        places = minor_unit(revenue.currency)
        taken = list(self._taken(revenue, charges))
        after = after_promotions(items.select(ITEMS.names()), taken)
        both = after.select(
            retail=pl.col("retail_3600"), base=base_3600(terms.share_base, terms.trial_base)
        )
        units = both.select(minor_units(pl.col("retail", "base"), places))
        if terms.rounding_level == "event":
            difference = Decimal(int((units["base"] - units["retail"]).sum())).scaleb(-places)
        else:
            sums = both.select(pl.col("retail", "base").sum()).row(0)
            exact = Fraction(sums[1] or 0) - Fraction(sums[0] or 0)
            difference = round_fraction(exact / HOUR, places)
        costs = self._costs(revenue, items, terms)
        return Basis(
            money(difference, revenue.currency),
            {INTERCONNECT_COST: _total(costs, revenue.currency)},
            units["base"],
            {INTERCONNECT_COST: costs.select(minor_units(pl.col("cost_3600"), places)).to_series()},
        )

    def _charges(self, revenue: Revenue) -> pl.DataFrame:
        wanted = (pl.col("terms") == str(revenue.terms_id)) & (pl.col("product") == revenue.product)
        charges = rating_runs.billed_charges(self._session, self._period_id, wanted)
        return charges_of_revenue(charges, revenue)

    def _items(self, revenue: Revenue, charges: pl.DataFrame) -> pl.DataFrame:
        """Events, and what is charged without any: fees, each an item of its own."""
        fees = [
            (str(line.subscription_id), line.service, line.amount * HOUR, line.amount * HOUR)
            for line in self._own(revenue)
            if line.service in NOT_USAGE and line.service != REBATE
        ]
        schema = {name: ITEMS[name] for name in ITEMS if name != "occurred_on"}
        return pl.concat(
            [event_prices(charges), pl.DataFrame(fees, schema=schema, orient="row")],
            how="diagonal",
        )

    def _own(self, revenue: Revenue) -> Iterator[SharedLine]:
        return (
            line
            for line in self._lines
            if revenue.has(
                line.terms_id, line.product, line.currency, (line.customer, line.destination)
            )
        )

    def _taken(self, revenue: Revenue, charges: pl.DataFrame) -> Iterator[TakenOff]:
        """What promotions took off, partners bearing it too."""
        rebates = [line for line in self._own(revenue) if line.service == REBATE]
        named = {(line.subscription_id, line.reason) for line in rebates}
        asked = [(one, reason) for one, reason in named if one is not None and reason is not None]
        found = benefits_taken(self._session, asked, _first_days(charges))
        for line in rebates:
            if line.subscription_id is None or line.reason is None:
                continue
            promotion, days = found[line.subscription_id, line.reason]
            yield TakenOff(
                subscription=str(line.subscription_id),
                currency=line.currency,
                amount=line.amount,
                services=promotion.services,
                first=days.first,
                until=days.until,
                is_trial=promotion.trial_days is not None,
            )

    def _costs(self, revenue: Revenue, items: pl.DataFrame, terms: SharingTerms) -> pl.DataFrame:
        """What carriers charge us for the very same events: `cost_3600` beside each item."""
        none = items.select(cost_3600=pl.lit(0).cast(AMOUNT))
        if INTERCONNECT_COST not in terms.sources():
            return none
        payable = (pl.col("side") == "carrier") & (pl.col("balance") == "payable")
        keys = items.select("source", "record_key").drop_nulls()
        paid = rating_runs.billed_charges(self._session, self._period_id, payable)
        paid = paid.join(keys, on=["source", "record_key"], how="semi")
        if paid.is_empty():
            return none
        paid = paid.with_columns(cost_3600=self._converted(revenue, paid))
        of_event = totals(paid, ["source", "record_key"], "cost_3600")
        joined = items.join(
            of_event, on=["source", "record_key"], how="left", maintain_order="left"
        )
        return joined.select(pl.col("cost_3600").fill_null(0))

    def _converted(self, revenue: Revenue, paid: pl.DataFrame) -> pl.Series:
        """Each charge in the currency of the revenue, by the fixing of the agreement."""
        factors = {
            currency: self._factor(revenue, currency, paid["occurred_on"].max())
            for currency in paid["currency"].unique()
        }
        if set(factors.values()) == {Fraction(1)}:
            return paid["amount_3600"].alias("cost_3600")
        rows = paid.select("amount_3600", "currency").iter_rows()
        exact = [round_fraction(Fraction(amount) * factors[code], 12) for amount, code in rows]
        return pl.Series("cost_3600", exact, AMOUNT)

    def _factor(self, revenue: Revenue, currency: str, on: object) -> Fraction:
        if currency == revenue.currency:
            return Fraction(1)
        agreed = self._agreed[revenue.terms_id]
        if agreed.fixing is None:
            raise CostInOtherCurrency(
                code=agreed.code,
                product=revenue.product,
                cost_currency=currency,
                currency=revenue.currency,
            )
        assert isinstance(on, dt.date), "a charge has its day"
        month_ends = (on.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        last_day = month_ends - dt.timedelta(days=1)
        rates = fx.rate_table(self._session, None, last_day - DAYS_OF_RATES, month_ends)
        one = money(1, currency)
        return convert_by(one, revenue.currency, rates, agreed.fixing, last_day).factor


def _first_days(charges: pl.DataFrame) -> tuple[dt.date, dt.date]:
    """The first day of the charges and the day after the last."""
    first, last = charges.select(
        pl.col("occurred_on").min().alias("first"), pl.col("occurred_on").max().alias("last")
    ).row(0)
    return (first, last + dt.timedelta(days=1)) if first else (dt.date.min, dt.date.max)


def _total(costs: pl.DataFrame, currency: str) -> Money:
    whole = Fraction(costs["cost_3600"].sum() or 0) / HOUR
    return money(round_fraction(whole, minor_unit(currency)), currency)
