"""Amounts in words, as a native reader would write them."""

from decimal import Decimal

import pytest

from i18n.words import amount_in_words, number_in_words

# Written by hand; read them aloud before changing one.
SPELT = [
    ("en", "0.00 PLN", "zero zlotys and zero groszy"),
    ("en", "1.01 PLN", "one zloty and one grosz"),
    ("en", "123.45 PLN", "one hundred and twenty-three zlotys and forty-five groszy"),
    ("en", "1.01 EUR", "one euro and one cent"),
    ("en", "21.21 EUR", "twenty-one euros and twenty-one cents"),
    ("en", "-2.02 USD", "minus two US dollars and two cents"),
    ("en", "1.02 GBP", "one pound sterling and two pence"),
    ("en", "1001 JPY", "one thousand and one yen"),
    ("en", "5.250 KWD", "five Kuwaiti dinars 250/1000"),
    ("en", "1.000 KWD", "one Kuwaiti dinar 000/1000"),
    ("en", "10.05 XDR", "ten SDR 05/100"),
    ("pl", "0.00 PLN", "zero złotych zero groszy"),
    ("pl", "1.01 PLN", "jeden złoty jeden grosz"),
    ("pl", "2.02 PLN", "dwa złote dwa grosze"),
    ("pl", "5.05 PLN", "pięć złotych pięć groszy"),
    ("pl", "12.12 PLN", "dwanaście złotych dwanaście groszy"),
    ("pl", "21.21 PLN", "dwadzieścia jeden złotych dwadzieścia jeden groszy"),
    ("pl", "22.22 PLN", "dwadzieścia dwa złote dwadzieścia dwa grosze"),
    ("pl", "112.14 PLN", "sto dwanaście złotych czternaście groszy"),
    ("pl", "123.45 PLN", "sto dwadzieścia trzy złote czterdzieści pięć groszy"),
    ("pl", "1000.00 PLN", "tysiąc złotych zero groszy"),
    ("pl", "-4.99 PLN", "minus cztery złote dziewięćdziesiąt dziewięć groszy"),
    (
        "pl",
        "2345678.90 PLN",
        "dwa miliony trzysta czterdzieści pięć tysięcy sześćset siedemdziesiąt osiem złotych"
        " dziewięćdziesiąt groszy",
    ),
    ("pl", "1.01 EUR", "jedno euro jeden eurocent"),
    ("pl", "22.05 EUR", "dwadzieścia dwa euro pięć eurocentów"),
    ("pl", "1.01 CZK", "jedna korona czeska jeden halerz"),
    ("pl", "2.03 CZK", "dwie korony czeskie trzy halerze"),
    ("pl", "21.10 CZK", "dwadzieścia jeden koron czeskich dziesięć halerzy"),
    ("pl", "32.02 UAH", "trzydzieści dwie hrywny dwie kopiejki"),
    ("pl", "3.500 KWD", "trzy dinary kuwejckie 500/1000"),
    ("pl", "5.00 XDR", "pięć SDR 00/100"),
    ("ru", "0.00 PLN", "ноль злотых ноль грошей"),
    ("ru", "1.01 PLN", "один злотый один грош"),
    ("ru", "2.02 PLN", "два злотых два гроша"),
    ("ru", "5.11 PLN", "пять злотых одиннадцать грошей"),
    ("ru", "21.21 PLN", "двадцать один злотый двадцать один грош"),
    ("ru", "1.01 EUR", "одно евро один евроцент"),
    ("ru", "21.22 EUR", "двадцать одно евро двадцать два евроцента"),
    ("ru", "1.01 RUB", "один рубль одна копейка"),
    ("ru", "102.02 RUB", "сто два рубля две копейки"),
    ("ru", "111.12 RUB", "сто одиннадцать рублей двенадцать копеек"),
    ("ru", "1.02 UAH", "одна гривна две копейки"),
    ("ru", "2002 JPY", "две тысячи две иены"),
    ("ru", "5.250 KWD", "пять кувейтских динаров 250/1000"),
    ("ru", "1.00 USD", "один доллар США ноль центов"),
    ("de", "1.01 EUR", "ein Euro und ein Cent"),
    ("de", "101.00 EUR", "einhundertein Euro und null Cent"),
    ("de", "123.45 PLN", "einhundertdreiundzwanzig Złoty und fünfundvierzig Groszy"),
    ("de", "1.01 UAH", "eine Hrywnja und eine Kopeke"),
    ("de", "1000000.00 EUR", "eine Million Euro und null Cent"),
    ("de", "16.70 USD", "sechzehn US-Dollar und siebzig Cent"),
    ("uk", "1.01 UAH", "одна гривня одна копійка"),
    ("uk", "2.05 UAH", "дві гривні п'ять копійок"),
    ("uk", "11.14 UAH", "одинадцять гривень чотирнадцять копійок"),
    ("uk", "1.02 EUR", "одне євро два євроценти"),
    ("uk", "3.04 PLN", "три злоті чотири гроші"),
    ("de", "0.00 EUR", "null Euro und null Cent"),
    ("de", "-2.02 EUR", "minus zwei Euro und zwei Cent"),
    ("de", "1000001.01 EUR", "eine Million ein Euro und ein Cent"),
    ("de", "2.02 CZK", "zwei Tschechische Kronen und zwei Heller"),
    ("de", "101.00 SEK", "einhunderteine Schwedische Kronen 00/100"),
    ("de", "1 JPY", "ein Yen"),
    ("de", "5.250 KWD", "fünf Kuwait-Dinar 250/1000"),
    ("uk", "0.00 UAH", "нуль гривень нуль копійок"),
    ("uk", "-2.02 UAH", "мінус дві гривні дві копійки"),
    ("uk", "1000001.01 UAH", "один мільйон одна гривня одна копійка"),
    ("uk", "2002 JPY", "дві тисячі дві єни"),
    ("uk", "2.000 KWD", "два кувейтські динари 000/1000"),
    ("uk", "1.00 SEK", "одна шведська крона 00/100"),
    ("uk", "5000000.12 EUR", "п'ять мільйонів євро дванадцять євроцентів"),
    ("ru", "1000001.00 RUB", "один миллион один рубль ноль копеек"),
    ("ru", "2.00 NOK", "две норвежские кроны 00/100"),
    ("ru", "21.00 TRY", "двадцать одна турецкая лира 00/100"),
    ("pl", "-0.01 PLN", "minus zero złotych jeden grosz"),
    ("pl", "2.00 DKK", "dwie korony duńskie 00/100"),
    ("pl", "1001 JPY", "tysiąc jeden jenów"),
]


@pytest.mark.parametrize(("locale", "amount", "words"), SPELT)
def test_an_amount_is_spelt(locale, amount, words):
    number, currency = amount.split()
    digits = len(number.partition(".")[2])

    assert amount_in_words(Decimal(number), currency, digits, locale) == words


def test_an_unknown_language_reads_english():
    assert amount_in_words(Decimal("1.00"), "EUR", 2, "fr") == "one euro and zero cents"


def test_a_finer_scale_is_written_as_a_fraction():
    assert amount_in_words(Decimal("1.2345"), "EUR", 4, "pl") == "jedno euro 2345/10000"


@pytest.mark.parametrize("locale", ["en", "pl", "ru", "de", "uk"])
def test_the_largest_amount_has_words(locale):
    assert amount_in_words(Decimal("999999999999999.99"), "PLN", 2, locale)


def test_an_amount_that_was_not_rounded_is_not_spelt():
    with pytest.raises(AssertionError, match="round 0.005 EUR to 2 digits"):
        amount_in_words(Decimal("0.005"), "EUR", 2, "en")


@pytest.mark.parametrize(
    ("locale", "gender", "number", "words"),
    [
        ("pl", "f", 1, "jedna"),
        ("pl", "f", 21, "dwadzieścia jeden"),
        ("pl", "f", 12, "dwanaście"),
        ("ru", "f", 101, "сто одна"),
        ("uk", "n", 31, "тридцять одне"),
        ("de", "f", 1, "eine"),
        ("en", "f", -7, "minus seven"),
    ],
)
def test_a_number_agrees_with_its_noun(locale, gender, number, words):
    assert number_in_words(number, locale, gender) == words
