"""Advices of payment over HTTP: those of a batch, and what is missing of them."""

from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from settlement.billing.api import DocumentSchema, ParkedSchema
from settlement.payouts.advising import service
from settlement.payouts.advising.service import AdviceRun
from statements.filing import Filed
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

payout_advices = Blueprint(
    "payout_advices",
    __name__,
    url_prefix="/payout-batches",
    description="What payees are told of the payments of a batch.",
)


class AdviceRunSchema(Schema):
    """All advices of a batch, and who could not be told."""

    issued = fields.List(fields.Nested(DocumentSchema))
    parked = fields.List(fields.Nested(ParkedSchema))


@payout_advices.get("/<uuid:payout_batch_id>/advices")
@requires("payouts:read")
@payout_advices.response(200, DocumentSchema(many=True))
def list_advices(payout_batch_id: UUID) -> list[Filed]:
    """The advices of a batch; their files are those of documents."""
    return list(service.advices(g.session, payout_batch_id).values())


@payout_advices.post("/<uuid:payout_batch_id>/advices")
@requires("payouts:propose", "payouts:approve")
@payout_advices.response(200, AdviceRunSchema)
def advise(payout_batch_id: UUID) -> AdviceRun:
    """Issue what is missing of a batch that was sent."""
    return service.advise(g.session, payout_batch_id)
