#!/usr/bin/env python3
"""Check an evidence bundle of a statement, without network and with Python 3.9 or newer alone.

    python3 verify.py bundle.zip                 is every figure what the files behind it give?
    python3 verify.py bundle.zip --proof p.json  is that event in the statement?

Says "valid" and what was checked, or "broken: " and the first link that does not hold. Links are
checked in this order: files against the manifest, events against the Merkle root, charges against
events, shares against charges, the statement against shares, totals against lines.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
MANIFEST = "manifest.json"
LISTED = "yes"
ONE_3600 = 3600


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
    events = files["events.csv"].decode().split("\r\n")[1:-1]
    must(merkle_root(events) == manifest["merkle_root"], "events.csv: the Merkle root differs")
    must(len(events) == manifest["events"], "events.csv: the number of events differs")
    charges, shares = rows(files, "charges.csv"), rows(files, "shares.csv")
    check_charges(charges, rows(files, "events.csv"))
    check_shares(shares, charges, manifest["places"])
    taken = check_statement(files, shares, manifest)
    listed = sum(each["listed"] == LISTED for each in shares)
    return [
        f"{len(files)} files, {len(events)} events, Merkle root {manifest['merkle_root']}",
        f"{listed} of {len(shares)} shares recomputed from their events",
        f"{taken} of {len(shares)} lines of {manifest['number']} recomputed from their shares",
        "manifest " + hashlib.sha256(files[MANIFEST]).hexdigest(),
    ]


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
        must(manifest["bundle"] == "saldo-evidence-1.0", "manifest.json: another kind of bundle")
        hashes = manifest["files"]
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
    """The rows of a CSV file, by column."""
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))


def merkle_root(leaves: list[str]) -> str:
    """The root over rows as they stand in events.csv (RFC 6962)."""
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
    charged: dict[str, Decimal] = {}
    for each in charges:
        revenue = each["revenue"]
        charged[revenue] = charged.get(revenue, Decimal(0)) + Decimal(each["amount"])
    for each in shares:
        link = f"shares.csv: share {each['line']}"
        if each["listed"] == LISTED:
            found = charged.get(each["revenue"], Decimal(0))
            must(found == Decimal(each["gross"]), f"{link}: its revenue is not what was charged")
        if each["left"]:
            deducted = sum((Decimal(one) for one in each["left"].split()), Decimal(0))
            left = Decimal(each["gross"]) - deducted
            must(left == Decimal(each["base"]), f"{link}: its base is not what is left to share")
        if each["rate"]:
            unit = Fraction(1, 10 ** places[each["currency"]])
            exact = Fraction(each["base"]) * Fraction(each["rate"])
            apart = abs(exact - Fraction(each["amount"]))
            must(apart < unit, f"{link}: its amount is not its rate of the base")


def check_statement(
    files: dict[str, bytes], shares: list[dict[str, str]], manifest: dict[str, Any]
) -> int:
    """Lines are the rounded shares, in XML and CSV alike, and totals add up; how many lines."""
    must(b"<!DOCTYPE" not in files["statement.xml"], "statement.xml declares a document type")
    document = ElementTree.fromstring(files["statement.xml"])  # noqa: S314 - without entities.
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
        if each["currency"] == manifest["currency"] and each["rounded"] == "half_up":
            net = Decimal(each["amount"]).quantize(unit, rounding=ROUND_HALF_UP) * sign
            must(net == nets[each["line"]], f"statement.xml: line {each['line']} is not its share")
            recomputed += 1
    check_totals(document, sum(nets.values(), Decimal(0)))
    return recomputed


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


def verify_proof(content: bytes, proof: dict[str, Any]) -> list[str]:
    """Whether a path leads from its event to the root of the bundle. Raises Broken."""
    root = checked_manifest(unpacked(content))["merkle_root"]
    must(proof["merkle_root"] == root, "the proof is of another statement")
    at = leaf(proof["row"])
    for each in proof["path"]:
        other = bytes.fromhex(each["hash"])
        at = node(at, other) if each["side"] == "right" else node(other, at)
    must(at.hex() == root, "the path does not lead from the event to the root")
    return [f"event {proof['event']} is in {proof['number']}"]


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
