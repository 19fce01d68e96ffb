"""Text becomes UBL that every reader of XML understands, whatever stands in it."""

import pytest
from lxml import etree

from statements.ubl_writing import CAC, CBC, UBL, UblPart, UblText

ODD = [
    "<b>&amp;</b>",
    "]]>",
    "\"quoted\" 'twice'",
    "two\nlines\tand a tab",
    "Żółw\u00a0& Söhne",
    "=1+1",
]


def root_of(text: UblText) -> etree._Element:
    return etree.fromstring(text.xml())


def test_elements_stand_one_in_the_other_and_are_indented():
    text = UblText("Invoice")
    text.say("ID", "1")
    with text.put("Party"), text.put("PartyName"):
        text.say("Name", "A", languageID="pl")
    text.say_in("Price", "PriceAmount", "2.00")

    assert text.xml().decode().splitlines()[2:] == [
        "  <cbc:ID>1</cbc:ID>",
        "  <cac:Party>",
        "    <cac:PartyName>",
        '      <cbc:Name languageID="pl">A</cbc:Name>',
        "    </cac:PartyName>",
        "  </cac:Party>",
        "  <cac:Price>",
        "    <cbc:PriceAmount>2.00</cbc:PriceAmount>",
        "  </cac:Price>",
        "</Invoice>",
    ]


def test_a_part_is_written_as_deep_as_it_stands():
    text, part = UblText("Invoice"), UblPart(depth=2)
    part.say("ID", "1")
    with part.put("Price"):
        part.say("PriceAmount", "2.00")
    with text.put("InvoiceLine"):
        text.write(part.lines())

    assert text.xml().decode().splitlines()[2:] == [
        "  <cac:InvoiceLine>",
        "    <cbc:ID>1</cbc:ID>",
        "    <cac:Price>",
        "      <cbc:PriceAmount>2.00</cbc:PriceAmount>",
        "    </cac:Price>",
        "  </cac:InvoiceLine>",
        "</Invoice>",
    ]


def test_names_belong_to_the_namespaces_of_ubl():
    text = UblText("CreditNote")
    with text.put("Party"):
        text.say("ID", "1")

    root = root_of(text)

    assert root.tag == f"{{{UBL}CreditNote-2}}CreditNote"
    assert root.findtext(f"{{{CAC}}}Party/{{{CBC}}}ID") == "1"


@pytest.mark.parametrize("said", ODD)
def test_what_is_said_is_read_back(said: str):
    text = UblText("Invoice")
    text.say("Note", said)

    assert root_of(text).findtext(f"{{{CBC}}}Note") == said


@pytest.mark.parametrize("said", ["<b>&amp;</b>", "\"quoted\" 'twice'", "Żółw"])
def test_attributes_are_read_back(said: str):
    text = UblText("Invoice")
    text.say("ID", "1", schemeID=said)

    found = root_of(text).find(f"{{{CBC}}}ID")

    assert found is not None and found.get("schemeID") == said


def test_what_cannot_stand_in_xml_is_marked():
    text = UblText("Invoice")
    text.say("ID", "a\x00b\ud800", schemeID="c\x01\n")

    found = root_of(text).find(f"{{{CBC}}}ID")

    assert found is not None
    assert (found.text, found.get("schemeID", "")[:2]) == ("a\ufffdb\ufffd", "c\ufffd")


def test_nothing_said_is_nothing_written_unless_it_is_stated():
    text = UblText("Invoice")
    text.say("ID", "")
    text.say("Note", None)
    text.say_in("Country", "IdentificationCode", "")
    text.state("PhoneNumber", "")

    assert [etree.QName(each).localname for each in root_of(text)] == ["PhoneNumber"]
