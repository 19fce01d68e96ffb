"""Messages are said in the reader's language, and in English where there is none."""

import gettext

import pytest

from currencies.units import UnknownCurrency
from i18n import locale as speaking
from i18n.locale import error_text, known_locale, translate, translate_plural, translator


@pytest.mark.parametrize(
    ("wanted", "locale"),
    [
        (("pl",), "pl"),
        (("pl_PL",), "pl"),
        (("pl-PL",), "pl"),
        (("RU",), "ru"),
        (("fr", "de-AT"), "de"),
        (("fr",), "en"),
        (("",), "en"),
        ((None, "uk"), "uk"),
        ((), "en"),
    ],
)
def test_the_first_language_that_is_known_is_taken(wanted, locale):
    assert known_locale(*wanted) == locale


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "Currency ZZZ is unknown. Use a code of ISO 4217 in capitals, for example EUR."),
        ("pl", "Waluta ZZZ jest nieznana. Użyj kodu ISO 4217 wielkimi literami, na przykład EUR."),
        ("ru", "Валюта ZZZ неизвестна. Укажите код ISO 4217 заглавными буквами, например EUR."),
        ("fr", "Currency ZZZ is unknown. Use a code of ISO 4217 in capitals, for example EUR."),
    ],
)
def test_an_error_speaks_the_language_of_its_reader(locale, text):
    assert error_text(UnknownCurrency(currency="ZZZ"), locale) == text


def test_a_message_without_a_translation_is_said_in_english():
    assert translate("No such {what} anywhere", "pl", what="thing") == "No such thing anywhere"


def test_a_message_without_fields_may_contain_braces():
    assert translate("{}", "en") == "{}"


def test_nothing_to_say_stays_nothing():
    # gettext would answer the empty message with the header of the catalogue.
    assert translate("", "pl") == ""


def test_a_field_is_filled_as_it_is():
    assert translator("ru")("Hello {name}", name="{locale}") == "Hello {locale}"


@pytest.fixture
def counting(monkeypatch):
    """A catalogue that holds one counted message with the Polish plural rule."""
    catalogue = gettext.NullTranslations()
    forms = {1: "{count} plik", 2: "{count} pliki", 5: "{count} plików"}
    monkeypatch.setattr(catalogue, "ngettext", lambda one, many, count: forms[count])
    monkeypatch.setattr(speaking, "_catalogue", lambda locale: speaking._Catalogue(catalogue, ()))


@pytest.mark.parametrize(("count", "text"), [(1, "1 plik"), (2, "2 pliki"), (5, "5 plików")])
def test_a_counted_message_takes_its_form_from_the_catalogue(counting, count, text):
    assert translate_plural("{count} file", "{count} files", count, "pl") == text


@pytest.mark.parametrize(("count", "text"), [(1, "1 file"), (2, "2 files"), (0, "0 files")])
def test_a_counted_message_in_english(count, text):
    assert translate_plural("{count} file", "{count} files", count, "en") == text
