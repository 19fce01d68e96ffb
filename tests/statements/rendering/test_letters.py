"""Reminders, advices of payment and cover lists say what they are about, in three languages."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from currencies.money import money
from statements.brand import Brand, Logo
from statements.cover_list import CoverList, Envelope
from statements.document import Address, Detail, Kind, Tax
from statements.payout_advice import AdviceItem, PayoutAdvice
from statements.reminder_letter import OpenItem, ReminderLetter, reminder_csv
from statements.rendering.choosing import PLAIN_LOOK, Look, labels_of, list_of, page_of
from statements.rendering.service import archive_pdf, draw
from tests.statements.builders import a_buyer, a_line, a_seller, an_invoice
from tests.statements.rendering.test_service import LOCALES, text_of
from tests.statements.rendering.test_typesetting import pages_of


def a_reminder(count=2, **changes):
    items = tuple(
        OpenItem(
            f"FV/2026/09/{number:06}",
            date(2026, 9, 10),
            date(2026, 9, 24),
            money("100.00 PLN"),
            money("40.50 PLN"),
        )
        for number in range(1, count + 1)
    )
    facts = {
        "number": "WZ/2026/11/0007",
        "locale": "en",
        "currency": "PLN",
        "seller": a_seller(),
        "buyer": a_buyer(),
        "issued_on": date(2026, 11, 10),
        "pay_by": date(2026, 11, 24),
        "level": 1,
        "items": items,
    }
    return ReminderLetter(**(facts | changes))


def an_advice(count=2, **changes):
    items = tuple(
        AdviceItem(
            f"SB/2026/10/{number:05}",
            date(2026, 10, 31),
            money("1000.00 EUR"),
            money("100.00 EUR"),
            money("25.50 EUR"),
        )
        for number in range(1, count + 1)
    )
    facts = {
        "number": "PA/2026/11/0003",
        "locale": "en",
        "currency": "EUR",
        "payer": a_seller(),
        "payee": a_buyer(bank=a_seller().bank),
        "paid_on": date(2026, 11, 20),
        "payment_reference": "PB-2026-11-3",
        "items": items,
    }
    return PayoutAdvice(**(facts | changes))


def a_cover_list(count=3, **changes):
    envelopes = tuple(
        Envelope(
            f"Customer {number}",
            Address("Rynek 1", f"30-{number:03}", "Kraków", "PL"),
            f"FV/2026/11/{number:06}",
            pages=3 if number % 2 else 1,
            sheets=2 if number % 2 else 1,
        )
        for number in range(1, count + 1)
    )
    facts = {
        "number": "DR/2026/11/1",
        "locale": "en",
        "sender": a_seller(),
        "produced_on": date(2026, 11, 20),
        "file_name": "print-2026-11-20.pdf",
        "envelopes": envelopes,
    }
    return CoverList(**(facts | changes))


def drawn(letter):
    return draw(*page_of(letter))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_reminder_says_what_is_open_and_since_when(locale):
    text = text_of(drawn(a_reminder(locale=locale)))

    # 24 September to 10 November are 47 days; twice 40.50 are 81.00.
    assert "FV/2026/09/000002" in text
    assert " 47 " in text
    assert ("81.00 PLN" if locale == "en" else "81,00 PLN") in text


def test_costs_of_reminding_are_added():
    text = text_of(drawn(a_reminder(charges=money("9.00 PLN"))))

    assert "Costs of reminding 9.00" in text
    assert "To pay 90.00 PLN" in text


def test_an_instalment_is_named_with_how_many_there_are():
    letter = a_reminder(count=1)
    part = replace(letter.items[0], instalment=2, instalments=3)
    letter = replace(letter, items=(part, *a_reminder(count=1).items))

    assert "FV/2026/09/000001 instalment 2 of 3" in text_of(drawn(letter))
    heading, of_part, of_whole = reminder_csv(letter).decode().splitlines()
    assert heading.endswith(",currency,instalment,instalments")
    assert of_part.endswith(",PLN,2,3")
    assert of_whole.endswith(",PLN,,")
    assert "instalment" not in reminder_csv(a_reminder()).decode()


@pytest.mark.parametrize(
    ("level", "title"),
    [
        (1, "Payment reminder"),
        (2, "Second payment reminder"),
        (3, "Final demand for payment"),
        (4, "Final demand for payment"),
    ],
)
def test_a_later_reminder_is_firmer(level, title):
    view = page_of(a_reminder(level=level))[1]

    assert view["title"] == title
    assert "24 November 2026" in view["text"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_no_sentence_of_a_reminder_ends_twice(locale, level):
    # A Russian date ends with a point of its own.
    assert ".." not in page_of(a_reminder(level=level, locale=locale))[1]["text"]


def test_a_reminder_of_many_items_repeats_its_heading():
    pages = pages_of(drawn(a_reminder(count=80)))

    assert len(pages) > 1
    assert all("Days overdue" in page for page in pages[:2])


@pytest.mark.parametrize("locale", LOCALES)
def test_an_advice_adds_up_what_is_paid(locale):
    text = text_of(drawn(an_advice(locale=locale)))

    # Twice 1000.00 - 100.00 - 25.50.
    assert ("1,749.00 EUR" if locale == "en" else "749,00 EUR") in text
    assert "SB/2026/10/00002" in text
    assert "PL61 1090 1014" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_cover_list_counts_envelopes_sheets_and_pages(locale):
    covered = a_cover_list(count=101, locale=locale)

    pages = pages_of(draw(*list_of(covered)))

    # 51 of three pages on two sheets, 50 of one page on one.
    assert (covered.sheets, covered.pages) == (152, 203)
    assert covered.envelopes_by_sheets() == [(1, 50), (2, 51)]
    assert "101" in pages[0] and "152" in pages[0] and "203" in pages[0]
    assert "30-101" in pages[-1]


def test_an_interest_note_speaks_of_no_vat():
    untaxed = Tax("O", Decimal(0), "Interest is outside the scope of VAT.")
    days = Detail("7 days at 11.25 % a year", Decimal(7), "DAY", money("12.3400 PLN"))
    line = a_line("12.34", tax=untaxed, group="", details=(days,))
    note = an_invoice([line], kind=Kind.INTEREST_NOTE)

    for pdf in (draw(*page_of(note)), archive_pdf(note)):
        text = text_of(pdf)
        assert "To pay 12.34 PLN" in text
        assert "7 days at 11.25 % a year" in text
        assert "Interest is outside the scope of VAT." in text
        for words in ("VAT PLN", "Net PLN", "Net total", "Total with VAT", "outside VAT"):
            assert words not in text


def letters_of(look, locale="de"):
    """Every kind of letter and list, in a look: how it is drawn and what it is drawn from."""
    covered = a_cover_list(locale=locale)
    return {
        "reminder": page_of(a_reminder(locale=locale), look),
        "advice": page_of(an_advice(locale=locale), look),
        "cover list": list_of(covered, look),
        "labels": labels_of(covered, look),
    }


@pytest.mark.parametrize("kind", letters_of(PLAIN_LOOK))
def test_a_letter_wears_the_brand_of_its_tenant(kind):
    texts = {"de": {"header": "Seit 1923", "footer": "Amtsgericht Köln"}}
    picture = BytesIO()
    Image.new("RGB", (600, 200), (200, 80, 20)).save(picture, "PNG")
    brand = Brand("#6a1b4d", "#fbf1f6", texts, {}, Logo("0" * 64, 600, 200))

    plain = PdfReader(BytesIO(draw(*letters_of(PLAIN_LOOK)[kind]))).pages[0]
    page = PdfReader(BytesIO(draw(*letters_of(Look(brand, picture.getvalue()))[kind]))).pages[0]

    # 0x6a, 0x1b and 0x4d of 255, as both engines write a colour.
    deep = re.compile(rb"0?\.4156\d* 0?\.1058\d* 0?\.3019\d* (rg|scn)")
    assert deep.search(page.get_contents().get_data())
    assert not deep.search(plain.get_contents().get_data())
    # A payment code is a picture as well.
    assert len(page.images) == len(plain.images) + 1
    if kind != "labels":
        assert "Seit 1923" in page.extract_text()
        assert "Amtsgericht Köln" in page.extract_text()
