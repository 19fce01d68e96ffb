"""The operator takes guarantees and deposits of a carrier on pages, and uses them there."""

import pytest
from lxml import html

from settlement.parties.party import Kind
from tenants.principal import Role
from tests.pages.conftest import Office
from tests.pages.reader import Reader, signed_in, text_of


@pytest.fixture
def operator(office: Office) -> Reader:
    return signed_in(office.app, office.world, Role.OPERATOR)


def said(reader: Reader, path: str, **fields: str) -> str:
    return text_of(html.document_fromstring(reader.send(path, **fields).text))


def test_a_guarantee_is_taken_and_ended(office: Office, operator: Reader) -> None:
    carrier = str(office.world.parties[Kind.CARRIER])
    operator.read("/interconnect/guarantees")
    taken = said(
        operator, "/interconnect/guarantees", carrier=carrier, kind="parent_guarantee",
        reference="PG/7", guarantor="Atlantic Holding", amount="250 XDR", valid_from="2026-01-01",
        valid_until="2126-01-01",
    )  # fmt: skip
    page = operator.read("/interconnect/guarantees")
    [end] = page.xpath("//form[contains(@action, '/end')]/@action")

    ended = said(operator, end, ends_on="2026-01-02")

    assert "Guarantee PG/7 is taken." in taken
    assert "PG/7 Guarantee of the parent company Atlantic Holding 250.00 XDR" in taken
    assert "The end of guarantee PG/7 is kept." in ended
    assert "2 Jan 2026 Ended" in ended
    assert operator.send("/interconnect/guarantees", kind="promise").status_code == 404


def test_a_deposit_is_taken_and_used(office: Office, operator: Reader) -> None:
    carrier = str(office.world.parties[Kind.CARRIER])
    operator.read("/interconnect/deposits")
    taken = said(
        operator, "/interconnect/deposits", carrier=carrier, reference="DEP/7", amount="3.00 XDR",
        received_on="2026-10-31",
    )  # fmt: skip
    page = operator.read("/interconnect/deposits")
    [set_off] = page.xpath("//form[contains(@action, '/set-off')]/@action")
    [give_back] = page.xpath("//button[contains(@formaction, '/return')]/@formaction")

    used = said(operator, set_off, amount="1.00 XDR")
    given = said(operator, give_back, amount="2.00 XDR")

    assert "DEP/7 31 Oct 2026 3.00 XDR 3.00 XDR" in taken
    assert "The part of deposit DEP/7 is set off." in used
    assert "DEP/7 31 Oct 2026 3.00 XDR 2.00 XDR" in used
    assert "DEP/7 31 Oct 2026 3.00 XDR 0.00 XDR" in given
