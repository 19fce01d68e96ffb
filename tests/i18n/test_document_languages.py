"""Whatever can stand on a document can be read in all five languages of documents."""

import ast
from functools import cache

import pytest

from i18n.locale import LOCALES
from tests.i18n.messages import ROOT, errors, messages, parts_of_refusals
from tests.i18n.test_messages import catalogue, entry, is_translated

# Where the words of documents and letters are made; a message of any other module is read on a
# page or in an answer, in a language of the interface.
WRITES_DOCUMENTS = (
    "statements/",
    "settlement/account_statements/",
    "settlement/billing/",
    "settlement/self_billing/",
    "settlement/sharing/",
    "settlement/rating/",
    "settlement/taxation/",
    "settlement/payouts/advising/",
    "settlement/receipts/interest/",
    "settlement/receipts/reminding/fees.py",
    "settlement/catalogue/drafting/wording.py",
    "settlement/delivery/covering.py",
    "settlement/delivery/alarms/wording.py",
)
LAYOUTS = "statements/rendering/layouts/"
INTERFACE = ("pages.py", "api.py", ".html")

# They translate for whoever reads a page or an answer, not for the reader of a document.
READERS_OWN = {
    "settlement/app/console.py",
    "settlement/app/reading.py",
    "mediation/refusals.py",
    "settlement/amendments/finding.py",
    "settlement/catalogue/lint/finding.py",
    "settlement/catalogue/plain_values.py",
    "settlement/receipts/instalments/service.py",
}
# Words that are the same in a language and in English.
SAME = {
    "BIC",
    "IBAN",
    "B",
    "GB",
    "MB",
    "Wh",
    "kB",
    "l",
    "In {currency}",
    "min",
    "s",
    "Register",
    "Bank",
}


@cache
def document_messages():
    """The messages that can stand on a document."""
    return list(_document_messages())


def _document_messages():
    told_to_users = {message.text for message in errors()} | parts_of_refusals()
    for message in messages():
        place = message.place.rpartition(":")[0]
        of_interface = place.endswith(INTERFACE) and not place.startswith(LAYOUTS)
        written = place.startswith(WRITES_DOCUMENTS) and not of_interface
        if written and message.text not in told_to_users:
            yield message


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != "en"])
def test_every_word_of_a_document_is_translated(locale):
    missing = [entry(each) for each in document_messages() if not is_translated(locale, each)]

    listed = "\n".join(missing)
    assert not missing, f"{len(missing)} messages are missing in {locale}/saldo.po:\n\n{listed}"


@pytest.mark.parametrize("locale", ["ru", "uk"])
def test_no_sentence_of_a_letter_ends_with_a_day(locale):
    # A day ends with a full stop of its own there: 24 листопада 2026 р.
    letters = [each for each in catalogue("uk") if "{day}" in str(each.id)]

    doubled = [each.id for each in letters if "{day}." in catalogue(locale).get(each.id).string]

    assert letters
    assert not doubled


def test_the_words_of_documents_are_looked_for_where_they_are():
    found = {message.text for message in document_messages()}

    # One each of the layouts, views, tax reasons, derivations, explanations, interest, letters.
    assert found > {
        "Costs of reminding",
        "Partner number",
        "Reverse charge: the buyer accounts for the tax.",
        "Your share so far",
        "at any time",
        "Interest for late payment is not subject to VAT.",
        "Payment reminder",
        "Self-billing",
    }
    assert "Number series" not in found


@pytest.mark.parametrize("locale", ["de", "uk"])
def test_no_word_of_a_document_was_left_in_english(locale):
    copied = {
        message.text
        for message in document_messages()
        if catalogue(locale).get(message.text).string == message.text
    }

    assert copied <= SAME


def test_modules_that_speak_a_document_s_language_are_all_looked_at():
    speaking = {
        str(path.relative_to(ROOT))
        for package in ("statements", "settlement", "mediation", "currencies")
        for path in (ROOT / package).rglob("*.py")
        if _translates_for_a_locale(path.read_text("utf-8"))
    }

    beyond = {place for place in speaking if not place.startswith(WRITES_DOCUMENTS)}
    assert beyond == READERS_OWN


def _translates_for_a_locale(source):
    """Whether a module asks for a translation in a language that is not the page's reader's."""
    asked = {"translator", "translate", "translate_plural", "error_text"}
    return any(
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in asked
        and "reader_language" not in ast.unparse(node)
        for node in ast.walk(ast.parse(source))
    )
