"""The web application: every blueprint in one list, errors as answers, front-end files as they are.

There is no registration at import: what is not in a list here is not served.
"""

from pathlib import Path

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, NotFound

from currencies.api import exchange_rates
from currencies.fields import AmountField
from currencies.pages import rate_pages
from i18n.errors import DomainError
from mediation.api import suspended_records, usage_events, usage_files, usage_sources
from mediation.collecting.api import collecting, found_files
from mediation.collecting.pages import source_pages
from mediation.pages import suspense_pages
from mediation.repairing.api import repair_rules
from mediation.repairing.pages import repair_pages
from mediation.scheduling.api import source_schedules
from mediation.tmf635.api import usage_management
from mediation.trying.api import usage_trials
from mediation.trying.pages import trial_pages
from mediation.undoing.api import undoings
from mediation.undoing.pages import file_pages
from mediation.writing_off.api import write_offs
from mediation.writing_off.pages import write_off_pages
from settlement.account_statements.api import account_statements
from settlement.account_statements.pages import account_pages, own_account
from settlement.agreements.agents.api import agent_superiors, commissions, contract_agents
from settlement.agreements.api import contracts, interconnects, revenue_shares
from settlement.agreements.conditions.api import subscriptions
from settlement.agreements.conditions.pages import subscription_pages
from settlement.agreements.cost_centres.api import contract_cost_centres
from settlement.agreements.leaving_waivers.api import leaving_waivers
from settlement.agreements.numbers.api import resource_ranges
from settlement.agreements.pages import party_pages
from settlement.agreements.payers.api import contract_payers
from settlement.agreements.usage_limits.api import usage_limits
from settlement.amendments.api import amendments
from settlement.amendments.drafting.pages import drafting_pages
from settlement.amendments.pages import amendment_pages
from settlement.amendments.standard_terms.api import standard_terms
from settlement.amendments.standard_terms.pages import standard_terms_pages
from settlement.app.reading import teach_templates
from settlement.app.start import start_pages
from settlement.billing.api import bill_runs, documents
from settlement.billing.changing.api import invoice_changes
from settlement.billing.changing.pages import change_pages
from settlement.billing.itemising.api import itemised_usage
from settlement.billing.itemising.pages import own_usage_lists, usage_lists
from settlement.billing.margin_scheme.api import margin_taxes
from settlement.billing.out_of_turn.api import single_documents
from settlement.billing.out_of_turn.pages import single_pages
from settlement.billing.refunding.api import refunds
from settlement.billing.reviewing.api import document_drafts
from settlement.billing.reviewing.pages import review_pages
from settlement.billing.runs.api import mass_runs
from settlement.billing.runs.pages import bill_run_pages
from settlement.billing.splitting.api import invoice_choices
from settlement.billing.splitting.pages import invoicing_pages
from settlement.billing.sub_accounts.api import own_account_parts
from settlement.catalogue.api import promotions, rate_decks, tariffs
from settlement.catalogue.drafting.api import tariff_drafts
from settlement.catalogue.drafting.pages import tariff_pages
from settlement.catalogue.porting.api import ported_numbers
from settlement.catalogue.products.api import products
from settlement.catalogue.zones.api import zone_plans
from settlement.delivery.alarms.api import alarm_recipients
from settlement.delivery.alarms.pages import alarm_pages
from settlement.delivery.api import deliveries, delivery_choices
from settlement.delivery.choosing.pages import choice_pages
from settlement.delivery.own_choices.api import own_choices
from settlement.delivery.own_choices.pages import own_choice_pages
from settlement.delivery.pages import delivery_pages
from settlement.delivery.printing.api import print_batches
from settlement.delivery.printing.pages import print_pages
from settlement.disputes.api import disputes
from settlement.disputes.attachments.api import dispute_attachments
from settlement.disputes.attachments.pages import dispute_files, own_dispute_files
from settlement.disputes.claims.api import dispute_claims
from settlement.disputes.claims.pages import claim_pages, own_claims
from settlement.disputes.objections.api import disputed_buckets, exchange_answers
from settlement.disputes.objections.pages import own_answers
from settlement.disputes.pages import dispute_pages, own_disputes
from settlement.disputes.responses.api import invoice_responses
from settlement.disputes.returned_calls.api import rap_files
from settlement.disputes.returned_calls.missing_returns.api import missing_rap_files
from settlement.disputes.returned_calls.missing_returns.pages import missing_return_pages
from settlement.disputes.returned_calls.pages import roaming_pages
from settlement.disputes.values.api import dispute_values
from settlement.disputes.values.pages import carrying_out_pages
from settlement.evidence.api import declaration_evidence, evidence
from settlement.evidence.pages import evidence_files, own_evidence
from settlement.exchange_differences.api import exchange_differences
from settlement.insight.held.pages import held_pages
from settlement.insight.labels.pages import label_pages
from settlement.insight.oss.api import one_stop_shop
from settlement.insight.oss.pages import oss_pages
from settlement.insight.overview.pages import overview_pages
from settlement.insight.pipeline.pages import pipeline_pages
from settlement.insight.register.pages import document_pages
from settlement.insight.rules.pages import rule_pages
from settlement.insight.tariff_choice.api import tariff_comparisons
from settlement.insight.tariff_choice.pages import calculator_pages
from settlement.insight.tracing.api import usage_records
from settlement.insight.tracing.pages import record_pages
from settlement.insight.unbilled.api import unbilled_usage
from settlement.insight.unbilled.pages import own_usage, unbilled_pages
from settlement.insight.work_list.api import suspense_values
from settlement.insight.work_list.pages import work_list_pages
from settlement.interconnect.api import exchange
from settlement.interconnect.consenting.api import correction_consents
from settlement.interconnect.credit_limits.api import credit_limits
from settlement.interconnect.credit_limits.pages import credit_limit_pages
from settlement.interconnect.exchange.api import exchange_messages
from settlement.interconnect.expected_cost.api import expected_costs
from settlement.interconnect.expected_cost.pages import expected_cost_pages
from settlement.interconnect.guarantees.api import guarantees
from settlement.interconnect.guarantees.pages import guarantee_pages
from settlement.interconnect.pages import exchange_pages, own_exchange
from settlement.interconnect.price_lists.api import carrier_prices
from settlement.interconnect.price_lists.deciding.api import price_lists
from settlement.interconnect.price_lists.deciding.pages import price_list_pages
from settlement.interconnect.records.api import exchanged_records
from settlement.interconnect.records.pages import compared_pages, own_compared
from settlement.interconnect.refused_files.api import refused_files
from settlement.interconnect.refused_files.pages import own_refused, refused_pages
from settlement.interconnect.roaming.api import tap_files
from settlement.interconnect.roaming.missing_files.api import missing_tap_files
from settlement.interconnect.roaming.missing_files.pages import missing_file_pages
from settlement.interconnect.roaming.returning.api import sent_rap_files
from settlement.interconnect.roaming.taking_back.api import return_take_backs
from settlement.interconnect.roaming.taking_back.pages import take_back_pages
from settlement.interconnect.routing.api import routing_tables
from settlement.interconnect.routing.pages import routing_pages
from settlement.interconnect.supplier_invoices.api import supplier_invoices
from settlement.interconnect.supplier_invoices.pages import supplier_invoice_pages
from settlement.inventory.api import numbered_resources
from settlement.inventory.pages import inventory_pages
from settlement.migrations.upgrading import require_current
from settlement.netting.api import netting_agreements, offsets
from settlement.netting.deposits.api import deposits
from settlement.netting.deposits.pages import deposit_pages
from settlement.netting.pages import offset_pages, own_offsets
from settlement.parties.accounts.api import parent_accounts
from settlement.parties.api import own_bank_accounts, parties
from settlement.payouts.advising.api import payout_advices
from settlement.payouts.api import payout_batches
from settlement.payouts.pages import payout_pages
from settlement.periods.api import periods
from settlement.periods.pages import rounding_pages
from settlement.rating.deals.api import deals
from settlement.rating.explaining.api import charge_lines
from settlement.rating.explaining.pages import charge_pages
from settlement.rating.limit_alerts.api import limit_alerts
from settlement.rating.limit_alerts.pages import alert_pages
from settlement.receipts.api import receipts
from settlement.receipts.instalments.api import instalment_plans, own_instalment_plans
from settlement.receipts.instalments.pages import instalment_pages, own_instalments
from settlement.receipts.interest.api import interest
from settlement.receipts.interest.pages import interest_pages
from settlement.receipts.reminding.api import reminders
from settlement.receipts.reminding.pages import reminder_pages
from settlement.receipts.writing_off.api import debt_write_offs
from settlement.self_billing.acceptance.api import acceptances
from settlement.self_billing.acceptance.pages import own_acceptances
from settlement.self_billing.api import statement_runs
from settlement.self_billing.withheld_tax.api import withholding_certificates
from settlement.self_billing.withheld_tax.pages import withheld_tax_pages
from settlement.taxation.number_checks.api import vat_checks
from settlement.taxation.number_checks.pages import party_tax_pages
from settlement.taxation.own_rates.api import vat_rates
from settlement.taxation.places.api import place_evidence
from settlement.taxation.withholding.api import withholding
from settlement.tm_forum.api import TM_FORUM as REVENUE_SHARING
from statements.brand_editing.api import brands
from statements.brand_editing.pages import brand_pages
from statements.labels.api import worn_labels
from statements.number_series.api import number_series
from statements.number_series.pages import series_pages
from statements.pages import own_documents, own_invoices
from statements.profiles.api import document_profiles, rule_packs
from statements.schemas.api import schemas
from tenants.audit.api import audit
from tenants.audit.pages import audit_pages
from tenants.jobs.api import runs, schedules
from tenants.jobs.pages import run_pages
from tenants.people.api import api_keys, users
from tenants.people.pages import people_pages
from tenants.persistence.database import Database, find_place
from tenants.settings import REPOSITORY, settings_from_environment
from tenants.web.contracts import is_api_request, public
from tenants.web.forms import own_place, refused_field
from tenants.web.openapi import OPENAPI, ProblemApi, describe_security
from tenants.web.problems import problem, problem_of, problem_of_http, title_of
from tenants.web.wiring import wire

API: list[Blueprint] = [
    parties,
    vat_checks,
    place_evidence,
    vat_rates,
    withholding,
    own_bank_accounts,
    products,
    tariffs,
    tariff_drafts,
    promotions,
    rate_decks,
    zone_plans,
    ported_numbers,
    contracts,
    subscriptions,
    leaving_waivers,
    contract_payers,
    contract_agents,
    agent_superiors,
    usage_limits,
    limit_alerts,
    deals,
    tariff_comparisons,
    resource_ranges,
    numbered_resources,
    revenue_shares,
    commissions,
    interconnects,
    amendments,
    standard_terms,
    periods,
    mass_runs,
    bill_runs,
    documents,
    itemised_usage,
    number_series,
    brands,
    invoice_changes,
    single_documents,
    margin_taxes,
    invoice_choices,
    own_account_parts,
    parent_accounts,
    contract_cost_centres,
    document_drafts,
    worn_labels,
    document_profiles,
    rule_packs,
    alarm_recipients,
    delivery_choices,
    own_choices,
    deliveries,
    print_batches,
    refunds,
    receipts,
    exchange_rates,
    exchange_differences,
    interest,
    reminders,
    instalment_plans,
    own_instalment_plans,
    account_statements,
    debt_write_offs,
    charge_lines,
    statement_runs,
    acceptances,
    withholding_certificates,
    one_stop_shop,
    payout_batches,
    payout_advices,
    netting_agreements,
    offsets,
    evidence,
    declaration_evidence,
    schemas,
    disputes,
    dispute_attachments,
    dispute_claims,
    dispute_values,
    disputed_buckets,
    exchange_answers,
    invoice_responses,
    exchange,
    correction_consents,
    exchange_messages,
    expected_costs,
    carrier_prices,
    price_lists,
    routing_tables,
    credit_limits,
    guarantees,
    deposits,
    exchanged_records,
    refused_files,
    supplier_invoices,
    tap_files,
    rap_files,
    sent_rap_files,
    missing_tap_files,
    missing_rap_files,
    return_take_backs,
    unbilled_usage,
    usage_events,
    usage_files,
    usage_sources,
    suspended_records,
    repair_rules,
    usage_trials,
    write_offs,
    undoings,
    suspense_values,
    usage_records,
    collecting,
    source_schedules,
    found_files,
    users,
    api_keys,
    audit,
    runs,
    schedules,
]
"""What programs call, below `/v1`."""

TM_FORUM: list[Blueprint] = [usage_management, *REVENUE_SHARING]
"""What programs call by the APIs of TM Forum, below the paths that they fix."""

PAGES: list[Blueprint] = [
    start_pages,
    people_pages,
    party_pages,
    subscription_pages,
    party_tax_pages,
    amendment_pages,
    drafting_pages,
    standard_terms_pages,
    tariff_pages,
    calculator_pages,
    pipeline_pages,
    overview_pages,
    suspense_pages,
    repair_pages,
    trial_pages,
    write_off_pages,
    file_pages,
    source_pages,
    work_list_pages,
    record_pages,
    document_pages,
    usage_lists,
    label_pages,
    rule_pages,
    delivery_pages,
    alarm_pages,
    choice_pages,
    print_pages,
    change_pages,
    series_pages,
    brand_pages,
    single_pages,
    bill_run_pages,
    invoicing_pages,
    review_pages,
    held_pages,
    interest_pages,
    reminder_pages,
    instalment_pages,
    own_instalments,
    withheld_tax_pages,
    oss_pages,
    rounding_pages,
    account_pages,
    charge_pages,
    alert_pages,
    exchange_pages,
    compared_pages,
    own_compared,
    refused_pages,
    own_refused,
    expected_cost_pages,
    routing_pages,
    credit_limit_pages,
    price_list_pages,
    guarantee_pages,
    deposit_pages,
    supplier_invoice_pages,
    roaming_pages,
    take_back_pages,
    missing_file_pages,
    missing_return_pages,
    payout_pages,
    offset_pages,
    rate_pages,
    own_offsets,
    own_evidence,
    evidence_files,
    dispute_pages,
    claim_pages,
    own_claims,
    carrying_out_pages,
    own_disputes,
    dispute_files,
    own_dispute_files,
    inventory_pages,
    run_pages,
    audit_pages,
    own_documents,
    own_acceptances,
    own_exchange,
    own_answers,
    own_invoices,
    own_usage_lists,
    own_account,
    own_usage,
    own_choice_pages,
    unbilled_pages,
]
"""What people look at."""

ASSETS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "echarts.common.min.js": "echarts/dist/echarts.common.min.js",
}
"""Front-end files by the name they are served under, below `node_modules`."""

# What a page says after a form was sent travels in a signed cookie of its own.
NOTICES = {"SESSION_COOKIE_NAME": "saldo_notice", "SESSION_COOKIE_SAMESITE": "Lax"}

_log = structlog.get_logger("saldo.web")


def create_app(database: Database | None = None) -> Flask:
    """The application on this database, else on the one the settings name."""
    database = database or _configured_database()
    app = Flask("settlement.app")
    app.config.update(OPENAPI, SIGN_IN_ENDPOINT="people_pages.ask", **NOTICES)
    app.jinja_env.undefined = StrictUndefined
    wire(app, database)
    teach_templates(app)
    api = ProblemApi(app)
    # After the API, which would answer people as it answers programs.
    _answer_errors(app)
    api.register_field(AmountField, "string", "decimal")
    describe_security(api)
    for blueprint in API:
        api.register_blueprint(blueprint, url_prefix=f"/v1{blueprint.url_prefix or ''}")
    for blueprint in TM_FORUM:
        api.register_blueprint(blueprint)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    app.add_url_rule("/assets/<path:name>", "assets", public(_asset))
    app.add_url_rule("/health", "health", public(_health))
    return app


def _configured_database() -> Database:
    settings = settings_from_environment()
    database = Database(find_place(settings).application_url, settings)
    require_current(database.engine)
    return database


def _answer_errors(app: Flask) -> None:
    app.register_error_handler(DomainError, _answer_domain_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_our_own_error)


def _answer_domain_error(error: DomainError) -> Response:
    return _for_reader(problem_of(error), refused_field(error))


def _answer_http_error(error: HTTPException) -> Response:
    return _for_reader(problem_of_http(error))


def _answer_our_own_error(error: Exception) -> Response:
    # The trace is for the log; the reader gets the number to quote.
    _log.exception("failed", request_id=g.get("request_id", ""), exc_info=error)
    return _for_reader(problem(500, "our-error", title_of(500)))


def _for_reader(answer: Response, field: str = "") -> Response:
    """The problem itself for a program; for a person a page, or a word above the form sent."""
    if is_api_request():
        return answer
    said = answer.get_json()
    form = own_place(request.referrer) if request.method == "POST" else None
    # Whom or what a field names may not be there; an address that is not there is no form.
    is_of_form = answer.status_code in (409, 422) or (answer.status_code == 404 and bool(field))
    if form is not None and is_of_form:
        flash(said["detail"], "refused")
        flash(field, "field")
        return make_response(redirect(form, 303))
    # The transaction has ended; the page must not begin another.
    g.pop("session", None)
    page = render_template("problem.html", problem=said)
    return Response(page, answer.status_code, content_type="text/html; charset=utf-8")


def _asset(name: str) -> Response:
    if name not in ASSETS:
        raise NotFound
    place = Path(ASSETS[name])
    folder = REPOSITORY / "node_modules" / place.parent
    return send_from_directory(folder, place.name, max_age=31536000)


def _health() -> Response:
    return Response("ok\n", content_type="text/plain")
