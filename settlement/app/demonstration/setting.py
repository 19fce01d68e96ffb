"""Set a tenant up: people, parties, prices, agreements, sources. Done already is fine."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumberType, example_number_for_type

from currencies import service as fx
from mediation.sources import service as sources
from settlement.agreements import service as agreements
from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.app.demonstration.cast import JANUARY, Carrier, Customer, Operator, Player
from settlement.app.demonstration.names import name_for
from settlement.catalogue import service as catalogue
from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.deck_reading import Spelling
from settlement.catalogue.products import service as products
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.taxation.number_checks import service as number_checks
from statements import service as statements
from statements.document import Kind
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.principal import Role
from tenants.session import TenantSession

PASSWORD = "saldo-demonstration-2026"  # noqa: S105 - of the demonstration, printed on its page.
# What a carrier asks, of the retail price; in XDR.
WHOLESALE = Decimal("0.35")
RATES_SINCE = dt.date(2026, 9, 1)
SERIES = {
    Kind.INVOICE: "FV/{year}/{month:02}/{number:06}",
    Kind.CREDIT_NOTE: "KOR/{year}/{month:02}/{number:06}",
    Kind.SELF_BILLED_INVOICE: "SB/{year}/{month:02}/{number:05}",
    Kind.SELF_BILLED_CREDIT: "SBK/{year}/{month:02}/{number:05}",
    Kind.STATEMENT: "ST/{year}/{month:02}/{number:05}",
    Kind.DECLARATION: "TD/{year}/{month:02}/{number:05}",
    Kind.CORRECTED_INVOICE: "FKP/{year}/{month:02}/{number:05}",
    Kind.ADJUSTING_INVOICE: "FKD/{year}/{month:02}/{number:05}",
    Kind.ADJUSTING_CREDIT: "FKC/{year}/{month:02}/{number:05}",
    Kind.DEBIT_NOTE: "ND/{year}/{month:02}/{number:05}",
    Kind.INTEREST_NOTE: "NO/{year}/{month:02}/{number:05}",
    Kind.PROFORMA: "PRO/{year}/{month:02}/{number:05}",
    Kind.ACCOUNT_STATEMENT: "WK/{year}/{month:02}/{number:05}",
    Kind.WITHHOLDING_CERTIFICATE: "WHT/{year}/{number:05}",
    Kind.REMINDER: "WZ/{year}/{month:02}/{number:05}",
    Kind.PAYOUT_ADVICE: "AP/{year}/{month:02}/{number:05}",
}


def set_up(session: TenantSession, operator: Operator, deck: bytes | None) -> None:
    """Everything an operator has before its first record; `deck` is a real A-Z price list."""
    directory.create_tenant(session, operator.tenant)
    for kind, template in SERIES.items():
        statements.open_series(session, kind, template)
    fx.load_ecb(session, since=RATES_SINCE)
    _parties(session, operator)
    _people(session, operator)
    _catalogue(session, operator, deck)
    _agreements(session, operator)
    _sources(session, operator)
    periods.open_period(session, "2026-10")
    _check_numbers(session)


def _check_numbers(session: TenantSession) -> None:
    """What the operator's staff asked the service by hand, and wrote down."""
    for number, party_id in enumerate(number_checks.due(session, session.now().date()), 1):
        number_checks.enter(session, party_id, "VIES", True, f"WAPI-DEMO-{number:04}")


def _parties(session: TenantSession, operator: Operator) -> None:
    players = [
        *(each.player for each in operator.customers),
        *operator.partners,
        *(each.player for each in operator.carriers),
    ]
    parties.register_many(session, [_party(session, operator, player) for player in players])
    parties.set_bank_account(
        session,
        None,
        operator.tenant.legal_name,
        operator.iban,
        None,
        operator.tenant.base_currency,
    )
    for currency, iban in operator.other_accounts:
        parties.set_bank_account(session, None, operator.tenant.legal_name, iban, None, currency)
    for player in players:
        if player.iban:
            party = parties.party_by_code(session, player.code)
            parties.set_bank_account(
                session, party.id, player.name, player.iban, None, player.currency
            )


def _party(session: TenantSession, operator: Operator, player: Player) -> Party:
    return Party(
        id=session.ids.new(),
        kind=PartyKind(player.kind),
        code=player.code,
        name=player.name,
        country=player.country,
        address=player.address,
        language=player.language,
        currency=player.currency,
        time_zone=operator.tenant.time_zone if player.kind == "customer" else "Europe/Dublin",
        legal_form="company" if player.legal_form == "company" else "person",
        tax_id=player.tax_id,
        email=f"billing@{player.code.lower()}.example",
    )


STAFF = (
    ("admin", "Administrator", Role.ADMINISTRATOR),
    ("operator", "Operator", Role.OPERATOR),
    ("maker", "Finance maker", Role.FINANCE_MAKER),
    ("approver", "Finance approver", Role.FINANCE_APPROVER),
    ("reader", "Auditor", Role.READ_ONLY),
)


def _people(session: TenantSession, operator: Operator) -> None:
    language = operator.tenant.languages[0]
    for name, title, role in STAFF:
        _person(session, operator, name, title, role, language, None)
    for player in operator.partners:
        _person(session, operator, player.code, player.name, Role.PARTNER_USER, "en", player.code)
    for carrier in operator.carriers:
        player = carrier.player
        _person(session, operator, player.code, player.name, Role.CARRIER_USER, "en", player.code)
    first = operator.customers[0].player
    _person(
        session, operator, "customer", first.name, Role.CUSTOMER_USER, first.language, first.code
    )


def _person(
    session: TenantSession,
    operator: Operator,
    name: str,
    title: str,
    role: Role,
    language: str,
    party: str | None,
) -> None:
    people.create_user(
        session,
        email=f"{name}@{operator.code}.example",
        name=title,
        role=role,
        password=PASSWORD,
        language=language,
        party_id=parties.party_by_code(session, party).id if party else None,
    )


PRODUCTS = (
    ("mobile", "Mobile", "voice"),
    ("melody", "Melody of the day", "content"),
    ("horoscope", "Horoscope", "content"),
    ("video", "Video clip", "content"),
    ("monthly-fee", "Monthly fee", "fee"),
    ("activation", "Activation", "fee"),
)


def _catalogue(session: TenantSession, operator: Operator, deck: bytes | None) -> None:
    for code, name, service in PRODUCTS:
        products.add_product(session, code, name_for(operator, name), service)
    content = deck or generated_deck()
    spelling = Spelling(decimal=",")
    columns = {"destination": "DESTINATION", "prefix": "PREFIX", "price": "RATE"}
    layout = DeckLayout(columns, spelling=spelling)
    wholesale = DeckLayout(columns, spelling=spelling._replace(unit_factor=WHOLESALE))
    catalogue.import_deck_file(
        session, "retail", name_for(operator, "International calls"), operator.deck_currency,
        content, layout, JANUARY, leave_out_findings=True,
    )  # fmt: skip
    catalogue.import_deck_file(
        session, "wholesale", name_for(operator, "Termination abroad"), "XDR", content, wholesale,
        JANUARY, leave_out_findings=True,
    )  # fmt: skip
    tariffs = [*operator.tariffs]
    for carrier in operator.carriers:
        tariffs += [carrier.tariff_in, carrier.tariff_out]
    for terms in tariffs:
        catalogue.publish_tariff(
            session, terms["code"], terms["code"].title(), dict(terms), JANUARY
        )


def generated_deck() -> bytes:
    """A price list over the real number plan, where no real one is at hand: by country and kind."""
    lines = ['"DESTINATION","PREFIX","RATE"']
    for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        name = f"{regions[0]} +{code}"
        lines.append(f'"{name}",{code},"0,{3 + code % 37:04}"')
        mobile = example_number_for_type(regions[0], PhoneNumberType.MOBILE)
        if mobile is not None and regions[0] != "001":
            prefix = f"{code}{str(mobile.national_number)[:2]}"
            lines.append(f'"{name} mobile",{prefix},"0,{9 + code % 61:04}"')
    return ("\n".join(lines) + "\n").encode()


def _agreements(session: TenantSession, operator: Operator) -> None:
    contracts.load_contracts(session, [_contract(each) for each in operator.customers])
    for share in operator.shares:
        partner = parties.party_by_code(session, share.partner)
        agreements.agree_share(
            session, share.code, partner.id, partner.currency, share.terms, JANUARY
        )
    for carrier in operator.carriers:
        _interconnect(session, carrier)


def _contract(customer: Customer) -> NewContract:
    return NewContract(
        number=f"K-{customer.player.code}",
        customer=customer.player.code,
        currency=customer.player.currency,
        valid_from=JANUARY,
        subscriptions=(NewSubscription("mobile", customer.tariff, customer.numbers),),
    )


def _interconnect(session: TenantSession, carrier: Carrier) -> None:
    party = parties.party_by_code(session, carrier.player.code)
    agreements.agree_interconnect(
        session,
        carrier.player.code,
        party.id,
        carrier.player.currency,
        {
            "time_zone": "Europe/Dublin",
            "incoming": carrier.tariff_in["code"],
            "outgoing": carrier.tariff_out["code"],
            "tolerance": "0.005",
            "objection_days": 30,
        },
        [carrier.trunk],
        JANUARY,
    )


def _sources(session: TenantSession, operator: Operator) -> None:
    for code, name, format_name, settings in source_settings(operator):
        sources.register_source(session, code, name_for(operator, name), format_name, settings)


def source_settings(operator: Operator) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Code, name, format and settings of each source of an operator."""
    tenant = operator.tenant
    common = {"zone": tenant.time_zone, "country": tenant.country, "ambiguous_times": "first"}
    trunks = [carrier.trunk for carrier in operator.carriers]
    yield (
        "switch",
        "Voice switch",
        operator.network.voice_format,
        {**common, "carrier_trunks": trunks, "file_numbers": "switch-{number}.csv"},
    )
    if operator.network.voice_format != "asterisk":
        columns = {
            "event_id": "call", "a_number": "from", "b_number": "to", "trunk_in": "in",
            "trunk_out": "out", "occurred_at": "answered", "duration_seconds": "seconds",
        }  # fmt: skip
        yield (
            "gateway",
            "Carrier gateway",
            "delimited",
            {
                **common,
                "carrier_trunks": trunks,
                "file_numbers": "gateway-{number}.csv",
                "mapping": {"header": True, "columns": columns},
            },
        )
    message = {
        "event_id": "id",
        "a_number": "sender",
        "b_number": "recipient",
        "occurred_at": "sent",
    }
    yield (
        "smsc",
        "Message centre",
        "delimited",
        {
            **common,
            "kind": "sms",
            "file_numbers": "smsc-{number}.csv",
            "mapping": {"header": True, "columns": message, "time_format": "%d.%m.%Y %H:%M:%S"},
        },
    )
    bought = {
        "event_id": "order", "account": "number", "product": "service", "occurred_at": "bought",
        "amount": "price", "currency": "currency",
    }  # fmt: skip
    yield (
        "shop",
        "Content shop",
        "delimited",
        {
            **common,
            "kind": "content",
            "file_numbers": "shop-{number}.csv",
            "mapping": {"header": True, "columns": bought, "decimal": ","},
        },
    )
    yield ("portal", "Content portal", "events", common)
    for name in ("asterisk", "freeswitch"):
        yield (f"lab-{name}", f"Laboratory {name}", name, common)


def real_file(samples: Path | None, relative: str) -> bytes | None:
    """A real sample where it is at hand."""
    if samples is None or not (samples / relative).is_file():
        return None
    return (samples / relative).read_bytes()
