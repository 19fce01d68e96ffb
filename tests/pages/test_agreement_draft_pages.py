"""An agreement is begun, changed and ended on pages, and each becomes a draft that is looked at."""

import json

import sqlalchemy as sa
from lxml import html
from werkzeug.test import TestResponse

from settlement.agreements import service as agreements
from settlement.amendments import service as amendments
from settlement.amendments.amendment import Amendment
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.pages.conftest import Office
from tests.pages.reader import Reader, signed_in, text_of

TERMS = {
    "products": ["NEWS"],
    "owner": "operator",
    "shares": [{"payee": "P-1", "rate": "0.25"}],
    "notice_days": 30,
}
WANTED = {
    "kind": "revenue_share", "code": "RS-pages", "party": "P-1", "currency": "PLN",
    "valid_from": "2027-01-01", "valid_until": "", "policies": '{"rounding_level": "event"}',
    "terms": json.dumps(TERMS),
}  # fmt: skip
CARRIED = {
    "time_zone": "Europe/Dublin",
    "incoming": "{tariff}",
    "objection_days": "{days}",
}


def drafter(office: Office, page: str) -> Reader:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.read(page)
    return reader


def drafted(office: Office, code: str) -> Amendment:
    """The newest draft of an agreement."""
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.drafted") as session:
        return amendments.amendments(session, code)[0]


def shown_by(answer: TestResponse, name: str) -> str:
    """What a field of a page holds."""
    [field] = html.document_fromstring(answer.text).xpath(f"//*[@name='{name}']")
    return str(field.get("value") if field.tag == "input" else field.text)


def test_a_revenue_share_is_begun_corrected_reviewed_and_approved(office: Office) -> None:
    reader = drafter(office, "/amendments/drafts/new?kind=revenue_share&party=P-1")

    kept = reader.send("/amendments/drafts", **WANTED)
    assert "The change of RS-pages is drafted." in kept.text
    # What lint says of the draft stands on the page that follows.
    assert "There is no product NEWS" in kept.text

    [form] = html.document_fromstring(kept.text).xpath("//a[text()='Correct the draft']/@href")
    before = reader.open(form)
    assert json.loads(shown_by(before, "terms")) == TERMS
    assert json.loads(shown_by(before, "policies")) == {"rounding_level": "event"}
    corrected = reader.send(
        form, **WANTED | {"terms": json.dumps(TERMS | {"products": ["MUSIC"]}),
                          "valid_from": "2027-02-01"}
    )  # fmt: skip

    now = drafted(office, "RS-pages")
    assert f"/amendments/{now.id}" in corrected.request.path
    assert now.drafted.valid_from.isoformat() == "2027-02-01"
    assert now.drafted.terms == TERMS | {"products": ["MUSIC"]}
    assert now.drafted.policies == {"rounding_level": "event"}
    assert now.drafted.agreement_kind == "revenue_share"


def test_the_next_version_begins_as_the_last_one_is_written(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.last") as session:
        last = agreements.share_agreements(session, *agreements.ALWAYS)[0]
        sold = session.scalars(
            sa.text("SELECT DISTINCT product FROM charge_lines WHERE side = 'customer'")
        ).all()
    reader = drafter(office, "/parties?kind=partner")
    [partner] = reader.read("/parties?kind=partner").xpath("//a[text()='Melodia S.A.']/@href")
    [form] = set(reader.read(partner).xpath(f"//a[text()='{last.code}']/@href"))
    reader.read("/amendments/drafts")
    page = reader.send("/amendments/drafts/next", agreement=last.code)
    assert page.request.path == form
    assert json.loads(shown_by(page, "terms")) == last.terms
    assert shown_by(page, "code") == last.code and shown_by(page, "currency") == last.currency

    sent = {name: shown_by(page, name) for name in ("kind", "code", "party", "currency")}
    sent["terms"] = json.dumps(dict(last.terms) | {"products": list(sold), "notice_days": 77})
    changed = reader.send(
        "/amendments/drafts", **sent, policies="", valid_from="2026-10-01", valid_until=""
    )
    # Of what was sold since then, the page names the closed month and what stands on it.
    page_of_change = html.document_fromstring(changed.text)
    assert "October 2026" in text_of(page_of_change)
    # It shows the draft beside the version in force: what is other, marked.
    [row] = page_of_change.xpath("//tr[td[1]='notice_days']")
    assert row.xpath(".//ins/text()") == ["77"]
    assert row.xpath(".//del/text()") == [
        str(last.terms[name]) for name in ("notice_days",) if name in last.terms
    ]
    assert not page_of_change.xpath("//tr[td[1]='owner']")

    reader.open(form)
    ended = reader.send("/amendments/drafts/ends", agreement=last.code, ends_on="2027-03-01")
    assert f"The change of {last.code} is drafted." in ended.text
    end = drafted(office, last.code)
    assert (end.drafted.kind, end.drafted.valid_from.isoformat()) == ("end", "2027-03-01")
    correcting = f"/amendments/{end.id}/draft"
    assert 'name="terms"' not in reader.open(correcting).text
    reader.send(correcting, valid_from="2027-04-01", valid_until="")
    assert drafted(office, last.code).drafted.valid_from.isoformat() == "2027-04-01"


def test_an_interconnect_is_begun_from_standard_terms(office: Office) -> None:
    reader = drafter(office, "/standard-terms")
    reader.send(
        "/standard-terms", name="TRANSIT", kind="interconnect", terms=json.dumps(CARRIED),
        policies="",
    )  # fmt: skip
    [form] = reader.read("/amendments/drafts").xpath("//a[text()='TRANSIT']/@href")
    reader.read(form)
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.carrier") as session:
        carrier = agreements.interconnect_terms(session, *agreements.ALWAYS)[0]
    named = reader.read(form).xpath("//datalist/option/@value")
    facts = {
        "code": "IC-pages", "party": named[0], "currency": carrier.currency,
        "valid_from": "2027-01-01", "trunks": "north \n\nsouth\nnorth",
        "fill-tariff": "atlantic-in",
    }  # fmt: skip

    refused = reader.send(form, **facts, **{"fill-days": "twenty"})
    [told] = html.document_fromstring(refused.text).xpath("//*[@data-refused]")
    assert told.get("data-refused") == "fill-days"
    reader.send(form, **facts, **{"fill-days": "20"})

    begun = drafted(office, "IC-pages").drafted
    assert begun.terms == CARRIED | {"incoming": "atlantic-in", "objection_days": 20}
    assert begun.trunks == ("north", "south")
    assert (begun.party_id, begun.agreement_kind) == (carrier.party_id, "interconnect")


def test_what_cannot_be_drafted_is_refused_at_its_field(office: Office) -> None:
    reader = drafter(office, "/amendments/drafts/new")
    wrong = [
        ("terms", "{", "Terms cannot be read from line 1"),
        ("party", "NOBODY", "NOBODY"),
        ("currency", "ZZZ", "ZZZ"),
        ("valid_from", "", 'The field "Valid from" is empty.'),
    ]
    for field, typed, words in wrong:
        reader.seen = "/amendments/drafts/new"
        answer = reader.send("/amendments/drafts", **WANTED | {"code": "RS-no", field: typed})

        [told] = html.document_fromstring(answer.text).xpath("//*[@data-refused]")
        assert (told.get("data-refused"), words in told.text_content()) == (field, True)
    assert reader.open("/amendments/drafts/new?kind=treaty").status_code == 404
    assert "RS-no" not in reader.open("/amendments").text


def test_what_is_reviewed_is_not_corrected_and_who_reads_drafts_nothing(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.end") as session:
        code = agreements.share_agreements(session, *agreements.ALWAYS)[0].code
    reader = drafter(office, "/amendments/drafts/new")
    reader.send("/amendments/drafts/ends", agreement=code, ends_on="2027-03-01")
    end = drafted(office, code).id
    only = signed_in(office.app, office.world, Role.READ_ONLY)

    assert "/amendments/drafts" not in only.open("/amendments").text
    assert "Correct the draft" not in only.open(f"/amendments/{end}").text
    assert only.open("/amendments/drafts").status_code == 403
    reader.send(f"/amendments/{end}/review")
    assert reader.open(f"/amendments/{end}/draft").status_code == 409
