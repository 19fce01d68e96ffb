"""Who signs in lands where their work is; who cannot is told so, and nothing more."""

import pytest
from flask import Flask

from tenants.principal import Role
from tenants.web.forms import own_place
from tests.pages.conftest import Office
from tests.pages.reader import Reader, signed_in, text_of
from tests.tenants.people.builders import PASSWORD

FIRST = {
    Role.ADMINISTRATOR: "/month",
    Role.OPERATOR: "/month",
    Role.READ_ONLY: "/month",
    Role.FINANCE_MAKER: "/payouts",
    Role.FINANCE_APPROVER: "/payouts",
    Role.PARTNER_USER: "/own/statements",
    Role.CARRIER_USER: "/own/exchange",
    Role.CUSTOMER_USER: "/own/invoices",
}


@pytest.mark.parametrize("role", list(FIRST))
def test_each_role_begins_where_its_work_is(office: Office, role: Role) -> None:
    reader = signed_in(office.app, office.world, role)

    assert reader.open("/").request.path == FIRST[role]


def test_a_page_asked_for_before_signing_in_is_shown_after_it(office: Office) -> None:
    reader = Reader(office.app)
    asked = reader.open("/suspense?stage=mediation")
    email = office.world.emails[Role.OPERATOR]

    form = {"tenant": "alpha", "email": email, "password": PASSWORD}
    answer = reader.send("/sign-in", next=asked.request.args["next"], **form)

    assert answer.request.full_path == "/suspense?stage=mediation"


@pytest.mark.parametrize(
    ("tenant", "email", "password"),
    [
        ("alpha", "operator@alpha.example", "not the password"),
        ("alpha", "nobody@alpha.example", PASSWORD),
        ("nowhere", "operator@alpha.example", PASSWORD),
        ("", "", ""),
        ("alpha", "operator@alpha.example", "nul \0 nul"),
    ],
)
def test_whoever_cannot_enter_gets_one_answer(
    office: Office, tenant: str, email: str, password: str
) -> None:
    reader = Reader(office.app)
    reader.open("/sign-in")

    answer = reader.send("/sign-in", tenant=tenant, email=email, password=password)

    assert answer.status_code == 422
    assert "That did not work." in answer.text
    assert "After 5 wrong passwords in a row" in answer.text
    assert "saldo_session" not in answer.headers.get("Set-Cookie", "")


def test_after_five_wrong_passwords_the_right_one_does_not_help(office: Office) -> None:
    reader = Reader(office.app)
    reader.open("/sign-in")
    form = {"tenant": "alpha", "email": office.world.emails[Role.READ_ONLY]}
    for _ in range(5):
        reader.send("/sign-in", password="wrong", **form)

    answer = reader.send("/sign-in", password=PASSWORD, **form)

    assert answer.status_code == 422
    assert "That did not work." in answer.text


def test_signing_out_ends_it(office: Office) -> None:
    reader = Reader(office.app)
    reader.open("/sign-in")
    email = office.world.emails[Role.OPERATOR]
    reader.send("/sign-in", tenant="alpha", email=email, password=PASSWORD)
    cookie = reader.client.get_cookie("saldo_session")
    assert cookie is not None

    reader.send("/sign-out")
    reader.client.set_cookie("saldo_session", cookie.value)

    assert reader.open("/month").request.path == "/sign-in"


@pytest.mark.parametrize(
    ("language", "heading"), [("pl", "Zaloguj się"), ("ru", "Войти"), ("en", "Sign in")]
)
def test_a_language_is_chosen_before_signing_in(
    office: Office, language: str, heading: str
) -> None:
    reader = Reader(office.app, "de")
    reader.open("/sign-in")

    answer = reader.send("/language", language=language)

    assert heading in answer.text
    assert f'<html lang="{language}">' in answer.text


def test_a_language_chosen_by_a_person_waits_in_their_next_browser(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.CUSTOMER_USER)
    reader.send("/language", language="ru")

    another = Reader(office.app)
    another.open("/sign-in")
    email = office.world.emails[Role.CUSTOMER_USER]
    another.send("/sign-in", tenant="alpha", email=email, password=PASSWORD)

    assert "Счета" in text_of(another.read("/own/invoices"))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/month?period=2026-10", "/month?period=2026-10"),
        ("http://saldo.example/suspense", "/suspense"),
        ("http://elsewhere.example/suspense", None),
        ("//elsewhere.example/", None),
        ("/\\elsewhere.example", None),
        ("////elsewhere.example", None),
        ("javascript:alert(1)", None),
        ("https:///elsewhere", "/elsewhere"),
        ("month", None),
        ("/month\n", None),
        ("", None),
        (None, None),
    ],
)
def test_only_places_of_our_own_are_gone_to(address: str | None, place: str | None) -> None:
    with Flask("here").test_request_context(base_url="http://saldo.example"):
        assert own_place(address) == place
