"""Who plays: two operators with their customers, partners, carriers, products and prices.

Everything is made up, except that tax numbers and accounts have right check digits, telephone
numbers follow the real number plans, and prices are of the order that such operators ask.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schwifty import IBAN
from stdnum.iso7064 import mod_11_10

from settlement.app.demonstration.traffic import Network, Volumes
from tenants.directory.tenant import Address, Tenant
from tenants.ids import tenant_id_of

CUSTOMERS = 200
JANUARY = dt.date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Player:
    """A party of an operator with its account, if it is paid to one."""

    kind: str
    code: str
    name: str
    legal_form: str
    country: str
    tax_id: str
    address: Address
    language: str
    currency: str
    iban: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with its numbers and the tariff of its subscription."""

    player: Player
    numbers: tuple[str, ...]
    tariff: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier with its trunk, the currency it settles in and what is charged each way."""

    player: Player
    trunk: str
    tariff_in: Mapping[str, Any]
    tariff_out: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Share:
    """A revenue share agreement with a partner, named by its code."""

    code: str
    partner: str
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operator:
    """One tenant of the demonstration."""

    tenant: Tenant
    iban: str
    network: Network
    customers: Sequence[Customer]
    partners: Sequence[Player]
    carriers: Sequence[Carrier]
    tariffs: Sequence[Mapping[str, Any]]
    shares: Sequence[Share]
    deck_currency: str
    other_accounts: Sequence[tuple[str, str]]

    @property
    def code(self) -> str:
        """The tenant's code."""
        return self.tenant.code


FIRST = ("Anna", "Piotr", "Maria", "Jan", "Ewa", "Tomasz", "Zofia", "Łukasz", "Olga", "Michał")
LAST = (
    "Nowak", "Wiśniewska", "Zając", "Kowalczyk", "Dąbrowski", "Żak", "Szymańska", "Woźniak",
    "Krawczyk", "Piątek", "Górska", "Wrona", "Sikora", "Bąk", "Lis", "Pawlak", "Ślusarz",
    "Jabłoński", "Kaźmierczak", "Ćwik",
)  # fmt: skip
RUSSIAN = ("Мария Орлова", "Иван Соколов", "Ольга Белова", "Сергей Лебедев", "Нина Громова")
GERMAN = ("Lena Vogt", "Jonas Brandt", "Mia Köhler", "Felix Jäger", "Hanna Weiß", "Paul Möller")
TRADES = ("Transport", "Optyk", "Piekarnia", "Serwis", "Budowa", "Apteka", "Drukarnia", "Hotel")
GEWERBE = ("Spedition", "Optik", "Bäckerei", "Werkstatt", "Bau", "Apotheke", "Druckerei", "Hotel")
POLISH_CITIES = (
    ("00-950", "Warszawa"),
    ("30-001", "Kraków"),
    ("80-001", "Gdańsk"),
    ("50-001", "Wrocław"),
)
GERMAN_CITIES = (("20095", "Hamburg"), ("01067", "Dresden"), ("39104", "Magdeburg"))


def operators(volume: float = 1.0, count: int = CUSTOMERS) -> tuple[Operator, Operator]:
    """The two tenants; `volume` scales the usage, 1 being the demonstration."""
    return _wisla(volume, count), _elbe(volume, count)


def _wisla(volume: float, count: int) -> Operator:
    customers = [_polish_customer(n) for n in range(count)]
    prices = (("melody", "2.00"), ("horoscope", "1.50"), ("video", "5.00"))
    return Operator(
        tenant=Tenant(
            id=tenant_id_of("wisla"),
            code="wisla",
            name="Wisła Telekom",
            legal_name="Wisła Telekom sp. z o.o.",
            country="PL",
            tax_id="PL" + polish_tax_number(526_025_027),
            address=Address("ul. Wybrzeże 14", "00-390", "Warszawa", "PL"),
            base_currency="PLN",
            time_zone="Europe/Warsaw",
            languages=("pl", "ru", "en"),
        ),
        iban=iban("PL", "11402004", 1),
        network=Network(
            code="wisla",
            time_zone="Europe/Warsaw",
            country_code="48",
            national_prefixes=("50", "51", "60", "66", "69", "78", "22", "12"),
            national_digits=9,
            numbers=[number for each in customers for number in each.numbers],
            carrier_abroad="PJSIP/atlantic",
            carrier_at_home="PJSIP/baltic",
            products=prices,
            currency="PLN",
            volumes=_volumes(volume, 100_000, 42_000, 20_000),
            voice_format="asterisk",
        ),
        customers=customers,
        partners=_partners("PL"),
        carriers=_carriers("EUR"),
        tariffs=_tariffs("PLN", "48", prices),
        shares=_shares(),
        deck_currency="PLN",
        other_accounts=(
            ("EUR", iban("PL", "11402004", 2)),
            ("USD", iban("PL", "11402004", 3)),
        ),
    )


def _elbe(volume: float, count: int) -> Operator:
    customers = [_german_customer(n) for n in range(count)]
    prices = (("melody", "0.49"), ("horoscope", "0.35"), ("video", "1.19"))
    return Operator(
        tenant=Tenant(
            id=tenant_id_of("elbe"),
            code="elbe",
            name="Elbe Digital",
            legal_name="Elbe Digital GmbH",
            country="DE",
            tax_id="DE" + german_tax_number(81_111_111),
            address=Address("Hafenstraße 7", "20457", "Hamburg", "DE"),
            base_currency="EUR",
            time_zone="Europe/Berlin",
            languages=("en", "de"),
        ),
        iban=iban("DE", "37040044", 1),
        network=Network(
            code="elbe",
            time_zone="Europe/Berlin",
            country_code="49",
            national_prefixes=("151", "160", "171", "176", "30", "40"),
            national_digits=10,
            numbers=[number for each in customers for number in each.numbers],
            carrier_abroad="atlantic",
            carrier_at_home="baltic",
            products=prices,
            currency="EUR",
            volumes=_volumes(volume, 90_000, 40_000, 18_000),
            voice_format="freeswitch",
        ),
        customers=customers,
        partners=_partners("DE"),
        carriers=_carriers("EUR", prefix=""),
        tariffs=_tariffs("EUR", "49", prices),
        shares=_shares(),
        deck_currency="EUR",
        other_accounts=(
            ("PLN", iban("DE", "37040044", 2)),
            ("USD", iban("DE", "37040044", 3)),
        ),
    )


def _volumes(volume: float, calls: int, messages: int, purchases: int) -> Volumes:
    return Volumes(*(max(20, int(count * volume)) for count in (calls, messages, purchases)))


def _polish_customer(n: int) -> Customer:
    company = n % 4 == 0
    postcode, city = POLISH_CITIES[n % len(POLISH_CITIES)]
    language = "ru" if n % 10 == 9 else "pl"
    person = RUSSIAN[n // 10 % len(RUSSIAN)] if language == "ru" else _polish_name(n)
    name = (
        f"{TRADES[n // 4 % len(TRADES)]} {LAST[n // 4 % len(LAST)]} sp. z o.o."
        if company
        else person
    )
    player = Player(
        kind="customer",
        code=f"W{n + 1:04}",
        name=name,
        legal_form="company" if company else "person",
        country="PL",
        tax_id="PL" + polish_tax_number(521_300_000 + n * 37) if company else "",
        address=Address(f"ul. Lipowa {n + 1}", postcode, city, "PL"),
        language=language,
        currency="PLN",
    )
    return Customer(player, _numbers("4850110", n), _tariff_of(n))


def _german_customer(n: int) -> Customer:
    company = n % 3 == 0
    postcode, city = GERMAN_CITIES[n % len(GERMAN_CITIES)]
    person = GERMAN[n % len(GERMAN)]
    name = f"{GEWERBE[n % len(GEWERBE)]} {person.split()[1]} GmbH" if company else person
    player = Player(
        kind="customer",
        code=f"E{n + 1:04}",
        name=name,
        legal_form="company" if company else "person",
        country="DE",
        tax_id="DE" + german_tax_number(13_660_000 + n * 41) if company else "",
        address=Address(f"Lindenweg {n + 1}", postcode, city, "DE"),
        language="en",
        currency="EUR",
    )
    return Customer(player, _numbers("4915110", n), _tariff_of(n))


def _tariff_of(n: int) -> str:
    """Every fourth customer calls by the price list of all countries."""
    return "classic" if n % 4 == 1 else "zones"


def _polish_name(n: int) -> str:
    return f"{FIRST[n % len(FIRST)]} {LAST[(n * 7) % len(LAST)]}"


def _numbers(prefix: str, n: int) -> tuple[str, ...]:
    """One number, every fifth customer three; they are distinct within the operator."""
    length = 11 if prefix.startswith("48") else 12
    count = 3 if n % 5 == 0 else 1
    return tuple(f"{prefix}{n * 10 + k:0{length - len(prefix)}}" for k in range(count))


def _partners(home: str) -> tuple[Player, ...]:
    melodia = Player(
        "partner", "melodia", "Melodia Studio sp. z o.o.", "company", "PL",
        "PL" + polish_tax_number(701_020_304), Address("ul. Muzyczna 3", "31-140", "Kraków", "PL"),
        "pl", "PLN", iban("PL", "10901014", 77),
    )  # fmt: skip
    videolux = Player(
        "partner", "videolux", "Videolux GmbH", "company", "DE",
        "DE" + german_tax_number(25_471_893), Address("Filmgasse 21", "50667", "Köln", "DE"),
        "en", "EUR", iban("DE", "37040044", 532_013),
    )  # fmt: skip
    streamline = Player(
        "partner", "streamline", "Streamline Media Inc.", "company", "US", "",
        Address("500 Harbor Blvd", "10001", "New York", "US"),
        "en", "USD", iban("GB", "NWBK601613", 31_926_819),
    )  # fmt: skip
    assert home in ("PL", "DE"), home
    return melodia, videolux, streamline


def _carriers(currency: str, prefix: str = "PJSIP/") -> tuple[Carrier, ...]:
    atlantic = Player(
        "carrier", "atlantic", "Atlantic Carrier Ltd", "company", "IE", "",
        Address("1 Cable Quay", "D01 X2P3", "Dublin", "IE"), "en", "XDR",
        iban("IE", "AIBK931152", 12_345_678),
    )  # fmt: skip
    baltic = Player(
        "carrier", "baltic", "Baltic Transit UAB", "company", "LT", "",
        Address("Jūros g. 5", "91246", "Klaipėda", "LT"), "en", currency,
        iban("LT", "70440", 60_000_000_011),
    )  # fmt: skip
    return (
        Carrier(
            atlantic,
            prefix + "atlantic",
            _carrier_tariff("atlantic-in", "XDR", {"price": "0.0065"}),
            _carrier_tariff("atlantic-out", "XDR", {"deck": "wholesale"}),
        ),
        Carrier(
            baltic,
            prefix + "baltic",
            _carrier_tariff("baltic-in", currency, {"price": "0.0070"}),
            _carrier_tariff("baltic-out", currency, {"price": "0.0042"}),
        ),
    )


def _carrier_tariff(code: str, currency: str, price: Mapping[str, Any]) -> Mapping[str, Any]:
    voice = {**price, "first_increment": 1, "next_increment": 1}
    if "deck" not in price:
        voice["destination"] = "termination"
    return {"code": code, "currency": currency, "valid_from": "2026-01-01", "voice": voice}


def _tariffs(
    currency: str, home: str, prices: Sequence[tuple[str, str]]
) -> tuple[Mapping[str, Any], ...]:
    zloty = currency == "PLN"
    message = {"price": "0.15" if zloty else "0.05", "destination": "messages"}
    content = {"prices": dict(prices)}
    monthly = {
        "product": "monthly-fee",
        "kind": "recurring",
        "amount": "29.00" if zloty else "7.90",
    }
    activation = {"product": "activation", "kind": "one_off", "amount": "9.00" if zloty else "2.50"}
    zones = {
        "per": "minute",
        "first_increment": 60,
        "next_increment": 30,
        "minimum_seconds": 3,
        "band_crossing": "SPLIT",
        "bands": [
            {"name": "peak", "windows": [WORKING_HOURS]},
            {"name": "off-peak", "otherwise": True},
        ],
        "rates": _zone_rates(home, zloty),
        "allowance": {"amount": 1800, "allowance_measure": "connected"},
    }
    classic = {
        "per": "minute",
        "first_increment": 30,
        "next_increment": 6,
        "connection_fee": "0.05" if zloty else "0.01",
        "deck": "retail",
    }
    common = {"currency": currency, "valid_from": "2026-01-01", "sms": message, "content": content}
    return (
        {"code": "zones", "voice": zones, "fees": [monthly], **common},
        {"code": "classic", "voice": classic, "fees": [monthly, activation], **common},
    )


WORKING_HOURS = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "until": "18:00"}


def _zone_rates(home: str, zloty: bool) -> list[dict[str, str]]:
    zones = [(home, "home", "0.19", "0.09", "0.06", "0.03")]
    zones += [(prefix, "Europe", "0.79", "0.49", "0.19", "0.12") for prefix in ("3", "4")]
    zones += [(prefix, "world", "1.90", "1.20", "0.49", "0.32") for prefix in "125678"]
    zones += [("9", "world", "1.90", "1.20", "0.49", "0.32")]
    rates = []
    for prefix, destination, peak_pl, off_pl, peak_de, off_de in zones:
        peak, off_peak = (peak_pl, off_pl) if zloty else (peak_de, off_de)
        for band, price in (("peak", peak), ("off-peak", off_peak)):
            rates.append(
                {"prefix": prefix, "destination": destination, "band": band, "price": price}
            )
    return rates


def _shares() -> tuple[Share, ...]:
    """A share after a fee, a share for two, and a chain of two."""
    fixing = {"source": "ECB", "day": "period_end", "calendar": "ECB", "pivot": "EUR"}
    store_fee = {"name": "store fee", "rate": "0.10", "percent_of": "gross"}
    return (
        Share(
            "melody",
            "melodia",
            {
                "products": ["melody"],
                "fixing": fixing,
                "owner": "operator",
                "deductions": [store_fee],
                "shares": [{"payee": "melodia", "rate": "0.60"}],
            },
        ),
        Share(
            "horoscope",
            "streamline",
            {
                "products": ["horoscope"],
                "fixing": fixing,
                "owner": "operator",
                "shares": [
                    {"payee": "melodia", "rate": "0.30"},
                    {"payee": "streamline", "rate": "0.25"},
                ],
            },
        ),
        Share(
            "video",
            "videolux",
            {
                "products": ["video"],
                "fixing": fixing,
                "owner": "streamline",
                "chain": [
                    {"payee": "operator", "rate": "0.30"},
                    {"payee": "videolux", "rate": "0.20"},
                ],
            },
        ),
    )


def polish_tax_number(nine_digits: int) -> str:
    """A NIP: nine digits and their check digit; the next number that has one."""
    while True:
        digits = f"{nine_digits:09}"
        weighted = zip((6, 5, 7, 2, 3, 4, 5, 6, 7), digits, strict=True)
        check = sum(weight * int(digit) for weight, digit in weighted) % 11
        if check < 10:
            return f"{digits}{check}"
        nine_digits += 1


def german_tax_number(eight_digits: int) -> str:
    """The digits of a USt-IdNr.: eight digits, not beginning with 0, and their check digit."""
    digits = f"{max(eight_digits, 10_000_000)}"
    return digits + str(mod_11_10.calc_check_digit(digits))


def iban(country: str, bank: str, account: int) -> str:
    """An account number with right check digits."""
    lengths = {"PL": 16, "DE": 10, "GB": 8, "IE": 8, "LT": 11}
    bank_code, branch = (bank[:4], bank[4:]) if country in ("GB", "IE") else (bank, "")
    made = IBAN.generate(
        country,
        bank_code=bank_code,
        branch_code=branch,
        account_code=f"{account:0{lengths[country]}}",
    )
    return str(made)
