"""A payer's app reads what the document asks for, and nothing where it could read it wrong."""

import base64
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from statements.document import Bank, Kind
from statements.payment_code import EPC, POLISH, payment_code, transfer_code
from statements.rendering.choosing import archive_page_of
from statements.rendering.service import draw
from statements.rendering.square_code import drawn_code
from statements.rendering.view import document_view
from tests.statements.builders import a_line, a_seller, an_invoice
from tests.statements.square_code_reader import text_in

GERMAN = Bank("DE89370400440532013000", "COBADEFFXXX", "Bank", "Telekom Wisła S.A.")


def in_euro(net="100.00", bank=GERMAN, **changes):
    return an_invoice(
        [a_line(net, currency="EUR")], currency="EUR", seller=a_seller(bank=bank), **changes
    )


def test_an_invoice_in_euro_has_the_lines_of_the_european_code():
    code = payment_code(in_euro())

    assert code.standard == EPC
    # EPC069-12: service tag, version, UTF-8, SCT, BIC, name, account, amount, purpose, structured
    # reference, free text.
    assert code.text.split("\n") == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", "Telekom Wisła S.A.", "DE89370400440532013000",
        "EUR123.00", "", "", "FV/2026/11/000001",
    ]  # fmt: skip


def test_an_invoice_in_zloty_has_the_fields_of_the_polish_code():
    code = payment_code(an_invoice())

    assert code.standard == POLISH
    # NIP, country, 26 digits of the account, six digits of groszy, 20 signs of the name, title,
    # three reserves.
    assert code.text == (
        "5260001246|PL|61109010140000071219812874|012300|Telekom Wisła S.A.|FV/2026/11/000001|||"
    )


@pytest.mark.parametrize(
    ("kind", "has_code"),
    [
        (Kind.INVOICE, True),
        (Kind.DEBIT_NOTE, True),
        (Kind.PROFORMA, True),
        (Kind.CREDIT_NOTE, False),
        (Kind.CORRECTED_INVOICE, False),
        (Kind.SELF_BILLED_INVOICE, False),
        (Kind.STATEMENT, False),
    ],
)
def test_only_what_asks_for_its_amount_has_a_code(kind, has_code):
    assert (payment_code(an_invoice(kind=kind)) is not None) is has_code


@pytest.mark.parametrize(
    ("why", "amount", "currency", "bank", "reference"),
    [
        ("no account", "1.00", "EUR", None, "R"),
        ("wrong check digits", "1.00", "EUR", replace(GERMAN, iban="DE88370400440532013000"), "R"),
        ("outside SEPA", "1.00", "EUR", Bank("UA213223130000026007233566001"), "R"),
        ("outside the EEA, no BIC", "1.00", "EUR", Bank("CH9300762011623852957"), "R"),
        ("outside the EEA, no real BIC", "1.00", "EUR", Bank("CH9300762011623852957", "X"), "R"),
        ("nothing to pay", "0.00", "EUR", GERMAN, "R"),
        ("a balance of the payer", "-1.00", "EUR", GERMAN, "R"),
        ("more than the standard's amount", "1000000000.00", "EUR", GERMAN, "R"),
        ("a reference that would be cut", "1.00", "EUR", GERMAN, "R" * 141),
        ("no reference", "1.00", "EUR", GERMAN, "  "),
        ("more bytes than allowed", "1.00", "EUR", replace(GERMAN, holder="Ж" * 70), "Щ" * 99),
        ("another currency", "1.00", "USD", GERMAN, "R"),
        ("zloty to a foreign account", "1.00", "PLN", GERMAN, "R"),
        ("more than six digits of groszy", "10000.00", "PLN", a_seller().bank, "R"),
        ("a title that would be cut", "1.00", "PLN", a_seller().bank, "R" * 33),
    ],
)  # fmt: skip
def test_there_is_no_code_where_it_would_not_be_valid(why, amount, currency, bank, reference):
    payee = a_seller(bank=bank)

    assert transfer_code(payee, Decimal(amount), currency, reference) is None, why


@pytest.mark.parametrize(
    ("amount", "currency", "bank"),
    [
        ("0.01", "EUR", GERMAN),
        ("999999999.99", "EUR", GERMAN),
        ("1.00", "EUR", Bank("CH93 0076 2011 6238 5295 7", "UBSWCHZH80A")),
        ("9999.99", "PLN", a_seller().bank),
    ],
)
def test_there_is_a_code_up_to_the_limits(amount, currency, bank):
    assert transfer_code(a_seller(bank=bank), Decimal(amount), currency, "R") is not None


def test_no_text_from_outside_adds_a_line_or_a_field():
    name = "A\nB|C\x00\u202e"
    european = transfer_code(a_seller(bank=replace(GERMAN, holder=name)), Decimal(1), "EUR", "x\ny")
    polish = transfer_code(
        a_seller(bank=replace(a_seller().bank, holder=name)), Decimal(1), "PLN", "x|y\nz"
    )

    assert len(european.text.split("\n")) == 11
    assert polish.text.count("|") == 8
    assert "|x y z|" in polish.text


def grid_of(picture, modules):
    """The modules of a picture that shows a code and the four modules of white around it."""
    side = picture.width / (modules + 8)
    grey = picture.convert("L")
    return [
        [
            int(grey.getpixel((int((column + 4.5) * side), int((row + 4.5) * side))) < 128)
            for column in range(modules)
        ]
        for row in range(modules)
    ]


def modules_of(svg):
    return int(svg.split('width="')[1].split('"')[0]) - 8


@pytest.mark.parametrize("document", [an_invoice(), in_euro()], ids=["zloty", "euro"])
def test_the_picture_says_the_text_of_the_code(document):
    code = payment_code(document)

    view = drawn_code(code, str)

    png = Image.open(BytesIO(base64.b64decode(view["png"].partition(",")[2])))
    assert text_in(grid_of(png, modules_of(view["svg"]))) == code.text


def test_a_code_can_be_read_from_both_kinds_of_paper():
    document = in_euro()
    expected, view = payment_code(document).text, document_view(document)

    for pdf in (draw("invoice.html", view), draw(*archive_page_of(document))):
        page = pypdfium2.PdfDocument(pdf)[0].render(scale=6).to_pil().convert("L")
        # The code is the only square of 27 mm; its dark modules are the only pure black ones.
        black = page.point(lambda level: 255 if level < 20 else 0)
        left, top, right, bottom = black.getbbox()
        modules = modules_of(view["code"]["svg"])
        quiet = round((right - left) / modules * 4)
        square = page.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
        assert text_in(grid_of(square, modules)) == expected
