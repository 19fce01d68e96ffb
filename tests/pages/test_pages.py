"""What the pages show and do, for those whose pages they are."""

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from lxml import html
from pypdf import PdfReader

from mediation import service as mediation
from mediation.sources import service as sources
from settlement.agreements import service as agreements
from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.amendments import service as amendments
from settlement.amendments.amendment import Drafted
from settlement.amendments.amendment import Kind as AmendmentKind
from settlement.billing.parking import service as parking
from settlement.catalogue.products import service as products
from settlement.delivery import service as delivery
from settlement.insight.work_list import service as work_list
from settlement.interconnect.credit_limits import service as credit_limits
from settlement.parties.party import Kind as PartyKind
from settlement.payouts import service as payouts
from settlement.payouts.payout import Status
from settlement.periods import service as periods
from statements import service as statements
from statements.branding import service as branding
from statements.document import Kind
from statements.filing import PDF
from tenants.clock import HeldClock
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import reading, transaction
from tests.mediation.sources import MAPPING, ZONE, delimited_file
from tests.pages.conftest import Office
from tests.pages.reader import signed_in, text_of
from tests.settlement.insight.test_tariff_choice import a_tariff, fee
from tests.settlement.interconnect.price_lists.test_service import an_agreement
from tests.settlement.parties.builders import a_registered_party

PAGES = [
    (Role.OPERATOR, "/month"),
    (Role.OPERATOR, "/month?period=2026-11"),
    (Role.OPERATOR, "/suspense"),
    (Role.OPERATOR, "/suspense?stage=mediation&reason=BAD_NUMBER"),
    (Role.OPERATOR, "/suspense?reason=nothing"),
    (Role.OPERATOR, "/files"),
    (Role.OPERATOR, "/sources"),
    (Role.OPERATOR, "/usage-trials"),
    (Role.OPERATOR, "/work-list"),
    (Role.OPERATOR, "/suspense/repair-rules"),
    (Role.OPERATOR, "/suspense/repair-rules?reason=BAD_NUMBER&field=b_number&target=b_number"),
    (Role.OPERATOR, "/suspense/write-offs"),
    (Role.OPERATOR, "/documents"),
    (Role.OPERATOR, "/documents?period=2026-10&kind=invoice&status=held"),
    (Role.OPERATOR, "/documents?kind=credit_note"),
    (Role.OPERATOR, "/documents/new"),
    (Role.OPERATOR, "/held"),
    (Role.OPERATOR, "/withheld-tax"),
    (Role.OPERATOR, "/oss"),
    (Role.OPERATOR, "/instalments"),
    (Role.OPERATOR, "/rounding"),
    (Role.OPERATOR, "/rounding?period=2026-10&cause=charge"),
    (Role.OPERATOR, "/withheld-tax?year=2024"),
    (Role.OPERATOR, "/parties"),
    (Role.OPERATOR, "/parties?kind=carrier"),
    (Role.OPERATOR, "/amendments"),
    (Role.OPERATOR, "/amendments/drafts"),
    (Role.OPERATOR, "/amendments/drafts/new?kind=interconnect"),
    (Role.OPERATOR, "/standard-terms"),
    (Role.OPERATOR, "/tariffs"),
    (Role.OPERATOR, "/tariffs/draft"),
    (Role.OPERATOR, "/interconnect"),
    (Role.OPERATOR, "/interconnect/expected-costs"),
    (Role.OPERATOR, "/interconnect/credit-limits"),
    (Role.OPERATOR, "/interconnect/guarantees"),
    (Role.OPERATOR, "/interconnect/deposits"),
    (Role.OPERATOR, "/interconnect/routes?minimum_asr=40"),
    (Role.OPERATOR, "/interconnect/supplier-invoices"),
    (Role.OPERATOR, "/interconnect/roaming"),
    (Role.OPERATOR, "/interconnect/price-lists"),
    (Role.OPERATOR, "/tariff-calculator"),
    (Role.OPERATOR, "/tariff-calculator?events-1=10&size-1=60&to-1=48226000001&at-1=18%3A30"),
    (Role.OPERATOR, "/resources"),
    (Role.OPERATOR, "/resources?kind=number&state=free"),
    (Role.OPERATOR, "/resources?kind=port"),
    (Role.OPERATOR, "/runs"),
    (Role.ADMINISTRATOR, "/audit"),
    (Role.ADMINISTRATOR, "/audit?object=users"),
    (Role.ADMINISTRATOR, "/alarms"),
    (Role.OPERATOR, "/deliveries"),
    (Role.OPERATOR, "/deliveries/choices"),
    (Role.READ_ONLY, "/deliveries/choices"),
    (Role.OPERATOR, "/deliveries/print-batches"),
    (Role.OPERATOR, "/document-rules"),
    (Role.READ_ONLY, "/document-rules"),
    (Role.ADMINISTRATOR, "/number-series"),
    (Role.ADMINISTRATOR, "/brand"),
    (Role.ADMINISTRATOR, "/brand/labels"),
    (Role.READ_ONLY, "/brand/labels"),
    (Role.READ_ONLY, "/brand"),
    (Role.FINANCE_MAKER, "/payouts"),
    (Role.FINANCE_MAKER, "/exchange-rates"),
    (Role.PARTNER_USER, "/own/statements"),
    (Role.CARRIER_USER, "/own/exchange"),
    (Role.CUSTOMER_USER, "/own/invoices"),
    (Role.CUSTOMER_USER, "/own/instalments"),
    (Role.CUSTOMER_USER, "/own/usage"),
    (Role.CUSTOMER_USER, "/own/choices"),
]


@pytest.mark.parametrize("language", ["en", "pl", "ru"])
def test_every_page_can_be_read_by_everybody_in_every_language(
    office: Office, language: str
) -> None:
    for role, path in PAGES:
        page = signed_in(office.app, office.world, role, language).read(path)

        assert page.get("lang") == language
        offered = page.xpath("//header//button[@name='language']/@value")
        assert offered == ["en", "pl", "ru"], path
        assert page.xpath("//header//a[@aria-current='page']"), path
        assert len(page.xpath("//h1")) == 1 or "empty" in html.tostring(page).decode(), path
        assert not unnamed(page), (path, unnamed(page))
        assert not page.xpath("//*[@style or @onclick] | //script[not(@src)]"), path


def unnamed(page: html.HtmlElement) -> list[str]:
    """Fields of forms that no label names."""
    labelled = set(page.xpath("//label/@for"))
    fields = page.xpath("//input[not(@type='hidden')] | //select | //textarea")
    return [field.get("name") for field in fields if field.get("id") not in labelled]


def test_the_month_is_counted_from_files_to_payouts(office: Office) -> None:
    page = signed_in(office.app, office.world, Role.OPERATOR).read("/month?period=2026-10")

    stages = [text_of(card) for card in page.xpath("//ol/li")]
    # Four customers at 215.90 net and 23 % tax: 863.60 net, 1,062.24 gross; 25.55 + 5.88 shared.
    # Two records of a file by themselves, and the 320 calls of which the carrier has its own.
    assert stages == [
        "Files received 2 Landed 2 Quarantined 0 Duplicate 0",
        "Records 322 Landed 322 Rejected 0 Duplicate 0 In suspense 0",
        "Rated 1 Free 1 Unbillable 0 Without a price 0",
        "Charge lines 19 Revenue 863.60 PLN",
        "Invoices 4 Held 1 Total 1,062.24 PLN",
        "Partner statements 1 Held 0 Total 31.43 PLN",
        "Carrier declarations 1 Held 0",
        "Payout batches 1 To be approved 1 Total 31.43 PLN",
    ]


def test_the_running_month_shows_what_waits(office: Office) -> None:
    page = signed_in(office.app, office.world, Role.OPERATOR).read("/month?period=2026-11")

    assert "Records 6 Landed 2 Rejected 0 Duplicate 1 In suspense 3" in text_of(page)


def test_the_days_of_a_month_are_numbers_for_the_chart(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR, "pl")

    found = json.loads(reader.open("/month/2026-10/days").text)

    [calls] = found["series"]
    assert calls["name"] == "Połączenia"
    assert (len(found["days"]), sum(calls["counts"])) == (31, 320)
    assert [calls["counts"][day] for day in (0, 1, 30)] == [220, 80, 20]
    assert found["titles"][30] == "31 października 2026"


def test_the_work_list_says_what_is_late_and_which_limits_are_reached(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = office.world.parties[PartyKind.CARRIER]
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.limit") as session:
        credit_limits.set_limit(session, carrier, Decimal("0.01"), "XDR")
    first = dt.date(2026, 10, 5)
    monkeypatch.setattr(work_list, "late_disputes", lambda _session: work_list.Late(2, first))

    page = text_of(signed_in(office.app, office.world, Role.OPERATOR).read("/work-list"))

    assert "Disputes overdue for an answer: 2. The first was due on 5 Oct 2026." in page
    assert "100 % of its credit limit is reached. Blocked" in page


def test_a_month_that_is_not_there_is_not_found(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    assert reader.open("/month?period=2031-01").status_code == 404


def test_a_number_is_reserved_and_freed_again(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    page = reader.read("/resources?kind=number&state=free")
    place = str(page.xpath("//td/a[text()='48221000002']/@href")[0])

    reader.send(f"{place}/reservation", held_for="the new office", due_on="2031-01-01")

    listed = text_of(reader.read("/resources?kind=number&state=reserved"))
    assert "48221000002 Reserved the new office" in listed
    assert not reader.read(place).xpath("//form[contains(@action, 'reservation')]")
    reader.send(f"{place}/freeing")
    assert "48221000002" in text_of(reader.read("/resources?kind=number&state=free"))


def record_waiting_for(office: Office, reason: str) -> str:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    page = reader.read(f"/suspense?stage=mediation&reason={reason}")
    return str(page.xpath("//td/a[text()='Details']/@href")[0])


def test_a_repaired_record_leaves_suspense(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    place = record_waiting_for(office, "BAD_NUMBER")
    page = reader.read(place)
    assert "e4;+48601234567;not a number;2026-11-02T09:10:00;30" in text_of(page)
    cells = {field.get("name"): field.value for field in page.xpath("//form[1]//input[@id]")}

    answer = reader.send(
        f"{place}/repair", **(cells | {"b_number": "+48221234567", "reason": "typing error"})
    )

    assert "The record has left suspense." in answer.text
    assert "BAD_NUMBER" not in answer.text


def test_a_repair_that_does_not_help_is_kept_and_a_rule_goes_on_from_it(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    place = record_waiting_for(office, "MISSING_TIME")
    page = reader.read(place)
    cells = {field.get("name"): field.value for field in page.xpath("//form[1]//input[@id]")}

    answer = reader.send(f"{place}/repair", **(cells | {"occurred_at": "noon", "reason": "try"}))

    assert "but waits on: The time cannot be read." in answer.text
    assert 'value="noon"' in answer.text

    # What the repair left is what a rule now touches, shown before it is applied.
    asked = (
        "reason=BAD_TIME&field=occurred_at&pattern=no*&target=occurred_at&value=2026-11-02T12:00"
    )
    before = reader.read(f"/suspense/repair-rules?{asked}")
    form = dict(before.forms[-1].fields) | {"why": "as the switch told", "applies": "always"}
    assert "It touches: 1" in text_of(before)

    answer = reader.send("/suspense/repair-rules", **form)

    assert "Records changed: 1. 1 left suspense, 0 wait on." in answer.text
    assert "Stands" in answer.text


def test_a_missing_file_is_shown_since_when_and_waived(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.files") as session:
        settings = {"zone": ZONE, "mapping": MAPPING, "file_numbers": "c-{number}"}
        sources.register_source(session, "counted", "Counted", "delimited", settings)
        for number in (1, 3):
            row = f"x{number};+48601234567;+48221234567;2026-11-02T09:00:00;60"
            mediation.ingest(session, "counted", f"c-{number}", delimited_file(row))
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    listed = text_of(reader.read("/sources"))
    assert "2 since 2 Nov 2026, 13:00:00" in listed
    [place] = reader.read("/sources").xpath("//a[text()='Counted']/@href")
    reader.read(place)

    answer = reader.send(f"{place}/waivers", number="2", why="the switch was restarted")

    assert "Number 2 is waived." in answer.text
    assert "Missing files" not in answer.text
    again = reader.send(f"{place}/waivers", number="two", why="the switch was restarted")
    assert "two is no number." in again.text


def test_a_source_is_told_when_its_files_are_due_and_is_overdue(office: Office) -> None:
    """Registered a day before noon of 2 November, UTC, and due every 20 hours: since 09:00 CET."""
    noon = office.database.clock
    office.database.clock = HeldClock(noon.now() - dt.timedelta(days=1))
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.files") as session:
        settings = {"zone": ZONE, "mapping": MAPPING}
        sources.register_source(session, "quiet", "Quiet", "delimited", settings)
    office.database.clock = noon
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    [place] = reader.read("/sources").xpath("//a[text()='Quiet']/@href")
    assert "at no time that is known" in text_of(reader.read(place))

    answer = reader.send(f"{place}/schedule", every_hours="20")

    assert "no later than 20 hours after the last" in answer.text
    assert "Files are overdue since 2 Nov 2026, 09:00:00" in answer.text
    assert "2 Nov 2026, 09:00:00" in text_of(reader.read("/sources"))
    assert "Files of source quiet are overdue" in text_of(reader.read("/work-list"))
    daily = reader.send(f"{place}/schedule", daily_by="04:00", days="mon")
    assert "by 04:00 (Europe/Warsaw), files: 1, Monday" in daily.text
    assert "Or by this time of day" in text_of(reader.read(place))
    refused = reader.send(f"{place}/schedule", every_hours="no")
    assert "no is no number." in refused.text


def test_a_month_is_described_and_priced_at_each_tariff(office: Office) -> None:
    """Ten calls of a minute at 0.50 come to 5.00, and the line costs 10.00 a month."""
    january = dt.date(2026, 1, 1)
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.tariff") as session:
        products.add_product(session, "described-line", "Line", "fee")
        a_tariff(session, "small", voice={"price": "0.50"}, fees=fee("10.00", "described-line"))
        a_registered_party(session, "described")
        subscription = NewSubscription("described-line", "small")
        new = NewContract("K-d", "described", "PLN", january, subscriptions=(subscription,))
        contracts.load_contracts(session, [new])
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    page = text_of(
        reader.read("/tariff-calculator?period=2026-10&events-1=10&size-1=60&to-1=48226000001")
    )
    odd = text_of(reader.read("/tariff-calculator?events-1=ten"))
    late = text_of(reader.read("/tariff-calculator?events-1=1&size-1=60&at-1=25%3A00"))

    assert "5.00 PLN 10.00 PLN 0.00 PLN 15.00 PLN" in page.replace("\xa0", " ")
    assert "How many in the month 1 is ten. Write a whole number, from 1 to 20000." in odd
    assert "25:00 is no time of day. Write it like 18:30." in late


def test_a_customer_is_classed_and_revenue_is_shown_by_class(office: Office) -> None:
    """Four customers at 215.90 each; one of them is a student since October."""
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    assert "Revenue by class" not in text_of(reader.read("/overview?period=2026-10"))
    place = reader.read("/parties?kind=customer").xpath("//tbody//a/@href")[0]
    reader.read(place)
    said = {"customer_class": "student", "segments": "young, north", "valid_from": "2026-10-01"}

    answer = reader.send(f"{place}/standing", **said)

    assert "The customer is classed from that day on." in answer.text
    overview = text_of(reader.read("/overview?period=2026-10")).replace("\xa0", " ")
    assert "by class of customers not said 647.70 PLN" in overview
    assert "student 215.90 PLN" in overview
    assert "north 215.90 PLN" in overview and "young 215.90 PLN" in overview
    assert "Revenue by territory" not in overview


def test_a_price_list_is_brought_in_by_one_and_accepted_by_another(office: Office) -> None:
    """R61: with 7 days of notice a list of 2 November raises prices from 9 November on."""
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.prices") as session:
        an_agreement(session, carrier="pacific")
    maker = signed_in(office.app, office.world, Role.OPERATOR)
    maker.read("/interconnect/price-lists")
    sent = {
        "agreement": "IC-pacific",
        "list": (io.BytesIO(b"code,rate\n353,0.02\n354,0.04\n"), "november.csv"),
        "valid_from": "2026-11-05",
        "column.prefix": "code",
        "column.price": "rate",
        "delimiter": ",",
        "decimal": ".",
        "encoding": "utf-8",
    }

    kept = maker.send("/interconnect/price-lists", **sent)

    assert "The price list is kept. Somebody else accepts it." in kept.text
    assert "You proposed it. Somebody else has to approve it." in kept.text
    [place] = maker.read("/interconnect/price-lists").xpath("//a[text()='november.csv']/@href")
    shown = text_of(maker.read(place))
    assert "Rises when the notice ends: 1" in shown and "Falls: 1" in shown
    assert "0.01 XDR 0.02 XDR 5 Nov 2026 9 Nov 2026" in shown.replace("\xa0", " ")
    assert "354" not in text_of(maker.read(f"{place}?reason=notice"))
    approver = signed_in(office.app, office.world, Role.FINANCE_APPROVER)
    approver.read(place)
    accepted = approver.send(f"{place}/acceptance")
    assert "The price list is accepted." in accepted.text
    assert approver.open(f"{place}/file").data.startswith(b"code,rate")


def test_a_file_is_undone_by_two_people(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    files = reader.read("/files")
    [place] = files.xpath("//a[text()='switch-1-20261006.csv']/@href")
    reader.read(place)

    shown = text_of(reader.read(f"{place}/record?line=2"))
    assert "o1;+48601234567;+48221234567;2026-10-05T09:00:00;60" in shown
    assert reader.open(f"{place}/record?line=two").status_code == 404
    reader.read(place)
    proposed = reader.send(f"{place}/undoing", why="a test of the switch")

    assert "You proposed it. Somebody else has to approve it." in proposed.text
    approver = signed_in(office.app, office.world, Role.FINANCE_APPROVER)
    assert "a test of the switch" in text_of(approver.read("/files"))
    page = approver.read(place)
    [approval] = page.xpath("//form[contains(@action, '/approval')]/@action")
    answer = approver.send(approval)
    assert "The file is undone. The next rating corrects what was charged." in answer.text
    assert not answer_forms(answer.text)
    assert "Undone 1" in text_of(reader.read("/month?period=2026-10"))


def test_a_change_of_an_agreement_is_looked_at_and_approved_by_somebody_else(
    office: Office,
) -> None:
    tenant = tenant_id_of("alpha")
    with transaction(office.database, tenant, SYSTEM, "tests.draft") as session:
        agreed = agreements.share_agreements(session, *agreements.ALWAYS)[0]
        sold = session.scalars(
            sa.text("SELECT DISTINCT product FROM charge_lines WHERE side = 'customer'")
        ).all()
        terms = dict(agreed.terms) | {"products": list(sold)}
        facts = Drafted(
            AmendmentKind.TERMS, agreed.code, agreed.party_id, agreed.currency,
            dt.date(2026, 10, 1), None, terms,
        )  # fmt: skip
        backwards = amendments.draft(session, facts)
        faulty = terms | {"products": ["GONE"]}
        amendments.draft(session, replace(facts, code="GONE-1", terms=faulty))
        ends = amendments.draft_end(session, agreed.code, dt.date(2027, 2, 1))
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    touched = text_of(reader.read(f"/amendments/{backwards.id}"))
    assert "October 2026" in touched and "closed; it is corrected in the open month" in touched
    [gone] = reader.read("/amendments").xpath("//a[text()='GONE-1']/@href")
    fault = text_of(reader.read(gone))
    assert "There is no product GONE" in fault and f"100.00 {agreed.currency}" in fault

    reader.read(f"/amendments/{ends.id}")
    reviewed = reader.send(f"/amendments/{ends.id}/review")
    assert "Somebody else approves it." in reviewed.text
    approver = signed_in(office.app, office.world, Role.FINANCE_APPROVER)
    approver.read(f"/amendments/{ends.id}")
    approved = approver.send(f"/amendments/{ends.id}/approval")
    assert "is approved." in approved.text and "Waits for its day" in approved.text
    approver.read(f"/amendments/{backwards.id}")
    rejected = approver.send(f"/amendments/{backwards.id}/rejection", why="a test")
    assert "Nothing of it holds." in rejected.text


def answer_forms(text: str) -> list[str]:
    return [
        str(action)
        for action in html.document_fromstring(text).xpath("//main//form/@action")
        if "undoing" in action
    ]


def test_a_form_without_a_reason_is_refused_above_the_form(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    place = record_waiting_for(office, "BAD_DURATION")
    reader.read(place)

    answer = reader.send(f"{place}/write-off", why=" ")

    assert answer.request.path == place
    assert "The field &#34;Why&#34; is empty." in answer.text


def test_a_record_written_off_by_two_people_is_on_the_trail_with_its_reason(
    office: Office,
) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    place = record_waiting_for(office, "BAD_DURATION")
    reader.read(place)

    proposed = reader.send(f"{place}/write-off", why="test call of the switch")

    assert "You proposed it. Somebody else has to approve it." in proposed.text
    approver = signed_in(office.app, office.world, Role.FINANCE_APPROVER)
    page = approver.read("/suspense/write-offs")
    [approval] = page.xpath("//form[contains(@action, '/approval')]/@action")
    assert "Records written off: 1." in approver.send(approval).text
    trail = signed_in(office.app, office.world, Role.ADMINISTRATOR).read("/audit?object=suspense")
    assert "test call of the switch" in text_of(trail)


def test_who_may_only_read_gets_no_forms(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.FINANCE_MAKER)

    page = reader.read("/suspense")

    assert not page.xpath("//main//form")


def test_a_held_document_shows_the_rule_it_breaks(office: Office) -> None:
    page = signed_in(office.app, office.world, Role.OPERATOR).read(
        f"/documents/{office.world.held}"
    )

    told = text_of(page)
    assert "Held: it breaks rules and has no number BR-CO-09 The Seller VAT identifier" in told
    assert "Invoice[1]/AccountingCustomerParty[1]/Party[1]/PartyTaxScheme[1]" in told


def test_what_is_held_stands_with_its_reason_and_what_to_do(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.aside") as session:
        october = periods.period(session, "2026-10").id
        customer = office.world.parties[PartyKind.CUSTOMER]
        for cause, reason in (("refused", "No VAT number."), ("bound", "Ten times as much.")):
            aside = parking.SetAside(customer, "EUR", cause, reason, 1)
            if cause == "bound":
                aside = replace(aside, currency="USD")
            parking.park(session, october, [aside], parking.Asker("somebody", None))
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    page = reader.read("/held")

    told = text_of(page)
    assert "2026-10 Piekarnia Nr 2" in told and "BR-CO-09 The Seller VAT identifier" in told
    assert "No VAT number. Check or decide the tax Try 2026-10 again" in told
    assert "Ten times as much. Release Try 2026-10 again" in told
    [release] = page.xpath("//form[contains(@action, '/release')]/@action")
    assert "Released: " in text_of(html.fromstring(reader.send(str(release)).text))
    shown_to_others = signed_in(office.app, office.world, Role.FINANCE_MAKER).read("/held")
    assert not shown_to_others.xpath("//main//form")
    # The month is tried again by a run, which lists what it sets aside.
    assert "Bill run over 2026-10" in reader.send("/held/2026-10/bills").text


def test_a_document_is_handed_out_as_it_was_issued(office: Office) -> None:
    with reading(office.database, tenant_id_of("alpha"), SYSTEM) as session:
        invoice = statements.documents(session, kind=Kind.INVOICE, status="issued")[0]
        _file, content = statements.download(session, invoice.id, PDF)

    answer = signed_in(office.app, office.world, Role.OPERATOR).open(f"/documents/{invoice.id}/pdf")

    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize(
    ("role", "path", "own", "kind"),
    [
        (Role.PARTNER_USER, "/own/statements", "RS/2026/11/0001", PartyKind.PARTNER),
        (Role.CUSTOMER_USER, "/own/invoices", "FV/2026/11/0001", PartyKind.CUSTOMER),
    ],
)
def test_a_party_sees_and_takes_its_own_documents_and_no_others(
    office: Office, role: Role, path: str, own: str, kind: PartyKind
) -> None:
    reader = signed_in(office.app, office.world, role)
    party = office.world.parties[kind]
    with reading(office.database, tenant_id_of("alpha"), SYSTEM) as session:
        foreign = [
            each.id for each in statements.documents(session) if each.filing.party_id != party
        ]

    page = reader.read(path)

    numbers = [text_of(cell).split()[0] for cell in page.xpath("//tbody/tr/td[1]")]
    assert numbers == [own]
    for link in page.xpath("//tbody//a/@href"):
        assert reader.open(link).status_code == 200, link
    assert foreign
    for document in foreign:
        assert reader.open(f"{path}/{document}/pdf").status_code == 404


def test_a_carrier_answers_with_its_declaration_and_sees_the_comparison(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.CARRIER_USER)
    assert "without one accepted on" in reader.read("/own/exchange").text_content()
    sent = (io.BytesIO(office.world.answer), "october.xml")

    answer = reader.send("/own/exchange/declarations", declaration=sent)

    assert "The declaration is taken in and compared." in answer.text
    page = html.document_fromstring(answer.text)
    assert page.xpath("//h1/following-sibling::span")[0].text_content() == "Exact"
    assert "All 4" in text_of(page) and "Exact 4" in text_of(page)


def test_a_declaration_that_is_none_is_refused_above_the_form(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.CARRIER_USER)
    reader.read("/own/exchange")
    sent = (io.BytesIO(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"), "bad.xml")

    answer = reader.send("/own/exchange/declarations", declaration=sent)

    assert answer.request.path == "/own/exchange"
    page = html.document_fromstring(answer.text)
    assert "DOCTYPE" in page.xpath("//div[@role='alert']")[0].text_content()
    [row] = page.xpath("//h2[text()='Refused files']/following-sibling::div[1]//tr[td]")
    assert text_of(row.xpath("td[1]")[0]) == "Declaration"
    assert "DOCTYPE" in text_of(row)
    assert (
        reader.open(row.xpath(".//a/@href")[0]).data == b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"
    )


def test_differences_are_told_by_class_and_cause(office: Office) -> None:
    place = f"/interconnect/reconciliations/{office.world.reconciliation}"
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    page = reader.read(f"{place}?class=out_of_tolerance")

    # Ten calls more at the same minutes: 120 calls for 6.00 XDR became 130 for 6.50.
    [line] = page.xpath("(//table)[last()]//tr[td]")
    assert text_of(line) == (
        "1 1 Oct 2026 Poland Incoming · TR-atlantic 120 130 3:20:00 3:20:00"
        " 6.00 XDR 6.50 XDR 0.50 XDR Out of tolerance Dispute this"
    )


@pytest.mark.parametrize(
    ("role", "folder"),
    [(Role.OPERATOR, "/interconnect/records"), (Role.CARRIER_USER, "/own/exchange/records")],
)
def test_calls_compared_are_told_by_cause_down_to_the_call(
    office: Office, role: Role, folder: str
) -> None:
    """Of 200 calls for 10.00, 120 for 6.00 are missing; one of 0.05 is 0.01 longer."""
    reader = signed_in(office.app, office.world, role)

    page = reader.read(f"{folder}/{office.world.records}")

    incoming, _outgoing = page.xpath("//ol[@class='waterfall']")
    assert [text_of(each) for each in incoming.xpath("li")] == [
        "Alpha Telekom 10.00 XDR",
        "Missing with Atlantic sp. z o.o. calls: 120 -6.00 XDR",
        "Duration calls: 1 +0.01 XDR",
        "Atlantic sp. z o.o. 4.01 XDR",
    ]
    (link,) = incoming.xpath(".//a[starts-with(text(), 'Missing')]/@href")
    calls = reader.read(link)
    assert len(calls.xpath("(//table)[last()]//tr[td]")) == 100
    (after,) = calls.xpath("//a[text()='Next page']/@href")
    assert len(reader.read(after).xpath("(//table)[last()]//tr[td]")) == 20
    (file,) = calls.xpath("//a[text()='CSV']/@href")
    csv = reader.open(file).text.splitlines()
    assert len(csv) == 1 + 120
    assert csv[1].startswith("incoming,missing_there,missing_theirs,1-incoming-0,,")


def test_the_maker_is_told_why_there_is_no_button(office: Office) -> None:
    place = f"/payouts/{office.world.payout_batch}"
    maker = signed_in(office.app, office.world, Role.FINANCE_MAKER)

    page = maker.read(place)

    assert "You proposed this batch. Somebody else has to approve it." in text_of(page)
    assert not page.xpath("//button[@id='approve']")
    assert maker.send(f"{place}/approval").status_code == 403


def test_an_approved_batch_is_exported_the_same_every_time_and_sent(office: Office) -> None:
    place = f"/payouts/{office.world.payout_batch}"
    approver = signed_in(office.app, office.world, Role.FINANCE_APPROVER)
    assert "Approve 31.43 PLN" in text_of(approver.read(place))

    approved = approver.send(f"{place}/approval")
    first = approver.send_only(f"{place}/file")
    second = approver.send_only(f"{place}/file")
    approver.send(f"{place}/sending")

    assert "is approved. Its payment file can be taken to the bank." in approved.text
    assert first.data == second.data and b"<CtrlSum>31.43</CtrlSum>" in first.data
    with reading(office.database, tenant_id_of("alpha"), SYSTEM) as session:
        assert office.world.payout_batch is not None
        assert payouts.batch(session, office.world.payout_batch).status is Status.SENT


def test_a_batch_with_nothing_to_pay_is_refused_above_the_form(office: Office) -> None:
    maker = signed_in(office.app, office.world, Role.FINANCE_MAKER)
    maker.read("/payouts")

    answer = maker.send("/payouts", currency="PLN", pays_on="10.11.2026")

    assert "10.11.2026 is not a date. Write it like 2026-11-05." in answer.text


@pytest.mark.parametrize(
    "path", ["/suspense?reason=%00", "/suspense?starting_after=x", "/audit?object=" + "x" * 300]
)
def test_an_address_that_cannot_be_read_is_refused_in_words(office: Office, path: str) -> None:
    answer = signed_in(office.app, office.world, Role.ADMINISTRATOR).open(path)

    assert answer.status_code == 422
    assert "To the start page" in answer.text


def test_ranges_are_listed_with_the_days_their_numbers_rest(office: Office) -> None:
    page = signed_in(office.app, office.world, Role.OPERATOR).read("/resources")

    rows = [row.xpath("td/text()") for row in page.xpath("//table[@id='ranges']/tbody/tr")]
    assert ["Warsaw", "Numbers", "30"] in rows


def test_a_brand_is_tried_kept_and_gone_back_to_on_its_page(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.ADMINISTRATOR)
    page = reader.read("/brand")
    invoice = page.xpath("//select[@name='document_id']/option")[0].get("value")
    # From a day on which nothing else in this month is issued.
    said = {"deep": "#6a1b4d", "tint": "#fbf1f6", "valid_from": "2031-01-01"}
    said |= {"header.en": "Seit 1923", "header.pl": "Od 1923"}

    tried = reader.send_only("/brand/preview", document_id=invoice, **said)
    kept = reader.send("/brand", **said).text

    assert "1923" in PdfReader(io.BytesIO(tried.data)).pages[0].extract_text()
    assert "Version 1 is kept." in kept
    refused = reader.send("/brand", **(said | {"deep": "#ffffff"}))
    assert "cannot be read" in refused.text
    reader.send("/brand/restore", version="1")
    with reading(office.database, tenant_id_of("alpha"), SYSTEM) as session:
        found = branding.versions(session)
    assert [(each.version, each.restores) for each in found] == [(2, 1), (1, None)]
    assert found[0].brand.text("header", "pl") == "Od 1923"


def test_a_customer_is_put_under_a_label_that_has_a_brand(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.ADMINISTRATOR)
    # From a day on which nothing else in this month is issued.
    day = {"valid_from": "2031-01-01"}
    assert not reader.read("/brand/labels").xpath("//main//form")

    reader.send("/brand", deep="#6a1b4d", tint="#fbf1f6", label="Fonia", **day)
    told = reader.send("/brand/labels", party="C-1", label="Fonia", **day).text
    refused = reader.send("/brand/labels", party="C-1", label="Vox", **day).text

    assert "Piekarnia Nr 1 sp. z o.o. Fonia 1 Jan 2031" in text_of(html.document_fromstring(told))
    assert "There is no brand with the label Vox" in refused
    editor = reader.read("/brand?label=Fonia")
    assert editor.xpath("//input[@id='label']/@value") == ["Fonia"]


def test_who_may_only_read_changes_no_brand(office: Office) -> None:
    page = signed_in(office.app, office.world, Role.READ_ONLY).read("/brand")

    assert not page.xpath("//main//form")


def test_a_customer_s_channels_are_chosen_on_a_page_and_paper_is_printed_there(
    office: Office,
) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    customer = office.world.parties[PartyKind.CUSTOMER]
    place = f"/deliveries/choices/{customer}"
    assert "It chose nothing" in text_of(reader.read(place))
    day = {"valid_from": "2026-11-01", "is_active": "yes"}

    refused = reader.send(place, channel="email", address="anna", forms="pdf", **day)
    assert "an e-mail address, or nothing" in refused.text
    reader.send(place, channel="email", forms=["pdf", "csv"], language="uk", **day)
    page = reader.send(place, channel="print", forms="pdf", **day).text
    assert page.count("bg-green-lt") == 2
    read = reader.read(place)
    email = read.xpath("//form[.//input[@name='channel' and @value='email']]")[0]
    ticked = email.xpath(".//input[@name='forms' and @checked]/@value")
    assert (ticked, email.xpath(".//option[@selected]/text()")) == (["pdf", "csv"], ["uk"])
    assert not read.xpath("//form[.//input[@value='peppol']]//input[@type='checkbox']")
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.line-up") as session:
        delivery.line_up(session)

    lists = "/deliveries/print-batches"
    assert "Documents that wait to be printed: 1" in text_of(reader.read(lists))
    made = html.document_fromstring(reader.send(lists).text)

    assert "Envelopes 1 " in text_of(made)
    assert [text_of(cell) for cell in made.xpath("//tbody/tr/td")][:2] == ["PL", "00-001"]
    files = made.xpath("//div[@class='aside']/a[contains(@href, 'print-batches/')]/@href")
    assert [reader.open(file).data[:4] for file in files[:4]] == [b"%PDF"] * 3 + [b'{\n "']
    assert "Documents that wait to be printed: 0" in text_of(reader.read(lists))


def test_who_may_only_read_chooses_no_channel(office: Office) -> None:
    page = signed_in(office.app, office.world, Role.READ_ONLY).read("/deliveries/choices")

    assert not page.xpath("//main//button")


def test_a_customer_takes_the_usage_of_its_own_invoice_away(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.CUSTOMER_USER)
    page = reader.read("/own/invoices")
    [place] = page.xpath("//a[contains(@href, '/usage/csv')]/@href")

    listed = reader.open(place)

    assert listed.headers["Content-Disposition"].endswith("-usage.csv")
    assert listed.text.splitlines()[0].startswith("document,charge,service,product,row,")
    assert sum(Decimal(row["amount"]) for row in csv.DictReader(io.StringIO(listed.text))) == (
        Decimal("215.90")
    )
    assert reader.open(f"{place}?numbers=whole").status_code == 409
    assert reader.open(place.replace("csv", "html")).status_code == 404


def test_who_takes_which_form_is_chosen_beside_the_installed_rules(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    page = reader.read("/document-rules")

    assert "ksef-fa3 1-0E 1 Feb 2026" in text_of(page)
    day = {"valid_from": "2031-01-01"}
    refused = reader.send("/document-rules", profile="telex", **day)
    assert "There is no profile telex" in refused.text
    told = reader.send("/document-rules", profile="ksef", party="C-1", **day).text

    chosen = html.document_fromstring(told).xpath("//tr[td[text()='ksef-fa3']]")
    rows = [text_of(row) for row in chosen]
    assert "Piekarnia Nr 1 sp. z o.o. FA(3) for KSeF ksef-fa3 1 Jan 2031" in rows
