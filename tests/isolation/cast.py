"""Two tenants full of canaries, each with people of every role and two of every kind of party.

Everything is made through the services a user would reach. Every name carries `CNRY-` and whose it
is, so that one text search over an answer finds anything that crossed a wall. Within a tenant,
partners, carriers and customers are competitors: side 1 is the one who asks, side 2 the other.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import BytesIO
from uuid import UUID

import polars as pl
import sqlalchemy as sa

from currencies import service as currencies
from currencies.money import money
from mediation import service as mediation
from mediation.collecting import service as collecting
from mediation.collecting.place import Seen
from mediation.exporters import service as exporters
from mediation.flow_knowledge import GIVEN, Told
from mediation.repairing import service as repairing
from mediation.repairing.rule import Change
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from mediation.undoing import service as undoing
from mediation.writing_off import service as writing_off
from settlement.account_statements import service as account_statements
from settlement.agreements import service as agreements
from settlement.agreements.agents import service as agents
from settlement.agreements.conditions import service as conditions
from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.agreements.cost_centres import service as cost_centres
from settlement.agreements.leaving_waivers import service as leaving_waivers
from settlement.agreements.numbers import service as numbers
from settlement.agreements.payers import service as payers
from settlement.agreements.usage_limits import service as usage_limits
from settlement.amendments import service as amendments
from settlement.amendments.amendment import Drafted
from settlement.amendments.amendment import Kind as AmendmentKind
from settlement.amendments.standard_terms import service as standard_terms
from settlement.amendments.standard_terms.service import Wanted
from settlement.billing.drafts import service as drafts
from settlement.billing.invoice_choice import InvoiceChoice, Way
from settlement.billing.splitting import service as splitting
from settlement.billing.store import UnbilledMonthRow
from settlement.catalogue import service as catalogue
from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.porting import service as porting
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from settlement.catalogue.zones import service as zone_plans
from settlement.delivery import service as delivering
from settlement.delivery.alarms import service as alarms
from settlement.delivery.choice import Choice as DeliveryChoice
from settlement.delivery.delivery import Answer, Channel, State
from settlement.delivery.printing.print_batch import PARTS
from settlement.disputes import service as disputes
from settlement.disputes.attachments import service as disputes_attachments
from settlement.disputes.dispute import Reason, Side
from settlement.disputes.values import service as disputes_values
from settlement.interconnect import service as interconnect
from settlement.interconnect.credit_limits import service as credit_limits
from settlement.interconnect.exchange import service as exchange_service
from settlement.interconnect.exchange.keeping import service as exchange_keeping
from settlement.interconnect.exchange.sending import service as exchange_sending
from settlement.interconnect.guarantees import service as guarantees
from settlement.interconnect.guarantees.guarantee import Kind as GuaranteeKind
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.records import service as records
from settlement.interconnect.roaming.taking_back import service as taking_back
from settlement.interconnect.supplier_invoices import service as supplier_invoices
from settlement.interconnect.supplier_invoices.invoice import Head
from settlement.interconnect.supplier_invoices.table_reading import InvoiceLayout
from settlement.inventory import service as inventory
from settlement.netting import store as netting
from settlement.netting.deposits import service as deposits
from settlement.parties import service as parties
from settlement.parties.accounts import service as accounts
from settlement.parties.party import Kind
from settlement.parties.standing import Standing
from settlement.parties.standings import service as standings
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from settlement.rating.limit_alerts.store import LimitAlertRow
from settlement.rating.orders import service as orders
from settlement.rating.rated_batch import RATED
from settlement.rating.rollover.store import RatedMonthRow, replace_month
from settlement.rating.runs.files import read_charges
from settlement.rating.runs.store import add_correction
from settlement.receipts import service as receipts
from statements import service as statements
from statements.document import Kind as DocumentKind
from statements.exchange.message import Message, MessageKind
from statements.exchange.reading import read_message
from statements.exchange.writing import message_xml
from statements.filing import Filing
from statements.profiles import service as profiles
from statements.profiles.service import Choice
from tenants.column_files import keep_frame
from tenants.directory import service as directory
from tenants.directory.service import own_tenant
from tenants.jobs import service as jobs
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, transaction
from tests.settlement.books import a_share, an_agreement, insert
from tests.settlement.interconnect.exchange import a_rate, rated_traffic, their_answer
from tests.settlement.parties.builders import a_registered_party
from tests.settlement.payouts.builders import OWN_IBAN, a_partner, owed
from tests.statements.builders import a_buyer, a_seller, an_invoice
from tests.statements.exchange.builders import a_header, a_key_pair
from tests.tenants.people.builders import PASSWORD
from tests.world import a_tenant

PORTALS = {
    Role.PARTNER_USER: Kind.PARTNER,
    Role.CARRIER_USER: Kind.CARRIER,
    Role.CUSTOMER_USER: Kind.CUSTOMER,
}
STAFF = [role for role in Role if role not in PORTALS and role is not Role.SYSTEM]


# Each tenant has a month that the other does not.
MONTHS = {"alpha": "2026-12", "beta": "2027-01"}


@dataclass
class Tenant:
    """The ids of one tenant by kind, each role's cookie and key, and the ids of a portal's own."""

    code: str
    id: UUID
    ids: dict[str, str] = field(default_factory=dict)
    own: dict[tuple[Role, int], dict[str, str]] = field(default_factory=dict)
    keys: dict[Role, str] = field(default_factory=dict)
    cookies: dict[Role, str] = field(default_factory=dict)

    def ids_of(self, role: Role, side: int = 1) -> Mapping[str, str]:
        """The ids this role may name; for a portal role those of its own party come first."""
        return self.ids | self.own.get((role, side), {})


def canary(code: str, what: str) -> str:
    """A text that must never be seen by anybody but its owner."""
    return f"CNRY-{code}-{what}"


def assemble(database: Database, code: str) -> Tenant:
    """One tenant with everything in it."""
    tenant = Tenant(code, a_tenant(code).id)
    with transaction(database, tenant.id, SYSTEM, "tests.world") as session:
        directory.create_tenant(session, a_tenant(code, name=canary(code, "tenant")))
        for kind in DocumentKind:
            statements.open_series(session, kind, f"{kind.name}/{{year}}/{{number:06}}")
        for role in PORTALS:
            tenant.own[role, 1], tenant.own[role, 2] = {}, {}
        _exchange(session, tenant)
        for side in (1, 2):
            _papers(session, tenant, Role.CUSTOMER_USER, DocumentKind.INVOICE, side)
            _papers(session, tenant, Role.PARTNER_USER, DocumentKind.SELF_BILLED_INVOICE, side)
        for role in (Role.CARRIER_USER, Role.PARTNER_USER):
            for side in (1, 2):
                _offset(session, tenant, role, side)
        for role in reversed(PORTALS):
            _accounts(session, tenant, role)
            tenant.ids = tenant.own[role, 1] | tenant.ids
        _amendment(session, tenant)
        _payouts(session, tenant)
        _catalogue(session, tenant)
        _usage(session, tenant)
        _work(session, tenant)
        _remaining_rows(session, tenant)
        for role in (*STAFF, *PORTALS):
            _person(session, tenant, role)
    return tenant


def _exchange(session: TenantSession, tenant: Tenant) -> None:
    """Two carriers with traffic in October, declared by both sides, and a dispute with each."""
    codes = {side: canary(tenant.code, f"carrier{side}") for side in (1, 2)}
    traffic = {side: rated_traffic(session, code) for side, code in codes.items()}
    carriers = {side: carrier_id for side, (carrier_id, _) in traffic.items()}
    agreed = {carrier_id: agreement_id for carrier_id, agreement_id in traffic.values()}
    _rate_together(session)
    currencies.load_rates(session, [a_rate()])
    periods.close(session, "2026-10")
    tenant.ids["period"] = periods.open_period(session, MONTHS[tenant.code]).code
    _re_rating(session, tenant)
    declared = {
        each.exchanged.carrier_id: each.exchanged
        for each in interconnect.declare(session, "2026-10")
        if each.exchanged
    }
    for side, carrier_id in carriers.items():
        ours = declared[carrier_id]
        assert ours.document_id is not None
        theirs = their_answer(session, ours, number=f"ATL-{side}")
        found = reconciling.answer(session, carrier_id, theirs)
        credit_limits.set_limit(session, carrier_id, Decimal(1), "XDR")
        agreement = f"IC-{codes[side]}"
        message = exchange_sending.send_totals(session, agreement, "2026-10")
        _said_nothing(session, carrier_id, codes[side])
        exchange_keeping.register_certificate(session, carrier_id, a_key_pair()[1])
        tenant.own[Role.CARRIER_USER, side] = {
            "party": str(carrier_id),
            "partnership": str(carrier_id),
            "carrier": str(carrier_id),
            "agreement": str(agreed[carrier_id]),
            "document": str(ours.document_id),
            "declaration": str(ours.id),
            "exchange_message": str(message.id),
            "supplier_invoice": _invoiced(session, tenant, carrier_id),
            "reconciliation": str(found.id),
            "comparison": _records(session, tenant, carrier_id, codes[side]),
            "dispute": _dispute(session, ours.document_id, "0.10 XDR", "incoming", Side.THEM),
        }
        insert(
            session, "correction_consents", declaration_id=ours.id, status="agreed",
            asked_by="system", asked_at=session.now(), answered_by=canary(tenant.code, "answered"),
            answered_at=session.now(), reference="", reason="",
        )  # fmt: skip
        insert(
            session, "exchange_settlements", exchange_message_id=message.id,
            declaration_id=ours.id, direction="incoming", currency="XDR", settled=ours.amount,
            before=ours.amount, settled_at=session.now(),
        )  # fmt: skip
        own = tenant.own[Role.CARRIER_USER, side]
        own["attachment"] = _attachment(session, own["dispute"])
        own["refused_file"] = str(
            insert(
                session, "refused_files", carrier_id=carrier_id, kind="declaration",
                sha256=session.files.put(canary(tenant.code, "refused").encode()), size=7,
                code="xml-refused", reason=canary(tenant.code, "reason"), refused_by=side,
                refused_at=session.now(),
            )
        )  # fmt: skip
        own["guarantee"] = str(
            guarantees.take(
                session, carrier_id, GuaranteeKind.BANK, "BG-1", canary(tenant.code, "guarantor"),
                money("1 XDR"), dt.date(2026, 1, 1),
            ).id
        )  # fmt: skip
        reference = canary(tenant.code, f"deposit-{side}")
        taken = deposits.receive(
            session, carrier_id, reference, money("1 XDR"), dt.date(2026, 11, 2)
        )
        deposits.give_back(session, taken.id, money("0.10 XDR"))
        own["deposit"] = str(taken.id)
        own["tap_file"] = str(
            insert(
                session, "tap_files", carrier_id=carrier_id, agreement_id=agreed[carrier_id],
                period_id=ours.period_id, sender=canary(tenant.code, "sender"),
                recipient=f"{side}", sequence=1, events=1, amount=Decimal(1), currency="XDR",
                sha256=session.files.put(canary(tenant.code, "tap").encode()),
                written_at=session.now(),
            )
        )  # fmt: skip
        own["rap_file"] = str(
            insert(
                session, "rap_files", carrier_id=carrier_id, sender=side,
                recipient=canary(tenant.code, "recipient"), sequence=1, returns=1,
                amount=Decimal(1), currency="XDR",
                sha256=session.files.put(canary(tenant.code, "rap").encode()),
                taken_in_at=session.now(),
            )
        )  # fmt: skip
        insert(
            session, "rap_waivers", carrier_id=carrier_id, sender=side, recipient="US001",
            sequence=2, reason=canary(tenant.code, "rap waiver"), waived_by="system",
            waived_at=session.now(),
        )  # fmt: skip
        insert(
            session, "returned_files", rap_file_id=own["rap_file"], tap_file_id=own["tap_file"],
            reason="rate", calls=1, amount=Decimal(1),
        )  # fmt: skip
        session.execute(
            sa.text(
                "INSERT INTO returned_calls (tenant_id, rap_file_id, line, kind, amount,"
                " tap_file_id, place, began)"
                " VALUES (:tenant, :rap, 1, 'severe', 1, :tap, 1, :began)"
            ),
            {
                "tenant": session.tenant_id, "rap": own["rap_file"], "tap": own["tap_file"],
                "began": canary(tenant.code, "began"),
            },
        )  # fmt: skip
    credit_limits.tell(session)
    alarms.name_recipient(session, f"{canary(tenant.code, 'alarms')}@operator.example", "en")
    tenant.ids["alarm_recipient"] = str(alarms.recipients(session)[0].id)
    also = alarms.name_recipient(session, f"{canary(tenant.code, 'also')}@operator.example", "en")
    tenant.ids["also_alarm_recipient"] = str(also.id)
    insert(
        session, "alarm_mails", kind="failed_run", key="1", raised_at=session.now(), tries=0,
        facts={"job": canary(tenant.code, "job"), "error": ""}, language="en", state="waiting",
        email=canary(tenant.code, "told"), detail="", changed_at=session.now(),
    )  # fmt: skip


def _invoiced(session: TenantSession, tenant: Tenant, carrier_id: UUID) -> str:
    """An invoice of the carrier for what it says it carried."""
    destination = canary(tenant.code, "invoiced")
    table = "destination,service_from,service_to,amount\n" + (
        f"{destination},2026-10-01,2026-10-31,1.00\n"
    )
    head = Head(canary(tenant.code, "number"), dt.date(2026, 11, 5), "XDR")
    layout = InvoiceLayout({})
    kept = supplier_invoices.take_in(session, carrier_id, table.encode(), layout, head)
    return str(kept.id)


def _said_nothing(session: TenantSession, carrier_id: UUID, code: str) -> None:
    """The carrier counts nothing, so that every bucket of ours differs."""
    receiver = own_tenant(session).legal_name
    header = a_header("T-1", sender=code, receiver=receiver, agreement=f"IC-{code}")
    xml = message_xml(Message(MessageKind.BUCKET_TOTALS, header))
    answer = read_message(BytesIO(exchange_service.receive(session, carrier_id, BytesIO(xml))))
    assert answer.verdict == "accepted", answer.lines


def _records(session: TenantSession, tenant: Tenant, carrier_id: UUID, code: str) -> str:
    """The carrier's own records compared with ours: one call that we do not have."""
    name = canary(tenant.code, "record")
    sent = (
        "record_id,calling,called,started_at,seconds,amount,direction,trunk,destination\n"
        f"{name},48100,35320,2026-10-05T12:00:00Z,60,0.01,outgoing,TR-{code},Poland\n"
    )
    asked = records.Asked(f"IC-{code}", "2026-10")
    return str(records.answer(session, carrier_id, asked, sent.encode()).id)


def _re_rating(session: TenantSession, tenant: Tenant) -> None:
    """An order that is kept and not carried out: what was declared stays as it is."""
    october = periods.period(session, "2026-10")
    orders.keep(session, orders.draft(session, october.id, canary(tenant.code, "re-rating")))


def _rate_together(session: TenantSession) -> None:
    """One rating of the month with the traffic of both carriers in it."""
    runs = session.execute(sa.text("SELECT period_id, rated_sha256 FROM rating_runs")).all()
    charges = pl.concat([read_charges(session.files, run.rated_sha256) for run in runs])
    insert(
        session, "rating_runs", period_id=runs[0].period_id, snapshot_digest="0" * 64,
        rated_sha256=keep_frame(session.files, charges.select(RATED.names())),
        events=charges.height, rated=charges.height, suspended=0, unbillable=0, free=0,
        rated_at=session.now() + dt.timedelta(seconds=1),
    )  # fmt: skip


def _papers(
    session: TenantSession, tenant: Tenant, role: Role, kind: DocumentKind, side: int
) -> None:
    """A customer or a partner with one issued document."""
    name = canary(tenant.code, f"{PORTALS[role].value}{side}")
    party = a_registered_party(session, name, kind=PORTALS[role], name=name)
    self_billed = kind is DocumentKind.SELF_BILLED_INVOICE
    sides = {"seller": a_seller(name=name)} if self_billed else {"buyer": a_buyer(name=name)}
    filing = Filing(
        party.id,
        f"{kind.value}:2026-10:{party.code}",
        direction="payable" if self_billed else "receivable",
    )
    draft = an_invoice(number="", issued_on=None, kind=kind, **sides)
    filed = statements.issue(session, draft, filing, dt.date(2026, 11, 10))
    assert filed.is_issued, filed.verdict
    profiles.choose(session, Choice("peppol", dt.date(2031, 1, 1), party.id))
    tenant.own[role, side] = {"party": str(party.id), "document": str(filed.id)}
    if self_billed:
        shares = [{"payee": name, "rate": "0.5"}]
        agreement, terms = an_agreement(
            session, party.id, f"RS-{name}", {"owner": "operator", "shares": shares}
        )
        tenant.own[role, side] |= {
            "partnership": str(party.id),
            "agreement": str(agreement),
            "algorithm": str(terms),
            "model": str(agreement),
            "statement": str(filed.id),
        }
        own = tenant.own[role, side]
        own["dispute"] = _dispute(session, filed.id, "1.00 PLN", "", Side.THEM)
        own["attachment"] = _attachment(session, own["dispute"])
        tenant.ids["dispute"] = _dispute(session, filed.id, "1.00 PLN", "", Side.US)
        tenant.ids["attachment"] = _attachment(session, tenant.ids["dispute"])


def _accounts(session: TenantSession, tenant: Tenant, role: Role) -> None:
    """Statements of the accounts of a portal's parties, in a year before there was anything."""
    days = dt.date(2020, 1, 1), dt.date(2021, 1, 1)
    for side in (1, 2):
        own = tenant.own[role, side]
        party = parties.party(session, UUID(own["party"]))
        filed = account_statements.issue(session, party.code, "PLN", *days)
        own["account_statement"] = str(filed.id)


def _offset(session: TenantSession, tenant: Tenant, role: Role, side: int) -> None:
    """A netting agreement with a party, and an offset under it; the second party has agreed."""
    own, party = {"tenant_id": session.tenant_id}, UUID(tenant.own[role, side]["party"])
    code, now = canary(tenant.code, f"net-{role.value}{side}"), session.now()
    agreed, offset = session.ids.new(), session.ids.new()
    thresholds = {"PLN": "1.00"}
    insert(
        session, "netting_agreements", id=agreed, code=code, thresholds=thresholds,
        declared_by="system", declared_at=now,
    )  # fmt: skip
    session.add(netting.MemberRow(**own, netting_agreement_id=agreed, party_id=party))
    insert(
        session, "offsets", id=offset, netting_agreement_id=agreed, number=code,
        status="proposed", currency="PLN", payable=1, receivable=1, amount=1,
        netted_on=dt.date(2026, 11, 10), proposed_by="system", proposed_at=now, reason="",
    )  # fmt: skip
    common = {**own, "offset_id": offset, "party_id": party}
    figures = {"currency": "PLN", "amount": 1, "counted": 1}
    accounts = ("carrier_payable", "carrier_receivable")
    for line, account in enumerate(accounts, 1):
        session.add(netting.LineRow(**common, line=line, account=account, **figures))
    if side == 2:
        said = {"agreed_by": code, "agreed_at": now, "reference": code}
        session.add(netting.ConsentRow(**common, **said, is_silent=False))
    session.flush()
    tenant.own[role, side] |= {"offset": str(offset), "netting_agreement": code}


def _amendment(session: TenantSession, tenant: Tenant) -> None:
    """A draft of the next version of a partner's agreement."""
    partner = tenant.own[Role.PARTNER_USER, 1]
    code = agreements.terms_by_id(session)[UUID(partner["algorithm"])].code
    tenant.ids["agreement_code"] = code
    tenant.ids["party_code"] = parties.party(session, UUID(partner["party"])).code
    drafted = Drafted(AmendmentKind.TERMS, code, UUID(partner["party"]), "PLN", dt.date(2027, 1, 1))
    tenant.ids["amendment"] = str(amendments.draft(session, drafted).id)
    name = canary(tenant.code, "standard")
    kept = standard_terms.keep(session, name, "revenue_share", {})
    wanted = Wanted(code, drafted.party_id, "PLN", drafted.valid_from, {})
    standard_terms.begin_agreement(session, name, wanted)
    tenant.ids |= {"standard_terms": name, "standard_terms_version": str(kept.id)}


def _payouts(session: TenantSession, tenant: Tenant) -> None:
    """A partner that is owed something, in a batch that waits for approval."""
    parties.set_bank_account(session, None, canary(tenant.code, "us"), OWN_IBAN, None, "PLN")
    owed(session, a_partner(session, canary(tenant.code, "partner3")), "300.00 PLN")
    tenant.ids["payout_batch"] = str(payouts.propose(session, "PLN", dt.date(2026, 11, 10)).id)


def _catalogue(session: TenantSession, tenant: Tenant) -> None:
    """A product at a tariff, a deck of prices, and a customer's contract for them."""
    product, tariff = canary(tenant.code, "product"), canary(tenant.code, "carrier1-in")
    deck, number = canary(tenant.code, "deck"), canary(tenant.code, "contract")
    products.add_product(session, product, product, "voice")
    layout = DeckLayout({"prefix": 1, "destination": 2, "price": 3})
    content = f"48,{canary(tenant.code, 'destination')},0.01\n".encode()
    day = dt.date(2026, 10, 1)
    catalogue.import_deck_file(session, deck, deck, "PLN", content, layout, day)
    zones = canary(tenant.code, "zones")
    zone = canary(tenant.code, "zone")
    zone_plans.import_zones(session, zones, zones, f"prefix,zone\n48,{zone}\n".encode(), day)
    ported = b"number,operator,valid_from\n48600100200,48700,2026-10-01T00:00:00Z\n"
    porting.import_ported(session, ported)
    customer = canary(tenant.code, "customer1")
    subscription = NewSubscription(product, tariff, (canary(tenant.code, "identifier"),))
    signed = contracts.load_contracts(
        session, [NewContract(number, customer, "XDR", day, subscriptions=(subscription,))]
    )
    tenant.ids |= {
        "product": product,
        "tariff": tariff,
        "tariff_version": str(catalogue.published_tariffs(session)[0].id),
        "carrier_agreement": f"IC-{canary(tenant.code, 'carrier1')}",
        "trunk": f"TR-{canary(tenant.code, 'carrier1')}",
        "deck": deck,
        "zone_plan": zones,
        "customer": customer,
        "contract": str(signed[0].id),
        "subscription": str(contracts.subscriptions(session, signed[0].id)[0].id),
    }
    _conditions(session, tenant, day)


def _conditions(session: TenantSession, tenant: Tenant, day: dt.date) -> None:
    """A promotion, and what one subscription and its customer have of their own."""
    promotion, second = (canary(tenant.code, f"promotion{number}") for number in (1, 2))
    for code in (promotion, second):
        promotions.publish_promotion(session, code, code, {"percent": "0.1"}, day)
    tenant.ids["second_promotion"] = second
    subscription, why = UUID(tenant.ids["subscription"]), canary(tenant.code, "reason")
    conditions.grant(session, subscription, promotion, day, why)
    conditions.agree_term(session, subscription, day + dt.timedelta(1))
    waiver = leaving_waivers.propose(session, subscription, why)
    tenant.ids["leaving_waiver"] = str(waiver.id)
    product, amount = tenant.ids["product"], money("1.00 XDR")
    conditions.charge(session, subscription, product, day, amount, why)
    code = canary(tenant.code, "number")
    numbers.import_codes(session, canary(tenant.code, "range"), "number", [code], 30)
    contracts.assign_identifier(session, subscription, code, day)
    contracts.release_identifier(session, code, day + dt.timedelta(1))
    tenant.ids["resource"] = str(inventory.resources(session, day)[0].id)
    party = parties.party_by_code(session, tenant.ids["customer"])
    tenant.ids["customer_id"] = str(party.id)
    contract = UUID(tenant.ids["contract"])
    payers.change_payer(session, contract, party.id, day + dt.timedelta(1))
    agent = UUID(tenant.own[Role.PARTNER_USER, 1]["party"])
    agents.set_agent(session, contract, agent, day)
    agents.set_superior(session, agent, None, day)
    standings.set_standing(session, party.id, Standing(canary(tenant.code, "class")), day)
    splitting.choose(session, party.id, InvoiceChoice(Way.PER_CONTRACT), day)
    splitting.choose_cycle_day(session, party.id, 10, dt.date(2035, 1, 1))
    cost_centres.set_cost_centre(session, contract, canary(tenant.code, "centre"), day)
    above = a_registered_party(session, canary(tenant.code, "above"), kind=Kind.CUSTOMER)
    accounts.set_parent(session, party.id, above.id, dt.date(2035, 1, 1))


def _remaining_rows(session: TenantSession, tenant: Tenant) -> None:
    """A row in each table that nothing above fills, as the work of rating and of requests does."""
    run = session.execute(sa.text("SELECT id, period_id FROM rating_runs")).first()
    terms = session.execute(sa.text("SELECT id, agreement_id FROM terms")).first()
    assert run is not None and terms is not None
    partner = UUID(tenant.own[Role.PARTNER_USER, 1]["party"])
    november = periods.period(session, "2026-11").id
    own = {"tenant_id": session.tenant_id, "period_id": run.period_id}
    month, september = dt.date(2026, 10, 1), dt.date(2026, 9, 1)
    rolled = RatedMonthRow(**own, month=month, rolls_over=True, openings_digest="0" * 64)
    pool = (tenant.ids["tariff"], "voice", canary(tenant.code, "allowance"))
    taken = (*own.values(), *pool, tenant.ids["subscription"], month, september, 1)
    replace_month(session, rolled, [taken])
    add_correction(session, run.id, run.period_id, "0" * 64)
    subscription = UUID(tenant.ids["subscription"])
    limit = usage_limits.set_limit(
        session, "money", Decimal(10), month, subscription, at_limit="stop"
    )
    tenant.ids |= {"usage_limit": str(limit.id), "identifier": canary(tenant.code, "identifier")}
    alert = LimitAlertRow(
        tenant_id=session.tenant_id, limit_id=limit.id, month=month, percent=100,
        reached_at=session.now(), raised_at=session.now(), source=canary(tenant.code, "source"),
        event=canary(tenant.code, "event"), so_far=Decimal(10),
    )  # fmt: skip
    session.add(alert)
    session.flush()
    line = session.scalar(sa.text("SELECT id FROM charge_lines ORDER BY id LIMIT 1"))
    tenant.ids["charge_line"] = str(line)
    document = replace(an_invoice(number="", issued_on=None), notes=(canary(tenant.code, "draft"),))
    customer = UUID(tenant.ids["customer_id"])
    filing = Filing(customer, canary(tenant.code, "drafted"), november)
    [kept] = drafts.keep(session, [(document, filing, ())], september)
    tenant.ids["draft"] = str(kept.id)
    drafts.leave_out(session, [UUID(str(line))], september, canary(tenant.code, "left-out"))
    batches = f"{{{tenant.ids['batch']}}}"
    insert(session, "batch_sets", period_id=november, batch_ids=batches)
    session.add(
        UnbilledMonthRow(tenant_id=session.tenant_id, party_id=customer, period_id=november)
    )
    share = a_share(session, run.id, november, terms.id, terms.agreement_id, partner, "1.00")
    insert(
        session, "share_releases", share_id=share, before=Decimal(0), amount=Decimal("0.01"),
        document_id=session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
        numerator="1", denominator="100",
    )  # fmt: skip
    insert(
        session, "revenue_seals", period_id=november, terms_id=terms.id, product="FILM",
        currency="PLN", events=1, root="0" * 64, what="amounts",
    )  # fmt: skip
    insert(session, "rulings", period_id=november, content_sha256="0" * 64)
    _bill_run(session, tenant, november)
    issued = session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1"))
    insert(
        session, "interest_rates", country="PL", valid_from=dt.date(2020, 1, 1),
        rate=Decimal("0.1"), recorded_by=canary(tenant.code, "rate"), recorded_at=session.now(),
    )  # fmt: skip
    insert(
        session, "interest_charges", note_id=issued, document_id=issued,
        charged_until=dt.date(2020, 1, 1), amount=Decimal("0.01"),
    )  # fmt: skip
    insert(
        session, "margin_sales", purpose=canary(tenant.code, "sale"), line="M1", currency="PLN",
        cost=Decimal("1.00"), rate=Decimal("0.23"),
    )  # fmt: skip
    insert(
        session, "margin_taxes", document_id=issued, currency="PLN", amount=Decimal("0.01"),
    )  # fmt: skip
    insert(session, "reminded_items", letter_id=issued, document_id=issued, level=1)
    insert(
        session, "self_billing_answers", document_id=issued, is_accepted=False,
        answered_by=canary(tenant.code, "answerer"), answered_at=session.now(),
        reason=canary(tenant.code, "objection"), reference="",
    )  # fmt: skip
    insert(
        session, "brand_versions", version=1, valid_from=dt.date(2020, 1, 1), kept_at=session.now(),
        kept_by=canary(tenant.code, "keeper"), content={
            "deep": "#17405c", "tint": "#f1f4f7", "templates": {}, "logo": None,
            "texts": {"en": {"footer": canary(tenant.code, "footer")}},
        },
    )  # fmt: skip
    insert(
        session, "worn_labels", party_id=customer, label=canary(tenant.code, "label"),
        valid_from=dt.date(2020, 1, 1),
    )  # fmt: skip
    insert(
        session, "rounding_entries", period_id=november, cause="charge", product="FILM", rule="",
        what=canary(tenant.code, "fraction"), currency="PLN", numerator="1", denominator="3",
        posted=Decimal("0.33"),
    )  # fmt: skip
    insert(
        session, "posted_fractions", source_type="document",
        source_id=session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
        cause="fx", what=canary(tenant.code, "conversion"), currency="PLN", numerator="1",
        denominator="3", posted=Decimal("0.33"), posted_on=session.now().date(),
        posted_at=session.now(),
    )  # fmt: skip
    insert(
        session, "refunds", period_id=november, terms_id=terms.id, product="FILM", currency="PLN",
        amount=Decimal("0.01"), cause="refund", reason=canary(tenant.code, "refund"),
        document_id=session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
        line="1", recorded_at=session.now(), recorded_by="system",
    )  # fmt: skip
    paid = receipts.receive(
        session, canary(tenant.code, "customer1"), canary(tenant.code, "receipt"),
        money("0.01 PLN"), month,
    )  # fmt: skip
    tenant.ids["receipt"] = str(paid.id)
    insert(
        session, "receipt_parts", receipt_id=paid.id, amount=Decimal("0.01"),
        document_id=session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
        applied_on=month,
    )  # fmt: skip
    brought = {"base": "EUR", "quote": "PLN", "unit": 1, "rate": "4", "number": ""}
    brought |= {"valid_on": "2020-01-01", "published_on": "2020-01-01"}
    tenant.ids["rate_proposal"] = str(
        insert(
            session, "fx_rate_proposals", source="AGREED", rates=[brought], status="proposed",
            reason=canary(tenant.code, "annex"), proposed_by="somebody else",
            proposed_at=session.now(),
        )
    )  # fmt: skip
    settled = {
        "document_id": session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
        "currency": "EUR", "base_currency": "PLN", "gain": Decimal("0.01"),
    }  # fmt: skip
    insert(
        session, "fx_settlements", **settled, cause_id=session.ids.new(), settled_on=month,
        amount=Decimal("0.01"), released=Decimal("0.04"), settled_for=Decimal("0.05"),
        booked_rate=canary(tenant.code, "booked"), settled_rate=canary(tenant.code, "settled"),
    )  # fmt: skip
    insert(
        session, "fx_revaluations", **settled, period_id=november, mode="reversed",
        open=Decimal("0.01"), carried=Decimal("0.04"), valued=Decimal("0.05"),
        closing_rate=canary(tenant.code, "closing"),
    )  # fmt: skip
    insert(
        session, "debt_write_offs", currency="PLN", amount=Decimal("0.01"),
        document_id=session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
        reason=canary(tenant.code, "debt"), written_off_on=month, recorded_by="system",
        recorded_at=session.now(),
    )  # fmt: skip
    tenant.ids["instalment_plan"] = str(insert(
        session, "instalment_plans", currency="PLN", asked=Decimal("0.02"), paid=Decimal(0),
        document_id=session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
        agreed_on=month, reason=canary(tenant.code, "instalments"), recorded_by="system",
        recorded_at=session.now(),
    ))  # fmt: skip
    plan = {"plan_id": UUID(tenant.ids["instalment_plan"])}
    insert(session, "instalments", **plan, number=1, due_on=month, amount=Decimal("0.02"))
    insert(
        session, "instalment_plan_ends", **plan, ended_on=month, fell_away=False,
        reason=canary(tenant.code, "withdrawn"), recorded_by="system", recorded_at=session.now(),
    )  # fmt: skip
    insert(
        session, "reminded_instalments", **plan, number=1, level=1,
        letter_id=session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
    )  # fmt: skip
    insert(
        session, "contract_refunds", period_id=november, contract_id=UUID(tenant.ids["contract"]),
        product=canary(tenant.code, "product"), currency="PLN", amount=Decimal("0.01"),
        document_id=session.scalar(sa.text("SELECT id FROM documents ORDER BY id LIMIT 1")),
    )  # fmt: skip
    customer = parties.party_by_code(session, canary(tenant.code, "customer1")).id
    address = f"{canary(tenant.code, 'address')}@beta.example"
    chosen = DeliveryChoice(Channel.EMAIL, month, customer, address=address)
    delivering.set_choice(session, chosen)
    delivering.line_up(session)
    delivery = delivering.deliveries(session)[0].id
    tenant.ids["delivery"] = str(delivery)
    delivering.settle(session, delivery, 1, Answer(State.SENT, "taken"))
    proof = canary(tenant.code, "receipt").encode()
    delivering.arrived(session, delivery, Answer(State.DELIVERED, "there", receipt=proof))
    printed = {"country": "PL", "postcode": canary(tenant.code, "postcode"), "pages": 1}
    kept = session.files.put(json.dumps({"documents": [printed]}).encode())
    tenant.ids["print_batch"] = str(insert(
        session, "print_batches", number=canary(tenant.code, "print"), sides=2, envelopes=1,
        pages=1, sheets=1, files=dict.fromkeys(PARTS, kept), produced_at=session.now(),
        produced_by="system",
    ))  # fmt: skip
    insert(
        session, "document_downloads", document_id=UUID(tenant.ids["document"]),
        media_type="application/pdf", downloaded_by=canary(tenant.code, "reader"),
        downloaded_at=session.now(),
    )  # fmt: skip
    insert(
        session, "vat_number_checks", party_id=customer, number=canary(tenant.code, "vat-number"),
        requester="", service="VIES", answer="valid", request_identifier="WAPI", name="",
        address="", detail="", checked_at=session.now(), checked_by="system",
    )  # fmt: skip
    insert(
        session, "place_evidence", party_id=customer, kind="sim", country="PL", told_on=month,
        reference=canary(tenant.code, "imsi"), recorded_by="system", recorded_at=session.now(),
    )  # fmt: skip
    insert(
        session, "withholding_rates", country="US", rate=Decimal("0.2"), treaty_rate=None,
        valid_from=month, entered_at=session.now(), entered_by=canary(tenant.code, "withholder"),
    )  # fmt: skip
    insert(
        session, "residence_certificates", party_id=customer, country="US",
        number=canary(tenant.code, "residence"), valid_from=month,
        valid_until=month + dt.timedelta(days=1), entered_at=session.now(), entered_by="system",
    )  # fmt: skip
    insert(
        session, "own_vat_rates", country="KZ", category="standard", rate=Decimal("0.16"),
        valid_from=month, entered_at=session.now(), entered_by=canary(tenant.code, "rater"),
    )  # fmt: skip
    insert(
        session, "domestic_vat_decisions", party_id=customer, period="2026-09",
        reason=canary(tenant.code, "decision"), decided_at=session.now(), decided_by="system",
    )  # fmt: skip
    tenant.ids["price_list"] = str(insert(
        session, "price_lists", agreement=tenant.ids["carrier_agreement"], deck=tenant.ids["deck"],
        file_name=canary(tenant.code, "list"), sha256=session.files.put(b"48,,0.01"),
        layout={
            "columns": {"prefix": 1, "destination": 2, "price": 3},
            "delimiter": ",", "encoding": "utf-8", "spelling": {"unit_factor": "1"},
        },
        valid_from=month, announced_at=session.now(), leave_out_findings=False, notice_days=0,
        notice_count="calendar_days", counts={}, findings=0,
        prices_sha256=keep_frame(session.files, pl.DataFrame(schema={"prefix": pl.String})),
        status="proposed", why="", proposed_by=canary(tenant.code, "bringer"),
        proposed_at=session.now(),
    ))  # fmt: skip
    source = session.scalar(sa.text("SELECT id FROM sources"))
    insert(
        session, "sequence_waivers", source_id=source, sequence=7, waived_by="system",
        reason=canary(tenant.code, "waiver"), waived_at=session.now(),
    )  # fmt: skip
    insert(
        session, "idempotency_keys", principal="system", idempotency_key="k", status=200,
        request_hash="0", body=canary(tenant.code, "answer"), created_at=session.now(),
    )  # fmt: skip
    session.execute(
        sa.text("INSERT INTO batch_outcomes VALUES (:tenant, :batch, :period, 'rated', 1)"),
        {"tenant": tenant.id, "batch": tenant.ids["batch"], "period": run.period_id},
    )
    tenant.ids["sent_rap_file"] = str(
        insert(
            session, "sent_rap_files", batch_id=tenant.ids["batch"], sequence=1, tap_sequence=1,
            sender=canary(tenant.code, "returns from"), recipient=canary(tenant.code, "returns to"),
            returns=1, amount=Decimal(1), currency="XDR", write_off_id=tenant.ids["write_off"],
            sha256=session.files.put(canary(tenant.code, "returned").encode()),
            written_at=session.now(),
        )
    )  # fmt: skip
    session.execute(
        sa.text("INSERT INTO sent_returns VALUES (:tenant, :batch, 1, :file)"),
        {
            "tenant": tenant.id, "batch": tenant.ids["batch"],
            "file": tenant.ids["sent_rap_file"],
        },
    )  # fmt: skip
    returned_file = UUID(tenant.ids["sent_rap_file"])
    asked = taking_back.propose(session, returned_file, canary(tenant.code, "back"))
    tenant.ids["take_back"] = str(asked.id)


def _bill_run(session: TenantSession, tenant: Tenant, period_id: UUID) -> None:
    """A run that waits for a second person, and a bill outside its customer's bounds."""
    who = canary(tenant.code, "asker")
    tenant.ids["bill_run"] = str(
        insert(
            session, "bill_runs", period_id=period_id, status="proposed", asked_by=who,
            asked_at=session.now(), bills=1, done=0, issued=0, carried=0, parked=0, after_code="",
            after_currency="",
        )
    )  # fmt: skip
    party = parties.party_by_code(session, tenant.ids["customer"])
    tenant.ids["parked_bill"] = str(
        insert(
            session, "parked_bills", period_id=period_id, party_id=party.id, currency="PLN",
            cause="bound", reason=canary(tenant.code, "bound"), charges=1, amount=Decimal(1),
            status="parked", parked_by=who, parked_at=session.now(),
        )
    )  # fmt: skip


def _dispute(session: TenantSession, document_id: UUID, amount: str, line: str, side: Side) -> str:
    raised = disputes.raise_dispute(
        session,
        document_id=document_id,
        document_line=line,
        disputed=money(amount),
        reason=Reason.RATE,
        raised_by=side,
        narrative=canary(str(document_id), "narrative"),
    )
    words = canary(str(document_id), "words")
    disputes_values.propose(session, raised.id, raised.disputed, words, Side.US)
    session.execute(
        sa.text(
            "INSERT INTO disputed_buckets VALUES"
            " (:tenant, :dispute, 1, '2026-10-01', 'incoming', :trunk, 'Poland', 1, 2)"
        ),
        {"tenant": session.tenant_id, "dispute": raised.id, "trunk": words},
    )
    return str(raised.id)


def _attachment(session: TenantSession, dispute: str) -> str:
    name, text = canary(dispute, "name"), canary(dispute, "text")
    attached = disputes_attachments.attach(
        session, UUID(dispute), name, "text/plain", text.encode(), Side.THEM
    )
    return str(attached.id)


def _usage(session: TenantSession, tenant: Tenant) -> None:
    source = canary(tenant.code, "source")
    sources.register_source(session, source, source, "events", {"kind": "content"})
    # Without a time it waits in suspense.
    event = {
        "id": canary(tenant.code, "event"),
        "source": "/shop",
        "type": "usage.content",
        "specversion": "1.0",
        "data": {"product": canary(tenant.code, "product")},
    }
    mediation.ingest_events(session, source, [event])
    mediation.ingest_events(session, source, [event | {"id": "good", "time": "2026-10-05T10:00Z"}])
    batch = mediation.batches(session)[0]
    told = Told(GIVEN, 9, 1, 256, canary(tenant.code, "template"), 1, 1)
    exporters.learn(session, batch.source_id, batch.id, [told])
    (record,) = suspense.open_suspense(session, limit=1)
    collecting.set_place(session, source, {"kind": "folder", "address": "in", "ready": "renamed"})
    found, _ = collecting.note_look(session, source, [Seen(canary(tenant.code, "found"), 1, "1")])
    claimed = collecting.claim(session, source, found[0])
    assert claimed is not None
    collecting.fail(session, claimed, canary(tenant.code, "fault"), is_final=True)
    change = Change("MISSING_TIME", "product", canary(tenant.code, "nothing"), "cause", "x")
    rule = repairing.apply(session, change, canary(tenant.code, "rule"), is_standing=True).rule
    write_off = writing_off.propose(session, canary(tenant.code, "write-off"))
    tenant.ids |= {
        "source": source,
        "source_row": str(sources.the_source(session, source).id),
        "batch": str(batch.id),
        "suspense": str(record.id),
        "found_file": str(claimed.id),
        "repair_rule": str(rule.id),
        "write_off": str(write_off.id),
        "undo": str(undoing.propose(session, batch.id, canary(tenant.code, "undo")).id),
    }


def _work(session: TenantSession, tenant: Tenant) -> None:
    schedule = canary(tenant.code, "schedule")
    jobs.set_schedule(session, name=schedule, job="none", cron="0 0 1 1 *", time_zone="UTC")
    run = jobs.ask_for_run(session, "none", {"for": canary(tenant.code, "run")})
    tenant.ids |= {"schedule": schedule, "run": str(run)}


def _person(session: TenantSession, tenant: Tenant, role: Role) -> None:
    party = tenant.own.get((role, 1), {}).get("party")
    user = people.create_user(
        session,
        email=f"{role.value}@{tenant.code}.example",
        name=canary(tenant.code, role.value),
        role=role,
        password=PASSWORD,
        party_id=UUID(party) if party else None,
    )
    tenant.keys[role] = people.issue_api_key(
        session, tenant.code, name=role.value, role=role, user_id=user.id
    )
    entered = people.sign_in(session, tenant.code, user.email, PASSWORD)
    assert entered is not None
    tenant.cookies[role] = entered.cookie
    # Somebody to act upon who is not the one acting.
    if role is Role.READ_ONLY:
        other = people.create_user(
            session,
            email=f"other@{tenant.code}.example",
            name=canary(tenant.code, "other"),
            role=role,
            password=PASSWORD,
        )
        people.issue_api_key(session, tenant.code, name="other", role=role, user_id=other.id)
        key = next(key for key in people.api_keys(session) if key.user_id == other.id)
        tenant.ids |= {"user": str(other.id), "api_key": str(key.id)}
