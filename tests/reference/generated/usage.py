"""Generated usage of a world: calls around every edge, sessions, faults, and ids that are alike."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from tests.reference.generated.choices import Plain, chance
from tests.reference.generated.worlds import NUMBERS
from tests.reference.rating.world import World

# Six hours before and after: the first day, clocks set in Lord Howe, Warsaw and New York, month
# ends, days on which terms change. A Friday evening is among them.
EDGES = [
    datetime(2026, 10, 1, tzinfo=UTC),
    datetime(2026, 10, 2, 20, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 10, 31, 23, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
]
KINDS = ["voice"] * 8 + ["sms", "sms", "content", "data", "data", "meter"]
UNITS = {"data": ["byte"], "meter": ["watt_hour", "watt_hour", "litre", "core_second"]}
LEGS = ["ivr", "queue", "agent", "after_call", None]
SECONDS = [0, 1, 2, 3, 59, 60, 61, 89, 90, 91, 150, 151]


def usage(rng: Random, world: World, count: int) -> list[Plain]:
    """Records of a month and what lies around it, in no order; some are legs of one session."""
    made: list[Plain] = []
    accounts = sorted(world.accounts)
    while len(made) < count:
        record = _record(rng, accounts, len(made))
        made.append(record)
        if chance(rng, 0.1):
            made += _other_legs(rng, record, accounts, len(made))
        if chance(rng, 0.03):
            # The other source may have the same id.
            made.append(record | {"source": "acd" if record["source"] == "switch" else "switch"})
    rng.shuffle(made)
    return made[:count]


def _record(rng: Random, accounts: list[str], number: int) -> Plain:
    kind = rng.choice(KINDS)
    record = {
        "source": rng.choice(["switch", "switch", "acd"]),
        "batch_id": "batch-1",
        "line": number + 1,
        "record_key": f"{rng.choice(['A', 'b', 'É', 'é'])}{number}",
        "kind": kind,
        "direction": rng.choice(["outgoing", "outgoing", "outgoing", "incoming", "transit"]),
        "a_number": _number(rng),
        "b_number": _number(rng),
        "account": rng.choice(accounts) if chance(rng, 0.95) else rng.choice(["48999", None]),
        "trunk_in": rng.choice(["T1", "T1", "T2", "T2", "T3", None]),
        "trunk_out": rng.choice(["T1", "T2", "T3", None, None, None]),
        "product": "film" if chance(rng, 0.05) else rng.choice(["game", "song"]),
        "occurred_at": _start(rng),
        "duration_seconds": _seconds(rng) if kind == "voice" else None,
        "quantity": _quantity(rng, kind),
        "unit": rng.choice(UNITS.get(kind, ["piece"])),
        "amount": None,
        "currency": None,
    }
    if chance(rng, 0.5):
        record |= {
            "queue": rng.choice(["sales", "service", None]),
            "agent_location": rng.choice(["Kraków", "Gdańsk", None]),
            "agent_kind": rng.choice(["dedicated", "shared", None]),
            "leg": rng.choice(LEGS),
        }
    if kind in ("content", "data"):
        amounts = ["3.99", "-1.5", "0.0001", "12"]
        record["amount"] = Decimal(rng.choice(amounts)) if chance(rng, 0.9) else None
        record["currency"] = "PLN" if chance(rng, 0.9) else "EUR"
    return record | _fault(rng, kind) if chance(rng, 0.01) else record


def _other_legs(rng: Random, first: Plain, accounts: list[str], number: int) -> list[Plain]:
    """More legs of a session that begins with a record, mostly of the same account."""
    first["session_id"] = f"session {number // 2}"
    legs = []
    for place in range(rng.randint(1, 3)):
        leg = _record(rng, accounts, number + place)
        at = first["occurred_at"] or leg["occurred_at"] or EDGES[0]
        leg |= {
            "source": first["source"],
            "session_id": first["session_id"],
            "occurred_at": at + timedelta(seconds=rng.choice([0, 0, 30, 400])),
        }
        if chance(rng, 0.9):
            leg |= {name: first[name] for name in ("account", "direction", "trunk_in", "trunk_out")}
        legs.append(leg)
    return legs


def _number(rng: Random) -> str | None:
    if chance(rng, 0.8):
        return rng.choice(NUMBERS)
    odd = ["BANK", "48X", "+48221234567", "", None, "48" + str(rng.randrange(10**9))]
    return rng.choice(odd)


def _start(rng: Random) -> datetime:
    if chance(rng, 0.3):
        start = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(35 * 86_400))
    else:
        start = rng.choice(EDGES) + timedelta(seconds=rng.randint(-6 * 3600, 6 * 3600))
    return start + timedelta(microseconds=rng.choice([0, 0, 1, 999_999]))


def _seconds(rng: Random) -> int:
    if chance(rng, 0.3):
        return rng.choice(SECONDS)
    return rng.randint(1, 900) if chance(rng, 0.97) else rng.randint(900, 20_000)


def _quantity(rng: Random, kind: str) -> int:
    if kind == "data":
        return rng.choice([0, 1, 999_999, 1_000_000, 1_000_001, rng.randrange(10**9)])
    if kind == "meter":
        return rng.choice([0, 1, 999, 1000, rng.randrange(10**6)])
    return 1 if kind == "voice" else rng.randint(0, 3)


def _fault(rng: Random, kind: str) -> Plain:
    faults: list[Plain] = [
        {"occurred_at": None},
        {"quantity": -1},
        {"quantity": 10**16},
        {"amount": Decimal(10**15), "currency": "PLN"},
    ]
    if kind == "voice":
        faults += [{"duration_seconds": None}, {"duration_seconds": -1}]
        faults.append({"duration_seconds": 100 * 86_400 + 1})
    return rng.choice(faults)
