#!/usr/bin/env python3
"""Check an evidence bundle of a statement, without network and with Python 3.9 or newer alone.

    python3 verify.py bundle.zip                 is every figure what the files behind it give?
    python3 verify.py bundle.zip --proof p.json  is that event in the statement or declaration?

Says "valid" and what was checked, or "broken: " and the first link that does not hold. Links are
checked in this order: files against the manifest, events, units and what customers got back
against the Merkle root, the root against the one that the statement prints, charges against events,
shares against charges, of a correction both before it and anew, amounts for units against the units
of events, what counts over several months against all that was credited in them, refunds against
what customers got back, the statement against shares, totals against lines. What no file of the
bundle gives is named as taken as stated.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
MANIFEST = "manifest.json"
LISTED = "yes"
# The two sides of a correction: events as they were before, and as rated anew.
BEFORE, ANEW = "B", "A"
ONE_3600 = 3600
ROWS_OF_A_LEAF = 256
OF_STATEMENTS, OF_DECLARATIONS = "saldo-evidence-2.3", "saldo-evidence-declaration-1.2"
# The kinds of bundles, and what a manifest says of each besides what it says of all.
TOLD = {
    OF_STATEMENTS: {"events", "is_printed", "is_credit"},
    "saldo-evidence-2.2": {"events", "is_printed", "is_credit"},
    OF_DECLARATIONS: {"records", "before", "is_printed"},
}
# The files with the rows that are sealed, by how the names of their lists begin.
SEALED = {"R": "events.csv", "B": "events.csv", "A": "events.csv",
          "U": "units.csv", "G": "given_back.csv"}  # fmt: skip
# What shares.csv says since 2.3; of an earlier bundle these are empty.
SINCE_2_3 = ("ruled", "rule_products", "rule_destinations", "counted", "given_back")
DECLARED = "{urn:saldo:declaration:1.0}"
KEY = ("day", "direction", "trunk", "destination")
TAGS = ("Day", "Direction", "Trunk", "Destination")
MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
FIGURES = ("Calls", "Seconds", "BilledSeconds", "Amount")
BUCKET_PLACES = Decimal("0.000001")


class Broken(Exception):
    """The first link that does not hold."""


def must(holds: bool, link: str) -> None:
    """Stop at a link that does not hold."""
    if not holds:
        raise Broken(link)


def verify(content: bytes) -> list[str]:
    """What was checked, in words. Raises Broken."""
    files = unpacked(content)
    manifest = checked_manifest(files)
    if manifest["bundle"] == OF_DECLARATIONS:
        return verify_declaration(files, manifest)
    if manifest["bundle"] == OF_STATEMENTS:
        for name in sorted(set(SEALED.values())):
            must(name in files, f"{name} is missing")
    check_events(files, manifest)
    charges, events = rows(files, "charges.csv"), rows(files, "events.csv")
    shares = [{**dict.fromkeys(SINCE_2_3, ""), **each} for each in rows(files, "shares.csv")]
    check_charges(charges, events)
    check_shares(shares, charges, manifest["places"])
    check_rules(shares, charges)
    check_corrections(shares, charged_by_revenue(charges))
    check_shares_of_events(shares, charges, events, manifest["places"])
    check_units(shares, events, rows(files, "units.csv"), manifest["places"])
    earned = rows(files, "earned.csv")
    check_earned(earned, shares, manifest["number"])
    for each in shares:
        if goes_on(each):
            check_so_far(each, earned, manifest["places"])
    check_given_back(shares, rows(files, "given_back.csv"))
    taken = check_statement(files, shares, manifest)
    return [
        *told_of_files(files, manifest),
        *told_of_shares(shares),
        f"{taken} of {len(shares)} lines of {manifest['number']} recomputed from their shares",
        *told_of_earlier(earned, manifest["number"]),
        *(
            taken_as_stated(shares, manifest) + told_balance(files)
            or ["nothing is taken as stated"]
        ),
        *told_to_compare(shares),
        told_of_manifest(files),
    ]


def told_to_compare(shares: list[dict[str, str]]) -> list[str]:
    """What the reader has to hold against papers of its own, in words."""
    agreed = sorted({f"{each['agreement']} version {each['version']}" for each in shares})
    return ["rates, promises and prices of units are those of shares.csv: hold them against your"
            f" agreement ({', '.join(agreed)})",
            "statement.pdf is not read: hold it against statement.csv"]  # fmt: skip


def told_of_manifest(files: dict[str, bytes]) -> str:
    """What makes two bundles the same, in words."""
    found = hashlib.sha256(files[MANIFEST]).hexdigest()
    return f"SHA-256 of manifest.json, the same for everybody who has this bundle: {found}"


def told_of_files(files: dict[str, bytes], manifest: dict[str, Any]) -> list[str]:
    """What the bundle has, in words, and whether the statement itself holds it to its root."""
    is_printed = manifest["is_printed"]
    printed = "printed on" if is_printed else "not printed on"
    count = f"{len(files)} files, {manifest['events']} events"
    found = [f"{count}, Merkle root {manifest['merkle_root']} {printed} the statement"]
    if not is_printed:
        found.append("nothing but this bundle holds its events: the statement prints no root")
    return found


def told_of_shares(shares: list[dict[str, str]]) -> list[str]:
    """How many shares were recomputed from what, in words."""
    listed = [each for each in shares if each["listed"] == LISTED]
    corrected = sum(each["corrects"] != "" for each in listed)
    of_revenue = sum(each["cause"] == "share" for each in shares)
    found = [f"{len(listed)} of {of_revenue} shares of revenue recomputed from their events"
             f", {corrected} of them of corrected months"]  # fmt: skip
    units, counted = count_of(shares, ("unit",)), sum(each["counted"] != "" for each in shares)
    if units:
        found.append(f"{counted} of {units} amounts for units recomputed from units of events")
    refunds, listed_back = (
        count_of(shares, REFUNDED),
        sum(each["given_back"] != "" for each in shares),
    )
    if refunds:
        found.append(f"{listed_back} of {refunds} shares taken back recomputed from refunds")
    return found


def count_of(shares: list[dict[str, str]], causes: tuple[str, ...]) -> int:
    """How many shares have one of these causes."""
    return sum(each["cause"] in causes for each in shares)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of the bundle."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            names = bundle.namelist()
            must(len(names) == len(set(names)), "the bundle names a file twice")
            return {name: bundle.read(name) for name in names}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise Broken(f"the bundle cannot be unpacked: {error}") from error


def checked_manifest(files: dict[str, bytes]) -> dict[str, Any]:
    """The manifest, once every file is what it says."""
    must(MANIFEST in files, "manifest.json is missing")
    try:
        manifest: dict[str, Any] = json.loads(files[MANIFEST])
        again = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
        must(again == files[MANIFEST], "manifest.json is not as it is written")
        must(manifest["bundle"] in TOLD, "manifest.json: another kind of bundle")
        hashes = manifest["files"]
        told = TOLD[manifest["bundle"]] | {"files", "merkle_root", "number", "currency", "places"}
        must(told <= set(manifest), "manifest.json does not say all that it has to")
        must(
            set(hashes) == set(files) - {MANIFEST}, "manifest.json names other files than there are"
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Broken(f"manifest.json cannot be read: {error}") from error
    for name in sorted(hashes):
        found = hashlib.sha256(files[name]).hexdigest()
        must(found == hashes[name], f"{name}: its hash differs from the manifest's")
    return manifest


def rows(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    """The rows of a CSV file, by column; none of a file that bundles had not before."""
    if name not in files and name in ("units.csv", "given_back.csv"):
        return []
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))


def check_events(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Events are what the root of each revenue and that of the statement were taken over."""
    revenues = rows(files, "revenues.csv")
    sealed = leaves_of(files)
    unknown = sorted(set(sealed) - {each["revenue"] for each in revenues})
    must(not unknown, f"{unknown and file_of(unknown[0])}: an unknown revenue")
    for each in revenues:
        leaves, last = sealed.get(each["revenue"], ([], 0))
        link = f"{file_of(each['revenue'])}: the Merkle root of revenue {each['revenue']} differs"
        must(merkle_root(leaves) == each["root"], link)
        must(last == int(each["events"]), f"{link} in the number of its events")
    leaves = files["revenues.csv"].decode().split("\r\n")[1:-1]
    must(merkle_root(leaves) == manifest["merkle_root"], "revenues.csv: the Merkle root differs")
    of_events = [each for each in revenues if file_of(each["revenue"]) == "events.csv"]
    counted = sum(int(each["events"]) for each in of_events)
    must(counted == manifest["events"], "revenues.csv: the number of events differs")
    if manifest["is_printed"]:
        note = said(parsed(files), "Note")
        must(manifest["merkle_root"] in note, "statement.xml: it prints another Merkle root")


def file_of(revenue: str) -> str:
    """The file with the rows of a list, by the name of the list."""
    must(revenue[:1] in SEALED, f"revenues.csv: nothing is called {revenue}")
    return SEALED[revenue[0]]


def leaves_of(files: dict[str, bytes]) -> dict[str, tuple[list[str], int]]:
    """By revenue the leaves, 256 rows each after the hash of their keys, and its last event."""
    found: dict[str, list[str]] = {}
    for name in sorted(set(SEALED.values()) & set(files)):
        for line in files[name].decode().split("\r\n")[1:-1]:
            revenue, _, row = line.partition(",")
            must(file_of(revenue) == name, f"{name}: rows of {revenue} are in the wrong file")
            found.setdefault(revenue, []).append(row)
    own: dict[str, list[str]] = {}
    for each in rows(files, "leaves.csv"):
        own.setdefault(each["revenue"], []).append(each["keys"])
    sealed: dict[str, tuple[list[str], int]] = {}
    for revenue, lines in found.items():
        keys = own.get(revenue, [])
        parts = [lines[at : at + ROWS_OF_A_LEAF] for at in range(0, len(lines), ROWS_OF_A_LEAF)]
        must(len(keys) == len(parts), f"leaves.csv: leaves of revenue {revenue} are missing")
        texts = ["\r\n".join([key, *part]) for key, part in zip(keys, parts)]  # noqa: B905 - 3.9.
        sealed[revenue] = texts, int(lines[-1].split(",")[0])
    return sealed


def parsed(files: dict[str, bytes]) -> ElementTree.Element:
    """The statement, which may not declare entities."""
    must(b"<!DOCTYPE" not in files["statement.xml"], "statement.xml declares a document type")
    return ElementTree.fromstring(files["statement.xml"])  # noqa: S314 - without entities.


def merkle_root(leaves: list[str]) -> str:
    """The root over leaves of text (RFC 6962)."""
    level = [leaf(each) for each in leaves] or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
        level = [node(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0].hex()


def leaf(row: str) -> bytes:
    """The hash of a row."""
    return hashlib.sha256(b"\0" + row.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes."""
    return hashlib.sha256(b"\1" + left + right).digest()


def check_charges(charges: list[dict[str, str]], events: list[dict[str, str]]) -> None:
    """Charges of usage are what their events give, and rounded by less than a minor unit each."""
    exact: dict[str, Decimal] = {}
    seen: dict[str, set[str]] = {}
    for each in events:
        revenue = each["revenue"]
        exact[revenue] = exact.get(revenue, Decimal(0)) + Decimal(each["amount_3600"])
        seen.setdefault(revenue, set()).add(each["event"])
    stated: dict[str, Decimal] = {}
    counted: dict[str, int] = {}
    for each in charges:
        link = f"charges.csv: charge {each['charge']}"
        apart = abs(Fraction(each["amount_3600"]) / ONE_3600 - Fraction(each["amount"]))
        unit = Fraction(1, 10 ** int(each["places"]))
        if each["events"] != "0":
            must(apart < unit * int(each["events"]), f"{link} is not what its usage comes to")
        revenue = each["revenue"]
        counted[revenue] = counted.get(revenue, 0) + int(each["events"])
        if each["events"] != "0":
            stated[revenue] = stated.get(revenue, Decimal(0)) + Decimal(each["amount_3600"])
    must(set(exact) == set(stated), "charges.csv: charges without events, or events without")
    for revenue in sorted(exact):
        link = f"events.csv: events of revenue {revenue}"
        must(exact[revenue] == stated[revenue], f"{link} do not add up to its charges")
        must(len(seen[revenue]) <= counted[revenue], f"{link} are more than were charged")


def check_shares(
    shares: list[dict[str, str]], charges: list[dict[str, str]], places: dict[str, int]
) -> None:
    """Shares are of what was charged, less what is deducted, by the rate of the agreement."""
    charged = charged_by_revenue(charges)
    for each in shares:
        link = f"shares.csv: share {each['line']}"
        if each["listed"] == LISTED:
            found = charged.get(each["revenue"], Decimal(0)) * sign_of(each)
            must(found == Decimal(each["gross"]), f"{link}: its revenue is not what was charged")
        if each["left"]:
            deducted = sum((Decimal(one) for one in each["left"].split()), Decimal(0))
            left = Decimal(each["gross"]) - deducted
            must(left == Decimal(each["base"]), f"{link}: its base is not what is left to share")
        if each["tiers"]:
            check_tiers(each, places[each["currency"]])
        if each["received"]:
            check_chain(each, places[each["currency"]])
        if each["rate"]:
            unit = Fraction(1, 10 ** places[each["currency"]])
            exact = Fraction(each["base"]) * Fraction(each["rate"])
            apart = abs(exact - Fraction(each["amount"]))
            must(apart < unit, f"{link}: its amount is not its rate of the base")


def check_rules(shares: list[dict[str, str]], charges: list[dict[str, str]]) -> None:
    """What a rule splits was charged for a product and to a destination that the rule is for."""
    for each in shares:
        if each["listed"] != LISTED or not each["ruled"]:
            continue
        link = f"shares.csv: share {each['line']}"
        products, begins = each["rule_products"].split(), tuple(each["rule_destinations"].split())
        must(not products or each["product"] in products, f"{link}: its rule is of other products")
        own = [one for one in charges if one["revenue"] == each["revenue"]]
        is_for = all(one["destination"].startswith(begins) for one in own if begins)
        must(is_for, f"{link}: its rule is of other destinations")


def charged_by_revenue(charges: list[dict[str, str]]) -> dict[str, Decimal]:
    """What was charged for each revenue."""
    charged: dict[str, Decimal] = {}
    for each in charges:
        revenue = each["revenue"]
        charged[revenue] = charged.get(revenue, Decimal(0)) + Decimal(each["amount"])
    return charged


def sign_of(share: dict[str, str]) -> int:
    """What a correction shared before is taken back."""
    return -1 if share["revenue"][:1] == BEFORE and share["listed"] == LISTED else 1


def check_corrections(shares: list[dict[str, str]], charged: dict[str, Decimal]) -> None:
    """A corrected share is all that was charged as rated anew, less all that was shared before.

    So of each correction both sides are in the statement, unless nothing was charged on one of
    them; where shares wait for customers, each is released by itself.
    """
    for each in shares:
        side, number = each["revenue"][:1], each["revenue"][1:]
        link = f"shares.csv: share {each['line']}"
        if each["listed"] != LISTED:
            continue
        is_correction = side in (BEFORE, ANEW)
        must(is_correction == bool(each["corrects"]), f"{link}: it is not of the month it corrects")
        if not is_correction or each["paid"]:
            continue
        other = (ANEW if side == BEFORE else BEFORE) + number
        beside = [one["corrects"] for one in shares if is_of(one, other)]
        said = "what is shared anew" if side == BEFORE else "what was shared before"
        is_there = bool(beside) or not charged.get(other, Decimal(0))
        must(is_there, f"{link}: {said} is not beside it")
        must(set(beside) <= {each["corrects"]}, f"{link}: {said} is of another month")


def is_of(share: dict[str, str], revenue: str) -> bool:
    """Whether a share is of all that was charged for a revenue."""
    return share["revenue"] == revenue and share["listed"] == LISTED


def check_chain(share: dict[str, str], places: int) -> None:
    """A link of a chain keeps its part of what the links before it passed on, of the base."""
    link = f"shares.csv: share {share['line']}"
    base, received = Fraction(share["base"]), Fraction(share["received"])
    is_within = 0 <= received * (1 if base >= 0 else -1) <= abs(base)
    must(is_within, f"{link}: the chain passed on more than its base")
    apart = abs(received * Fraction(share["kept"]) - Fraction(share["amount"]))
    must(apart * 2 <= Fraction(1, 10**places), f"{link}: it is not its part of what it received")


def check_shares_of_events(
    shares: list[dict[str, str]],
    charges: list[dict[str, str]],
    events: list[dict[str, str]],
    places: dict[str, int],
) -> None:
    """Where events are split one by one, a share is the sum of the rounded parts of each.

    A fee is an event of its own, and the parts of a call are one. Where others share the events
    too, the part of each amount is told: it is less than a unit from the rate of it, and the share
    is the sum of just these parts.
    """
    for each in shares:
        if not each["event_rate"]:
            continue
        link = f"shares.csv: share {each['line']}"
        unit, rate = Fraction(1, 10 ** places[each["currency"]]), Fraction(each["event_rate"])
        parts = parts_told(each, unit, rate)
        given = Fraction(0)
        for amount in amounts_of_events(each["revenue"], charges, events, unit):
            must(not parts or amount in parts, f"{link}: no part is told of an event of {amount}")
            given += parts[amount] if parts else half_up(amount * rate, unit)
        given *= sign_of(each)
        must(given == Fraction(each["amount"]), f"{link}: its amount is not its rate of each event")


def parts_told(share: dict[str, str], unit: Fraction, rate: Fraction) -> dict[Fraction, Fraction]:
    """What a share says it gets of each amount, each by the rate of it."""
    link = f"shares.csv: share {share['line']}"
    found: dict[Fraction, Fraction] = {}
    for text in share["event_parts"].split():
        whole, part = (Fraction(figure) for figure in text.split(":"))
        must(whole not in found, f"{link}: two parts are told of one amount")
        is_near = abs(whole * rate - part) < unit and part % unit == 0
        must(is_near, f"{link}: a part is not its rate of its amount")
        found[whole] = part
    return found


def amounts_of_events(
    revenue: str, charges: list[dict[str, str]], events: list[dict[str, str]], unit: Fraction
) -> list[Fraction]:
    """What each event of a revenue comes to, all its parts together, rounded; and each fee."""
    exact: dict[str, Fraction] = {}
    for one in events:
        if one["revenue"] == revenue:
            amount = Fraction(one["amount_3600"]) / ONE_3600
            exact[one["event"]] = exact.get(one["event"], Fraction(0)) + amount
    own = [one for one in charges if one["revenue"] == revenue and one["events"] == "0"]
    return [half_up(each, unit) for each in exact.values()] + [
        Fraction(one["amount"]) for one in own
    ]


def half_up(amount: Fraction, unit: Fraction) -> Fraction:
    """Rounded to whole units, half away from zero."""
    whole = (abs(amount) / unit * 2 + 1) // 2
    return whole * unit * (1 if amount >= 0 else -1)


def check_tiers(share: dict[str, str], places: int) -> None:
    """What tiers give is each rate of its part of the base so far, less what was credited."""
    link = f"shares.csv: share {share['line']}"
    base = due = Decimal(0)
    for text in share["tiers"].split():
        rate, part, stated = (Decimal(figure) for figure in text.split(":"))
        apart = abs(Fraction(rate) * Fraction(part) - Fraction(stated))
        must(apart * 2 <= Fraction(1, 10**places), f"{link}: a tier is not its rate of its part")
        base, due = base + part, due + stated
    must(base == Decimal(share["tier_base"]), f"{link}: its tiers are not of its base so far")
    left = due + Decimal(share["credited"])
    must(left == Decimal(share["amount"]), f"{link}: its tiers do not come to its amount")


# What counts for a tier, for a cap, and for a guarantee or an advance; by the causes of credits.
OF_BASE = ("share", "refund", "chargeback", "write_off")
OF_CAP = (*OF_BASE, "unit", "tier")
OF_EARNED = (*OF_CAP, "cap")
REFUNDED = OF_BASE[1:]
OF_SALES = ("commission", "new_contract")
# What makes two rows of shares.csv and earned.csv the same credit.
OF_CREDIT = ("agreement", "version", "product", "rule", "cause", "currency", "level", "borne_in",
             "month", "gross", "base", "amount")  # fmt: skip


def check_earned(earned: list[dict[str, str]], shares: list[dict[str, str]], number: str) -> None:
    """Credits of this statement are its shares, and none is left out of a month that counts."""
    by_line = {each["line"]: each for each in shares}
    for each in earned:
        if each["statement"] == number:
            link = f"earned.csv: the credit of line {each['line']}"
            same = by_line.get(each["line"])
            must(
                same is not None and credit_of(each) == credit_of(same), f"{link} is not its share"
            )
    since: dict[str, str] = {}
    for each in shares:
        if goes_on(each):
            month = each["counted_from"] or each["month"]
            since[each["agreement"]] = min(month, since.get(each["agreement"], month))
    told = {credit_of(each) for each in earned}
    for each in shares:
        if each["month"] >= since.get(each["agreement"], each["month"] + "-"):
            link = f"earned.csv: the credit of line {each['line']} is missing"
            must(credit_of(each) in told, link)


def credit_of(row: dict[str, str]) -> tuple[str, ...]:
    """What a row says of a credit; the same in shares.csv and earned.csv."""
    return tuple(row[name] for name in OF_CREDIT)


def goes_on(share: dict[str, str]) -> bool:
    """Whether a share is what is due in all, less what was credited before."""
    return bool(share["counted_from"] or share["mirrors"] or share["given_before"])


def check_so_far(
    share: dict[str, str], earned: list[dict[str, str]], places: dict[str, int]
) -> None:
    """A share that goes on from credits before it: what they come to, and what is due of them."""
    link = f"shares.csv: share {share['line']}"
    unit = Fraction(1, 10 ** places[share["currency"]])
    own = [each for each in earned if is_within(each, share)]
    if share["tiers"] and share["counted_from"]:
        of_rule = [each for each in own if each["rule"] == share["rule"]]
        base = summed(of_rule, OF_BASE, "base")
        must(base == Decimal(share["tier_base"]), f"{link}: its base so far is not what was left")
        had = summed(of_rule, OF_BASE) + summed(before(of_rule, share), ("tier",))
        must(had == -Decimal(share["credited"]), f"{link}: it is not less what was credited")
    if share["promised"]:
        check_promise(share, own, unit, link)
    if share["mirrors"]:
        check_mirrored(share, earned, unit, link)
    if share["cause"] in OF_SALES and share["given_before"]:
        check_commission(share, earned, unit, link)


def is_within(credit: dict[str, str], share: dict[str, str]) -> bool:
    """Whether a credit counts in the months of a share, as far as was known in its own."""
    if (credit["agreement"], credit["currency"]) != (share["agreement"], share["currency"]):
        return False
    until = share["counted_until"]
    is_counted = share["counted_from"] <= credit["month"] and (not until or credit["month"] < until)
    return is_counted and credit["borne_in"] <= share["borne_in"]


def before(credits: list[dict[str, str]], share: dict[str, str]) -> list[dict[str, str]]:
    """Those credits that earlier months than that of a share booked."""
    return [each for each in credits if each["borne_in"] < share["borne_in"]]


def summed(
    credits: list[dict[str, str]], causes: tuple[str, ...], figure: str = "amount"
) -> Decimal:
    """The sum of a figure of credits of some causes."""
    return sum((Decimal(each[figure]) for each in credits if each["cause"] in causes), Decimal(0))


def check_promise(
    share: dict[str, str], own: list[dict[str, str]], unit: Fraction, link: str
) -> None:
    """A cap, guarantee, advance or fee is what is due of it so far, less what was given before."""
    cause, promised = share["cause"], Decimal(share["promised"])
    given = summed(before(own, share), (cause,))
    must(given == Decimal(share["given_before"]), f"{link}: it is not less what was given before")
    if cause == "fee":
        due = fee_so_far(share, unit, link)
    else:
        earned = summed(own, OF_CAP if cause == "cap" else OF_EARNED)
        must(earned == Decimal(share["earned"]), f"{link}: it is not of what was earned so far")
        due = {
            "cap": min(promised - earned, Decimal(0)),
            "guarantee": max(promised - earned, Decimal(0)),
            "advance": max(earned - promised, Decimal(0)) - earned,
        }[cause]
    must(due - given == Decimal(share["amount"]), f"{link}: its amount is not what is due of it")


def fee_so_far(share: dict[str, str], unit: Fraction, link: str) -> Decimal:
    """A fee by the days for which it is owed: up to the last one, less up to the first."""
    due = Decimal(0)
    for text in share["fee_days"].split():
        fee, first, last, days, part = (Decimal(figure) for figure in text.split(":"))
        must(0 <= first <= last <= days, f"{link}: its days are not of its period")
        so_far, earlier = (half_up(Fraction(fee) * Fraction(day) / Fraction(days), unit)
                           for day in (last, first))  # fmt: skip
        must(so_far - earlier == Fraction(part), f"{link}: a part is not its days of its fee")
        due += part
    return due


def check_mirrored(
    share: dict[str, str], earned: list[dict[str, str]], unit: Fraction, link: str
) -> None:
    """A refund takes the stored share back in the part in which the revenue is given back.

    In all it is that of all refunds so far, to less than a unit; so where everything is given back
    nothing is left. One refund is the difference of two such sums.
    """
    names = ("agreement", "version", "product", "rule", "currency", "month")
    same = [
        each for each in earned
        if all(each[name] == share[name] for name in names)
        and each["borne_in"] <= share["borne_in"]
    ]  # fmt: skip
    gross, amount = summed(same, ("share",), "gross"), summed(same, ("share",))
    told = [Decimal(figure) for figure in share["mirrors"].split(":")]
    must(told == [gross, amount], f"{link}: it does not mirror what was shared")
    must(gross != 0, f"{link}: nothing was shared that it could take back")
    part = Fraction(amount) / Fraction(gross)
    apart = abs(Fraction(share["gross"]) * part - Fraction(share["amount"]))
    must(apart < 2 * unit, f"{link}: its amount is not its part of what was shared")
    back, taken = summed(same, REFUNDED, "gross"), summed(same, REFUNDED)
    must(abs(back) <= abs(gross), f"{link}: more is given back than was shared")
    refunded = [each["borne_in"] for each in same if each["cause"] in REFUNDED]
    corrected = [each["borne_in"] for each in same if each["cause"] == "share"]
    if max(corrected) <= min(refunded):
        apart = abs(Fraction(back) * part - Fraction(taken))
        must(apart < unit, f"{link}: all that is taken back is not its part of what was shared")


def check_commission(
    share: dict[str, str], earned: list[dict[str, str]], unit: Fraction, link: str
) -> None:
    """A commission is its rate of what deductions leave, or so much for each contract."""
    due = Decimal(0)
    if share["commission"]:
        base, less, rate, due = (Decimal(figure) for figure in share["commission"].split(":"))
        apart = abs(Fraction(base + less) * Fraction(rate) - Fraction(due))
        must(apart * 2 <= unit, f"{link}: it is not its rate of its base")
    if share["contracts"]:
        number, amount_of_each = (Decimal(figure) for figure in share["contracts"].split(":"))
        due = number * amount_of_each
    names = ("agreement", "version", "product", "cause", "currency", "level", "month")
    same = [each for each in earned if all(each[name] == share[name] for name in names)]
    given = summed(before(same, share), (share["cause"],))
    must(given == Decimal(share["given_before"]), f"{link}: it is not less what was given before")
    must(due - given == Decimal(share["amount"]), f"{link}: its amount is not what is due of it")


def check_units(
    shares: list[dict[str, str]],
    events: list[dict[str, str]],
    units: list[dict[str, str]],
    places: dict[str, int],
) -> None:
    """An amount for units is that of each times their count, which is that of their list."""
    listed = {each["revenue"] for each in shares if each["listed"] == LISTED}
    lists: dict[str, list[dict[str, str]]] = {}
    for each in units:
        must(each["counts"] in ("1", "-1"), f"units.csv: event {each['event']} is not one event")
        lists.setdefault(each["revenue"], []).append(each)
    for each in shares:
        if not each["unit"]:
            continue
        link = f"shares.csv: share {each['line']}"
        kind, of_each, count = each["unit"].split(":")
        # Minutes are told to the hundredth, which is less than a second: they are whole seconds.
        number = Fraction(round(Fraction(count) * 60), 60) if kind == "minute" else Fraction(count)
        due = half_up(Fraction(of_each) * number, Fraction(1, 10 ** places[each["currency"]]))
        must(due == Fraction(each["amount"]), f"{link}: its amount is not that of its units")
        if each["counted"]:
            is_correction = each["counted"][1:2] in (BEFORE, ANEW)
            must(is_correction == bool(each["corrects"]), f"{link}: its units are of another month")
            found = counted_in(lists.get(each["counted"], []), kind)
            found *= -1 if each["counted"][1:2] == BEFORE else 1
            must(found == number, f"{link}: its units are not those of {each['counted']}")
        elif is_counted(each, listed):
            found = Fraction(units_of(each["revenue"], events))
            must(found == number, f"{link}: its units are not the events of its revenue")
    for name in sorted(lists):
        is_used = any(each["counted"] == name for each in shares)
        must(is_used, f"units.csv: no share is for the units of {name}")
        check_same_events(name, lists[name], events)


def counted_in(rows_of_list: list[dict[str, str]], kind: str) -> Fraction:
    """How many events, minutes or units a list comes to."""
    if kind == "event":
        return Fraction(sum(int(each["counts"]) for each in rows_of_list))
    return Fraction(sum(int(each["units"]) for each in rows_of_list), 60 if kind == "minute" else 1)


def check_same_events(
    name: str, rows_of_list: list[dict[str, str]], events: list[dict[str, str]]
) -> None:
    """Where the events are listed with their amounts too, they are the same, as is what they take
    back.
    """
    revenue = name[1:] if name[1:2] in (BEFORE, ANEW) else "R" + name[1:]
    amounts: dict[tuple[str, str], Decimal] = {}
    for each in events:
        if each["revenue"] == revenue:
            key = each["event"], each["occurred_at"]
            amounts[key] = amounts.get(key, Decimal(0)) + Decimal(each["amount_3600"])
    counts = {(each["event"], each["occurred_at"]): int(each["counts"]) for each in rows_of_list}
    told = {key: -1 if amounts[key] < 0 else 1 for key in amounts}
    must(not told or told == counts, f"units.csv: units of {name} are of other events than listed")


def check_given_back(shares: list[dict[str, str]], back: list[dict[str, str]]) -> None:
    """What takes a share back is of what customers got back, and nothing of that is left out."""
    by_name = {f"{each['revenue']}-{each['refund']}": each for each in back}
    for each in shares:
        if each["given_back"]:
            link = f"shares.csv: share {each['line']}"
            row = by_name.get(each["given_back"])
            told = (each["month"], each["cause"], -Decimal(each["gross"]))
            must(
                row is not None and told == (row["sold_in"], row["cause"], Decimal(row["amount"])),
                f"{link}: it is not of what customers got back",
            )
    left = sorted(set(by_name) - {each["given_back"] for each in shares})
    must(not left, f"given_back.csv: no share is taken back for {', '.join(left)}")


def is_counted(share: dict[str, str], listed: set[str]) -> bool:
    """Whether all events that an amount is for are listed, in a bundle without units."""
    return share["unit"].startswith("event:") and share["revenue"] in listed and not share["rule"]


def units_of(revenue: str, events: list[dict[str, str]]) -> int:
    """How many events a revenue has; one that takes back counts as one less."""
    amounts: dict[str, Decimal] = {}
    for each in events:
        if each["revenue"] == revenue:
            amount_3600 = amounts.get(each["event"], Decimal(0)) + Decimal(each["amount_3600"])
            amounts[each["event"]] = amount_3600
    return sum(-1 if each < 0 else 1 for each in amounts.values())


def told_of_earlier(earned: list[dict[str, str]], number: str) -> list[str]:
    """Which earlier statements say what was credited before, in words."""
    found = sorted({each["statement"] for each in earned} - {number, ""})
    return ["credits before are those of " + ", ".join(found)] if found else []


REVENUE = "the revenue: its events are not all yours"
AMOUNT = "the amount: it follows from the rates of others too"
RULE = "which sales its rule is for: that follows from who bought, and from rules for others"
COUNT = "the count of units"
BACK = "what customers got back"
BACK_OF_RULE = "which part of what customers got back is its rule's: the rest is of other shares"
OF_CUSTOMERS = "what customers were charged, or that they signed: they are not yours"


def taken_as_stated(shares: list[dict[str, str]], manifest: dict[str, Any]) -> list[str]:
    """What no file of the bundle gives, in words: of which shares, and what."""
    listed = {each["revenue"] for each in shares if each["listed"] == LISTED}
    found: dict[str, list[str]] = {}
    for each in shares:
        for what in stated_of(each, listed):
            found.setdefault(what, []).append(each["line"])
        if each["currency"] != manifest["currency"]:
            what = f"its conversion from {each['currency']}: hold the rate against its source"
            found.setdefault(what, []).append(each["line"])
    return [f"taken as stated of share {', '.join(found[what])}: {what}" for what in found]


def stated_of(share: dict[str, str], listed: set[str]) -> list[str]:
    """What of a share no file of the bundle gives; nothing where all of it is recomputed."""
    cause = share["cause"]
    of_rule = [RULE] if share["ruled"] else []
    if cause == "share":
        return stated_of_split(share, of_rule)
    if cause == "tier" and share["tiers"]:
        return [] if share["counted_from"] else ["the base so far"]
    if cause == "unit":
        return of_rule if share["counted"] or is_counted(share, listed) else [COUNT]
    if cause in REFUNDED and share["mirrors"]:
        if not share["given_back"]:
            return [BACK]
        return [*of_rule, BACK_OF_RULE] if of_rule else []
    if cause in OF_SALES and share["given_before"]:
        return [OF_CUSTOMERS]
    return [] if share["promised"] else [AMOUNT]


def stated_of_split(share: dict[str, str], of_rule: list[str]) -> list[str]:
    """The same of a share of revenue."""
    is_computed = share["rate"] or share["event_rate"] or share["received"]
    found = of_rule if share["listed"] == LISTED else [REVENUE]
    if share["received"]:
        return [*found, "what links before passed on: it follows from their rates"]
    return found if is_computed else [*found, AMOUNT]


def check_statement(
    files: dict[str, bytes], shares: list[dict[str, str]], manifest: dict[str, Any]
) -> int:
    """Lines are the rounded shares, in XML and CSV alike, and totals add up; how many lines."""
    document = parsed(files)
    must(said(document, "ID") == manifest["number"], "statement.xml: another number")
    sign = -1 if manifest["is_credit"] else 1
    kinds = ("InvoiceLine", "CreditNoteLine")
    lines = [each for kind in kinds for each in document.findall(CAC + kind)]
    nets = {said(each, "ID"): amount(each, "LineExtensionAmount") for each in lines}
    detail = {each["line"]: Decimal(each["net"]) for each in csv_lines(files)}
    must(nets == detail, "statement.csv: its lines are not those of statement.xml")
    must(set(nets) == {each["line"] for each in shares}, "statement.xml: lines without shares")
    unit = Decimal(1).scaleb(-manifest["places"][manifest["currency"]])
    recomputed = 0
    for each in shares:
        if each["paid"]:
            check_release(each, unit)
        if each["currency"] == manifest["currency"] and each["rounded"] in MODES:
            stated = each["released"] or each["amount"]
            net = Decimal(stated).quantize(unit, rounding=MODES[each["rounded"]]) * sign
            must(net == nets[each["line"]], f"statement.xml: line {each['line']} is not its share")
            recomputed += 1
    check_totals(document, sum(nets.values(), Decimal(0)))
    return recomputed


def check_release(share: dict[str, str], unit: Decimal) -> None:
    """What is released so far is the part of the share that customers have paid."""
    link = f"shares.csv: share {share['line']}"
    part, amount = Fraction(share["paid"]), Fraction(share["amount"])
    so_far = Decimal(share["before"]) + Decimal(share["released"])
    must(0 <= part <= 1, f"{link}: its paid part is not between nothing and all")
    apart = abs(Fraction(so_far) - amount * part)
    must(apart * 2 <= Fraction(unit), f"{link}: what is released is not its paid part")


BALANCE = ("brought_forward", "stated", "payable", "carried_forward")


def told_balance(files: dict[str, bytes]) -> list[str]:
    """The balance on the statement adds up; what was brought forward, in words.

    Earlier statements and payments are not in the bundle. Statements of before have no balance.
    """
    found = {
        tuple(each[name] for name in BALANCE) for each in csv_lines(files) if BALANCE[0] in each
    }
    must(len(found) <= 1, "statement.csv: two balances")
    for brought, stated, payable, carried in found:
        adds_up = Decimal(brought) + Decimal(stated) == Decimal(payable) + Decimal(carried)
        must(adds_up and Decimal(payable) >= 0, "statement.csv: its balance does not add up")
        if Decimal(brought):
            said = "brought forward from earlier statements, which are not in this bundle"
            return [f"taken as stated: {brought} {said}"]
    return []


def csv_lines(files: dict[str, bytes]) -> list[dict[str, str]]:
    """The lines of statement.csv, without the rows under them."""
    return [each for each in rows(files, "statement.csv") if each["row"] == "0"]


def check_totals(document: ElementTree.Element, net: Decimal) -> None:
    """The totals of the statement add up."""
    totals = document.find(CAC + "LegalMonetaryTotal")
    taxes = [
        each
        for each in document.findall(CAC + "TaxTotal")
        if each.find(CAC + "TaxSubtotal") is not None
    ]
    if totals is None:
        raise Broken("statement.xml has no totals")
    must(amount(totals, "LineExtensionAmount") == net, "statement.xml: lines do not add up")
    parts = [part for tax in taxes for part in tax.findall(CAC + "TaxSubtotal")]
    tax_stated = sum((amount(each, "TaxAmount") for each in taxes), Decimal(0))
    tax_parts = sum((amount(each, "TaxAmount") for each in parts), Decimal(0))
    must(tax_stated == tax_parts, "statement.xml: its tax does not add up")
    exclusive, inclusive = (
        amount(totals, "TaxExclusiveAmount"),
        amount(totals, "TaxInclusiveAmount"),
    )
    must(exclusive + tax_stated == inclusive, "statement.xml: net and tax are not gross")


def said(element: ElementTree.Element, name: str) -> str:
    """The text of a child, empty where there is none."""
    return element.findtext(CBC + name) or ""


def amount(element: ElementTree.Element, name: str) -> Decimal:
    """The amount of a child."""
    must(bool(said(element, name)), f"statement.xml: {name} is missing")
    return Decimal(said(element, name))


def verify_declaration(files: dict[str, bytes], manifest: dict[str, Any]) -> list[str]:
    """What was checked of a declaration: buckets against records, totals against buckets."""
    lines = files["records.csv"].decode().split("\r\n")[1:-1]
    parts = [lines[at : at + ROWS_OF_A_LEAF] for at in range(0, len(lines), ROWS_OF_A_LEAF)]
    root = merkle_root(["\r\n".join(part) for part in parts])
    must(root == manifest["merkle_root"], "records.csv: the Merkle root differs")
    must(len(lines) == manifest["records"], "records.csv: the number of records differs")
    document = declared(files, "declaration.xml")
    number = document.findtext(f"{DECLARED}Header/{DECLARED}Number")
    must(number == manifest["number"], "declaration.xml: another number")
    printed = document.findtext(f"{DECLARED}Header/{DECLARED}MerkleRoot")
    must(printed in (None, root), "declaration.xml: it prints another Merkle root")
    must(manifest["is_printed"] == (printed is not None), "declaration.xml: its root is missing")
    buckets = buckets_in(document)
    before = declared_before(files, manifest, document)
    summed = check_buckets(buckets, before, rows(files, "records.csv"))
    check_directions(document, buckets, Decimal(1).scaleb(-manifest["places"]))
    return [
        f"{len(files)} files, {len(lines)} records, Merkle root {root}"
        f" {'printed on' if printed else 'not printed on'} the declaration",
        f"{summed} of {len(buckets)} buckets of {manifest['number']} recomputed from records",
        told_of_manifest(files),
    ]


def declared(files: dict[str, bytes], name: str) -> ElementTree.Element:
    """A declaration of the bundle."""
    must(name in files, f"{name} is missing")
    must(b"<!DOCTYPE" not in files[name], f"{name} declares a document type")
    return ElementTree.fromstring(files[name])  # noqa: S314 - without entities.


def buckets_in(document: ElementTree.Element) -> list[dict[str, str]]:
    """The buckets of a declaration, by the names of their elements."""
    return [
        {child.tag[len(DECLARED) :]: child.text or "" for child in each}
        for each in document.iter(f"{DECLARED}Bucket")
    ]


def declared_before(
    files: dict[str, bytes], manifest: dict[str, Any], document: ElementTree.Element
) -> list[dict[str, str]]:
    """The buckets of what a correction corrects, its earlier corrections too; else none."""
    corrected = document.findtext(f"{DECLARED}Header/{DECLARED}Corrects")
    earlier = [declared(files, name) for name in manifest["before"]]
    numbers = [each.findtext(f"{DECLARED}Header/{DECLARED}Number") for each in earlier]
    named = [each.findtext(f"{DECLARED}Header/{DECLARED}Corrects") for each in earlier]
    is_of_one = numbers[:1] == ([] if corrected is None else [corrected])
    must(is_of_one, "declaration.xml: what it corrects is not beside it")
    is_whole = named[:1] in ([], [None]) and set(named[1:]) <= {corrected}
    must(is_whole, "declaration.xml: what was declared before is of another one")
    return [bucket for each in earlier for bucket in buckets_in(each)]


def check_buckets(
    buckets: list[dict[str, str]], before: list[dict[str, str]], records: list[dict[str, str]]
) -> int:
    """Buckets with traffic are the sums of their records; how many. Others are taken as stated.

    Of a correction, the buckets and those declared before are together what the records sum.
    """
    found: dict[tuple[str, ...], list[Decimal]] = {}
    for each in records:
        calls = "1" if each["part"] == "1" else "0"
        figures = (calls, each["seconds"], each["billed_seconds"], each["amount_3600"])
        add_up(found, tuple(each[name] for name in KEY), figures)
    stated: dict[tuple[str, ...], list[Decimal]] = {}
    for each in buckets + before:
        add_up(stated, tuple(each[tag] for tag in TAGS), tuple(each[name] for name in FIGURES))
    carried = {tuple(each[tag] for tag in TAGS) for each in buckets + before
               if each["Calls"] != "0"}  # fmt: skip
    for key in stated:
        if key in found or key in carried:
            check_bucket(key, stated[key], found.pop(key, None))
            carried.add(key)
    left = " ".join(sorted(found)[0]) if found else ""
    must(not found, f"records.csv: records of bucket {left} are not declared")
    return sum(tuple(each[tag] for tag in TAGS) in carried for each in buckets)


def add_up(
    sums: dict[tuple[str, ...], list[Decimal]], key: tuple[str, ...], figures: tuple[str, ...]
) -> None:
    """Add figures to what is known of a key."""
    pairs = zip(sums.get(key, [Decimal(0)] * len(figures)), figures)  # noqa: B905 - runs on 3.9.
    sums[key] = [before + Decimal(figure) for before, figure in pairs]


def check_bucket(key: tuple[str, ...], stated: list[Decimal], sums: list[Decimal] | None) -> None:
    """What is stated of a bucket, in all, is what its records give; nothing where it has none."""
    link = "declaration.xml: bucket " + " ".join(key)
    must(sums is not None or not any(stated), f"{link} has no records")
    if sums is None:
        return
    for name, said, figure in zip(FIGURES[:3], stated, sums):  # noqa: B905 - runs on 3.9.
        must(said == figure, f"{link}: {name} is not what its records give")
    apart = abs(Fraction(sums[3]) / ONE_3600 - Fraction(stated[3]))
    must(apart * 2 <= Fraction(BUCKET_PLACES), f"{link}: its amount is not what its records give")


def check_directions(
    document: ElementTree.Element, buckets: list[dict[str, str]], unit: Decimal
) -> None:
    """The totals of each direction are the sums of its buckets, rounded once to what is payable."""
    totals = list(document.iter(f"{DECLARED}Total"))
    stated = {each.findtext(f"{DECLARED}Direction") or "" for each in totals}
    must(stated == {each["Direction"] for each in buckets}, "declaration.xml: a total is missing")
    for each in totals:
        told = {child.tag[len(DECLARED) :]: child.text or "" for child in each}
        own = [bucket for bucket in buckets if bucket["Direction"] == told["Direction"]]
        link = f"declaration.xml: the total of {told['Direction']} traffic"
        for name in ("Calls", "Seconds", "BilledSeconds", "Amount"):
            found = sum((Decimal(bucket[name]) for bucket in own), Decimal(0))
            must(found == Decimal(told[name]), f"{link}: {name} is not the sum of its buckets")
        payable = Decimal(told["Amount"]).quantize(unit, rounding=ROUND_HALF_UP)
        link += ": what is payable is not its rounded sum"
        must(payable == Decimal(told["Payable"]), link)


def verify_proof(content: bytes, proof: dict[str, Any]) -> list[str]:
    """Whether a path leads from its event to the root of the bundle. Raises Broken."""
    manifest = checked_manifest(unpacked(content))
    root = manifest["merkle_root"]
    must(proof["merkle_root"] == root, "the proof is of another statement")
    if manifest["bundle"] == OF_DECLARATIONS:
        return verify_proof_of_record(proof)
    revenue, _, number = proof["event"].partition("-")
    named = proof["revenue"].split(",")
    rows_of_leaf = proof["leaf"].split("\r\n")[1:]
    must(named[0] == revenue, "the proof is of another revenue")
    must(any(row.split(",")[0] == number for row in rows_of_leaf), "the leaf has no such event")
    must(climbed(proof["leaf"], proof["path"]) == named[2], "the path does not lead to the revenue")
    at = climbed(proof["revenue"], proof["path_of_revenue"])
    must(at == root, "the path does not lead from the revenue to the root")
    return [f"event {proof['event']} is in {proof['number']}"]


def verify_proof_of_record(proof: dict[str, Any]) -> list[str]:
    """Whether a path leads from a record to the root that its declaration prints. Raises Broken."""
    rows_of_leaf = proof["leaf"].split("\r\n")
    place = (int(proof["event"]) - 1) % ROWS_OF_A_LEAF
    is_there = place < len(rows_of_leaf) and rows_of_leaf[place] == proof["row"]
    must(is_there, "the leaf has no such record")
    at = climbed(proof["leaf"], proof["path"])
    must(at == proof["merkle_root"], "the path does not lead to the root")
    return [f"record {proof['event']} is in {proof['number']}"]


def climbed(text: str, path: list[dict[str, str]]) -> str:
    """The root that a path leads to from a leaf."""
    at = leaf(text)
    for each in path:
        other = bytes.fromhex(each["hash"])
        at = node(at, other) if each["side"] == "right" else node(other, at)
    return at.hex()


def main(arguments: list[str]) -> int:
    """Check what the command line names; 0 where it is valid."""
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--proof"):
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        with open(arguments[0], "rb") as file:  # noqa: PTH123 - of any Python, by its name alone.
            content = file.read()
        if len(arguments) == 3:
            with open(arguments[2], encoding="utf-8") as file_of_proof:  # noqa: PTH123 - the same.
                told = verify_proof(content, json.load(file_of_proof))
        else:
            told = verify(content)
    except OSError as error:
        sys.stderr.write(f"not checked: {error.filename} cannot be opened: {error.strerror}\n")
        return 2
    except Broken as broken:
        sys.stdout.write(f"broken: {broken}\n")
        return 1
    except (ArithmeticError, ElementTree.ParseError, KeyError, TypeError, ValueError) as error:
        sys.stdout.write(f"broken: a figure cannot be read: {error!r}\n")
        return 1
    sys.stdout.write("valid\n" + "".join(f"  {line}\n" for line in told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
