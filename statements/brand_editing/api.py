"""Brands over HTTP: keep a version, list them, go back to one, try one on an issued document."""

import base64
import binascii
from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from i18n.errors import Invalid
from i18n.locale import LOCALES
from statements import service as documents
from statements.brand import DEEP, HOUSE, LABEL_MAX, TEMPLATE_MAX, TEMPLATED, TEXTS, TINT, Brand
from statements.branding import service
from statements.branding.service import BrandVersion
from statements.filing import PDF
from tenants.web.attachment import attachment
from tenants.web.blueprint import Blueprint
from tenants.web.contracts import requires

brands = Blueprint(
    "brands", __name__, url_prefix="/brand", description="How documents of this tenant look."
)


class LogoNotBase64(Invalid):
    """The logo is not Base64. Encode the bytes of a PNG or JPEG and send them again."""


class TextsSchema(Schema):
    """What stands around a document in one language, as plain text."""

    header = fields.String(validate=validate.Length(max=TEXTS["header"]))
    footer = fields.String(validate=validate.Length(max=TEXTS["footer"]))
    payment_note = fields.String(validate=validate.Length(max=TEXTS["payment_note"]))


class BrandSchema(Schema):
    """Colours, texts by language, templates by layout; what is left out is as everybody has it."""

    deep = fields.String(load_default=DEEP, attribute="brand.deep")
    tint = fields.String(load_default=TINT, attribute="brand.tint")
    texts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LOCALES)),
        values=fields.Nested(TextsSchema),
        load_default=dict,
        attribute="brand.texts",
    )
    templates = fields.Dict(
        keys=fields.String(validate=validate.OneOf(sorted(TEMPLATED))),
        values=fields.String(validate=validate.Length(max=TEMPLATE_MAX)),
        load_default=dict,
        attribute="brand.templates",
    )


class NewBrandSchema(BrandSchema):
    """A brand to keep or to try; without a logo it bears that of the version named, if any."""

    logo = fields.String(load_default=None, allow_none=True, metadata={"description": "Base64"})
    logo_of_version = fields.Integer(load_default=None, allow_none=True, strict=True)


class KeptBrandSchema(NewBrandSchema):
    """A brand from a day of issue on; with a label, that of some parties instead of the house's."""

    label = fields.String(load_default=HOUSE, validate=validate.Length(max=LABEL_MAX))
    valid_from = fields.Date(required=True)


class TriedBrandSchema(NewBrandSchema):
    """A brand, and the issued document that it is tried on."""

    document_id = fields.UUID(required=True)


class RestoreSchema(Schema):
    """From which day of issue on."""

    valid_from = fields.Date(required=True)


class BrandVersionSchema(BrandSchema):
    """A version of a brand."""

    version = fields.Integer()
    label = fields.String()
    valid_from = fields.Date()
    restores = fields.Integer(allow_none=True)
    has_logo = fields.Function(lambda found: found.brand.logo is not None)
    kept_at = fields.AwareDateTime()
    kept_by = fields.String()


@brands.get("/versions")
@requires("documents:read")
@brands.response(200, BrandVersionSchema(many=True))
def list_versions() -> list[BrandVersion]:
    """Every version of every label, newest first."""
    return service.versions(g.session)


@brands.get("/versions/<int:version>")
@requires("documents:read")
@brands.response(200, BrandVersionSchema)
def get_version(version: int) -> BrandVersion:
    """One version."""
    return service.brand_version(g.session, version)


@brands.post("/versions")
@requires("branding:write")
@brands.response(201, BrandVersionSchema)
@brands.arguments(KeptBrandSchema)
def keep_version(body: dict[str, Any]) -> BrandVersion:
    """Keep a brand as the next version; templates are tried on a sample first."""
    return service.keep(g.session, _brand(body), body["valid_from"], _picture(body), body["label"])


@brands.post("/versions/<int:version>/restore")
@requires("branding:write")
@brands.response(201, BrandVersionSchema)
@brands.arguments(RestoreSchema)
def restore_version(body: dict[str, Any], version: int) -> BrandVersion:
    """Go back to a version: it is kept again as a new one."""
    return service.roll_back(g.session, version, body["valid_from"])


@brands.post("/preview")
@requires("branding:write")
@brands.response(200, content_type=PDF)
@brands.arguments(TriedBrandSchema)
def preview_brand(body: dict[str, Any]) -> Response:
    """An issued document as PDF in a brand that is not kept, marked as a preview."""
    document = documents.content(g.session, body["document_id"])
    pdf = service.preview(g.session, _brand(body), document, _picture(body))
    return attachment(pdf, "preview.pdf", PDF)


def _brand(body: dict[str, Any]) -> Brand:
    version = body["logo_of_version"]
    logo = None if version is None else service.brand_version(g.session, version).brand.logo
    return Brand(**body["brand"], logo=logo)


def _picture(body: dict[str, Any]) -> bytes | None:
    if body["logo"] is None:
        return None
    try:
        return base64.b64decode(body["logo"], validate=True)
    except (binascii.Error, ValueError):
        raise LogoNotBase64 from None
