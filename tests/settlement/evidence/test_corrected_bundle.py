"""Corrections of closed months are recomputed from their events, as they were and as rated anew."""

import csv
import io
import json
from dataclasses import asdict, replace
from types import SimpleNamespace

import pytest

from settlement.evidence import service
from settlement.evidence.verify import Broken, verify, verify_proof
from settlement.self_billing import service as self_billing
from settlement.self_billing.behind import leaves_of
from settlement.sharing.sealing import merkle
from statements import service as statements
from statements.downloading import STATEMENTS
from tenants.persistence.database import Database
from tests.settlement.evidence.test_bundle import (
    played,
    unzipped,
    with_new_hashes,
    with_new_manifest,
)

# Five sales of 0.10 in October, each shared by itself: 0.03. Three are undone, and one comes late.
LATE = "late_and_undone_sales_are_shared_one_by_one_too"
# Of 60.00 of October, shared by halves, 20.00 are undone in November, the rest in December.
UNDONE = "a_file_loaded_by_mistake_is_taken_back_after_the_invoice"
ALL_UNDONE = (
    "undo usage-1.csv because it is of another shop",
    "at 2027-01-02T09:00:00Z",
    "rate 2026-12",
    "close 2026-12 because no file comes for it",
    "state 2026-12",
)


def bundles_of(session) -> list[bytes]:
    """The bundles of all statements, the earliest first."""
    found = [each for each in statements.documents(session) if each.kind in STATEMENTS]
    in_order = sorted(found, key=lambda each: each.number)
    return [service.bundle_of(session, each.id)[1] for each in in_order]


@pytest.fixture(scope="module")
def late(shared_database: Database) -> SimpleNamespace:
    """The bundle of October's five sales and their correction to three."""
    with played(shared_database, LATE, "state 2026-12") as session:
        [content] = bundles_of(session)
        [filed] = statements.documents(session)
        proofs = {
            event: proof
            for event in ("B1-5", "A1-3")
            for proof in service.proofs_of(session, filed.id, event)
        }
    return SimpleNamespace(content=content, number=filed.number, proofs=proofs)


def rows(content: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(unzipped(content)[name].decode())))


def told_of(content: bytes, *names: str) -> list[tuple[str, ...]]:
    return [tuple(share[name] for name in names) for share in rows(content, "shares.csv")]


def test_a_late_files_correction_is_recomputed_from_the_events_before_and_anew(
    late: SimpleNamespace,
):
    told = verify(late.content)

    assert told[1] == (
        "3 of 3 shares of revenue recomputed from their events, 2 of them of corrected months"
    )
    assert told_of(late.content, "revenue", "corrects", "gross", "amount", "listed") == [
        ("R1", "", "0.5", "0.15", "yes"),
        ("B1", "2026-10", "-0.5", "-0.15", "yes"),
        ("A1", "2026-10", "0.3", "0.09", "yes"),
    ]


def test_each_correction_goes_on_from_what_the_statement_before_was_over(
    shared_database: Database,
):
    with played(shared_database, UNDONE, *ALL_UNDONE) as session:
        october, november, december = bundles_of(session)

    for content in (october, november, december):
        assert verify(content)
    sealed = [
        {row["revenue"]: (row["events"], row["root"]) for row in rows(content, "revenues.csv")}
        for content in (october, november, december)
    ]
    assert sealed[1]["B1"] == sealed[0]["R1"]
    assert sealed[2]["B1"] == sealed[1]["A1"]
    assert sealed[2]["A1"] == ("0", merkle.root([]))
    amounts = told_of(november, "revenue", "gross", "rate", "amount")
    assert set(amounts) == {
        ("R1", "4", "0.5", "2"),
        ("B1", "-60", "0.5", "-30"),
        ("A1", "40", "0.5", "20"),
    }
    assert set(told_of(december, "revenue", "gross", "rate", "amount")) == {
        ("B1", "-40", "0.5", "-20"),
        ("A1", "0", "0.5", "0"),
    }


LAST = b"A1,3,1,2026-10-03T08:00:00.000000+00:00,360\r\n"
FIRST = b"B1,1,1,2026-10-02T08:00:00.000000+00:00,360\r\n"
MORE = b"A1,4,1,2026-10-03T08:00:00.000000+00:00,360\r\n"


@pytest.mark.parametrize(
    ("old", "new", "side"),
    [
        (LAST, b"", "A1"),
        (LAST, LAST + MORE, "A1"),
        (LAST, LAST.replace(b",360", b",720"), "A1"),
        (FIRST, b"", "B1"),
        (FIRST, FIRST.replace(b"T08:", b"T09:"), "B1"),
    ],
)
def test_the_records_of_a_correction_are_held_by_the_printed_root(
    late: SimpleNamespace, old: bytes, new: bytes, side: str
):
    files = unzipped(late.content)
    assert old in files["events.csv"]
    forged = files | {"events.csv": files["events.csv"].replace(old, new)}
    with pytest.raises(Broken, match=f"the Merkle root of revenue {side} differs"):
        verify(with_new_manifest(forged))


NOT_THE_SUM = "events of revenue {} do not add up to its charges"
OF_LESS = ("charges.csv", b"3,1080,0.3\r\n", b"2,720,0.2\r\n")
LESS_SHARED = ("shares.csv", b",3,0.3,,0.3,,0.09,", b",2,0.2,,0.2,,0.09,")


@pytest.mark.parametrize(
    ("changes", "events", "link"),
    [
        # A record left out, one added, one of another amount: all else, every hash too, as it fits.
        ([("events.csv", LAST, b"")], -1, NOT_THE_SUM.format("A1")),
        ([("events.csv", LAST, LAST + MORE)], 1, NOT_THE_SUM.format("A1")),
        ([("events.csv", FIRST, FIRST.replace(b",360", b",720"))], 0, NOT_THE_SUM.format("B1")),
        # The same, and the figures that follow from it, as far as the one that does not.
        ([("events.csv", LAST, b""), OF_LESS], -1, "share 3: its revenue is not what was charged"),
        (
            [("events.csv", LAST, b""), OF_LESS, LESS_SHARED],
            -1,
            "share 3: its amount is not its rate of each event",
        ),
        # What is taken back is all that was shared before, and of the month that is corrected.
        (
            [("shares.csv", b",-0.15,", b",-0.12,")],
            0,
            "share 2: its amount is not its rate of each",
        ),
        (
            [("shares.csv", b",-0.15,half_up,yes", b",-0.15,half_up,no")],
            0,
            "share 3: what was shared before is not beside it",
        ),
        (
            [("shares.csv", b",0.09,half_up,yes", b",0.09,half_up,no")],
            0,
            "share 2: what is shared anew is not beside it",
        ),
        (
            [("shares.csv", b"2026-10,PLN,3", b"2026-09,PLN,3")],
            0,
            "share 2: what is shared anew is of another month",
        ),
        (
            [("shares.csv", b"2026-10,PLN,-5", b",PLN,-5")],
            0,
            "share 2: it is not of the month it corrects",
        ),
    ],
)
def test_one_changed_figure_of_a_correction_is_named_even_where_all_hashes_fit(
    late: SimpleNamespace, changes: list[tuple[str, bytes, bytes]], events: int, link: str
):
    files = unzipped(late.content)
    for name, old, new in changes:
        assert files[name].count(old) == 1
        files[name] = files[name].replace(old, new)
    manifest = json.loads(files["manifest.json"])
    manifest["events"] += events
    files["manifest.json"] = json.dumps(manifest).encode()

    with pytest.raises(Broken, match=link):
        verify(with_new_hashes(files))


@pytest.mark.parametrize("event", ["B1-5", "A1-3"])
def test_an_event_of_a_correction_has_a_proof(late: SimpleNamespace, event: str):
    proof = late.proofs[event]
    plain = asdict(proof) | {
        "path": [each._asdict() for each in proof.path],
        "path_of_revenue": [each._asdict() for each in proof.path_of_revenue],
    }
    assert verify_proof(late.content, plain) == [f"event {event} is in {late.number}"]


def test_on_a_statement_whose_root_is_not_over_corrections_they_are_taken_as_stated(
    shared_database: Database, monkeypatch: pytest.MonkeyPatch
):
    def of_months_alone(behind, seals, _corrected):
        return merkle.root(leaves_of(replace(behind, is_whole=False), seals))

    monkeypatch.setattr(self_billing, "root_of", of_months_alone)
    with played(shared_database, LATE, "state 2026-12") as session:
        [content] = bundles_of(session)

    assert verify(content)[0].endswith("printed on the statement")
    assert not verify(content)[0].endswith("not printed on the statement")
    assert told_of(content, "revenue", "amount", "listed") == [
        ("R1", "0.15", "yes"),
        ("R2", "-0.15", "no"),
        ("R2", "0.09", "no"),
    ]
