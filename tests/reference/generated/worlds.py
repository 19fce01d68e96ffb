"""Generated worlds: customers and carriers with tariffs, decks, zones, ported numbers, holidays."""

from datetime import UTC, date, datetime
from random import Random

from tests.reference.generated.choices import Plain, chance, several
from tests.reference.generated.tariffs import DECKS, PLANS, PREFIXES, ZONE_NAMES, rates, tariff
from tests.reference.rating.world import World

RETAIL = ["gold", "silver"]
WHOLESALE = ["wholesale", "transit"]
# Among them clocks that are set by half an hour, and ones that are never set.
CUSTOMER_ZONES = ["Europe/Warsaw", "America/New_York", "Australia/Lord_Howe"]
CARRIER_ZONES = ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Lisbon"]
NUMBERS = [
    "48", "481", "48221234567", "48220000001", "48601000111", "48601000222", "4915112345678",
    "420601123456", "74951234567", "7", "0", "0048221234567", "123456789012345",
]  # fmt: skip
HOLIDAYS = {"PL": ["2026-10-02", "2026-10-25", "2026-11-01"], "DE-BY": ["2026-10-03", "2026-10-31"]}
CHANGES = ["2026-10-03", "2026-10-25", "2026-11-01"]


def world(rng: Random, customers: int) -> World:
    """Everything that is known to the rating of one run."""
    tariffs = [version for code in RETAIL + WHOLESALE for version in tariff(rng, code)]
    rng.shuffle(tariffs)
    zones = rng.sample(CUSTOMER_ZONES, 2)
    return World(
        tariffs=tariffs,
        subscriptions=[row for each in range(customers) for row in _customer(rng, each, zones)],
        trunks=_trunks(rng),
        decks={code: rates(rng, False, PREFIXES) for code in DECKS},
        zone_plans={code: _zone_plan(rng) for code in PLANS},
        ported=_ported(rng),
        holidays=HOLIDAYS,
        openings=_openings(rng, customers),
    )


def _customer(rng: Random, place: int, zones: list[str]) -> list[Plain]:
    """Up to three subscriptions, each with an identifier or two; one may change hands."""
    made = []
    for number in range(rng.randint(1, 3)):
        row = {
            "identifier": f"4860{place:03}{number}",
            "subscription": f"S{place}.{number}",
            "contract": rng.choice([f"K{place}", f"K{place}", f"K{place}.{number}", None]),
            "customer": f"C{place}",
            "tariff": rng.choice(RETAIL),
            "zone": zones[place % len(zones)],
        }
        if row["contract"] is None:
            del row["contract"]
        made += _in_time(rng, row, {"subscription": f"S{place}.{number}b", "customer": f"D{place}"})
        if chance(rng, 0.3):
            made.append(row | {"identifier": f"4861{place:03}{number}"})
    return made


def _in_time(rng: Random, row: Plain, other: Plain) -> list[Plain]:
    """Always, from or until a day; or another tariff, or somebody else, from that day on."""
    day = rng.choice(CHANGES)
    until, since = {"valid_until": day}, {"valid_from": day}
    return rng.choice(
        [
            *[[row]] * 4,
            [row | until],
            [row | since],
            [row | until, row | since | {"tariff": RETAIL[0]}],
            [row | until, row | since | other],
        ]
    )


def _trunks(rng: Random) -> list[Plain]:
    made = []
    zones = {carrier: rng.choice(CARRIER_ZONES) for carrier in ("carrier-1", "carrier-2")}
    for number in (1, 2, 3):
        for direction in ("incoming", "outgoing"):
            made.append(
                {
                    "trunk": f"T{number}",
                    "direction": direction,
                    # Two trunks may be of one agreement, and two agreements of one carrier.
                    "agreement": "I3" if number == 3 else f"I{rng.choice([number, 1])}",
                    "carrier": "carrier-2" if number == 3 else "carrier-1",
                    "tariff": rng.choice(WHOLESALE),
                    "zone": zones["carrier-2" if number == 3 else "carrier-1"],
                }
                | rng.choice([{}, {}, {}, {"valid_from": rng.choice(CHANGES)}])
            )
    return made


def _zone_plan(rng: Random) -> list[Plain]:
    """Prefixes in zones; some move to another one on a day, some leave it."""
    made: list[Plain] = []
    chosen = several(rng, PREFIXES[1:], 9) + ([""] if chance(rng, 0.8) else [])
    for prefix in chosen:
        row = {"prefix": prefix, "zone": rng.choice(ZONE_NAMES)}
        day = rng.choice(CHANGES)
        moved = row | {"valid_from": day, "zone": rng.choice(ZONE_NAMES)}
        ended = row | {"valid_until": day}
        made += rng.choice([[row], [row], [row], [ended, moved], [ended]])
    return made


def _ported(rng: Random) -> list[Plain]:
    made = []
    for number in several(rng, NUMBERS, 4):
        first = datetime(2026, 10, rng.randint(1, 25), rng.randint(0, 23), 7, 9, tzinfo=UTC)
        then = datetime(2026, 10, rng.randint(26, 31), 12, tzinfo=UTC)
        row = {"number": number, "operator": rng.choice(["486", "4822", "49", "990", "0"])}
        ends = {"valid_from": first, "valid_until": then}
        open_end = {"valid_from": then, "valid_until": None, "operator": "48"}
        made += rng.choice([[row | ends], [row | ends, row | open_end]])
    return made


def _openings(rng: Random, customers: int) -> list[Plain]:
    """What is left of earlier months: of each pool at most once."""
    made = {}
    for _ in range(rng.randint(0, 8 * customers)):
        place, kind = rng.randrange(customers), rng.choice(["voice", "voice", "sms", "data"])
        month, granted = rng.choice([(10, 9), (10, 8), (11, 10), (11, 9), (12, 11)])
        facts = {
            "tariff": rng.choice(RETAIL + WHOLESALE),
            "section": rng.choice([kind, kind, f"{kind}, case 1"]),
            "allowance": rng.choice(["minutes", "family", "bonus"]),
            "holder": rng.choice(
                [f"S{place}.0", f"S{place}.1", f"K{place}", f"C{place}", "I1", "carrier-1"]
            ),
            "month": date(2026, month, 1),
            "granted": date(2026, granted, 1),
        }
        most = {"voice": 3000, "sms": 20, "data": 10_000_000}[kind]
        made[tuple(facts.values())] = facts | {"units": rng.randint(0, most)}
    return list(made.values())
