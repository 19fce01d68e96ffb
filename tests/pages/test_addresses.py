"""What people are told whose address or field is wrong, and which place a page belongs to."""

import pytest
from lxml import html

from tenants.principal import Role
from tests.pages.conftest import Office
from tests.pages.reader import signed_in


@pytest.mark.parametrize(
    ("path", "method", "status", "title"),
    [
        ("/no-such-page", "GET", 404, "Nie znaleziono"),
        ("/parties/abc", "GET", 404, "Nie znaleziono"),
        ("/documents/new", "DELETE", 405, None),
    ],
)
def test_a_person_is_told_of_a_wrong_address_on_a_page(
    office: Office, path: str, method: str, status: int, title: str | None
) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR, "pl")

    answer = reader.client.open(path, method=method)

    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    said = html.document_fromstring(answer.text).xpath("string(//main//h1)")
    assert said == title if title else said


def test_a_program_is_told_of_a_wrong_address_as_a_problem(office: Office) -> None:
    answer = office.app.test_client().get("/v1/nothing", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Seconds of a call: -5 is not a number."),
        ("pl", ": -5 nie jest liczbą."),
        ("ru", ": -5 — не число."),
    ],
)
def test_a_figure_that_is_none_is_named_as_the_form_names_it(
    office: Office, language: str, said: str
) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR, language)

    answer = reader.open("/interconnect/routes?seconds=-5")

    assert answer.status_code == 422
    assert said in answer.text
    assert "seconds:" not in answer.text


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/interconnect/routes", "Interconnect"),
        ("/interconnect/credit-limits", "Interconnect"),
        ("/suspense/write-offs", "Suspense"),
        ("/documents/new", "Documents"),
    ],
)
def test_a_page_below_a_place_is_shown_as_part_of_it(office: Office, path: str, place: str) -> None:
    page = signed_in(office.app, office.world, Role.ADMINISTRATOR).read(path)

    assert page.xpath("//nav//a[@aria-current='page']/text()") == [place]
