"""Unbilled usage as a page: the customer's own, and any customer's for the operator."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from i18n.formats import date_text
from settlement.catalogue.products import service as products
from settlement.insight.pipeline.pages import SERVICES
from settlement.insight.unbilled import service
from settlement.insight.unbilled.service import OfCustomer
from tenants.web.contracts import requires
from tenants.web.forms import own_party, say
from tenants.web.problems import reader_language

unbilled_pages = Blueprint(
    "unbilled_pages", __name__, url_prefix="/unbilled", template_folder="templates"
)
own_usage = Blueprint("own_usage", __name__, url_prefix="/own/usage", template_folder="templates")


@own_usage.get("")
@requires("own-invoices:read")
def own() -> str:
    """What the reader's party was not billed for yet."""
    found = service.of_customer(g.session, own_party())
    return _page(found, url_for("own_usage.own"), url_for("own_usage.own_days"))


@own_usage.get("/days")
@requires("own-invoices:read")
def own_days() -> dict[str, Any]:
    """The same by day, for the chart."""
    return _days(service.of_customer(g.session, own_party()))


@unbilled_pages.get("/<uuid:party_id>")
@requires("usage:read")
def of_customer(party_id: UUID) -> str:
    """What a customer was not billed for yet."""
    found = service.of_customer(g.session, party_id)
    return _page(
        found,
        url_for("unbilled_pages.of_customer", party_id=party_id),
        url_for("unbilled_pages.days", party_id=party_id),
    )


@unbilled_pages.get("/<uuid:party_id>/days")
@requires("usage:read")
def days(party_id: UUID) -> dict[str, Any]:
    """The same by day, for the chart."""
    return _days(service.of_customer(g.session, party_id))


def _page(found: OfCustomer, own_address: str, days_address: str) -> str:
    return render_template(
        "unbilled/unbilled.html",
        found=found,
        services=SERVICES,
        products={each.code: each.name for each in products.products(g.session)},
        own_address=own_address,
        days_address=days_address,
    )


def _days(found: OfCustomer) -> dict[str, Any]:
    language = reader_language()
    days, counts = found.months[-1].by_day() if found.months else ([], {})
    return {
        "language": language,
        "days": [str(day.day) for day in days],
        "titles": [date_text(day, language, "long") for day in days],
        "series": [
            {"name": say(SERVICES.get(kind, kind)), "counts": of_kind}
            for kind, of_kind in counts.items()
        ],
    }
