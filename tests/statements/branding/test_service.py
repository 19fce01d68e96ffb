"""A brand in versions: kept, in force from a day on, gone back to, worn by documents for ever."""

import datetime as dt
import io

import pytest
from PIL import Image
from pypdf import PdfReader

from statements import service as statements
from statements.brand import PLAIN, Brand, ColourUnusable, TemplateUnusable
from statements.branding import service
from statements.branding.service import NoSuchBrandVersion
from statements.document import Kind
from statements.filing import PDF, Filing
from statements.regenerating import service as regenerating
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_buyer, a_line, an_invoice

FIRST, TENTH, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 10), dt.date(2026, 11, 30)
OWN = "{% extends 'invoice.html' %}{% block content %}<p>Our own {{ number }}</p>{% endblock %}"
# It draws the sample, and every document but those of a customer with this name.
STOPS_AT = (
    "{% macro f(n) %}{% if n %}{% set a = f(n - 1) %}{% set b = f(n - 1) %}{% endif %}"
    "{% endmacro %}"
    "{% if buyer.name == 'Loop' %}{% set x = f(40) %}{% endif %}<p>{{ number }}</p>"
)


@pytest.fixture
def issue(session):
    statements.open_series(session, Kind.INVOICE, "FV/{number}")
    party = a_registered_party(session)

    def issued(*drafts, on=TENTH):
        wanted = [(draft, Filing(party.id, f"{on}:{place}")) for place, draft in enumerate(drafts)]
        return statements.issue_all(session, wanted, on)

    issued.party = party
    return issued


def a_draft(**changes):
    name = changes.pop("buyer", "Buyer")
    return an_invoice([a_line()], number="", issued_on=None, buyer=a_buyer(name=name), **changes)


def paper(session, filed):
    reader = PdfReader(io.BytesIO(statements.download(session, filed.id, PDF)[1]))
    return " ".join(page.extract_text() for page in reader.pages)


def a_picture():
    out = io.BytesIO()
    Image.new("RGB", (60, 20), (200, 80, 20)).save(out, "PNG")
    return out.getvalue()


def test_without_a_brand_documents_have_the_look_that_everybody_has(session, issue):
    [filed] = issue(a_draft())

    assert filed.brand_version is None
    assert service.in_force(session, TENTH) is None


def test_a_version_is_in_force_from_its_day_and_the_last_one_kept_wins(session):
    service.keep(session, Brand(deep="#111111"), FIRST)
    service.keep(session, Brand(deep="#222222"), LAST)
    service.keep(session, Brand(deep="#333333"), FIRST)

    assert service.in_force(session, FIRST - dt.timedelta(1)) is None
    assert service.in_force(session, TENTH).brand.deep == "#333333"
    assert service.in_force(session, LAST).brand.deep == "#222222"
    assert [each.version for each in service.versions(session)] == [3, 2, 1]


def test_going_back_keeps_the_earlier_look_as_a_new_version(session):
    service.keep(session, Brand(deep="#111111"), FIRST, a_picture())
    service.keep(session, PLAIN, FIRST)

    back = service.roll_back(session, 1, TENTH)

    assert (back.version, back.restores, back.valid_from) == (3, 1, TENTH)
    assert back.brand == service.brand_version(session, 1).brand
    assert service.logo_of(session, back.brand)
    assert service.in_force(session, TENTH) == back
    with pytest.raises(NoSuchBrandVersion, match="9"):
        service.roll_back(session, 9, TENTH)


def test_a_document_keeps_the_look_it_was_issued_in(session, issue):
    texts = {"en": {"footer": "Registered in Warsaw"}}
    service.keep(session, Brand(texts=texts, templates={"invoice.html": OWN}), FIRST, a_picture())
    [first] = issue(a_draft())
    service.keep(session, PLAIN, TENTH)
    [second] = issue(a_draft(), on=LAST)

    found = regenerating.regenerate(session, issue.party.id, FIRST, LAST + dt.timedelta(1))

    assert "Our own FV/1" in paper(session, first)
    assert "Registered in Warsaw" in paper(session, first)
    assert "Our own" not in paper(session, second)
    assert (first.brand_version, second.brand_version) == (1, 2)
    assert {each.outcome for each in found.files} == {"same"}


def test_a_template_that_never_ends_holds_its_document_and_lets_the_others_go(session, issue):
    service.keep(session, Brand(templates={"invoice.html": STOPS_AT}), FIRST)

    before, held, after = issue(a_draft(), a_draft(buyer="Loop"), a_draft())

    assert [each.number for each in (before, after)] == ["FV/1", "FV/2"]
    assert (held.status, held.number, held.files) == ("held", "", ())
    assert held.verdict.broken_rules == ("template-stopped",)
    assert "processor time" in held.verdict.findings[0].text
    assert "FV/2" in paper(session, after)


@pytest.mark.parametrize(
    "source", ["{{ number.upper() }}", "{{ nothing }}", "<script>x</script>", "{% if %}"]
)
def test_a_template_that_cannot_draw_a_sample_is_not_kept(session, source):
    with pytest.raises(TemplateUnusable):
        service.keep(session, Brand(templates={"invoice.html": source}), FIRST)

    assert service.versions(session) == []


def test_a_preview_shows_an_issued_document_and_stores_nothing(session, issue):
    [filed] = issue(a_draft())
    document = statements.content(session, filed.id)
    texts = {"en": {"header": "A new claim"}}

    pdf = service.preview(session, Brand(texts=texts), document, a_picture())

    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "A new claim" in text and "FV/1" in text and "Preview" in text
    assert service.versions(session) == []
    assert "A new claim" not in paper(session, filed)
    with pytest.raises(ColourUnusable):
        service.preview(session, Brand(deep="blue"), document)
