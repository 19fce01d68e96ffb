"""What usage was charged and how its revenue was shared, event by event and line by line."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from settlement.agreements import service as agreements
from settlement.app.scenario.plain_figures import Namer, Told, exact, number, payable
from settlement.periods import service as periods
from settlement.rating.charge_line import ChargeLine
from settlement.rating.runs import service as rating_runs
from settlement.sharing import service as sharing
from settlement.sharing.crediting import Credit
from tenants.session import TenantSession


def events(session: TenantSession, codes: Mapping[UUID, str]) -> Iterable[Told]:
    """Every charge of the latest rating of each period, part by part."""
    named = {str(party_id): code for party_id, code in codes.items()}
    for period in periods.periods(session):
        for row in rating_runs.rated_charges(session, period.id).iter_rows(named=True):
            yield {
                "period": period.code,
                "event": row["record_key"],
                "party": named[row["party"]],
                "direction": row["balance"],
                "part": row["part"],
                "kind": row["kind"],
                "product": row["product"] or "",
                "destination": row["destination"] or "",
                "band": row["band"] or "",
                "covered_by": row["covered_by"],
                "connected": row["connected_seconds"],
                "free": row["free_units"],
                "billed": row["billed_units"],
                "price": number(row["price"]),
                "currency": row["currency"],
                "exact": exact(row["amount_3600"]),
                **_case(row["case_name"]),
                **_set_aside(row["set_aside_3600"]),
            }


def charges(session: TenantSession, name: Namer) -> Iterable[Told]:
    """Charge lines by the month of their usage, later corrections marked as such."""
    for period in periods.periods(session):
        own = rating_runs.lines_of_period(session, period.id)
        corrections = Counter(rating_runs.billed_lines(session, period.id)) - Counter(own)
        yield from (_charge(period.code, "", line, name) for line in own)
        yield from (
            _charge(period.code, "correction", line, name) for line in corrections.elements()
        )


def _charge(period: str, correction: str, line: ChargeLine, name: Namer) -> Told:
    return {
        "period": period,
        "correction": correction,
        "party": name(line.party_id),
        "direction": line.direction,
        "service": line.service,
        "product": line.product,
        "destination": line.destination,
        "band": line.band,
        "trunk": line.trunk,
        "price": number(line.unit_price),
        "events": line.events,
        "quantity": line.quantity,
        "seconds": line.seconds,
        "free": line.free_units,
        "billed": line.billed_units,
        "currency": line.currency,
        "exact": exact(line.amount_3600),
        "amount": payable(line.amount, line.currency),
        **_case(line.case_name),
        **({"reason": line.reason} if line.reason else {}),
    }


def _case(name: str | None) -> Told:
    return {"case": name} if name else {}


def _set_aside(amount_3600: Decimal | None) -> Told:
    return {} if amount_3600 is None else {"set_aside": exact(amount_3600)}


def _beside(credit: Credit) -> Told:
    """What a credit is for, where it is no share of revenue, and the rule that split it."""
    told = {"cause": credit.cause, "rule": credit.rule}
    return {key: said for key, said in told.items() if said not in ("share", "")}


def shares(session: TenantSession, name: Namer) -> Iterable[Told]:
    """What each payee was given of the revenue of each month, and what was taken before."""
    agreed = {each.terms_id: each.code for each in agreements.terms_by_id(session).values()}
    for period in periods.periods(session):
        for credit in sharing.credits_of_usage(session, period.id):
            yield {
                "period": period.code,
                "agreement": agreed[credit.terms_id],
                "product": credit.product,
                "payee": name(credit.party_id),
                **_beside(credit),
                "events": credit.events,
                "currency": credit.currency,
                "gross": payable(credit.gross, credit.currency),
                "base": payable(credit.base, credit.currency),
                "amount": payable(credit.amount, credit.currency),
                "taken": {
                    step["takes"]: step["amount"] for step in credit.steps if "takes" in step
                },
            }
