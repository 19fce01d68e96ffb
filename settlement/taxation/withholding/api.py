"""Withholding tax over HTTP: its rates by country, and certificates of residence of parties."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from settlement.taxation.withholding import service
from settlement.taxation.withholding.withheld import ResidenceCertificate, WithholdingRate
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

withholding = Blueprint(
    "withholding",
    __name__,
    url_prefix="/withholding",
    description="Tax kept back from partners abroad.",
)


class WithholdingRateSchema(Schema):
    """Parts of one, from a day on; the treaty's rate needs a certificate of residence."""

    country = fields.String(required=True, validate=validate.Regexp("^[A-Z]{2}$"))
    rate = fields.Decimal(required=True, as_string=True, places=6, allow_nan=False)
    treaty_rate = fields.Decimal(
        load_default=None, allow_none=True, as_string=True, places=6, allow_nan=False
    )
    valid_from = fields.Date(required=True)


class ResidenceCertificateSchema(Schema):
    """A certificate of the party's own country; `valid_until` is the first day without."""

    party_id = fields.UUID(required=True)
    country = fields.String(dump_only=True)
    number = fields.String(required=True, validate=validate.Length(min=1, max=80))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True)


@withholding.get("/rates")
@requires("rates:read")
@withholding.response(200, WithholdingRateSchema(many=True))
def list_withholding_rates() -> list[WithholdingRate]:
    """All rates, by country and day."""
    return list(service.known_rules(g.session).rates)


@withholding.post("/rates")
@requires("rates:write")
@withholding.response(201, WithholdingRateSchema)
@withholding.arguments(WithholdingRateSchema)
def enter_withholding_rate(body: dict[str, Any]) -> WithholdingRate:
    """Enter a rate from a day on; 0 ends it."""
    return service.enter_rate(g.session, **body)


@withholding.get("/certificates")
@requires("parties:read")
@withholding.response(200, ResidenceCertificateSchema(many=True))
def list_residence_certificates() -> list[ResidenceCertificate]:
    """All certificates, the earliest first."""
    return list(service.known_rules(g.session).certificates)


@withholding.post("/certificates")
@requires("parties:write")
@withholding.response(201, ResidenceCertificateSchema)
@withholding.arguments(ResidenceCertificateSchema)
def enter_residence_certificate(body: dict[str, Any]) -> ResidenceCertificate:
    """Keep a certificate."""
    return service.enter_certificate(g.session, **body)
