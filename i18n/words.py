"""An amount in words, as an invoice says it: sto dwadzieścia trzy złote czterdzieści pięć groszy.

num2words spells whole numbers; the names of currencies, their plural and the gender that the
number takes from them are our own, because it knows no zloty in German, no SDR anywhere and no
gender in Polish. A currency that has no entry in `i18n.currency_names` is named by Babel, and its
minor unit is written as a fraction: five Kuwaiti dinars 250/1000.
"""

from collections.abc import Callable
from decimal import Decimal

from babel.numbers import get_currency_name
from num2words import num2words

from i18n.currency_names import NAMES, Gender, Noun
from i18n.locale import known_locale

MINUS = {"en": "minus", "pl": "minus", "ru": "минус", "de": "minus", "uk": "мінус"}
AND = {"en": " and ", "pl": " ", "ru": " ", "de": " und ", "uk": " "}

# How the last word of a number agrees with the noun: language -> gender -> word -> its form.
AGREES: dict[str, dict[Gender, dict[str, str]]] = {
    "ru": {"f": {"один": "одна", "два": "две"}, "n": {"один": "одно"}},
    "uk": {"f": {"один": "одна", "два": "дві"}, "n": {"один": "одне"}},
    # Polish: only 1 itself agrees (jedna korona, but dwadzieścia jeden koron), and every 2.
    "pl": {"f": {"dwa": "dwie"}},
}
POLISH_ONE: dict[Gender, str] = {"m": "jeden", "f": "jedna", "n": "jedno"}
GERMAN_ONE: dict[Gender, str] = {"m": "ein", "f": "eine", "n": "ein"}


def amount_in_words(amount: Decimal, currency: str, digits: int, locale: str) -> str:
    """Spell an amount that has been rounded to `digits` decimals, its minor unit too.

    The minor unit is always said, also when it is zero, so that nothing can be added to the text.
    """
    language = known_locale(locale)
    scaled = abs(amount).scaleb(digits)
    assert scaled == int(scaled), f"round {amount} {currency} to {digits} digits before spelling it"
    whole, rest = divmod(int(scaled), 10**digits)
    said = _major(whole, currency, language)
    if digits:
        said = _with_minor(said, rest, currency, digits, language)
    return f"{MINUS[language]} {said}" if amount < 0 else said


def number_in_words(number: int, locale: str, gender: Gender = "m") -> str:
    """Spell a whole number as it stands before a noun of that gender."""
    language = known_locale(locale)
    words = str(num2words(abs(number), lang=language))
    if language == "pl" and abs(number) == 1:
        words = POLISH_ONE[gender]
    elif language == "de" and words.endswith("eins"):
        words = words.removesuffix("eins") + GERMAN_ONE[gender]
    head, space, last = words.rpartition(" ")
    agreed = AGREES.get(language, {}).get(gender, {}).get(last, last)
    spelt = f"{head}{space}{agreed}"
    return f"{MINUS[language]} {spelt}" if number < 0 else spelt


def _major(whole: int, currency: str, language: str) -> str:
    names = NAMES[language].get(currency)
    if names is not None:
        return _counted(whole, names.major, language)
    named = get_currency_name(currency, count=whole, locale=language)
    return f"{number_in_words(whole, language)} {named}"


def _with_minor(said: str, rest: int, currency: str, digits: int, language: str) -> str:
    names = NAMES[language].get(currency)
    # The named minor unit is a hundredth; an agreement may count a currency more finely.
    if names is None or names.minor is None or digits != 2:
        return f"{said} {rest:0{digits}}/{10**digits}"
    return f"{said}{AND[language]}{_counted(rest, names.minor, language)}"


def _counted(number: int, noun: Noun, language: str) -> str:
    form = FORMS[language](number)
    return f"{number_in_words(number, language, noun.gender)} {getattr(noun, form)}"


def _germanic(number: int) -> str:
    return "one" if number == 1 else "many"


def _polish(number: int) -> str:
    if number == 1:
        return "one"
    return _few_or_many(number)


def _east_slavic(number: int) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return _few_or_many(number)


def _few_or_many(number: int) -> str:
    few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    return "few" if few else "many"


# Plural rules of the Unicode CLDR for whole numbers.
FORMS: dict[str, Callable[[int], str]] = {
    "en": _germanic,
    "de": _germanic,
    "pl": _polish,
    "ru": _east_slavic,
    "uk": _east_slavic,
}
