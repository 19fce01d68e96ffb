"""Documents are issued once, without gaps, and never change."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid5

import pytest
import sqlalchemy as sa

from currencies.money import money, shown
from statements import service, store
from statements.crediting import CreditExceedsRemainder
from statements.document import Kind
from statements.downloading import forms_of
from statements.filing import CSV, JSON, PARQUET, PDF, XLSX, XML, Filing
from statements.number_series.service import NoSeries, SeriesInUse
from statements.service import NoSuchDocument, NoSuchForm
from statements.totals import TotalsDoNotTie
from tenants.directory import service as directory
from tenants.files import FileChanged
from tenants.principal import SYSTEM
from tenants.session import transaction
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_declaration, a_line, a_seller, an_invoice, lines_of
from tests.world import a_tenant

TENTH = dt.date(2026, 11, 10)


@pytest.fixture
def party(session):
    service.open_series(session, Kind.INVOICE, "FV/{year}/{month:02}/{number:06}")
    service.open_series(session, Kind.CREDIT_NOTE, "KOR/{number}")
    return a_registered_party(session)


def a_draft(lines=None, **changes):
    return an_invoice(lines, **({"number": "", "issued_on": None} | changes))


def filing(party, purpose="invoice:2026-10:nowak", **facts):
    return Filing(party_id=party.id, purpose=purpose, **facts)


def test_an_issued_document_has_a_number_a_verdict_and_three_forms(session, party):
    filed = service.issue(session, a_draft(), filing(party), TENTH)

    assert (filed.status, filed.number) == ("issued", "FV/2026/11/000001")
    assert filed.verdict.is_valid
    assert [file.media_type for file in filed.files] == [PDF, XML, CSV]
    assert filed.files[0].file_name == "FV-2026-11-000001.pdf"
    assert shown(filed.gross) == "123.00 PLN"


def test_what_is_downloaded_is_what_was_issued(session, party):
    filed = service.issue(session, a_draft(), filing(party), TENTH)

    file, pdf = service.download(session, filed.id, PDF)
    _, xml = service.download(session, filed.id, XML)

    assert pdf.startswith(b"%PDF-")
    assert len(pdf) == file.size_bytes
    assert b"<cbc:ID>FV/2026/11/000001</cbc:ID>" in xml
    assert (file, pdf) == service.download(session, filed.id, PDF)


@pytest.mark.parametrize(
    ("media_type", "starts", "ending"),
    [(XLSX, b"PK", "xlsx"), (PARQUET, b"PAR1", "parquet"), (JSON, b"{", "json")],
)
def test_other_forms_are_made_of_what_was_issued(session, party, media_type, starts, ending):
    filed = service.issue(session, a_draft(), filing(party), TENTH)

    file, content = service.download(session, filed.id, media_type)

    assert content.startswith(starts)
    assert (file.file_name, file.size_bytes) == (f"FV-2026-11-000001.{ending}", len(content))
    assert service.download(session, filed.id, media_type) == (file, content)
    assert forms_of(filed) == ["pdf", "xml", "csv", "xlsx", "parquet", "json"]


def test_no_number_is_given_twice_whatever_the_counter_says(session, party):
    first = service.issue(session, a_draft(), filing(party), TENTH)
    session.execute(sa.text("UPDATE number_series SET next_number = 1"))
    session.expire_all()

    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        service.issue(session, a_draft(), filing(party, "again"), TENTH)

    assert service.download(session, first.id, XML)[1]


def test_a_purpose_is_issued_once(session, party):
    first = service.issue(session, a_draft(), filing(party), TENTH)

    again = service.issue(session, a_draft([a_line("1.00")]), filing(party), TENTH)

    assert again == first
    assert len(service.documents(session)) == 1


@pytest.mark.parametrize("many", [1, 1_000], ids=["as a set", "row by row"])
def test_a_document_that_breaks_a_rule_is_held_and_takes_no_number(
    session, party, monkeypatch, many
):
    monkeypatch.setattr(store, "MANY", many)
    bad = a_draft(seller=a_seller(vat_id=""))
    drafts = [
        (a_draft(), filing(party, "one")),
        (bad, filing(party, "two")),
        (a_draft(), filing(party, "three")),
    ]

    first, held, third = service.issue_all(session, drafts, TENTH)

    assert [first.number, held.number, third.number] == [
        "FV/2026/11/000001",
        "",
        "FV/2026/11/000002",
    ]
    assert (held.status, held.files) == ("held", ())
    assert "BR-S-02" in held.verdict.broken_rules
    assert service.documents(session, status="held") == [held]
    issued = [first, held, third]
    assert [service.document(session, each.id) for each in issued] == issued
    said = service.content(session, third.id)
    assert (said.number, said.lines) == (third.number, a_draft().lines)
    assert [file.media_type for file in third.files] == sorted([CSV, PDF, XML])


def test_a_held_document_is_issued_in_its_place_once_it_is_right(session, party):
    held = service.issue(session, a_draft(seller=a_seller(vat_id="")), filing(party), TENTH)

    issued = service.issue(session, a_draft(), filing(party), TENTH)

    assert (issued.id, issued.number) == (held.id, "FV/2026/11/000001")
    assert service.documents(session, status="held") == []


def test_a_failed_issue_takes_no_number(session, party):
    wrong = replace(a_draft(), totals=replace(a_draft().totals, net=money("1.00 PLN")))

    with pytest.raises(TotalsDoNotTie), session.begin_nested():
        service.issue(session, wrong, filing(party), TENTH)

    assert service.issue(session, a_draft(), filing(party), TENTH).number.endswith("000001")


def test_an_issued_document_cannot_be_changed_in_the_database(session, party):
    filed = service.issue(session, a_draft(), filing(party), TENTH)

    with pytest.raises(sa.exc.IntegrityError, match="is issued"), session.begin_nested():
        session.execute(
            sa.text("UPDATE documents SET amount_net = 0, amount_gross = 0 WHERE id = :id"),
            {"id": filed.id},
        )


def test_bytes_that_were_changed_on_disk_are_not_handed_out(session, party):
    filed = service.issue(session, a_draft(), filing(party), TENTH)
    session.files.path(filed.files[0].sha256).write_bytes(b"%PDF- another one")

    with pytest.raises(FileChanged):
        service.download(session, filed.id, PDF)


def test_what_a_document_said_can_be_read_back(session, party):
    draft = a_draft(lines_of("10.05", "0.70"), policies=(("tax_rounding", "line"),))

    filed = service.issue(session, draft, filing(party), TENTH)

    said = service.content(session, filed.id)
    assert said == replace(
        draft.numbered(filed.number, TENTH), payment_reference=said.payment_reference
    )


def test_a_party_sees_its_own_documents_only(session, party):
    other = a_registered_party(session, "other")
    filed = service.issue(session, a_draft(), filing(party), TENTH)

    assert service.documents(session, party_id=party.id) == [filed]
    assert service.documents(session, party_id=other.id) == []
    with pytest.raises(NoSuchDocument):
        service.download(session, filed.id, PDF, party_id=other.id)


def test_an_unknown_document_and_an_unknown_form_are_not_found(session, party):
    filed = service.issue(session, a_draft(kind=Kind.INVOICE), filing(party), TENTH)

    with pytest.raises(NoSuchDocument):
        service.document(session, uuid5(filed.id, "other"))
    with pytest.raises(NoSuchForm, match="application/pdf"):
        service.download(session, filed.id, "image/png")


def test_credits_follow_each_other_and_stop_at_what_is_left(session, party):
    invoice = service.issue(session, a_draft(lines_of("0.10")), filing(party), TENTH)

    def credit(number, amount):
        return service.issue_credit(
            session, invoice.id, {"1": money(amount)}, f"credit:{number}", TENTH, "Offset"
        )

    first, second = credit(1, "0.05 PLN"), credit(2, "0.05 PLN")

    # 23 % of 0.10 is 0.02 (0.023): 0.01 (0.0115) with the first half, 0.01 with the second.
    assert [first.number, second.number] == ["KOR/1", "KOR/2"]
    assert shown(first.tax) == shown(second.tax) == "0.01 PLN"
    assert first.filing.corrects_id == invoice.id
    with pytest.raises(CreditExceedsRemainder):
        credit(3, "0.01 PLN")


def test_of_two_credits_at_once_the_first_committed_wins(database):
    tenant = a_tenant()
    with transaction(database, tenant.id, SYSTEM, "tests.issue") as session:
        directory.create_tenant(session, tenant)
        service.open_series(session, Kind.INVOICE, "FV/{number}")
        service.open_series(session, Kind.CREDIT_NOTE, "KOR/{number}")
        party = a_registered_party(session)
        invoice = service.issue(session, a_draft(), filing(party), TENTH)

    def credit(purpose):
        with transaction(database, tenant.id, SYSTEM, "tests.credit") as session:
            wanted = {"1": money("60.00 PLN")}
            return service.issue_credit(session, invoice.id, wanted, purpose, TENTH, "Offset")

    with ThreadPoolExecutor(2) as at_once:
        credits = [at_once.submit(credit, purpose) for purpose in ("credit:a", "credit:b")]

    outcomes = sorted(type(done.exception()).__name__ for done in credits)
    assert outcomes == ["CreditExceedsRemainder", "NoneType"]


def test_issuing_at_once_leaves_no_gap_and_no_double(database):
    tenant = a_tenant()
    with transaction(database, tenant.id, SYSTEM, "tests.issue") as session:
        directory.create_tenant(session, tenant)
        service.open_series(session, Kind.INVOICE, "FV/{number}")
        party = a_registered_party(session)

    def issue(purpose):
        with transaction(database, tenant.id, SYSTEM, "tests.issue") as session:
            return service.issue(session, a_draft(), filing(party, purpose), TENTH).number

    with ThreadPoolExecutor(3) as at_once:
        numbers = list(at_once.map(issue, ["a", "b", "a", "c"]))

    assert set(numbers) == {"FV/1", "FV/2", "FV/3"}
    assert numbers[0] == numbers[2]


def test_a_declaration_is_issued_as_xml_and_pdf(session, party):
    service.open_series(session, Kind.DECLARATION, "D-{number}")

    filed = service.issue(session, a_declaration(number="", issued_on=None), filing(party), TENTH)

    assert filed.verdict.is_valid
    assert [file.media_type for file in filed.files] == [PDF, XML]
    assert service.content(session, filed.id).number == "D-1"


def test_a_series_keeps_its_template(session, party):
    service.open_series(session, Kind.INVOICE, "F/{number}")
    service.issue(session, a_draft(), filing(party), TENTH)

    with pytest.raises(SeriesInUse, match="F/"):
        service.open_series(session, Kind.INVOICE, "FV/{number}")
    with pytest.raises(NoSeries, match="statement"):
        service.issue(session, a_draft(kind=Kind.STATEMENT), filing(party), TENTH)


def test_what_documents_say_is_packed_quickly_where_the_server_can(session):
    known = "SELECT enumvals @> '{lz4}' FROM pg_settings WHERE name = 'default_toast_compression'"
    can = session.scalar(sa.text(known))

    packed = session.scalars(
        sa.text(
            "SELECT attcompression FROM pg_attribute"
            " WHERE (attrelid, attname) IN (('documents'::regclass, 'content'),"
            " ('audit_log'::regclass, 'before'), ('audit_log'::regclass, 'after'))"
        )
    ).all()

    assert packed == ["l" if can else ""] * 3


def test_what_the_trail_says_of_a_bill_of_thirty_lines_stands_in_its_row(session, party):
    lines = lines_of(*(f"{10 + n}.00" for n in range(30)))

    service.issue(session, a_draft(lines=lines), filing(party), TENTH)

    elsewhere = sa.text(
        "SELECT pg_stat_get_xact_tuples_inserted(reltoastrelid)"
        " FROM pg_class WHERE oid = 'audit_log'::regclass"
    )
    assert session.scalar(elsewhere) == 0


@pytest.mark.parametrize("at_once", [1, 2, 9])
def test_documents_filed_a_few_at_a_time_have_numbers_without_gaps(
    session, party, monkeypatch, at_once
):
    monkeypatch.setattr(service, "FILED_AT_ONCE", at_once)
    bad = a_draft(seller=a_seller(vat_id=""))
    service.issue_all(session, [(bad, filing(party, "d")), (a_draft(), filing(party, "a"))], TENTH)
    drafts = [a_draft(), a_draft(), bad, a_draft(), a_draft()]

    purposes = "abcde"
    filed = service.issue_all(
        session,
        [(draft, filing(party, p)) for draft, p in zip(drafts, purposes, strict=True)],
        TENTH,
    )
    following = service.issue(session, a_draft(), filing(party, "f"), TENTH)

    assert [each.number[-2:] for each in filed] == ["01", "02", "", "03", "04"]
    assert [each.filing.purpose for each in filed] == list(purposes)
    assert following.number[-2:] == "05"
    assert {each.id: each for each in filed} == {
        each.id: each for each in service.documents(session) if each.filing.purpose != "f"
    }


def test_every_document_of_a_set_is_in_the_trail_as_it_was_filed(session, party, monkeypatch):
    monkeypatch.setattr(store, "MANY", 1)
    drafts = [(a_draft(), filing(party, purpose)) for purpose in ("one", "two", "three")]

    filed = service.issue_all(session, drafts, TENTH)

    told = session.execute(
        sa.text(
            "SELECT a.object_id, a.principal, a.at, a.before, a.after = to_jsonb(d) AS is_whole"
            " FROM audit_log a JOIN documents d ON d.id::text = a.object_id"
            " WHERE a.object = 'documents' AND a.action = 'insert'"
        )
    )
    expected = [(str(each.id), "system", session.now(), None, True) for each in filed]
    assert sorted(map(tuple, told)) == sorted(expected)


def test_a_held_document_that_is_issued_later_is_in_the_trail_twice(session, party):
    service.issue(session, a_draft(seller=a_seller(vat_id="")), filing(party), TENTH)

    service.issue(session, a_draft(), filing(party), TENTH)

    told = session.execute(
        sa.text(
            "SELECT action, before ->> 'status', after ->> 'status'"
            " FROM audit_log WHERE object = 'documents' ORDER BY action"
        )
    )
    assert list(map(tuple, told)) == [("insert", None, "held"), ("update", "held", "issued")]
