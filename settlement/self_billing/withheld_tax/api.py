"""Tax withheld over HTTP: what a year comes to, and its certificates."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from currencies.fields import MoneyField
from settlement.billing.api import DocumentSchema, ParkedSchema
from settlement.self_billing.withheld_tax import service
from settlement.self_billing.withheld_tax.service import CertificateRun
from statements.filing import Filed
from statements.withholding_certificate import WithholdingCertificate, by_rate
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

withholding_certificates = Blueprint(
    "withholding_certificates",
    __name__,
    url_prefix="/withholding-certificates",
    description="Tax withheld from partners, certified by year.",
)


class WithheldYearSchema(Schema):
    """A calendar year, by the day of issue of the statements."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(2000, 9998))


class WithheldYearQuery(Schema):
    """A calendar year in the address."""

    year = fields.Integer(required=True, validate=validate.Range(2000, 9998))


class WithheldAtRateSchema(Schema):
    """What was withheld at one rate, parts of one."""

    rate = fields.Decimal(as_string=True)
    base = MoneyField()
    withheld = MoneyField()


class WithheldFromSchema(Schema):
    """What was withheld from a payee in a currency; `withheld` is what the book says."""

    party = fields.String(attribute="payee.reference")
    currency = fields.String()
    base = MoneyField()
    withheld = MoneyField()
    rates = fields.Function(lambda found: WithheldAtRateSchema(many=True).dump(by_rate(found)))


class CertificateRunSchema(Schema):
    """What certifying a year came to."""

    issued = fields.List(fields.Nested(DocumentSchema))
    parked = fields.List(fields.Nested(ParkedSchema))


@withholding_certificates.get("/withheld")
@requires("documents:read")
@withholding_certificates.response(200, WithheldFromSchema(many=True))
@withholding_certificates.arguments(WithheldYearQuery, location="query")
def withheld_of_year(query: dict[str, Any]) -> list[WithholdingCertificate]:
    """What was withheld in a year, by payee and currency."""
    return service.of_year(g.session, query["year"])


@withholding_certificates.get("")
@requires("documents:read")
@withholding_certificates.response(200, DocumentSchema(many=True))
def list_certificates() -> list[Filed]:
    """All certificates, the newest first; their files are those of documents."""
    return service.certificates(g.session)


@withholding_certificates.post("")
@requires("documents:issue")
@withholding_certificates.response(200, CertificateRunSchema)
@withholding_certificates.arguments(WithheldYearSchema)
def certify(body: dict[str, Any]) -> CertificateRun:
    """Certify a year that is over; again, it certifies what is missing."""
    return service.issue_year(g.session, body["year"])
