"""Foreign XML says one thing only, or is refused."""

from decimal import Decimal

import pytest
from lxml import etree

from currencies.money import NotAnAmount
from currencies.xml_reading import (
    XmlElementMissing,
    XmlElementRepeated,
    XmlHasDoctype,
    XmlHasInstruction,
    XmlNotWellFormed,
    XmlRefused,
    XmlTooLarge,
    XmlValueBroken,
    child_amount,
    child_text,
    leaf_text,
    only_child,
    read_xml,
)

both_ways = pytest.mark.parametrize("keeps_blanks", [True, False])


@both_ways
@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        ("10<!-- x -->00", XmlValueBroken),
        ("<!-- 1 -->1000", XmlValueBroken),
        ("1000<!-- 1 -->", XmlValueBroken),
        ("10<?x y?>00", XmlRefused),
        ("10<x/>00", XmlValueBroken),
        ("10<x>00</x>", XmlValueBroken),
        ("10&nul;00", XmlRefused),
    ],
)
def test_a_value_with_anything_but_text_in_it_is_refused(amount, refusal, keeps_blanks):
    with pytest.raises(refusal):
        read_xml(f"<d><amount>{amount}</amount></d>".encode(), keeps_blanks=keeps_blanks)


@both_ways
@pytest.mark.parametrize(
    ("document", "refusal"),
    [
        (b"<!DOCTYPE d><d/>", XmlHasDoctype),
        (b'<!DOCTYPE d [<!ENTITY e "00">]><d><amount>10&e;</amount></d>', XmlHasDoctype),
        (b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>', XmlHasDoctype),
        (b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd"><d/>', XmlHasDoctype),
        (b'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]><d/>', XmlRefused),
        (b"<?xml-stylesheet href='x'?><d/>", XmlHasInstruction),
        (b"<d/><?after x?>", XmlHasInstruction),
        (b"<d><?inside x?><a/></d>", XmlHasInstruction),
        (b"<d>text <a>1</a></d>", XmlValueBroken),
        (b"<d><a>1</a> text</d>", XmlValueBroken),
        (b"<d><a>1</a>", XmlNotWellFormed),
        (b"<d></e>", XmlNotWellFormed),
        (b"", XmlNotWellFormed),
        (b"   ", XmlNotWellFormed),
        (b"<d>\x00</d>", XmlNotWellFormed),
        (b"<d>\xff</d>", XmlNotWellFormed),
        (b"<x:d/>", XmlNotWellFormed),
        (b'<?xml version="1.0" encoding="UTF-7"?><d/>', XmlRefused),
        (b'<?xml version="1.0" encoding="EBCDIC-CP-US"?><d/>', XmlRefused),
        (b'<?xml version="1.0" encoding="no-such"?><d/>', XmlRefused),
        (b'<?xml version="1.1"?><d/>', XmlRefused),
        (b"<d " + b" ".join(b'a%d="1"' % n for n in range(60)) + b"/>", XmlTooLarge),
        (b"<d>" * 60 + b"</d>" * 60, XmlTooLarge),
        (b"<d>" * 5000 + b"</d>" * 5000, XmlRefused),
    ],
)
def test_a_document_that_could_be_read_in_two_ways_is_refused(document, refusal, keeps_blanks):
    with pytest.raises(refusal):
        read_xml(document, keeps_blanks=keeps_blanks)


@both_ways
@pytest.mark.parametrize(
    "document",
    [
        b"<d>" * 40 + b"</d>" * 40,
        b"<d " + b" ".join(b'a%d="1"' % n for n in range(50)) + b"/>",
        b"<d> <!-- between --> <a>1</a>\r\n\t</d>",
        b"<d>&#32;<a>1</a>&#10;<b/>\n</d>",
    ],
)
def test_what_is_just_within_the_limits_is_read(document, keeps_blanks):
    assert read_xml(document, keeps_blanks=keeps_blanks).tag == "d"


@both_ways
@pytest.mark.parametrize(
    "document",
    [
        b"<d>" * 41 + b"</d>" * 41,
        b"<d " + b" ".join(b'a%d="1"' % n for n in range(51)) + b"/>",
    ],
)
def test_what_is_just_beyond_the_limits_is_refused(document, keeps_blanks):
    with pytest.raises(XmlTooLarge):
        read_xml(document, keeps_blanks=keeps_blanks)


def test_a_document_over_the_size_limit_is_refused_unread():
    with pytest.raises(XmlTooLarge, match="100 bytes"):
        read_xml(b"<d>" + b" " * 100 + b"</d>", max_bytes=100)


@both_ways
def test_too_many_elements_are_refused(keeps_blanks):
    with pytest.raises(XmlTooLarge, match="elements"):
        read_xml(b"<d>" + b"<a/>" * 500_001 + b"</d>", keeps_blanks=keeps_blanks)


def test_blanks_between_elements_are_kept_or_left_out_and_those_of_values_stay():
    document = b"<d>\n  <a>1</a>\n  <b> </b>\n  <c> x </c>\n</d>"

    assert etree.tostring(read_xml(document)) == document
    assert etree.tostring(read_xml(document, keeps_blanks=False)) == (
        b"<d><a>1</a><b> </b><c> x </c></d>"
    )


@pytest.mark.parametrize("inside_attribute", [False, True])
def test_an_entity_bomb_is_refused_before_it_goes_off(inside_attribute):
    # Expanded, it is two hundred billion characters: the test would not come to its end.
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    use = '<d a="&e11;"/>' if inside_attribute else "<d>&e11;</d>"
    bomb = f'<!DOCTYPE d [<!ENTITY e0 "ha">{entities}]>{use}'.encode()

    with pytest.raises(XmlRefused):
        read_xml(bomb)


def test_usual_encodings_and_comments_between_elements_are_read():
    for encoding in ("UTF-8", "UTF-16", "ISO-8859-2", "windows-1250"):
        text = f'<?xml version="1.0" encoding="{encoding}"?><d><!-- x --><a>Łódź</a></d>'

        root = read_xml(text.encode(encoding))

        assert child_text(root, "a") == "Łódź"


def test_a_value_in_a_cdata_section_is_plain_text():
    root = read_xml(b"<d><a>10<![CDATA[00]]></a></d>")

    assert child_text(root, "a") == "1000"


@pytest.mark.parametrize("content", [b"<a/>", b"<!-- nothing else -->"])
def test_a_leaf_has_no_children(content):
    with pytest.raises(XmlValueBroken):
        leaf_text(read_xml(b"<d>" + content + b"</d>"))


@pytest.mark.parametrize("said", ["true", "1", " 1 ", "yes", ""])
def test_a_value_that_says_it_is_none_is_refused(said):
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

    with pytest.raises(XmlValueBroken, match="xsi:nil"):
        leaf_text(read_xml(f'<a {xsi} xsi:nil="{said}">1</a>'.encode()))
    assert leaf_text(read_xml(f'<a {xsi} xsi:nil="false">1</a>'.encode())) == "1"


def test_one_child_is_one_child():
    root = read_xml(b"<d><a>1</a><b>1</b>\n<b>2</b></d>")

    assert leaf_text(only_child(root, "a")) == "1"
    with pytest.raises(XmlElementMissing, match="Element c is missing in d at line 1"):
        only_child(root, "c")
    with pytest.raises(XmlElementRepeated, match="Element b"):
        only_child(root, "b")


def test_white_space_around_an_amount_is_not_part_of_it():
    assert child_amount(read_xml(b"<d><a>\n 12.50\t</a></d>"), "a") == Decimal("12.50")


@pytest.mark.parametrize(
    "amount", ["", "1,50", "1e9", "1_000", "+1", "NaN", "INF", "१२", "１２", "1 000", "0x10", "1."]
)
def test_an_amount_is_ascii_digits_with_a_point(amount):
    root = read_xml(f"<d><a>{amount}</a></d>".encode())

    with pytest.raises(NotAnAmount):
        child_amount(root, "a")
