"""Read what is listed behind a statement: the leaves of each list, and the charges of revenues."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

import polars as pl

from settlement.evidence.listed.told import ANEW, BEFORE, Told
from settlement.rating.charge_line import ChargeLine
from settlement.rating.runs import service as rating_runs
from settlement.self_billing.behind import GIVEN_BACK, LETTERS, Revenue, given_back_leaves
from settlement.sharing.rulings import service as rulings
from settlement.sharing.sealing import service as sealing
from settlement.sharing.sealing.row_texts import AMOUNTS
from settlement.sharing.sealing.seal import Correction, Leaf
from tenants.session import TenantSession

# What rules split: terms, product, currency, party and destination, and the name of the rule.
Ruled = Mapping[tuple[str, ...], str]
NO_RULE, NO_TERMS = "\0", UUID(int=0)


def events_of(session: TenantSession, told: Told) -> dict[str, list[Leaf]]:
    """The leaves of each list of a statement that has rows, by its name."""
    found: dict[str, list[Leaf]] = {}
    wanted = told.sealed_as
    for month, what in {(each.period_id, each.what) for each in wanted}:
        assert month is not None, "a stated share is of a month"
        terms = {each.terms_id for each in wanted if (each.period_id, each.what) == (month, what)}
        for each in sealing.events_of(session, month, terms, what):
            of = Revenue(month, each.terms_id, each.product, each.currency, each.rule, what)
            if of in wanted:
                found[wanted[of]] = list(each.leaves)
    for correction, number in told.numbered.items():
        for side, sealed in zip((BEFORE, ANEW), told.corrected[correction], strict=True):
            found[f"{LETTERS[correction.what]}{side}{number}"] = list(sealed.leaves)
    found[GIVEN_BACK] = given_back_leaves(told.refunds)
    in_order = [leaf.split(",")[0] for leaf in told.leaves]
    return {name: found[name] for name in in_order if found.get(name)}


def charges_of(session: TenantSession, told: Told) -> dict[str, list[ChargeLine]]:
    """The charge lines of each listed revenue and of both sides of corrections, by name."""
    wanted = {each: told.names[each] for each in told.listing.listed() if each.what == AMOUNTS}
    corrections = {each: of for each, of in told.numbered.items() if each.what == AMOUNTS}
    found = _of_months(session, wanted) | _of_corrections(session, corrections)
    return {name: found[name] for name in sorted(found, key=_by_number)}


def _of_months(
    session: TenantSession, wanted: Mapping[Revenue, str]
) -> dict[str, list[ChargeLine]]:
    ruled = {each.terms_id for each in wanted if each.rule is not None}
    found: dict[str, list[ChargeLine]] = {name: [] for name in wanted.values()}
    for month in {each.period_id for each in wanted}:
        assert month is not None, "a stated share is of a month"
        terms = {each.terms_id for each in wanted if each.period_id == month}
        of = _ruling(rulings.ruling(session, month, month), ruled)
        for line in rating_runs.lines_of_period(session, month, terms):
            name = wanted.get(Revenue(month, *_split(line, of, ruled)))
            if name is not None:
                found[name].append(line)
    return found


def _of_corrections(
    session: TenantSession, wanted: Mapping[Correction, int]
) -> dict[str, list[ChargeLine]]:
    ruled = {each.terms_id for each in wanted if each.rule is not None}
    found: dict[str, list[ChargeLine]] = {
        f"{side}{number}": [] for number in wanted.values() for side in (BEFORE, ANEW)
    }
    for borne_by, month in {each[:2] for each in wanted}:
        terms = {each.terms_id for each in wanted if each[:2] == (borne_by, month)}
        sides = rating_runs.corrected_lines(session, borne_by, month, terms)
        for side, lines in zip((BEFORE, ANEW), sides, strict=True):
            of = _ruling(rulings.ruling(session, borne_by, month, before=side == BEFORE), ruled)
            for line in lines:
                number = wanted.get(Correction(borne_by, month, *_split(line, of, ruled)))
                if number is not None:
                    found[f"{side}{number}"].append(line)
    return found


def _by_number(name: str) -> tuple[bool, int, bool]:
    """Months before corrections, what was before what is anew."""
    return name[0] != "R", int(name[1:]), name[0] == ANEW


def _ruling(kept: pl.DataFrame, ruled: Iterable[UUID]) -> Ruled:
    own = kept.filter(pl.col("terms").is_in([str(each) for each in ruled]))
    return {tuple(split_by): rule for *split_by, rule in own.iter_rows()}


def _split(
    line: ChargeLine, of: Ruled, ruled: Collection[UUID]
) -> tuple[UUID, str, str, str | None]:
    """Terms, product and currency of a line, and the rule where its terms have some."""
    terms_id = line.terms_id or NO_TERMS
    key = str(terms_id), line.product, line.currency, str(line.party_id), line.destination
    # What nobody is known to have been sold is of no rule that has a name.
    rule = of.get(key, NO_RULE) if terms_id in ruled else None
    return terms_id, line.product, line.currency, rule
