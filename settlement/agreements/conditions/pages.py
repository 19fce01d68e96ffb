"""One subscription as a page: what was agreed with it alone, and forms that agree more."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, url_for

from currencies.money import Money, money, parse_amount
from i18n.locale import _
from settlement.agreements.condition import LONGEST_REASON
from settlement.agreements.conditions import service
from settlement.agreements.contracts import service as contracts
from settlement.catalogue.product import MARGIN
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from settlement.parties import service as parties
from tenants.web.contracts import requires
from tenants.web.forms import day_sent, figure_sent, optional_figure_sent, say, text_sent

subscription_pages = Blueprint(
    "subscription_pages", __name__, url_prefix="/parties/subscriptions", template_folder="templates"
)

# So many codes are offered for choosing; others can be written all the same.
OFFERED = 500
FIGURES = 40


@subscription_pages.get("/<uuid:subscription_id>")
@requires("agreements:read")
def one_subscription(subscription_id: UUID) -> str:
    """A subscription with its charges, promotions and terms, and a form for each."""
    subscription = contracts.subscription(g.session, subscription_id)
    contract = contracts.contract(g.session, subscription.contract_id)
    known = products.products(g.session)
    named = {each.id: each for each in known}
    offers = promotions.promotions(g.session)
    return render_template(
        "conditions/subscription.html",
        subscription=subscription,
        contract=contract,
        customer=parties.party(g.session, contract.customer_id),
        product=named.get(subscription.product_id),
        names={each.code: each.name for each in known},
        offered=known[:OFFERED],
        charges=service.charges_of(g.session, subscription_id),
        grants=service.grants_of(g.session, subscription_id),
        promotions=offers[:OFFERED],
        promotion_names={each.code: each.name for each in offers},
        begun=service.commitments_of(g.session, subscription_id),
        margin_goods=any(each.tax_category == MARGIN for each in known),
        longest_reason=LONGEST_REASON,
        may_write=g.caller.principal.may("agreements:write"),
    )


@subscription_pages.post("/<uuid:subscription_id>/charges")
@requires("agreements:write")
def charge(subscription_id: UUID) -> Response:
    """Charge an amount once, or take it off where it is below zero."""
    subscription = contracts.subscription(g.session, subscription_id)
    currency = contracts.contract(g.session, subscription.contract_id).currency
    cost = optional_figure_sent("purchase_cost", FIGURES)
    charged = service.charge(
        g.session,
        subscription_id,
        text_sent("product", FIGURES),
        day_sent("charged_on"),
        _amount(figure_sent("amount", FIGURES), currency),
        text_sent("reason", LONGEST_REASON),
        _amount(cost, currency) if cost else None,
    )
    is_charge = charged.amount > 0
    told = _("The charge is entered.") if is_charge else _("The amount is taken off.")
    return _back(subscription_id, say(told))


@subscription_pages.post("/<uuid:subscription_id>/promotions")
@requires("agreements:write")
def grant(subscription_id: UUID) -> Response:
    """Grant the subscription a promotion."""
    service.grant(
        g.session,
        subscription_id,
        text_sent("promotion", FIGURES),
        day_sent("begins_on"),
        text_sent("reason", LONGEST_REASON),
    )
    return _back(subscription_id, say(_("The promotion is granted.")))


@subscription_pages.post("/<uuid:subscription_id>/commitments")
@requires("agreements:write")
def agree_term(subscription_id: UUID) -> Response:
    """Agree a further term."""
    service.agree_term(g.session, subscription_id, day_sent("begins_on"))
    return _back(subscription_id, say(_("The further term is agreed.")))


def _amount(text: str, currency: str) -> Money:
    return money(parse_amount(text), currency)


def _back(subscription_id: UUID, told: str) -> Response:
    flash(told, "done")
    address = url_for(".one_subscription", subscription_id=subscription_id)
    return make_response(redirect(address, 303))
