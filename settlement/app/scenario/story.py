"""A story as its author wrote it: who there is, what was agreed, what happens, what is expected.

The format is described, for people who have never seen the code, in tests/scenarios/README.md.
Every key is known: a misspelt one is refused by name, never ignored.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from i18n.errors import Invalid
from settlement.agreements.usage_limit import AT_LIMIT, COUNTS, DEFAULT_THRESHOLDS
from settlement.app.scenario.steps import Step, StepUnreadable, read_step


class StoryUnreadable(Invalid):
    """The story {story} cannot be read: {faults}. Its format is described in
    tests/scenarios/README.md.
    """


class Strict(Schema):
    """A table of the story; a key that is not named here is an error."""

    class Meta:
        unknown = RAISE


class TenantTable(Strict):
    """The operator."""

    country = fields.Str(load_default="PL")
    currency = fields.Str(load_default="PLN")
    time_zone = fields.Str(load_default="Europe/Warsaw")
    language = fields.Str(load_default="en")
    tax_id = fields.Str(load_default="PL5260250274")
    policies = fields.Dict(keys=fields.Str(), values=fields.Str(), load_default=dict)


class ProductTable(Strict):
    """What can be bought; `mobile`, the subscription of every customer, is always there."""

    code = fields.Str(required=True)
    service = fields.Str(load_default="content")
    tax = fields.Str(load_default="standard")
    components = fields.List(fields.Dict(), load_default=list)


class PromotionTable(Strict):
    """What is taken off; the terms are those of the catalogue."""

    code = fields.Str(required=True)
    valid_from = fields.Date(load_default=dt.date(2026, 1, 1))
    valid_until = fields.Date(load_default=None)
    terms = fields.Dict(required=True)


class PartyTable(Strict):
    """Somebody the operator deals with."""

    code = fields.Str(required=True)
    name = fields.Str(load_default=None)
    country = fields.Str(load_default=None)
    currency = fields.Str(load_default=None)
    tax_id = fields.Str(load_default="")
    iban = fields.Str(load_default="")
    vat_check = fields.Str(
        load_default="valid", validate=validate.OneOf(["valid", "invalid", "none"])
    )


class PartnerTable(PartyTable):
    """A partner, and who stands above it in a network of agents."""

    superior = fields.Str(load_default=None)


class SubscriptionTable(Strict):
    """A further subscription of a customer, in the same contract."""

    tariff = fields.Str(required=True)
    numbers = fields.List(fields.Str(), required=True)


class CustomerTable(PartyTable):
    """A customer with the subscription that its numbers belong to, and perhaps further ones."""

    tariff = fields.Str(required=True)
    numbers = fields.List(fields.Str(), load_default=list)
    subscriptions = fields.List(fields.Nested(SubscriptionTable), load_default=list)
    since = fields.Date(load_default=dt.date(2026, 1, 1))
    until = fields.Date(load_default=None)
    payer = fields.Str(load_default=None)
    agent = fields.Str(load_default=None)
    jointly_with = fields.Str(load_default="")
    customer_class = fields.Str(load_default="")
    segments = fields.List(fields.Str(), load_default=list)
    territory = fields.Str(load_default="")
    payment_days = fields.Int(load_default=14, strict=True)
    policies = fields.Dict(keys=fields.Str(), values=fields.Str(), load_default=dict)


class LimitTable(Strict):
    """What may be used in a month: by whoever has a number, or by a customer with all of its."""

    number = fields.Str(load_default=None)
    customer = fields.Str(load_default=None)
    counts = fields.Str(load_default="money", validate=validate.OneOf(COUNTS))
    amount = fields.Str(required=True)
    kind = fields.Str(load_default=None)
    thresholds = fields.List(fields.Int(strict=True), load_default=lambda: [*DEFAULT_THRESHOLDS])
    at_limit = fields.Str(load_default="alert", validate=validate.OneOf(AT_LIMIT))
    valid_from = fields.Date(load_default=dt.date(2026, 1, 1))


class DeckTable(Strict):
    """A rate deck kept as a CSV file beside the story."""

    code = fields.Str(required=True)
    currency = fields.Str(required=True)
    file = fields.Str(required=True)
    valid_from = fields.Date(load_default=dt.date(2026, 1, 1))
    decimal = fields.Str(load_default=".")


class ZonePlanTable(Strict):
    """A zone plan kept as a CSV file beside the story."""

    code = fields.Str(required=True)
    file = fields.Str(required=True)
    valid_from = fields.Date(load_default=dt.date(2026, 1, 1))


class RevenueShareTable(Strict):
    """What partners get of the revenue of some products."""

    code = fields.Str(required=True)
    partner = fields.Str(required=True)
    products = fields.List(fields.Str(), required=True)
    currency = fields.Str(load_default=None)
    valid_from = fields.Date(load_default=dt.date(2026, 1, 1))
    valid_until = fields.Date(load_default=None)
    terms = fields.Dict(required=True)
    policies = fields.Dict(keys=fields.Str(), values=fields.Str(), load_default=dict)


class CommissionTable(Strict):
    """What an agent and those who sell below it get for what they sell."""

    code = fields.Str(required=True)
    agent = fields.Str(required=True)
    currency = fields.Str(load_default=None)
    valid_from = fields.Date(load_default=dt.date(2026, 1, 1))
    valid_until = fields.Date(load_default=None)
    terms = fields.Dict(required=True)


class InterconnectTable(Strict):
    """What a carrier is charged and charges, by trunk and direction."""

    code = fields.Str(required=True)
    carrier = fields.Str(required=True)
    currency = fields.Str(required=True)
    trunks = fields.List(fields.Str(), required=True)
    incoming = fields.Str(load_default=None)
    outgoing = fields.Str(load_default=None)
    time_zone = fields.Str(load_default=None)
    tolerance = fields.Str(load_default="0.005")
    fixing = fields.Dict(load_default=None)
    valid_from = fields.Date(load_default=dt.date(2026, 1, 1))
    policies = fields.Dict(keys=fields.Str(), values=fields.Str(), load_default=dict)
    terms = fields.Dict(keys=fields.Str(), load_default=dict)


class FxRateTable(Strict):
    """One exchange rate: `unit` pieces of `base` cost `rate` of `quote`."""

    source = fields.Str(load_default="manual")
    base = fields.Str(required=True)
    quote = fields.Str(required=True)
    unit = fields.Int(load_default=1, strict=True)
    rate = fields.Str(required=True)
    valid_on = fields.Date(required=True)


class StoryTable(Strict):
    """The whole file `story.toml`."""

    title = fields.Str(required=True)
    rules = fields.List(fields.Str(), load_default=list)
    now = fields.AwareDateTime(load_default=dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC))
    periods = fields.List(fields.Str(), load_default=lambda: ["2026-10"])
    tenant = fields.Nested(TenantTable, load_default=lambda: TenantTable().load({}))
    products = fields.List(fields.Nested(ProductTable), load_default=list)
    promotions = fields.List(fields.Nested(PromotionTable), load_default=list)
    customers = fields.List(fields.Nested(CustomerTable), load_default=list)
    limits = fields.List(fields.Nested(LimitTable), load_default=list)
    partners = fields.List(fields.Nested(PartnerTable), load_default=list)
    carriers = fields.List(fields.Nested(PartyTable), load_default=list)
    tariffs = fields.List(fields.Dict(), load_default=list)
    decks = fields.List(fields.Nested(DeckTable), load_default=list)
    zones = fields.List(fields.Nested(ZonePlanTable), load_default=list)
    ported = fields.List(fields.Str(), load_default=list)
    schedule = fields.Dict(load_default=dict)
    revenue_shares = fields.List(fields.Nested(RevenueShareTable), load_default=list)
    commissions = fields.List(fields.Nested(CommissionTable), load_default=list)
    interconnects = fields.List(fields.Nested(InterconnectTable), load_default=list)
    fx_rates = fields.List(fields.Nested(FxRateTable), load_default=list)
    steps = fields.List(fields.Str(), required=True)
    events = fields.Bool(load_default=True)
    same_as = fields.Str(load_default=None)
    expect = fields.Dict(keys=fields.Str(), load_default=dict)

    @post_load
    def make(self, told: dict[str, Any], **_: Any) -> "Story":
        return Story(**told | {"steps": [read_step(text) for text in told["steps"]]})


@dataclass(frozen=True, slots=True)
class Story:
    """What was read; the tables are plain mappings with every key present."""

    title: str
    rules: list[str]
    now: dt.datetime
    periods: list[str]
    tenant: Mapping[str, Any]
    products: list[Mapping[str, Any]]
    promotions: list[Mapping[str, Any]]
    customers: list[Mapping[str, Any]]
    limits: list[Mapping[str, Any]]
    partners: list[Mapping[str, Any]]
    carriers: list[Mapping[str, Any]]
    tariffs: list[Mapping[str, Any]]
    decks: list[Mapping[str, Any]]
    zones: list[Mapping[str, Any]]
    ported: list[str]
    schedule: Mapping[str, Any]
    revenue_shares: list[Mapping[str, Any]]
    commissions: list[Mapping[str, Any]]
    interconnects: list[Mapping[str, Any]]
    fx_rates: list[Mapping[str, Any]]
    steps: list[Step]
    events: bool
    same_as: str | None
    expect: Mapping[str, Any]


def read_story(name: str, text: str) -> Story:
    """Read `story.toml`. Raises StoryUnreadable with every fault in it."""
    try:
        # Decimals stay exact texts: a rate written without quotes is refused, not rounded.
        plain = tomllib.loads(text, parse_float=_refuse_float)
        story: Story = StoryTable().load(_texts(plain))
    except tomllib.TOMLDecodeError as broken:
        raise StoryUnreadable(story=name, faults=str(broken)) from broken
    except StepUnreadable as unknown:
        raise StoryUnreadable(story=name, faults=str(unknown)) from unknown
    except ValidationError as wrong:
        raise StoryUnreadable(story=name, faults=_listed(wrong.messages)) from wrong
    return story


def _refuse_float(text: str) -> str:
    raise ValidationError({text: ["write decimals in quotes, so that they stay exact"]})


def _texts(plain: Any) -> Any:
    """TOML dates and times as ISO texts, which the schemas read."""
    match plain:
        case dict():
            return {key: _texts(value) for key, value in plain.items()}
        case list():
            return [_texts(value) for value in plain]
        case dt.datetime() | dt.date():
            return plain.isoformat()
    return plain


def _listed(messages: Any, where: str = "") -> str:
    if isinstance(messages, Mapping):
        parts = (_listed(each, f"{where}.{key}".lstrip(".")) for key, each in messages.items())
        return "; ".join(parts)
    return f"{where}: {' '.join(map(str, messages))}"
