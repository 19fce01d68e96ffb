"""Everything that readers are told can be read in Polish and Russian."""

from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from i18n.locale import LOCALES
from tests.i18n.messages import FIELD, ROOT, Message, messages

COMPLETE = ("pl", "ru")


@cache
def catalogue(locale: str) -> Catalog:
    path = ROOT / "i18n" / "locales" / locale / "LC_MESSAGES" / "saldo.po"
    with path.open("rb") as lines:
        return read_po(lines, locale=locale, abort_invalid=True)


def entry(message: Message) -> str:
    """The message as it stands in a catalogue, to be pasted and translated."""
    text = message.text.replace("\\", "\\\\").replace('"', '\\"')
    if message.plural is None:
        return f'#: {message.place}\nmsgid "{text}"\nmsgstr ""\n'
    return f'#: {message.place}\nmsgid "{text}"\nmsgid_plural "{message.plural}"\nmsgstr[0] ""\n'


def is_translated(locale: str, message: Message) -> bool:
    known = catalogue(locale).get(message.text)
    if known is None or known.fuzzy:
        return False
    forms = known.string if isinstance(known.string, tuple) else (known.string,)
    return all(forms)


@pytest.mark.parametrize("locale", COMPLETE)
def test_every_message_is_translated(locale):
    missing = [entry(message) for message in messages() if not is_translated(locale, message)]

    listed = "\n".join(missing)
    assert not missing, f"{len(missing)} messages are missing in {locale}/saldo.po:\n\n{listed}"


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != "en"])
def test_translations_name_the_fields_of_their_message(locale):
    wrong = []
    for message in catalogue(locale):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        fields = set(FIELD.findall(" ".join(ids)))
        wrong += [form for form in forms if form and ids[0] and set(FIELD.findall(form)) != fields]

    assert not wrong


@pytest.mark.parametrize("locale", COMPLETE)
def test_a_translation_is_not_the_english_text(locale):
    # Single words may read the same: IBAN, Bank, min.
    copied = [each.id for each in catalogue(locale) if " " in each.id and each.string == each.id]

    assert not copied


@pytest.mark.parametrize("locale", COMPLETE)
def test_no_translation_is_left_over(locale):
    used = {message.text for message in messages()}
    kept = {each.id[0] if isinstance(each.id, tuple) else each.id for each in catalogue(locale)}

    assert kept - used - {""} == set()
