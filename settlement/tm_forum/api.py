"""TM Forum's revenue sharing, agreement and partnership APIs, on the paths that they fix.

An amount is written as a JSON number digit by digit, so that no reader here makes it a float.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema, fields, validate

from i18n.errors import Invalid
from settlement.tm_forum import service
from settlement.tm_forum.listing import Resource, narrowed, page_of
from settlement.tm_forum.references import (
    AGREEMENTS,
    ALGORITHMS,
    EVENTS,
    MODELS,
    PARTNERSHIPS,
    REPORTS,
)
from settlement.tm_forum.service import NotCreatedHere
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires
from tenants.web.strict_json import loads

algorithms = Blueprint("rev_sharing_algorithms", __name__, url_prefix=ALGORITHMS)
models = Blueprint("rev_sharing_models", __name__, url_prefix=MODELS)
reports = Blueprint("rev_sharing_reports", __name__, url_prefix=REPORTS)
events = Blueprint("tm_forum_events", __name__, url_prefix=EVENTS)
agreements = Blueprint("tm_forum_agreements", __name__, url_prefix=AGREEMENTS)
partnerships = Blueprint("tm_forum_partnerships", __name__, url_prefix=PARTNERSHIPS)

TM_FORUM = [algorithms, models, reports, events, agreements, partnerships]
SIDES = ("agreements:read", "own-statements:read", "own-exchange:read")

PAGING = ("offset", "limit", "fields")

# No text of ours holds a NUL: neither JSON as it is read nor the database lets one in.
_MARK = "\0"
_MARKED = re.compile(r'"\\u0000([-0-9.]+)\\u0000"')


class NoResource(Invalid):
    """The body is no {kind}. Send one JSON object with this @type, or without an @type."""


class NotFiltered(Invalid):
    """This list cannot be filtered by {names}. Leave it out; period and product are taken."""


class ListQuery(Schema):
    """What every list takes; every other parameter is a filter by an attribute."""

    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10**9))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
    wanted = fields.String(data_key="fields", load_default="", validate=validate.Length(max=1000))


class EventQuery(Schema):
    """What a list of events takes, and nothing else: a month has too many to look into each."""

    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10**9))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
    wanted = fields.String(data_key="fields", load_default="", validate=validate.Length(max=1000))
    period = fields.String(load_default=None)
    product = fields.String(load_default=None)


ResourceSchema = Schema.from_dict(
    {"id": fields.String(), "href": fields.String(), "@type": fields.String()},
    name="TmForumResourceSchema",
)


@algorithms.get("")
@requires("agreements:read", "own-statements:read")
@algorithms.response(200, ResourceSchema(many=True))
@algorithms.arguments(ListQuery, location="query")
def list_algorithms(query: dict[str, Any]) -> Response:
    """The split rules of revenue shares, version by version."""
    return _page(service.algorithms(g.session), query)


@algorithms.get("/<uuid:algorithm_id>")
@requires("agreements:read", "own-statements:read")
@algorithms.response(200, ResourceSchema)
def show_algorithm(algorithm_id: UUID) -> Response:
    """The split rule of one version of a revenue share."""
    return _one(service.algorithm(g.session, algorithm_id))


@algorithms.post("")
@requires("agreements:write")
@algorithms.response(201, ResourceSchema)
def create_algorithm() -> Response:
    """Agree the split rule as that of the next version of an agreement."""
    return _created(service.agree_algorithm(g.session, _body("PartyRevSharingAlgorithm")))


@models.get("")
@requires("agreements:read", "own-statements:read")
@models.response(200, ResourceSchema(many=True))
@models.arguments(ListQuery, location="query")
def list_models(query: dict[str, Any]) -> Response:
    """Revenue shares with their payees and versions."""
    return _page(service.models(g.session), query)


@models.get("/<uuid:model_id>")
@requires("agreements:read", "own-statements:read")
@models.response(200, ResourceSchema)
def show_model(model_id: UUID) -> Response:
    """One revenue share with its payees and versions."""
    return _one(service.model(g.session, model_id))


@models.post("")
@requires("agreements:write")
@models.response(201, ResourceSchema)
def create_model() -> Response:
    """Refused: a model is an agreement, and is agreed as one."""
    raise NotCreatedHere(what="partyRevSharingModel", instead="TMF651")


@reports.get("")
@requires("documents:read", "own-statements:read")
@reports.response(200, ResourceSchema(many=True))
@reports.arguments(ListQuery, location="query")
def list_reports(query: dict[str, Any]) -> Response:
    """Issued statements of partners with the shares they bear."""
    return _page(service.reports(g.session), query)


@reports.get("/<uuid:report_id>")
@requires("documents:read", "own-statements:read")
@reports.response(200, ResourceSchema)
def show_report(report_id: UUID) -> Response:
    """One issued statement with the shares it bears."""
    return _one(service.report(g.session, report_id))


@reports.post("")
@requires("documents:issue")
@reports.response(201, ResourceSchema)
def create_report() -> Response:
    """Refused: statements are issued for all partners of a period at once."""
    raise NotCreatedHere(what="partyRevSharingReport", instead="/v1/statement-runs")


@events.get("")
@requires("usage:read", "own-statements:read")
@events.response(200, ResourceSchema(many=True))
@events.arguments(EventQuery, location="query")
def list_events(query: dict[str, Any]) -> Response:
    """The shared usage events of a period."""
    others = sorted(request.args.keys() - {"period", "product", *PAGING})
    if others:
        raise NotFiltered(names=", ".join(others))
    place = (query["period"], query["product"], query["offset"], query["limit"])
    page = service.events(g.session, *place)
    return _listed(page.resources, page.total, query["wanted"])


@events.get("/<event_id>")
@requires("usage:read", "own-statements:read")
@events.response(200, ResourceSchema)
def show_event(event_id: str) -> Response:
    """One shared usage event with its charges."""
    return _one(service.event(g.session, event_id))


@events.post("")
@requires("usage:write")
@events.response(201, ResourceSchema)
def create_event() -> Response:
    """Refused: usage comes in through a source and is charged by rating."""
    raise NotCreatedHere(what="cdrTransaction", instead="TMF635")


@agreements.get("")
@requires(*SIDES)
@agreements.response(200, ResourceSchema(many=True))
@agreements.arguments(ListQuery, location="query")
def list_agreements(query: dict[str, Any]) -> Response:
    """Revenue shares and interconnect agreements with their versions."""
    return _page(service.agreed(g.session), query)


@agreements.get("/<uuid:agreement_id>")
@requires(*SIDES)
@agreements.response(200, ResourceSchema)
def show_agreement(agreement_id: UUID) -> Response:
    """One agreement with its versions."""
    return _one(service.agreement(g.session, agreement_id))


@agreements.post("")
@requires("agreements:write")
@agreements.response(201, ResourceSchema)
def create_agreement() -> Response:
    """Agree a revenue share or interconnect, or the next version of one."""
    return _created(service.agree(g.session, _body("Agreement")))


@partnerships.get("")
@requires(*SIDES)
@partnerships.response(200, ResourceSchema(many=True))
@partnerships.arguments(ListQuery, location="query")
def list_partnerships(query: dict[str, Any]) -> Response:
    """Partners and carriers with their agreements."""
    return _page(service.partnerships(g.session), query)


@partnerships.get("/<uuid:partnership_id>")
@requires(*SIDES)
@partnerships.response(200, ResourceSchema)
def show_partnership(partnership_id: UUID) -> Response:
    """One partner or carrier with its agreements."""
    return _one(service.partnership(g.session, partnership_id))


@partnerships.post("")
@requires("agreements:write")
@partnerships.response(201, ResourceSchema)
def create_partnership() -> Response:
    """Refused: a partnership is a party and what is agreed with it."""
    raise NotCreatedHere(what="partnership", instead="/v1/parties, TMF651")


def _page(resources: list[dict[str, Any]], query: dict[str, Any]) -> Response:
    # From the request itself: the schema would take a path with points apart.
    filters = {name: value for name, value in request.args.items() if name not in PAGING}
    page = page_of(resources, filters, query["offset"], query["limit"])
    return _listed(page.resources, page.total, query["wanted"])


def _listed(resources: Sequence[Resource], total: int, wanted: str) -> Response:
    answer = _answer([narrowed(each, wanted) for each in resources])
    answer.headers["X-Total-Count"] = str(total)
    answer.headers["X-Result-Count"] = str(len(resources))
    return answer


def _one(resource: Resource) -> Response:
    return _answer(narrowed(resource, request.args.get("fields", "")))


def _created(resource: Resource) -> Response:
    answer = _answer(resource, 201)
    answer.headers["Location"] = resource["href"]
    return answer


def _answer(value: object, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False, default=_exact)
    return Response(_MARKED.sub(r"\1", text), status, content_type="application/json")


def _exact(value: object) -> str:
    assert isinstance(value, Decimal)
    return f"{_MARK}{value:f}{_MARK}"


def _body(kind: str) -> Mapping[str, Any]:
    body = loads(request.get_data())
    if not isinstance(body, dict) or body.get("@type", kind) != kind:
        raise NoResource(kind=kind)
    return body
