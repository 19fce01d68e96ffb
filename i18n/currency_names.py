"""Names of currencies as they follow a number: in three plural forms, with their gender.

Babel has the names of all currencies in their plural forms, but not their gender, which decides
between jeden, jedna and jedno, and no minor units at all. So the currencies that invoices are
written in stand here; the others are named by Babel and their minor unit is written as a fraction
(see `i18n.words`).

Crowns and liras stand here for their gender alone. The forms are those after 1, after 2 and after
5; English and German need only the first and last.
"""

from typing import Literal, NamedTuple

Gender = Literal["m", "f", "n"]


class Noun(NamedTuple):
    """A counted thing: its forms after 1, 2 and 5, and its gender."""

    one: str
    few: str
    many: str
    gender: Gender = "m"


class Names(NamedTuple):
    """A currency and its minor unit; None where the minor unit has no name in use."""

    major: Noun
    minor: Noun | None


def _two(one: str, many: str, gender: Gender = "m") -> Noun:
    return Noun(one, many, many, gender)


def _same(name: str, gender: Gender = "m") -> Noun:
    return Noun(name, name, name, gender)


_CENT_PL = Noun("cent", "centy", "centów")
_CENT_RU = Noun("цент", "цента", "центов")
_CENT_UK = Noun("цент", "центи", "центів")

NAMES: dict[str, dict[str, Names]] = {
    "en": {
        "PLN": Names(_two("zloty", "zlotys"), _two("grosz", "groszy")),
        "EUR": Names(_two("euro", "euros"), _two("cent", "cents")),
        "USD": Names(_two("US dollar", "US dollars"), _two("cent", "cents")),
        "GBP": Names(_two("pound sterling", "pounds sterling"), _two("penny", "pence")),
        "CHF": Names(_two("Swiss franc", "Swiss francs"), _two("centime", "centimes")),
        "CZK": Names(_two("Czech koruna", "Czech korunas"), _two("haler", "halers")),
        "UAH": Names(_two("hryvnia", "hryvnias"), _two("kopiyka", "kopiykas")),
        "RUB": Names(_two("Russian rouble", "Russian roubles"), _two("kopeck", "kopecks")),
        "JPY": Names(_same("yen"), None),
        "XDR": Names(_same("SDR"), None),
    },
    "pl": {
        "PLN": Names(Noun("złoty", "złote", "złotych"), Noun("grosz", "grosze", "groszy")),
        "EUR": Names(_same("euro", "n"), Noun("eurocent", "eurocenty", "eurocentów")),
        "USD": Names(
            Noun("dolar amerykański", "dolary amerykańskie", "dolarów amerykańskich"), _CENT_PL
        ),
        "GBP": Names(
            Noun("funt szterling", "funty szterlingi", "funtów szterlingów"),
            Noun("pens", "pensy", "pensów"),
        ),
        "CHF": Names(
            Noun("frank szwajcarski", "franki szwajcarskie", "franków szwajcarskich"),
            Noun("rapp", "rappy", "rappów"),
        ),
        "CZK": Names(
            Noun("korona czeska", "korony czeskie", "koron czeskich", "f"),
            Noun("halerz", "halerze", "halerzy"),
        ),
        "UAH": Names(
            Noun("hrywna", "hrywny", "hrywien", "f"), Noun("kopiejka", "kopiejki", "kopiejek", "f")
        ),
        "RUB": Names(
            Noun("rubel rosyjski", "ruble rosyjskie", "rubli rosyjskich"),
            Noun("kopiejka", "kopiejki", "kopiejek", "f"),
        ),
        "JPY": Names(Noun("jen", "jeny", "jenów"), None),
        "SEK": Names(Noun("korona szwedzka", "korony szwedzkie", "koron szwedzkich", "f"), None),
        "NOK": Names(Noun("korona norweska", "korony norweskie", "koron norweskich", "f"), None),
        "DKK": Names(Noun("korona duńska", "korony duńskie", "koron duńskich", "f"), None),
        "TRY": Names(Noun("lira turecka", "liry tureckie", "lir tureckich", "f"), None),
        "XDR": Names(_same("SDR"), None),
    },
    "ru": {
        "PLN": Names(
            Noun("злотый", "злотых", "злотых"),
            Noun("грош", "гроша", "грошей"),
        ),
        "EUR": Names(_same("евро", "n"), Noun("евроцент", "евроцента", "евроцентов")),
        "USD": Names(Noun("доллар США", "доллара США", "долларов США"), _CENT_RU),
        "GBP": Names(
            Noun("фунт стерлингов", "фунта стерлингов", "фунтов стерлингов"),
            Noun("пенс", "пенса", "пенсов"),
        ),
        "CHF": Names(
            Noun("швейцарский франк", "швейцарских франка", "швейцарских франков"),
            Noun("раппен", "раппена", "раппенов"),
        ),
        "CZK": Names(
            Noun("чешская крона", "чешские кроны", "чешских крон", "f"),
            Noun("геллер", "геллера", "геллеров"),
        ),
        "UAH": Names(
            Noun("гривна", "гривны", "гривен", "f"), Noun("копейка", "копейки", "копеек", "f")
        ),
        "RUB": Names(Noun("рубль", "рубля", "рублей"), Noun("копейка", "копейки", "копеек", "f")),
        "JPY": Names(Noun("иена", "иены", "иен", "f"), None),
        "SEK": Names(Noun("шведская крона", "шведские кроны", "шведских крон", "f"), None),
        "NOK": Names(Noun("норвежская крона", "норвежские кроны", "норвежских крон", "f"), None),
        "DKK": Names(Noun("датская крона", "датские кроны", "датских крон", "f"), None),
        "TRY": Names(Noun("турецкая лира", "турецкие лиры", "турецких лир", "f"), None),
        "XDR": Names(_same("СДР"), None),
    },
    "de": {
        "PLN": Names(_same("Złoty"), _two("Grosz", "Groszy")),
        "EUR": Names(_same("Euro"), _same("Cent")),
        "USD": Names(_same("US-Dollar"), _same("Cent")),
        "GBP": Names(_same("Pfund Sterling", "n"), _two("Penny", "Pence")),
        "CHF": Names(_same("Schweizer Franken"), _same("Rappen")),
        "CZK": Names(_two("Tschechische Krone", "Tschechische Kronen", "f"), _same("Heller")),
        "UAH": Names(_two("Hrywnja", "Hrywnja", "f"), _two("Kopeke", "Kopeken", "f")),
        "RUB": Names(_same("Rubel"), _two("Kopeke", "Kopeken", "f")),
        "JPY": Names(_same("Yen"), None),
        "SEK": Names(_two("Schwedische Krone", "Schwedische Kronen", "f"), None),
        "NOK": Names(_two("Norwegische Krone", "Norwegische Kronen", "f"), None),
        "DKK": Names(_two("Dänische Krone", "Dänische Kronen", "f"), None),
        "TRY": Names(_two("Türkische Lira", "Türkische Lira", "f"), None),
        "XDR": Names(_same("SZR", "n"), None),
    },
    "uk": {
        "PLN": Names(Noun("злотий", "злоті", "злотих"), Noun("грош", "гроші", "грошів")),
        "EUR": Names(_same("євро", "n"), Noun("євроцент", "євроценти", "євроцентів")),
        "USD": Names(Noun("долар США", "долари США", "доларів США"), _CENT_UK),
        "GBP": Names(
            Noun("фунт стерлінгів", "фунти стерлінгів", "фунтів стерлінгів"),
            Noun("пенс", "пенси", "пенсів"),
        ),
        "CHF": Names(
            Noun("швейцарський франк", "швейцарські франки", "швейцарських франків"),
            Noun("рапен", "рапени", "рапенів"),
        ),
        "CZK": Names(
            Noun("чеська крона", "чеські крони", "чеських крон", "f"),
            Noun("гелер", "гелери", "гелерів"),
        ),
        "UAH": Names(
            Noun("гривня", "гривні", "гривень", "f"), Noun("копійка", "копійки", "копійок", "f")
        ),
        "RUB": Names(Noun("рубль", "рублі", "рублів"), Noun("копійка", "копійки", "копійок", "f")),
        "JPY": Names(Noun("єна", "єни", "єн", "f"), None),
        "SEK": Names(Noun("шведська крона", "шведські крони", "шведських крон", "f"), None),
        "NOK": Names(Noun("норвезька крона", "норвезькі крони", "норвезьких крон", "f"), None),
        "DKK": Names(Noun("данська крона", "данські крони", "данських крон", "f"), None),
        "TRY": Names(Noun("турецька ліра", "турецькі ліри", "турецьких лір", "f"), None),
        "XDR": Names(_same("СПЗ", "n"), None),
    },
}
