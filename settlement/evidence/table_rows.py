"""The rows of a bundle's tables: shares with what they are recomputed from, and charges."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from currencies.money import EXACT, parse_amount, plain
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.sharing_terms import SharingTerms, terms_from_plain
from settlement.evidence.bundle import ChargeRow, ShareRow
from settlement.evidence.so_far import facts_of
from settlement.rating.charge_line import NOT_USAGE, ChargeLine
from settlement.self_billing.partner_statement import PartnerShare
from settlement.sharing.crediting import SHARE, UNIT
from settlement.sharing.refunding.mirroring import CAUSES as REFUNDED
from settlement.sharing.sealing.seal import Leaf
from settlement.sharing.sharing_events import parts_of_amounts

# Causes of credits for what a rule splits.
OF_RULES: Final = (SHARE, UNIT, *REFUNDED)


def share_row(
    line: str,
    share: PartnerShare,
    revenue: str,
    agreed: AgreedTerms,
    code: str,
    is_listed: bool,
    amounts: frozenset[Decimal],
) -> ShareRow:
    release = share.release
    split: dict[str, str] = {}
    if share.cause == SHARE:
        terms = terms_from_plain(agreed.sharing).split(share.rule)
        split = {"rate": _own_rate(terms, code), "left": _taken_before(share, terms)}
        split |= _passed_on(share, terms, code)
        if is_listed:
            split |= _of_events(share, terms, code, amounts)
    return ShareRow(
        line=line,
        revenue=revenue,
        agreement=agreed.code,
        version=str(agreed.version),
        product=share.product,
        cause=share.cause,
        rule=share.rule,
        corrects=share.corrects,
        currency=share.currency,
        events=str(share.events),
        gross=plain(share.gross),
        left=split.pop("left", ""),
        base=plain(share.base),
        rate=split.pop("rate", ""),
        amount=plain(share.amount),
        rounded=agreed.policies.get("rounding", "half_up"),
        listed="yes" if is_listed else "no",
        paid=str(release.part) if release else "",
        before=plain(release.before) if release else "",
        released=plain(release.amount) if release else "",
        **_tiers(share),
        **_ruled(share, agreed),
        **split,
    )


def amounts_of_revenue(
    revenue: str, events: Mapping[str, Sequence[Leaf]], charges: Sequence[ChargeRow]
) -> frozenset[Decimal]:
    """What the events and fees of a revenue come to, rounded; the parts of an event together."""
    own = [each for each in charges if each.revenue == revenue]
    exact: dict[str, Decimal] = {}
    for leaf in events.get(revenue, ()):
        for row in leaf.rows.split("\r\n"):
            number, _part, _at, amount = row.split(",")
            exact[number] = EXACT.add(exact.get(number, Decimal(0)), Decimal(amount))
    places = int(own[0].places) if own else 0
    usage = {round_fraction(Fraction(each) / 3600, places) for each in set(exact.values())}
    return frozenset(usage | {Decimal(each.amount) for each in own if each.events == "0"})


def _ruled(share: PartnerShare, agreed: AgreedTerms) -> dict[str, str]:
    """Which products and destinations the rule of a share is for; nothing of terms without rules.

    For whom else it is follows from how customers are classed, which is theirs.
    """
    if share.cause not in OF_RULES or not agreed.sharing.get("rules"):
        return {}
    rules = terms_from_plain(agreed.sharing).rules
    of_it = [each for each in rules if each.name == share.rule]
    return {
        "ruled": "yes",
        "rule_products": " ".join(product for each in of_it for product in each.products),
        "rule_destinations": " ".join(begin for each in of_it for begin in each.destinations),
    }


def _tiers(share: PartnerShare) -> dict[str, str]:
    """How tiers gave a share; nothing where versions of the terms shared parts of the base."""
    facts = [each for each in facts_of(share) if "money" in each] if share.cause == "tier" else []
    amounts = {each["fact"]: Decimal(each["money"]) for each in facts if each["fact"] != "tier"}
    found = [each for each in facts if each["fact"] == "tier"]
    parts = sum((Decimal(each["of"]) for each in found), Decimal(0))
    due = sum((Decimal(each["money"]) for each in found), Decimal(0))
    if not found or (parts, due) != (amounts["tier_base"], amounts["due"]):
        return {}
    return {
        "tier_base": plain(amounts["tier_base"]),
        "tiers": " ".join(f"{each['rate']}:{each['of']}:{each['money']}" for each in found),
        "credited": plain(amounts["credited"]),
    }


def _passed_on(share: PartnerShare, terms: SharingTerms, code: str) -> dict[str, str]:
    """What a cascade passed on to the reader, and the part of it that it keeps; the owner all."""
    is_cascade = bool(terms.chain) and terms.chain_rounding == "cascade"
    if not is_cascade or terms.rounding_level != "statement":
        return {}
    given = [each for each in share.steps if "payee" in each]
    place = next(n for n, each in enumerate(given) if each["payee"] == code)
    taken = sum((parse_amount(each["amount"]) for each in given[:place]), Decimal(0))
    kept = terms.chain[place].rate if place < len(terms.chain) else Decimal(1)
    return {"received": plain(share.base - taken), "kept": plain(kept)}


def _of_events(
    share: PartnerShare, terms: SharingTerms, code: str, amounts: frozenset[Decimal]
) -> dict[str, str]:
    """The reader's rate of each event, where shares are all that is taken of what is charged.

    Where others share too, who gets the odd unit follows from their rates, which are not the
    reader's to know; so it is told for each amount what the reader gets of it.
    """
    is_plain = not terms.deductions and share.base == share.gross
    own = [part for part in terms.shares if part.payee == code]
    is_tiered = any(part.tiers for part in terms.shares)
    if terms.rounding_level != "event" or not is_plain:
        return {}
    if len(own) != 1 or is_tiered:
        return {}
    told = {"event_rate": plain(own[0].rate)}
    if len(terms.shares) == 1:
        return told
    places = minor_unit(share.currency)
    units = [int(each.scaleb(places)) for each in amounts]
    parts = parts_of_amounts(units, share.currency, terms, code)
    shown = (
        f"{plain(Decimal(whole).scaleb(-places))}:{plain(Decimal(part).scaleb(-places))}"
        for whole, part in parts.items()
    )
    return told | {"event_parts": " ".join(shown)}


def _own_rate(terms: SharingTerms, code: str) -> str:
    """The reader's rate, where one rate of the whole base is all there is to its share."""
    if terms.chain and terms.chain_rounding == "leaves":
        return _rate_of_leaf(terms, code)
    own = [part for part in terms.shares if part.payee == code]
    if len(own) != 1 or terms.rounding_level != "statement":
        return ""
    # Of a share in tiers the split gives the rate of the lowest one; the tiers give the rest.
    return plain(own[0].rate)


def _rate_of_leaf(terms: SharingTerms, code: str) -> str:
    """The part of the whole that a link of a chain gets where all of them are leaves."""
    left = Decimal(1)
    for link in terms.chain:
        if link.payee == code:
            return plain(EXACT.multiply(left, link.rate))
        left = EXACT.multiply(left, EXACT.subtract(Decimal(1), link.rate))
    return plain(left)


def _taken_before(share: PartnerShare, terms: SharingTerms) -> str:
    """What the steps before the shares took, as the statement shows it."""
    if terms.rounding_level != "statement":
        return ""
    shown = [
        plain(parse_amount(step["amount"]))
        for step in share.steps
        if {"takes", "base", "brought", "carried"} & set(step)
    ]
    return " ".join(shown) or "0"


def charge_rows(found: Mapping[str, Sequence[ChargeLine]]) -> Iterator[ChargeRow]:
    number = 0
    for name, lines in found.items():
        for line in sorted(lines, key=_told):
            number += 1
            is_usage = line.service not in NOT_USAGE
            yield ChargeRow(
                charge=str(number),
                revenue=name,
                service=line.service,
                destination=line.destination,
                currency=line.currency,
                places=str(minor_unit(line.currency)),
                events=str(line.events if is_usage else 0),
                amount_3600=plain(line.amount_3600),
                amount=plain(line.amount),
            )


def _told(line: ChargeLine) -> tuple[object, ...]:
    """The order of charges, by what is told of them, so that it tells nothing of who paid."""
    return line.service, line.destination, line.events, line.amount_3600, line.amount
