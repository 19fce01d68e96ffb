"""An agreement as TMF651 has it, and the agreement read from such a body.

Each version of the terms is an item: its products as offerings, and each key of its terms as a
condition, whose description is what the terms say there, as JSON. Currency, trunks and policies are
characteristics. Days become the instants at which they begin by the clocks the agreement goes by.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from i18n.locale import Words, _
from settlement.agreements.agreed import AgreedTerms, Kind
from settlement.parties.party import Party
from settlement.periods.calendar import midnight
from settlement.tm_forum import bodies
from settlement.tm_forum.bodies import Body, BodyUnusable
from settlement.tm_forum.references import AGREEMENTS, reference_4
from settlement.tm_forum.seeing import seen_by
from tenants.directory.tenant import Tenant

TYPES: dict[str, Kind] = {"revenueShare": "revenue_share", "interconnect": "interconnect"}
ROLES: dict[Kind, str] = {"revenue_share": "partner", "interconnect": "carrier"}


class Sides(NamedTuple):
    """The other side and ourselves; `reader` is the code of a party that reads, None for us."""

    party: Party
    tenant: Tenant
    reader: str | None


class Said(NamedTuple):
    """What a body says of one version of an agreement; days are local."""

    kind: Kind
    code: str
    party_id: UUID
    currency: str
    trunks: tuple[str, ...]
    policies: dict[str, str]
    terms: dict[str, Any]
    valid_from: date
    valid_until: date | None


def agreement_of(
    versions: Sequence[AgreedTerms], sides: Sides, trunks: Sequence[str], today: date
) -> dict[str, Any]:
    """All versions of one agreement; a reader is not shown the parts of other payees."""
    last = versions[-1]
    zone = _zone(last, sides.tenant)
    kind = next(name for name, each in TYPES.items() if each == last.kind)
    facts = [("currency", last.currency), *(("trunk", code) for code in trunks)]
    return {
        "id": str(last.agreement_id),
        "href": f"{AGREEMENTS}/{last.agreement_id}",
        "@type": "Agreement",
        "agreementType": kind,
        "name": last.code,
        "version": str(last.version),
        "status": _status(versions, today),
        "agreementPeriod": _period(versions[0].valid_from, last.valid_until, zone),
        "engagedParty": [
            _side(str(sides.party.id), sides.party.name, ROLES[last.kind]),
            _side(sides.tenant.code, sides.tenant.name, "operator"),
        ],
        "characteristic": [
            {"name": name, "value": value, "valueType": "string"}
            for name, value in [*facts, *sorted(last.policies.items())]
        ],
        "agreementItem": [_item(each, sides.reader, zone) for each in versions],
    }


def agreement_from(body: Body, time_zone: str) -> Said:
    """The one version that a body describes, as a GET would show it. Raises BodyUnusable."""
    kind = TYPES.get(bodies.text(body, "agreementType"))
    if kind is None:
        raise BodyUnusable(what="agreementType", value=bodies.text(body, "agreementType")[:60])
    facts = [
        (bodies.text(each, "name"), bodies.text(each, "value"))
        for each in bodies.parts(body, "characteristic")
    ]
    named = dict(facts)
    if "currency" not in named:
        raise BodyUnusable(what="characteristic", value=Words(_("without a currency")))
    items = bodies.parts(body, "agreementItem")
    if len(items) != 1:
        raise BodyUnusable(
            what="agreementItem", value=Words(_("{items} versions, not one"), items=len(items))
        )
    terms = _terms(items[0], kind)
    zone = str(terms.get("time_zone", time_zone))
    period = bodies.part(body, "agreementPeriod")
    return Said(
        kind=kind,
        code=bodies.text(body, "name"),
        party_id=_engaged(body, ROLES[kind]),
        currency=named["currency"],
        trunks=tuple(value for name, value in facts if name == "trunk"),
        policies={
            name: value for name, value in named.items() if name not in ("currency", "trunk")
        },
        terms=terms,
        valid_from=_local_day(bodies.text(period, "startDateTime"), zone),
        valid_until=_local_day(period["endDateTime"], zone) if "endDateTime" in period else None,
    )


def _item(agreed: AgreedTerms, reader: str | None, zone: str) -> dict[str, Any]:
    days = _period(agreed.valid_from, agreed.valid_until, zone)
    item: dict[str, Any] = {
        "@type": "AgreementItem",
        "termOrCondition": [
            {"id": name, "description": bodies.written(said), "validFor": days}
            for name, said in _conditions(agreed.terms, reader)
        ],
    }
    if agreed.products:
        item["productOffering"] = [
            reference_4("ProductOffering", code, code) for code in agreed.products
        ]
    return item


def _conditions(terms: Mapping[str, Any], reader: str | None) -> Iterator[tuple[str, Any]]:
    for name, said in sorted(terms.items()):
        if name != "products":
            yield name, seen_by(said, reader)


def _status(versions: Sequence[AgreedTerms], today: date) -> str:
    if versions[0].valid_from > today:
        return "planned"
    until = versions[-1].valid_until
    return "ended" if until is not None and until <= today else "active"


def _zone(agreed: AgreedTerms, tenant: Tenant) -> str:
    return str(agreed.terms.get("time_zone", tenant.time_zone))


def _period(valid_from: date, valid_until: date | None, zone: str) -> dict[str, str]:
    period = {"startDateTime": midnight(valid_from, zone).isoformat()}
    if valid_until is not None:
        period["endDateTime"] = midnight(valid_until, zone).isoformat()
    return period


def _side(identity: str, name: str, role: str) -> dict[str, str]:
    return {"@referredType": "Organization", "id": identity, "name": name, "role": role}


def _terms(item: Body, kind: Kind) -> dict[str, Any]:
    terms = {
        bodies.text(each, "id"): bodies.value(bodies.text(each, "description"))
        for each in bodies.parts(item, "termOrCondition")
    }
    if kind == "revenue_share" and "productOffering" in item:
        terms["products"] = [
            bodies.text(each, "id") for each in bodies.parts(item, "productOffering")
        ]
    return terms


def _engaged(body: Body, role: str) -> UUID:
    for each in bodies.parts(body, "engagedParty"):
        if each.get("role") == role:
            return bodies.identity(each, "id")
    raise BodyUnusable(what="engagedParty", value=Words(_("without a {role}"), role=role))


def _local_day(written: object, zone: str) -> date:
    try:
        at = datetime.fromisoformat(str(written))
        local = at.astimezone(ZoneInfo(zone)).date()
    except (ValueError, KeyError, OverflowError):
        raise BodyUnusable(what="agreementPeriod", value=repr(written)[:60]) from None
    if at.tzinfo is None:
        raise BodyUnusable(what="agreementPeriod", value=Words(_("{at} without an offset"), at=at))
    return local
