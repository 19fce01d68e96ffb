"""Schemas are given out by name, and with a document all that its schema imports."""

from io import BytesIO

import pytest
from lxml import etree

from statements.schemas import service


@pytest.mark.parametrize("name", ["declaration", "differences", "exchange"])
def test_the_schema_of_each_xml_of_ours_is_given_out_whole(name: str) -> None:
    (found,) = [each for each in service.names() if each.startswith(f"saldo-{name}-")]
    assert etree.XMLSchema(etree.parse(BytesIO(service.schema(found))))


@pytest.mark.parametrize("name", ["saldo-other-1.0.xsd", "../service.py", ""])
def test_nothing_else_is_given_out(name: str) -> None:
    with pytest.raises(service.NoSuchSchema, match="Use one of saldo-declaration-"):
        service.schema(name)


@pytest.mark.parametrize(
    ("root", "first"),
    [
        ("Invoice", "maindoc/UBL-Invoice-2.1.xsd"),
        ("CreditNote", "maindoc/UBL-CreditNote-2.1.xsd"),
        ("Differences", "saldo-differences-1.1.xsd"),
    ],
)
def test_a_document_has_its_own_schema_and_not_another_one(root: str, first: str) -> None:
    found = service.schemas_of(f"<{root} xmlns='urn:any'/>".encode())
    assert [each for each in found if not each.startswith("common/")] == [first]


def test_what_is_no_form_of_ours_has_none() -> None:
    assert service.schemas_of(b"<Letter/>") == {}
