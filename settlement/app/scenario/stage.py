"""Set the stage of a story: the operator, its parties, prices, agreements and sources.

Everything goes through the services that people use, so a story cannot have what an operator could
not enter. What a story leaves out gets a value that decides no figure.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from schwifty import IBAN

from currencies import service as fx
from currencies.fx_rate import FxRate
from currencies.money import parse_amount
from i18n.errors import NotFound
from mediation.sources import service as sources
from settlement.agreements import service as agreements
from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.app.scenario import limiting, selling
from settlement.app.scenario.story import Story
from settlement.catalogue import service as catalogue
from settlement.catalogue.deck_import import DeckLayout
from settlement.catalogue.deck_reading import FIELDS, Spelling
from settlement.catalogue.porting import service as porting
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from settlement.catalogue.tariff import tariff_from_plain
from settlement.catalogue.zones import service as zones
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.parties.standing import Standing
from settlement.parties.standings import service as standings
from settlement.periods import service as periods
from settlement.taxation.number_checks import service as number_checks
from statements import service as statements
from statements.document import Kind
from tenants.directory import service as directory
from tenants.directory.tenant import Address, Tenant
from tenants.ids import tenant_id_of
from tenants.session import TenantSession

TENANT: Final = "story"
NAME: Final = "Story Telekom"
USAGE: Final = "usage"
SUBSCRIBED: Final = "mobile"
SERIES: Final = {
    Kind.INVOICE: "FV/{year}/{month:02}/{number:04}",
    Kind.CREDIT_NOTE: "KOR/{year}/{month:02}/{number:04}",
    Kind.SELF_BILLED_INVOICE: "SB/{year}/{month:02}/{number:04}",
    Kind.SELF_BILLED_CREDIT: "SBK/{year}/{month:02}/{number:04}",
    Kind.STATEMENT: "ST/{year}/{month:02}/{number:04}",
    Kind.DECLARATION: "TD/{year}/{month:02}/{number:04}",
    Kind.CORRECTED_INVOICE: "FKP/{year}/{month:02}/{number:04}",
    Kind.ADJUSTING_INVOICE: "FKD/{year}/{month:02}/{number:04}",
    Kind.ADJUSTING_CREDIT: "FKC/{year}/{month:02}/{number:04}",
    Kind.DEBIT_NOTE: "ND/{year}/{month:02}/{number:04}",
    Kind.INTEREST_NOTE: "NO/{year}/{month:02}/{number:04}",
    Kind.PROFORMA: "PRO/{year}/{month:02}/{number:04}",
    Kind.ACCOUNT_STATEMENT: "WK/{year}/{month:02}/{number:04}",
    Kind.WITHHOLDING_CERTIFICATE: "WHT/{year}/{number:04}",
    Kind.REMINDER: "WZ/{year}/{month:02}/{number:04}",
    Kind.PAYOUT_ADVICE: "AP/{year}/{month:02}/{number:04}",
}
# The columns of a usage file, in an analyst's words, and the field that each fills.
COLUMNS: Final = {
    "id": "event_id",
    "kind": "kind",
    "direction": "direction",
    "from": "a_number",
    "to": "b_number",
    "account": "account",
    "trunk_in": "trunk_in",
    "trunk_out": "trunk_out",
    "product": "product",
    "at": "occurred_at",
    "seconds": "duration_seconds",
    "quantity": "quantity",
    "amount": "amount",
    "currency": "currency",
    "sequence": "sequence",
    "call": "call_id",
    "part": "part",
    "last": "last",
    "session": "session_id",
    "leg": "leg",
    "queue": "queue",
    "agent": "agent",
    "agent_location": "agent_location",
    "agent_kind": "agent_kind",
    "unit": "unit",
    "reading": "reading",
    "estimated": "estimated",
    "digits": "register_digits",
}


class NoSuchStoryFile(NotFound):
    """The story has no file {file}. Put it beside story.toml, or correct its name."""


def file_of(folder: Path, name: str) -> bytes:
    """A file that the story names. Raises NoSuchStoryFile."""
    if not (folder / name).is_file():
        raise NoSuchStoryFile(file=name)
    return (folder / name).read_bytes()


def set_stage(session: TenantSession, story: Story, folder: Path) -> None:
    """Everything there is before the first step."""
    tenant = _tenant(story)
    directory.create_tenant(session, tenant)
    for kind, template in SERIES.items():
        statements.open_series(session, kind, template)
    fx.load_rates(session, [_fx_rate(each) for each in story.fx_rates])
    parties.register_many(session, _parties(session, story))
    _standings(session, story)
    _accounts(session, story, tenant)
    _catalogue(session, story, folder)
    contracts.load_contracts(session, [_contract(story, each) for each in story.customers])
    limiting.set_limits(session, story)
    _agreements(session, story)
    selling.set_network(session, story)
    _sources(session, story)
    for code in story.periods:
        periods.open_period(session, code)
    _check_numbers(session, story)


def source_settings(story: Story, code: str) -> dict[str, Any]:
    """What is known of every source of a story."""
    trunks = [trunk for each in story.interconnects for trunk in each["trunks"]]
    return {
        "zone": story.tenant["time_zone"],
        "country": story.tenant["country"],
        "carrier_trunks": trunks,
        "file_numbers": code + "-{number}.csv",
    }


def usage_settings(story: Story, columns: Mapping[str, str]) -> dict[str, Any]:
    """Settings of the usage source for a file with these columns: fields by their headings."""
    mapping = {"header": True, "delimiter": ",", "columns": dict(columns)}
    of_usage = {"mapping": mapping, "schedule": dict(story.schedule)}
    return source_settings(story, USAGE) | of_usage


def _tenant(story: Story) -> Tenant:
    facts = story.tenant
    return Tenant(
        id=tenant_id_of(TENANT),
        code=TENANT,
        name=NAME,
        legal_name=f"{NAME} Ltd",
        country=facts["country"],
        tax_id=facts["tax_id"],
        address=_address(facts["country"]),
        base_currency=facts["currency"],
        time_zone=facts["time_zone"],
        languages=(facts["language"],),
        policies=facts["policies"],
    )


def _address(country: str) -> Address:
    return Address("Main Street 1", "00-001", "Town", country)


def _fx_rate(told: Mapping[str, Any]) -> FxRate:
    return FxRate(
        source=told["source"],
        base=told["base"],
        quote=told["quote"],
        unit=told["unit"],
        rate=parse_amount(told["rate"]),
        valid_on=told["valid_on"],
        published_on=told["valid_on"],
    )


def _parties(session: TenantSession, story: Story) -> Iterator[Party]:
    groups = {
        PartyKind.CUSTOMER: story.customers,
        PartyKind.PARTNER: story.partners,
        PartyKind.CARRIER: story.carriers,
    }
    for kind, told in groups.items():
        for each in told:
            country = each["country"] or story.tenant["country"]
            yield Party(
                id=session.ids.new(),
                kind=kind,
                code=each["code"],
                name=each["name"] or each["code"].title(),
                country=country,
                address=_address(country),
                language=story.tenant["language"],
                currency=each["currency"] or story.tenant["currency"],
                time_zone=story.tenant["time_zone"],
                legal_form=_legal_form(kind, each),
                tax_id=each["tax_id"],
                jointly_with=each.get("jointly_with", ""),
            )


def _legal_form(kind: PartyKind, told: Mapping[str, Any]) -> Literal["person", "couple", "company"]:
    if kind is not PartyKind.CUSTOMER or told["tax_id"]:
        return "company"
    return "couple" if told["jointly_with"] else "person"


def _standings(session: TenantSession, story: Story) -> None:
    for told in story.customers:
        standing = Standing(told["customer_class"], tuple(told["segments"]), told["territory"])
        if standing != Standing():
            party = parties.party_by_code(session, told["code"])
            standings.set_standing(session, party.id, standing, told["since"])


def _check_numbers(session: TenantSession, story: Story) -> None:
    """What was found out of VAT numbers abroad before the first step."""
    told = {each["code"]: each["vat_check"] for each in (*story.customers, *story.partners)}
    for party_id in number_checks.due(session, session.now().date()):
        answer = told.get(parties.party(session, party_id).code, "none")
        if answer != "none":
            number_checks.enter(session, party_id, "VIES", answer == "valid", "WAPI-STORY")


def _accounts(session: TenantSession, story: Story, tenant: Tenant) -> None:
    paid = (*story.partners, *(each for each in story.carriers if each["iban"]))
    used = {tenant.base_currency, *(each["currency"] for each in paid)} - {None}
    for number, currency in enumerate(sorted(used), 1):
        own = IBAN.generate("PL", bank_code="11402004", account_code=f"{number:016}")
        parties.set_bank_account(session, None, tenant.legal_name, str(own), None, currency)
    for each in (*story.customers, *story.partners, *story.carriers):
        if each["iban"]:
            party = parties.party_by_code(session, each["code"])
            parties.set_bank_account(
                session, party.id, party.name, each["iban"], None, party.currency
            )


def _catalogue(session: TenantSession, story: Story, folder: Path) -> None:
    products.add_product(session, SUBSCRIBED, "Mobile", "voice")
    for each in story.products:
        name = each["code"].replace("-", " ").title()
        products.add_product(
            session, each["code"], name, each["service"], each["tax"], each["components"]
        )
    for promotion in story.promotions:
        name = promotion["code"].replace("-", " ").title()
        days = promotion["valid_from"], promotion["valid_until"]
        promotions.publish_promotion(session, promotion["code"], name, promotion["terms"], *days)
    for deck in story.decks:
        content = file_of(folder, deck["file"])
        layout = layout_of(content, deck["decimal"])
        catalogue.import_deck_file(
            session, deck["code"], deck["code"].title(), deck["currency"], content, layout,
            deck["valid_from"],
        )  # fmt: skip
    for plan in story.zones:
        name = plan["code"].title()
        content = file_of(folder, plan["file"])
        zones.import_zones(session, plan["code"], name, content, plan["valid_from"])
    for file in story.ported:
        porting.import_ported(session, file_of(folder, file))
    for terms in story.tariffs:
        publish(session, story, terms)


def layout_of(content: bytes, decimal: str = ".") -> DeckLayout:
    """How a deck of a story is written: its first line names the columns as we call them."""
    headings = content.decode(errors="replace").partition("\n")[0].strip().split(",")
    columns: dict[str, str | int] = {name: name for name in FIELDS if name in headings}
    return DeckLayout(columns, spelling=Spelling(decimal=decimal))


def publish(session: TenantSession, story: Story, terms: Mapping[str, Any]) -> None:
    """Publish a tariff version as a story writes it."""
    version = {"currency": story.tenant["currency"], "valid_from": "2026-01-01", **terms}
    read = tariff_from_plain(version)
    catalogue.publish_tariff(
        session, read.code, read.code.title(), version, read.valid_from, read.valid_until
    )


def _contract(story: Story, told: Mapping[str, Any]) -> NewContract:
    return NewContract(
        number=f"K-{told['code']}",
        customer=told["code"],
        currency=told["currency"] or story.tenant["currency"],
        valid_from=told["since"],
        valid_until=told["until"],
        payment_days=told["payment_days"],
        policies=told["policies"],
        subscriptions=tuple(
            NewSubscription(SUBSCRIBED, each["tariff"], tuple(each["numbers"]))
            for each in (told, *told["subscriptions"])
        ),
        payer=told["payer"],
    )


def _agreements(session: TenantSession, story: Story) -> None:
    for told in story.revenue_shares:
        partner = parties.party_by_code(session, told["partner"])
        agreements.agree_share(
            session,
            told["code"],
            partner.id,
            told["currency"] or partner.currency,
            {"owner": "operator", **told["terms"], "products": told["products"]},
            told["valid_from"],
            told["valid_until"],
            told["policies"],
        )
    for told in story.interconnects:
        named = {name: told[name] for name in ("incoming", "outgoing", "tolerance", "fixing")}
        agreements.agree_interconnect(
            session,
            told["code"],
            parties.party_by_code(session, told["carrier"]).id,
            told["currency"],
            {"time_zone": told["time_zone"] or story.tenant["time_zone"]}
            | {name: value for name, value in named.items() if value is not None}
            | told["terms"],
            told["trunks"],
            told["valid_from"],
            None,
            told["policies"],
        )


def _sources(session: TenantSession, story: Story) -> None:
    settings = usage_settings(story, {"occurred_at": "at"})
    sources.register_source(session, USAGE, "Usage", "delimited", settings)
    for code in sorted({step.filled["format"] for step in story.steps if "format" in step.filled}):
        settings = source_settings(story, code)
        # Where no carrier is agreed with, the channels of a switch are telephones, not trunks.
        settings["carrier_trunks"] = settings["carrier_trunks"] or ["no carrier"]
        sources.register_source(session, code, code.title(), code, settings)
