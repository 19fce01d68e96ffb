"""A refusal is said in the reader's language with all that stands in it."""

import ast

import pytest

from currencies.xml_reading import XmlNotWellFormed, XmlValueBroken, leaf_text, read_xml
from i18n.errors import DomainError, Invalid
from i18n.locale import Clause, Several, Spoken, Words, error_text, outside
from mediation.formats.delimited import checked_mapping
from mediation.formats.mapping import BadMapping
from mediation.source import Source
from settlement.agreements.contract import OutsideTheContract
from settlement.agreements.policies import UnknownPolicy, checked_policies
from settlement.interconnect.supplier_invoices.invoice import SupplierInvoiceRefused
from settlement.interconnect.supplier_invoices.table_reading import InvoiceLayout, read_table
from statements.declaration_csv import DeclarationCsvRefused, read_declaration_csv
from statements.rendering.service import TemplateStopped
from tenants.jobs.slots import BadCron, trigger
from tenants.web.strict_json import BadJson, loads
from tests.i18n import refused_values
from tests.i18n.messages import FIELD, modules
from tests.i18n.refused_values import english_in_refusals

# Stories are written in English words, which what is wrong in one quotes.
OF_STORIES = "settlement/app/scenario/"


class Refused(Invalid):
    """It is refused: {why}. Correct it."""


def test_what_fills_the_places_of_refusals_is_in_the_reader_s_language():
    found = [each for each in english_in_refusals() if not each.line.startswith(OF_STORIES)]

    assert not found, "\n".join(" | ".join(each) for each in found)


@pytest.mark.parametrize(
    "code",
    [
        'raise Refused(why="it is too long")',
        'raise Refused(why=f"it has {count} rows")',
        'raise Refused(why=text or "there is none")',
        'raise Refused(why="one of " + ", ".join(known))',
        'raise Refused(why=Words(_("it has {what}"), what="too many rows"))',
        'def f():\n    why = "it is too long"\n    raise Refused(why=why)',
        'def f(why):\n    raise Refused(why=why)\ndef g():\n    f("it is too long")',
        'def f():\n    found = []\n    found.append("a row is too long")\n'
        '    raise Refused(why="; ".join(found))',
        "def f():\n    try:\n        g()\n    except ValueError as error:\n"
        "        raise Refused(why=str(error))",
    ],
)
def test_english_is_found_on_its_way_into_a_refusal(monkeypatch, code):
    monkeypatch.setattr(refused_values, "modules", lambda: [("here.py", ast.parse(code))])
    monkeypatch.setattr(refused_values, "heirs", lambda name: {"Refused", "Words"})
    refused_values._code.cache_clear()

    found = english_in_refusals()

    refused_values._code.cache_clear()
    assert [each.line.partition(":")[0] for each in found] == ["here.py"]


def test_words_are_given_what_their_message_names():
    wrong = []
    for path, tree in modules():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Words":
                marked = call.args[0]
                if call.keywords and isinstance(marked, ast.Call):
                    message = ast.literal_eval(marked.args[0])
                    if set(FIELD.findall(message)) != {each.arg for each in call.keywords}:
                        wrong.append(f"{path}:{call.lineno}: {message}")

    assert not wrong


def refusal_of(provoke) -> DomainError:
    with pytest.raises(DomainError) as refused:
        provoke()
    return refused.value


REFUSED = [
    (
        BadJson,
        lambda: loads('{"a": 1, "a": 2}'),
        "klucz a stoi dwa razy w jednym obiekcie",
        "ключ a стоит дважды в одном объекте",
    ),
    (
        BadCron,
        lambda: trigger("0 6 * * 1", "UTC"),
        "dzień tygodnia jest liczbą",
        "день недели записан числом",
    ),
    (
        XmlValueBroken,
        lambda: leaf_text(read_xml(b"<a>1<b/></a>")),
        "ma w wartości inny element",
        "содержит в значении другой элемент",
    ),
    (
        BadMapping,
        lambda: checked_mapping(Source("pbx", "delimited", mapping={"columns": {}})),
        "Odwzorowanie źródła pbx: brak columns. Podaj, która kolumna zawiera które pole.",
        "Отображение источника pbx: нет columns. Укажите, в каком столбце какое поле.",
    ),
    (
        UnknownPolicy,
        lambda: checked_policies({"x": "y"}, "contract", "contract K-1"),
        "kontrakt K-1 wymienia zasadę",
        "договор K-1 называет правило",
    ),
    (
        DeclarationCsvRefused,
        lambda: read_declaration_csv(b"record,number\n"),
        "wiersz 1: tych kolumn brakuje, są nieznane albo powtórzone: ",
        "строка 1: эти столбцы отсутствуют, неизвестны или повторены: ",
    ),
    (
        SupplierInvoiceRefused,
        lambda: read_table(
            [(1, ["destination", "service_from", "service_to", "amount"])],
            InvoiceLayout({}),
        ),
        "wiersz 1: pod nagłówkami nie ma żadnego wiersza",
        "строка 1: под заголовками нет ни одной строки",
    ),
]


@pytest.mark.parametrize(("kind", "provoke", "polish", "russian"), REFUSED)
def test_the_reason_of_a_refusal_is_in_the_language_of_the_refusal(kind, provoke, polish, russian):
    refused = refusal_of(provoke)

    assert type(refused) is kind
    assert polish in error_text(refused, "pl")
    assert russian in error_text(refused, "ru")


def test_what_other_software_says_is_quoted_as_its_words():
    refused = refusal_of(lambda: read_xml(b"<a>"))

    assert isinstance(refused, XmlNotWellFormed)
    assert "libxml2 podaje: „" in error_text(refused, "pl")
    assert "libxml2 сообщает: «" in error_text(refused, "ru")


def test_a_refusal_within_a_refusal_ends_by_the_outer_full_stop():
    inner = XmlValueBroken(element="a", line=3, what=Words("a comment"))

    assert error_text(Refused(why=Clause(inner)), "pl") == (
        "It is refused: Element a w wierszu 3 ma w wartości komentarz. Wpisz tam zwykły tekst."
        " Correct it."
    )


def test_several_reasons_are_each_said_in_the_language():
    told = Several([Words("a comment"), "3", Spoken(lambda locale: locale)])

    assert error_text(Refused(why=told), "ru") == "It is refused: комментарий; 3; ru. Correct it."
    assert str(Refused(why=told)) == "It is refused: a comment; 3; en. Correct it."


def test_words_within_words_are_said_in_the_language():
    told = outside(Words("the operating system"), " in use\n")

    assert told.said("pl") == "system operacyjny podaje: „in use”"
    assert str(told) == 'the operating system says: "in use"'


def test_no_end_of_a_validity_is_said_in_words():
    refused = OutsideTheContract(
        what=Words("contract {number}", number="U-7"),
        valid_from="2026-10-01",
        valid_until=Words("further notice"),
        outer_from="2026-01-01",
        outer_until=Words("further notice"),
    )

    assert "od 2026-10-01 do odwołania wykracza poza ważność kontraktu U-7" in error_text(
        refused, "pl"
    )


def test_a_template_is_stopped_in_the_reader_s_language():
    refused = TemplateStopped(number="FV/1", reason=Words("it calls itself without end"))

    assert error_text(refused, "pl").startswith(
        "Szablon dokumentu FV/1 został zatrzymany: wywołuje sam siebie bez końca."
    )
