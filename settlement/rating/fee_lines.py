"""Fees of a subscription as charge lines: prorated, without the bonus days, bundles shared out.

Each fee runs by the tariff version that holds on its days. The price of a bundle stands on lines of
its components, each under the revenue share of its own product, which name the bundle as reason.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import NamedTuple
from uuid import UUID

from currencies.money import Money, money, total
from currencies.rounding import to_minor_unit
from settlement.agreements.contract import Subscriber
from settlement.catalogue.bundle import shared_out
from settlement.catalogue.fee import Fee
from settlement.catalogue.product import Product
from settlement.catalogue.tariff import TariffVersion
from settlement.rating.charge_line import ChargeLine
from settlement.rating.commercial_derivation import of_bonus, of_component
from settlement.rating.commitment import (
    A_DAY,
    Commitment,
    begun_in,
    free_days,
    leaving_fee,
    overlap,
    without,
)
from settlement.rating.cuts import last_part, part_with, parts_of
from settlement.rating.due import Due
from settlement.rating.fees import Days, fee_piece
from settlement.rating.line_derivation import FeePiece, as_text, of_fee

EARLY_LEAVING = "early_leaving"
TERM_BONUS = "term_bonus"


class SharedUnder(NamedTuple):
    """The terms under which a product's revenue is shared on some days."""

    terms_id: UUID
    days: Days


@dataclass(frozen=True, slots=True)
class Sold:
    """What is known of products: what they are, and under which terms their revenue is shared."""

    products: Mapping[str, Product]
    shared: Mapping[str, Sequence[SharedUnder]]

    def terms_on(self, product: str, day: date) -> UUID | None:
        """The terms of a product on a day."""
        for terms_id, days in self.shared.get(product, ()):
            if overlap(days, Days(day, day + A_DAY)) is not None:
                return terms_id
        return None

    def tax_category(self, product: str) -> str:
        """How a product is taxed."""
        return self.products[product].tax_category if product in self.products else "standard"


def fee_dues(
    subscriber: Subscriber,
    versions: Sequence[TariffVersion],
    commitments: Sequence[Commitment],
    period: Days,
    sold: Sold,
    cut_on: date | None = None,
) -> Iterator[Due]:
    """What a subscription owes for having something, in a period, which may be cut on a day."""
    free = free_days(commitments, period)
    for version in versions:
        held = Days(version.valid_from, version.valid_until)
        active = overlap(held, Days(subscriber.valid_from, subscriber.valid_until))
        if active is None:
            continue
        for fee in version.fees:
            if fee.kind == "one_off" and active.first != subscriber.valid_from:
                continue
            charged = without(active, free) if fee.kind == "recurring" else [active]
            pieces_on = partial(_pieces_on, fee, version.currency, period, charged, subscriber)
            lines: list[ChargeLine] = []
            for part in parts_of(period, cut_on):
                pieces = pieces_on(part)
                if sum(piece.amount for piece in pieces):
                    first = max(period.first, charged[0].first)
                    own = _lines(subscriber, version, fee, part, first, pieces, sold, lines)
                    lines += map(_not_counted, own) if lines else own
            if lines:
                on_days = partial(_on_days, pieces_on, version.currency)
                yield Due(fee.kind, fee.product, tuple(lines), on_days)


def leaving_line(
    subscriber: Subscriber,
    commitments: Sequence[Commitment],
    period: Days,
    sold: Sold,
    cut_on: date | None = None,
) -> ChargeLine | None:
    """What leaving early costs, in the period in which the subscription ended."""
    left_on = subscriber.valid_until
    if subscriber.ended_at is None or left_on is None:
        return None
    if overlap(Days(left_on, left_on + A_DAY), period) is None:
        return None
    fee = leaving_fee(commitments, subscriber.currency, left_on)
    if fee is None or not fee.amount.amount:
        return None
    on_days = part_with(left_on, period, cut_on)
    line = charged_once(subscriber, EARLY_LEAVING, subscriber.product, fee.amount, on_days, sold)
    return replace(line, derivation=as_text(fee.derivation))


def bonus_line(
    subscriber: Subscriber,
    commitments: Sequence[Commitment],
    period: Days,
    sold: Sold,
    cut_on: date | None = None,
) -> ChargeLine | None:
    """What the terms give that begin in a period, while the subscription is there."""
    active = overlap(Days(subscriber.valid_from, subscriber.valid_until), period)
    if active is None:
        return None
    currency = subscriber.currency
    begun = [each.bonus_amount for each in begun_in(commitments, active)]
    given = [to_minor_unit(money(each, currency)) for each in begun if each]
    off = total(given, currency)
    if not off.amount:
        return None
    on_days = last_part(period, cut_on)
    line = charged_once(subscriber, TERM_BONUS, subscriber.product, -off, on_days, sold)
    told = of_bonus([each.amount for each in given], currency)
    return replace(line, derivation=as_text(told))


def charged_once(
    subscriber: Subscriber,
    service: str,
    product: str,
    amount: Money,
    period: Days,
    sold: Sold,
) -> ChargeLine:
    """A line of one piece for one amount."""
    assert period.until is not None, "a period that is charged has an end"
    return ChargeLine(
        side="customer",
        direction="receivable",
        party_id=subscriber.payer_id,
        contract_id=subscriber.contract_id,
        subscription_id=subscriber.subscription_id,
        service=service,
        product=product,
        tax_category=sold.tax_category(product),
        unit_price=amount.amount,
        currency=str(amount.currency.code),
        starts_on=period.first,
        ends_on=period.until,
        events=1,
        quantity=1,
        amount_3600=amount.amount * 3600,
        amount=amount.amount,
    )


def _pieces_on(
    fee: Fee,
    currency: str,
    period: Days,
    charged: Sequence[Days],
    subscriber: Subscriber,
    days: Days,
) -> list[FeePiece]:
    """What of a fee falls on days, as far as it is charged at all; a one-off on its first day."""
    if fee.kind == "one_off":
        begins = Days(charged[0].first, charged[0].first + A_DAY)
        charged = [begins] if overlap(begins, days) is not None else []
        days = begins
    pieces = (overlap(each, days) for each in charged)
    zone = subscriber.time_zone
    found = [fee_piece(fee, currency, period, piece, zone) for piece in pieces if piece]
    return [piece for piece in found if piece is not None]


def _not_counted(line: ChargeLine) -> ChargeLine:
    """The same line for the rest of a month: a fee is one, and its first part counts it."""
    return replace(line, events=0, quantity=0)


def _on_days(pieces_on: Callable[[Days], list[FeePiece]], currency: str, days: Days) -> Money:
    return total((money(piece.amount, currency) for piece in pieces_on(days)), currency)


def _lines(
    subscriber: Subscriber,
    version: TariffVersion,
    fee: Fee,
    period: Days,
    first: date,
    pieces: Sequence[FeePiece],
    sold: Sold,
    charged: Sequence[ChargeLine],
) -> list[ChargeLine]:
    """The lines of a part of a period, after what of the fee was `charged` for the part before."""
    currency = version.currency
    amount = total((money(piece.amount, currency) for piece in pieces), currency)
    before = total((line.money for line in charged), currency)
    derivation = of_fee(pieces, fee.proration_unit, currency)
    product = sold.products.get(fee.product)
    components = product.components if product is not None else ()
    weights = [each.weight for each in components]
    parts = [(fee.product, amount)]
    if components:
        # What is due so far, shared out, less what was, so that components keep to their weights.
        due, had = shared_out(before + amount, components), shared_out(before, components)
        parts = [(code, part - own) for (code, part), (_, own) in zip(due, had, strict=True)]
    found = []
    for place, (code, part) in enumerate(parts):
        told = derivation
        if components:
            told = of_component(
                derivation, fee.product, (before + amount).amount, weights, place, part.amount,
                currency, before.amount,
            )  # fmt: skip
        line = replace(
            charged_once(subscriber, fee.kind, code, part, period, sold),
            tariff_version_id=UUID(version.id),
            terms_id=sold.terms_on(code, first),
            reason=fee.product if components else None,
            derivation=as_text(told),
        )
        found.append(line)
    return found
