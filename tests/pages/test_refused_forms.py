"""A refused form says which field is wrong, in the reader's language, by the name it has there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from tenants.principal import Role
from tenants.web.forms import FIELD_TITLES
from tests.i18n.messages import ROOT
from tests.pages.conftest import Office
from tests.pages.reader import Reader, signed_in

READS_A_FIELD = {
    "day_asked", "day_sent", "figure_sent", "file_sent", "optional_day_sent",
    "optional_figure_sent", "optional_text_sent", "text_asked", "text_sent",
}  # fmt: skip
# What people never write themselves: buttons, hidden fields, choices, addresses of pages.
NOT_WRITTEN = {
    "after", "applies", "cause", "direction", "draft", "ending", "line", "logo_of", "next",
    "object", "object_id", "pair", "publish", "resets", "stage", "starting_after", "template.",
    "tax-", "{name}.", "version",
}  # fmt: skip


def fields_read() -> Iterator[tuple[str, Path]]:
    """The names of fields that pages read; of a numbered one, what comes before the number."""
    for path in ROOT.rglob("pages.py"):
        if ".venv" in path.parts or "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in READS_A_FIELD:
                yield named(node.args[0]), path


def named(field: ast.expr) -> str:
    if isinstance(field, ast.Constant):
        return str(field.value)
    if isinstance(field, ast.JoinedStr):
        return ast.unparse(field)[2:-1].rpartition("{")[0]
    return ""


def test_every_field_that_people_write_has_a_name_for_them():
    nameless = {
        (field, str(path.relative_to(ROOT)))
        for field, path in fields_read()
        if field and field not in FIELD_TITLES and field not in NOT_WRITTEN
    }

    assert not nameless


def refusal_of(office: Office, reader: Reader, path: str, **fields: str) -> tuple[str, str]:
    """The field that the page seen next says is wrong, and what it says."""
    page = html.document_fromstring(reader.send(path, **fields).text)
    (told,) = page.xpath("//*[@data-refused]")
    return told.get("data-refused"), told.text_content()


RATE = {
    "source": "AGREED", "valid_on": "2026-11-02", "unit": "1", "base": "EUR", "quote": "PLN",
    "rate": "4.25", "reason": "agreed by letter",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "typed", "language", "said"),
    [
        ("valid_on", "", "en", 'The field "Day" is empty.'),
        ("valid_on", "", "pl", "Pole „Dzień” jest puste."),
        ("valid_on", "02.11.2026", "en", "02.11.2026 is not a day."),
        ("rate", "4,25", "en", "4,25"),
        ("unit", "one", "en", "one is not a number of units"),
        ("reason", "x" * 201, "en", 'The field "Reason" is too long'),
    ],
)
def test_the_field_that_is_wrong_is_named(office, field, typed, language, said):
    reader = signed_in(office.app, office.world, Role.FINANCE_MAKER, language)
    reader.open("/exchange-rates")

    refused, told = refusal_of(office, reader, "/exchange-rates", **(RATE | {field: typed}))

    assert refused == field
    assert said in told


def test_what_two_fields_say_points_at_neither(office):
    reader = signed_in(office.app, office.world, Role.FINANCE_MAKER)
    reader.open("/exchange-rates")

    refused, _ = refusal_of(
        office, reader, "/exchange-rates", **(RATE | {"rate": "4,25", "reason": "4,25"})
    )

    assert refused == ""


def test_an_answer_that_has_come_ends_the_waiting(office):
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.client.set_cookie("saldo_waits", "1")

    reader.open("/month")

    assert reader.client.get_cookie("saldo_waits") is None


def test_an_amount_quoted_without_its_currency_is_found(office):
    reader = signed_in(office.app, office.world, Role.PARTNER_USER)
    (document,) = reader.read("/own/disputes").xpath("//select[@name='document']/option/@value")

    refused, _ = refusal_of(
        office, reader, "/own/disputes", document=document, amount="1,50 PLN", reason="rate"
    )

    assert refused == "amount"


def test_whom_a_field_names_may_not_be_there_and_the_form_is_shown_again(office):
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.open("/documents/new")

    refused, told = refusal_of(
        office, reader, "/documents/new", party="C-999", currency="PLN", **{"price-1": "1"}
    )

    assert (refused, "There is no party C-999." in told) == ("party", True)
