"""The hash chain over the book: each entry's hash is taken over its text and the hash before.

Whoever changes, removes or inserts an entry, a superuser of the database included, would have to
compute every later hash anew; the head of the chain, kept elsewhere, then no longer agrees.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from settlement.ledger.entry import Entry
from tenants.digest import canonical, sha256_hex

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry with its place in the book: number, hash, the hash before, time of recording."""

    id: UUID
    n: int
    entry: Entry
    recorded_at: dt.datetime
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Where the chain is broken, and how."""

    n: int
    entry_id: UUID
    reason: str


def entry_text(entry_id: UUID, n: int, entry: Entry, recorded_at: dt.datetime) -> str:
    """The one text of an entry at its place."""
    return canonical(
        {
            "id": entry_id,
            "n": n,
            "period": entry.period_id,
            "booked_on": entry.booked_on,
            "source": [entry.source_type, entry.source_id, entry.purpose],
            "narrative": entry.narrative,
            "reverses": entry.reverses_id,
            "recorded_at": recorded_at,
            "postings": [
                [
                    each.account,
                    each.party_id,
                    each.side,
                    each.amount.amount,
                    each.amount.currency.code,
                ]
                for each in entry.postings
            ],
        }
    )


def link(
    previous_hash: str, entry_id: UUID, n: int, entry: Entry, recorded_at: dt.datetime
) -> Booked:
    """Put an entry at its place in the chain."""
    text = entry_text(entry_id, n, entry, recorded_at)
    return Booked(entry_id, n, entry, recorded_at, previous_hash, chained_hash(previous_hash, text))


def chained_hash(previous_hash: str, text: str) -> str:
    """The hash of an entry: SHA-256 over the hash before it, a line end, and its text."""
    return sha256_hex(f"{previous_hash}\n{text}".encode())


def broken_links(book: Iterable[Booked]) -> list[Finding]:
    """Walk the book in the order of its numbers and name each place that does not hold."""
    findings = []
    expected_n, expected_hash = 1, GENESIS
    for booked in book:
        if booked.n != expected_n:
            findings.append(
                Finding(booked.n, booked.id, f"number {expected_n} is missing before {booked.n}")
            )
        if booked.previous_hash != expected_hash:
            findings.append(Finding(booked.n, booked.id, "does not follow the entry before it"))
        text = entry_text(booked.id, booked.n, booked.entry, booked.recorded_at)
        if chained_hash(booked.previous_hash, text) != booked.hash:
            findings.append(Finding(booked.n, booked.id, "was changed after it was booked"))
        expected_n, expected_hash = booked.n + 1, booked.hash
    return findings
