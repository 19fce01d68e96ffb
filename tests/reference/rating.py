"""Rating, recomputed one record at a time.

Whole numbers and fractions only, plain dictionaries in the formats of the product's READMEs, and
none of its code. Where the product searches sorted columns, this walks lists; where it cuts a call
at the edges of bands, this looks at every second.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Plain = dict[str, Any]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PER = {"second": 1, "minute": 60, "hour": 3600}


class Part(NamedTuple):
    record: str
    side: str
    balance: str
    agreement: str
    destination: str | None
    band: str | None
    covered_by: str
    pool: str | None
    free: int
    billed: int
    amount: Fraction


class Leg(NamedTuple):
    record: Plain
    side: str
    balance: str
    agreement: str
    version: Plain
    section: Plain
    kind: str
    zone: str
    row: Plain


def rate(
    usage: list[Plain],
    subscriptions: list[Plain],
    trunks: list[Plain],
    tariffs: list[Plain],
    decks: dict[str, list[Plain]],
    openings: list[Plain] | None = None,
) -> tuple[list[Part], dict[str, str]]:
    """Parts in no particular order, and the outcome or the reason of each record."""
    outcomes: dict[str, str] = {}
    legs: list[Leg] = []
    for record in usage:
        found = look_at(record, subscriptions, trunks, tariffs, decks)
        if isinstance(found, str):
            outcomes[record["record_key"]] = found
        else:
            outcomes[record["record_key"]] = "rated"
            legs += found
    parts = list(charge(legs, decks, openings or []))
    for key, outcome in outcomes.items():
        own = [part for part in parts if part.record == key]
        if outcome == "rated" and all(part.covered_by == "minimum" for part in own):
            outcomes[key] = "free"
    return parts, outcomes


def look_at(record, subscriptions, trunks, tariffs, decks) -> str | list[Leg]:
    if record["kind"] == "voice" and record["duration_seconds"] == 0:
        return "unbillable"
    legs = []
    for side in sides(record):
        name, balance, rows, key, agreement_key, kind = side
        table = subscriptions if rows == "subscriptions" else trunks
        leg = find_leg(record, side, [row for row in table if matches(row, rows, key)], tariffs)
        if isinstance(leg, str):
            if kind.endswith("_received"):
                continue
            return leg
        reason = price_missing(leg, decks)
        if reason:
            return reason
        legs.append(leg)
    return legs or "NO_CARRIER"


def sides(record: Plain) -> Iterator[tuple[str, str, str, Any, str, str]]:
    kind, direction = record["kind"], record["direction"]
    account, t_in, t_out = (record.get(name) for name in ("account", "trunk_in", "trunk_out"))
    if direction == "outgoing" or kind == "content":
        yield "customer", "receivable", "subscriptions", account, "subscription", kind
    if kind == "content":
        return
    if direction == "incoming" and account is not None:
        yield "customer", "receivable", "subscriptions", account, "subscription", kind + "_received"
    if direction == "transit" or (direction == "incoming" and t_in is not None):
        yield "carrier", "receivable", "incoming", t_in, "agreement", kind
    if direction == "transit" or (direction == "outgoing" and t_out is not None):
        yield "carrier", "payable", "outgoing", t_out, "agreement", kind


def matches(row: Plain, rows: str, key: str | None) -> bool:
    if rows == "subscriptions":
        return row["identifier"] == key
    return row["trunk"] == key and row["direction"] == rows


def find_leg(record: Plain, side: Any, rows: list[Plain], tariffs: list[Plain]) -> str | Leg:
    name, balance, _, _, agreement_key, kind = side
    customer = name == "customer"
    for row in rows:
        day = local(record["occurred_at"], row["zone"]).date()
        if not valid(row, day):
            continue
        for version in tariffs:
            if version["code"] == row["tariff"] and valid(version, day) and kind in version:
                section = version[kind]
                agreement = row[agreement_key]
                return Leg(
                    record, name, balance, agreement, version, section, kind, row["zone"], row
                )
        return "NO_TARIFF" if customer else "NO_CARRIER_RATE"
    return "NO_SUBSCRIPTION" if customer else "NO_CARRIER"


def price_missing(leg: Leg, decks: dict[str, list[Plain]]) -> str | None:
    section, record = leg.section, leg.record
    if units(leg) < section.get("minimum_seconds", 0):
        return None
    if "prices" in section and record.get("product") not in section["prices"]:
        return "NO_PRODUCT_PRICE"
    if section.get("record"):
        return amount_missing(leg)
    if "rates" in section or "deck" in section:
        return rate_missing(leg, decks)
    return None


def amount_missing(leg: Leg) -> str | None:
    if leg.record.get("amount") is None:
        return "NO_AMOUNT"
    return None if leg.record["currency"] == leg.version["currency"] else "OTHER_CURRENCY"


def rate_missing(leg: Leg, decks: dict[str, list[Plain]]) -> str | None:
    section, start = leg.section, leg.record["occurred_at"]
    rate = rate_at(leg, start, decks)
    if rate is None:
        return "NO_RATE"
    if section.get("band_crossing") == "SPLIT":
        tail = 0
        if section.get("split_tail") == "clock":
            rates = section.get("rates") or decks[section["deck"]]
            tail = max(max(increments(section, each)) for each in rates)
        for minute in every_minute(start, units(leg) + tail):
            if rate_at(leg, minute, decks) is None:
                return "NO_RATE"
    return None


def charge(legs: list[Leg], decks: dict[str, list[Plain]], openings: list[Plain]) -> Iterator[Part]:
    used: dict[Any, int] = defaultdict(int)
    counted: dict[Any, int] = defaultdict(int)
    volume: dict[Any, int] = defaultdict(int)
    metered = []
    for leg in sorted(legs, key=in_order):
        free, billed, is_free = meter(leg, used, decks, openings)
        metered.append((leg, free, billed, is_free))
        volume[month_key(leg)] += billed
    for leg, free, billed, is_free in metered:
        key = month_key(leg)
        yield from parts_of(leg, free, billed, is_free, counted[key], volume[key], decks)
        counted[key] += billed


def in_order(leg: Leg) -> tuple[datetime, bytes]:
    return leg.record["occurred_at"], leg.record["record_key"].encode()


def month_key(leg: Leg) -> tuple[Any, ...]:
    day = local(leg.record["occurred_at"], leg.zone)
    version = (leg.version["code"], leg.version["valid_from"])
    return leg.side, leg.balance, leg.agreement, version, leg.kind, day.year, day.month


def meter(
    leg: Leg, used: dict[Any, int], decks: dict[str, list[Plain]], openings: list[Plain]
) -> tuple[list[tuple[str, int]], int, bool]:
    """Units that each pool covers, those that are billed, and whether it was too short."""
    section = leg.section
    if units(leg) < section.get("minimum_seconds", 0):
        return [], 0, True
    payable = max(0, units(leg) - section.get("included_seconds", 0))
    rate = rate_at(leg, leg.record["occurred_at"], decks)
    first, following = increments(section, rate or {})
    allowances = section.get("allowances") or [section.get("allowance")]
    if allowances == [None]:
        return [], round_up(payable, first, following), False
    rounded = allowances[0].get("allowance_measure") == "rounded"
    left = round_up(payable, first, following) if rounded else payable
    taken = []
    destination = part(leg, rate or {}, "", None, 0, 0, Fraction(0)).destination
    for allowance, ago in in_turn(allowances, section.get("allowance_order")):
        if destination not in (allowance.get("destinations") or [destination]):
            continue
        month, granted = months_of(leg, ago)
        code = allowance.get("code", "allowance")
        holder = holder_of(leg, allowance)
        pool = (leg.side, leg.balance, holder, *month_key(leg)[3:5], code, month, granted)
        size = allowance["amount"]
        if ago:
            size = opened(leg, code, holder, month, granted, openings)
        covered = min(left, size - used[pool])
        used[pool] += covered
        left -= covered
        if covered:
            taken.append((f"{code} {granted}", covered))
    return taken, left if rounded else round_up(left, first, following), False


def in_turn(allowances: list[Plain], order: str | None) -> list[tuple[Plain, int]]:
    """Allowances with how many months ago they were granted, in the order of use."""
    rolled = [
        (allowance, ago)
        for allowance in allowances
        for ago in range(allowance.get("rollover_months", 0), 0, -1)
    ]
    rolled.sort(key=lambda pool: pool[0].get("rollover_months", 0) - pool[1])
    pools = rolled + [(allowance, 0) for allowance in allowances]
    if order == "priority":
        return sorted(pools, key=lambda pool: -pool[0].get("priority", 0))
    # Those that expire together, and those of the month, by their priority.
    expiring = [allowance.get("rollover_months", 0) - ago for allowance, ago in rolled]
    last = max(expiring, default=0) + 1
    whens = expiring + [last] * len(allowances)
    turns = sorted(
        zip(whens, pools, strict=True), key=lambda t: (t[0], -t[1][0].get("priority", 0))
    )
    return [pool for _, pool in turns]


def months_of(leg: Leg, ago: int) -> tuple[str, str]:
    day = local(leg.record["occurred_at"], leg.zone)
    number = day.year * 12 + day.month - 1 - ago
    return f"{day:%Y-%m}", f"{number // 12:04}-{number % 12 + 1:02}"


def holder_of(leg: Leg, allowance: Plain) -> str:
    shared_by = allowance.get("shared_by", "subscription")
    if shared_by == "subscription":
        return leg.agreement
    if shared_by == "contract":
        return leg.row.get("contract") or leg.agreement
    return leg.row["customer" if leg.side == "customer" else "carrier"]


def opened(leg, code: str, holder: str, month: str, granted: str, openings: list[Plain]) -> int:
    """What is left of an earlier month, for the version that holds when the month begins."""
    if leg.version["valid_from"] > f"{month}-01":
        return 0
    return sum(
        opening["units"]
        for opening in openings
        if (opening["tariff"], opening["section"]) == (leg.version["code"], leg.kind)
        and (opening["allowance"], opening["holder"]) == (code, holder)
        and f"{opening['month']:%Y-%m} {opening['granted']:%Y-%m}" == f"{month} {granted}"
    )


def round_up(wanted: int, first: int, following: int) -> int:
    if wanted <= 0:
        return 0
    billed = first
    while billed < wanted:
        billed += following
    return billed


def parts_of(leg, free, billed, is_free, before, volume, decks) -> Iterator[Part]:
    record, section = leg.record, leg.section
    start = record["occurred_at"]
    at_start = rate_at(leg, start, decks) or {}
    if is_free:
        yield part(leg, at_start, "minimum", None, 0, 0, Fraction(0))
        return
    for pool, covered in free:
        yield part(leg, at_start, "allowance", pool, covered, 0, Fraction(0))
    if free and not billed:
        return
    per = PER[section.get("per", "minute")] if leg.kind.startswith("voice") else 1
    if section.get("record"):
        yield part(leg, {}, "charge", None, 0, billed, Fraction(record["amount"]))
        return
    fee = at_start.get("connection_fee", section.get("connection_fee", 0))
    fee = Fraction(fee) if billed else Fraction(0)
    if "tiers" in section:
        pieces = by_tier(section["tiers"], before, billed, volume, per)
    elif section.get("band_crossing") == "SPLIT" and ("rates" in section or "deck" in section):
        pieces = by_second(leg, sum(units for _, units in free), billed, decks)
    else:
        pieces = [(at_start, billed)]
    for rate, amount in pieces:
        price = Fraction(rate["price"]) * times_charged(section, before, amount, per)
        yield part(leg, rate, "charge", None, 0, amount, price + fee)
        fee = Fraction(0)


def by_tier(tiers, before, billed, volume, per) -> list[tuple[Plain, int]]:
    if tiers.get("kind") == "package":
        return [({"price": tiers["price"]}, billed)]
    if tiers.get("kind") == "commitment":
        steps = [{"up_to": tiers["units"], "price": tiers["price"]}, {"price": tiers["overage"]}]
    else:
        steps = tiers["steps"]
    if tiers.get("kind") == "volume":
        reached = next(s for s in steps if "up_to" not in s or volume <= s["up_to"] * per)
        return [(reached, billed)]
    counts = [0] * len(steps)
    for unit in range(before + 1, before + billed + 1):
        step = next(n for n, s in enumerate(steps) if "up_to" not in s or unit <= s["up_to"] * per)
        counts[step] += 1
    return [(s, count) for s, count in zip(steps, counts, strict=True) if count] or [(steps[0], 0)]


def times_charged(section: Plain, before: int, billed: int, per: int) -> Fraction:
    """How often the price is due for units; of packages, how many of them are the first of one."""
    tiers = section.get("tiers", {})
    if tiers.get("kind") != "package":
        return Fraction(billed, per)
    size = tiers["size"] * per
    return Fraction(sum(unit % size == 0 for unit in range(before, before + billed)))


def by_second(leg, free, billed, decks) -> list[tuple[Plain, int]]:
    """Each billed second is charged in the band that the wall clock shows at it."""
    start = leg.record["occurred_at"]
    connected = units(leg)
    pieces: list[list[Any]] = []
    skipped = leg.section.get("included_seconds", 0) + free
    for second in range(skipped, max(skipped + billed, skipped + 1)):
        seen = second
        if leg.section.get("split_tail", "last_band") == "last_band":
            seen = min(second, connected - 1)
        rate = rate_at(leg, start + timedelta(seconds=seen), decks)
        known = next((piece for piece in pieces if piece[0] is rate), None)
        if known is None:
            known = [rate, 0]
            pieces.append(known)
        known[1] += 1 if billed else 0
    return [(rate, count) for rate, count in pieces]


def rate_at(leg: Leg, instant: datetime, decks: dict[str, list[Plain]]) -> Plain | None:
    """The price that holds: longest prefix first, then the highest priority."""
    section, number = leg.section, leg.record.get("b_number") or ""
    if not number.isdigit():
        # A name, or nothing: only a price for every number fits.
        number = ""
    if "price" in section:
        return {"price": section["price"]}
    if "prices" in section:
        price = section["prices"].get(leg.record.get("product"))
        return None if price is None else {"price": price}
    rates = section.get("rates")
    if rates is None:
        rates = decks.get(section.get("deck", ""), [])
    day = local(leg.record["occurred_at"], leg.zone).date()
    holding = bands_at(section.get("bands", []), local(instant, leg.zone))
    fitting = [
        rate
        for rate in rates
        if number.startswith(rate["prefix"])
        and valid(rate, day)
        and (rate.get("band") is None or rate["band"] in holding)
    ]
    return max(fitting, key=lambda r: (len(r["prefix"]), r.get("priority", 0)), default=None)


def bands_at(bands: list[Plain], clock: datetime) -> set[str]:
    now = clock.strftime("%H:%M")
    holding = {
        band["name"]
        for band in bands
        for window in band.get("windows", [])
        if DAYS[clock.weekday()] in window.get("days", DAYS)
        and inside(now, window.get("from", "00:00"), window.get("until", "00:00"))
    }
    return holding or {band["name"] for band in bands if band.get("otherwise")}


def inside(now: str, start: str, end: str) -> bool:
    if start < end:
        return start <= now < end
    return now >= start or now < end


def every_minute(start: datetime, seconds: int) -> Iterator[datetime]:
    for second in range(0, seconds, 30):
        yield start + timedelta(seconds=second)
    yield start + timedelta(seconds=seconds - 1)


def part(
    leg: Leg,
    rate: Plain,
    covered_by: str,
    pool: str | None,
    free: int,
    billed: int,
    amount: Fraction,
) -> Part:
    if covered_by == "minimum" and not rate and leg.section.keys() & {"rates", "deck"}:
        # Free whatever the price is, so it may have none.
        none = leg.record["record_key"], leg.side, leg.balance, leg.agreement, None, None
        return Part(*none, covered_by, pool, free, billed, amount)
    destination = rate.get("destination") or rate.get("prefix") or leg.section.get("destination")
    if rate.get("prefix") == "":
        destination = rate.get("destination", "any")
    return Part(
        leg.record["record_key"], leg.side, leg.balance, leg.agreement,
        destination or "any", rate.get("band"), covered_by, pool, free, billed, amount,
    )  # fmt: skip


def units(leg: Leg) -> int:
    return leg.record["duration_seconds" if leg.kind.startswith("voice") else "quantity"]


def increments(section: Plain, rate: Plain) -> tuple[int, int]:
    return tuple(
        rate.get(name, section.get(name, 1)) for name in ("first_increment", "next_increment")
    )


def valid(row: Plain, day: date) -> bool:
    begins, ends = row.get("valid_from"), row.get("valid_until")
    return (begins is None or date.fromisoformat(begins) <= day) and (
        ends is None or day < date.fromisoformat(ends)
    )


def local(instant: datetime, zone: str) -> datetime:
    assert instant.tzinfo is UTC
    return instant.astimezone(ZoneInfo(zone))
