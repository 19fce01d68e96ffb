"""Generated tariffs: every feature of the format of a tariff on or off, and none ambiguous."""

from random import Random

from tests.reference.generated.choices import Plain, chance, price, several, some

PREFIXES = ["", "4", "48", "482", "4822", "48220", "486", "49", "491", "420", "7", "0"]
ZONE_NAMES = ["Elsewhere", "Poland", "Poland mobile", "Germany"]
DECKS = ["world", "europe"]
PLANS = ["world-zones", "few-zones"]
DESTINATIONS = ["any", "48", "4822", "Poland", "Germany", "own"]
BAND_NAMES = ["peak", "night", "feast", "rest"]
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
TIERS = [
    {"kind": "graduated", "steps": [{"up_to": 2}, {"up_to": 5}, {}]},
    {"kind": "graduated", "steps": [{"up_to": 40}, {}]},
    {"kind": "volume", "steps": [{"up_to": 3}, {"up_to": 30}, {}]},
    {"kind": "package", "size": 3},
    {"kind": "package", "size": 25},
    {"kind": "commitment", "units": 20, "overage": True},
    {"kind": "commitment", "units": 20, "overage": True, "part_of_month": "whole"},
]
CONDITIONS = {
    "agent_kind": ["dedicated", "shared"],
    "agent_location": ["Kraków", "Gdańsk"],
    "leg": ["ivr", "queue", "agent", "after_call"],
    "queue": ["sales", "service"],
    "trunk_in": ["T1", "T2"],
    "trunk_out": ["T1", "T3"],
    "product": ["game", "song"],
    "a_prefix": ["48", "486", "4822", "49"],
}
VALIDITIES = [
    [{"valid_from": "2020-01-01"}],
    [{"valid_from": "2020-01-01"}],
    [{"valid_from": "2026-10-25"}],
    [{"valid_from": "2020-01-01", "valid_until": "2026-11-02"}],
    [{"valid_from": "2020-01-01", "valid_until": "2026-10-25"}, {"valid_from": "2026-10-25"}],
    [{"valid_from": "2026-09-15", "valid_until": "2026-10-04"}, {"valid_from": "2026-10-05"}],
]
# A price for a single unit must be exact, times 3600, so it has only so many decimals.
DECIMALS = {"gigabyte": 5, "megabyte": 8, "kilobyte": 11, "kilowatt_hour": 11, "cubic_metre": 11}


def bands(rng: Random, holidays: bool) -> list[Plain]:
    """Bands that may overlap; the last one holds otherwise."""
    days = [*WORKDAYS, "holiday"] if holidays and chance(rng, 0.3) else WORKDAYS
    feast = {"days": ["sat", "sun"] + (["holiday"] if holidays else [])}
    return [
        {"name": "peak", "windows": [{"days": days, "from": "08:00", "until": "18:00"}]},
        {
            "name": "night",
            "windows": [
                {"from": "22:30", "until": "02:15"},
                {"days": ["fri", "sat"], "from": "02:15", "until": "02:40"},
            ],
        },
        {"name": "feast", "windows": [feast]},
        {"name": "rest", "otherwise": True},
    ]


def rates(rng: Random, banded: bool, names: list[str], key: str = "prefix") -> list[Plain]:
    """Rows without ambiguity: of one prefix, or zone, each has a priority or a time of its own."""
    made: list[Plain] = []
    chosen = several(rng, names, 7)
    if chance(rng, 0.8) and names[0] not in chosen:
        chosen.append(names[0])
    for name in chosen:
        made += _of_name(rng, {key: name}, banded)
    return made


def _of_name(rng: Random, name: Plain, banded: bool) -> list[Plain]:
    """The rows of a prefix or a zone, at any time and in some bands."""
    times = [None] + (rng.sample(BAND_NAMES, rng.randint(0, 4)) if banded else [])
    if len(times) > 1 and chance(rng, 0.2):
        times.remove(None)
    made: list[Plain] = []
    for place, band in enumerate(times):
        row = name | {"price": price(rng), "priority": place}
        if band:
            row["band"] = band
        if "prefix" in name and chance(rng, 0.5):
            row["destination"] = rng.choice(DESTINATIONS)
        if chance(rng, 0.2):
            row["connection_fee"] = price(rng)
        if chance(rng, 0.2):
            row |= {"first_increment": 30, "next_increment": 6}
        made += _over_time(rng, row)
    return made


def _over_time(rng: Random, row: Plain) -> list[Plain]:
    """The row always, from or until a day, or another one from that day on."""
    day = rng.choice(["2026-10-03", "2026-10-25", "2026-11-01"])
    follows = row | {"valid_from": day, "price": price(rng)}
    before = row | {"valid_until": day}
    always = [[row]] * 5
    return rng.choice([*always, [before], [follows], [before, follows], [before, follows]])


def tiers(rng: Random, places: int) -> Plain:
    """Prices for each step, package or commitment."""
    made = dict(rng.choice(TIERS))
    if "steps" in made:
        return made | {"steps": [step | {"price": price(rng, places)} for step in made["steps"]]}
    if "overage" in made:
        made["overage"] = price(rng, places)
    return made | {"price": price(rng, places)}


def allowances(rng: Random, most: int) -> Plain:
    """One allowance, several or none."""
    measure = some(rng, allowance_measure=["connected", "rounded"])
    how_many = rng.choice(["none", "none", "one", "several"])
    if how_many == "none":
        return {}
    if how_many == "one":
        return {"allowance": {"amount": rng.randint(0, most)} | measure}
    made = [
        {"code": code, "amount": rng.randint(0, most)}
        | measure
        | some(
            rng,
            shared_by=["subscription", "contract", "customer"],
            rollover_months=[0, 1, 2],
            priority=[0, 1, 2],
        )
        | ({"destinations": several(rng, DESTINATIONS, 4)} if chance(rng, 0.3) else {})
        for code in several(rng, ["minutes", "family", "bonus"], 3)
    ]
    return {"allowances": made} | some(rng, allowance_order=["expiring_first", "priority"])


def by_number(rng: Random, holidays: bool) -> Plain:
    """Where a call or a message takes its price from."""
    banded = chance(rng, 0.5)
    section: Plain = {"bands": bands(rng, holidays)} if banded else {}
    source = rng.choice(["rates", "rates", "deck", "zones", "zones", "price", "tiers"])
    if source == "rates":
        section["rates"] = rates(rng, banded, PREFIXES)
    elif source == "deck":
        section["deck"] = rng.choice(DECKS)
        section |= some(rng, zones=PLANS)
    elif source == "zones":
        section["zones"] = rng.choice(PLANS)
        section["rates"] = rates(rng, banded, ZONE_NAMES, "zone")
    elif source == "price":
        section["price"] = price(rng)
    else:
        section["tiers"] = tiers(rng, 12)
    if source in ("price", "tiers") and chance(rng, 0.5):
        section["destination"] = rng.choice(DESTINATIONS)
    numbers = some(rng, rated_number=["called", "caller"], portability=["as_of_call", "ignored"])
    return section | numbers


def voice(rng: Random, holidays: bool) -> Plain:
    """A section of calls."""
    metering = some(
        rng,
        per=["second", "minute", "hour"],
        first_increment=[1, 30, 60, 90],
        next_increment=[1, 6, 60],
        minimum_seconds=[0, 3, 60],
        included_seconds=[0, 10],
        connection_fee=["0", "0.25"],
        band_crossing=["SPLIT", "SPLIT", "START"],
        split_tail=["last_band", "clock"],
    )
    return by_number(rng, holidays) | allowances(rng, 20_000) | metering


def messages(rng: Random, holidays: bool) -> Plain:
    """A section of messages."""
    return by_number(rng, holidays) | allowances(rng, 40)


def pieces(rng: Random, _: bool) -> Plain:
    """A section of content."""
    source = rng.choice(["prices", "price", "record", "tiers"])
    if source == "record":
        return {"record": True}
    return _by_product(rng, source, 12) | allowances(rng, 40)


def data(rng: Random, _: bool) -> Plain:
    """A section of internet sessions."""
    section = some(
        rng,
        per=["megabyte", "gigabyte", "kilobyte", "byte"],
        first_increment=[1, 1000, 100_000],
        next_increment=[1, 1024, 100_000],
        connection_fee=["0", "0.05"],
    )
    source = rng.choice(["price", "prices", "tiers", "record"])
    if source == "record":
        return section | {"record": True}
    places = DECIMALS.get(section.get("per", "megabyte"), 12)
    return section | _by_product(rng, source, places) | allowances(rng, 50_000_000)


def meter(rng: Random, _: bool) -> Plain:
    """A section of meters."""
    section = some(rng, per=["kilowatt_hour", "cubic_metre", "core_hour"])
    return section | _by_product(rng, rng.choice(["price", "tiers"]), 11) | allowances(rng, 50_000)


def _by_product(rng: Random, source: str, places: int) -> Plain:
    if source == "prices":
        return {"prices": {"game": price(rng, places), "song": price(rng, places)}}
    section = {"price": price(rng, places)} if source == "price" else {"tiers": tiers(rng, places)}
    return section | some(rng, destination=DESTINATIONS)


SECTIONS = {
    "voice": voice,
    "sms": messages,
    "content": pieces,
    "data": data,
    "meter": meter,
    "voice_received": voice,
    "sms_received": messages,
}


def section(rng: Random, kind: str, holidays: bool) -> Plain:
    """A section of a kind, perhaps with cases."""
    made = SECTIONS[kind](rng, holidays)
    if chance(rng, 0.4):
        made["cases"] = [
            {"name": f"case {number}", "when": _when(rng, kind)} | SECTIONS[kind](rng, holidays)
            for number in range(1, rng.randint(2, 3))
        ]
    return made


def _when(rng: Random, kind: str) -> Plain:
    names = several(rng, list(CONDITIONS), 2)
    when = {name: several(rng, CONDITIONS[name], 2) for name in names}
    if kind == "meter" and chance(rng, 0.7):
        # Alone, so that it holds often.
        when = {"unit": several(rng, ["watt_hour", "litre", "core_second"], 1)}
    return when


def tariff(rng: Random, code: str) -> list[Plain]:
    """The versions of a tariff."""
    versions = []
    for validity in rng.choice(VALIDITIES):
        version = {"code": code, "currency": "PLN"} | validity
        version |= some(
            rng,
            combination=["sum", "max", "max", "first_chargeable"],
            holidays=["PL", "DE-BY"],
            holiday_weekday=["replaced", "kept"],
        )
        for kind in SECTIONS:
            if kind == "voice" or chance(rng, 0.85):
                version[kind] = section(rng, kind, "holidays" in version)
        versions.append(version)
    return versions
