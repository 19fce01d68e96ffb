"""What a rule splits, units and refunds are recomputed from lists of the reader's own."""

import csv
import datetime as dt
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from settlement.app.scenario.playing import play_steps
from settlement.evidence import service as evidence
from settlement.evidence.verify import (
    BACK_OF_RULE,
    COUNT,
    REVENUE,
    RULE,
    Broken,
    taken_as_stated,
    verify,
)
from settlement.parties import service as parties
from settlement.parties.standing import Standing
from settlement.parties.standings import service as standings
from settlement.self_billing import service as self_billing
from settlement.self_billing.behind import leaves_of
from settlement.sharing.sealing import merkle
from statements import service as statements
from tenants.persistence.database import Database
from tests.settlement.evidence.test_bundle import (
    played,
    unzipped,
    with_new_hashes,
    with_new_manifest,
)
from tests.settlement.evidence.test_corrected_bundle import bundles_of, rows
from tests.settlement.evidence.test_so_far import written
from tests.settlement.rating.staging import staged

# Anna is young: her calls are the band's, 40 % and 0.03 a minute; Jan's are the label's, 50 % and
# 0.06 a minute. A minute costs 0.60. In October Anna calls 100 s and 60 s: 1.00 and 0.60, of which
# the band gets 0.64, and 0.08 for 160 s. Jan calls 300 s: 3.00, so 1.50 and 0.30. In November a
# call of 80 s of October comes late: 2.40 and 240 s are then Anna's, so 0.96 and 0.12 are given and
# 0.64 and 0.08 taken back. 0.60 of all that was sold in October is given back: by 2.40 to 3.00,
# 0.27 of the band's calls and 0.33 of the label's.
STORY = """
title = "Calls of the young are the band's, all others the label's"
rules = ["R40", "R33", "R41"]
steps = [
    "ingest usage-1.csv",
    "rate 2026-10",
    "close 2026-10",
    "bill 2026-10",
    "state 2026-10",
    "at 2026-11-20T09:00:00Z",
    "ingest usage-2.csv",
    "rate 2026-11",
    "refund anna line 1 0.60 PLN because the line was bad",
    "at 2026-12-02T09:00:00Z",
    "rate 2026-11",
    "close 2026-11",
    "state 2026-11",
]
products = [{ code = "hotline", service = "voice" }]

[[customers]]
code = "anna"
tariff = "talk"
numbers = ["48501100001"]
segments = ["young"]

[[customers]]
code = "jan"
tariff = "talk"
numbers = ["48501100002"]

[[partners]]
code = "band"

[[partners]]
code = "label"

[[tariffs]]
code = "talk"
voice = { price = "0.60" }

[[revenue_shares]]
code = "calls"
partner = "label"
products = ["hotline"]

[revenue_shares.terms]
shares = [{ payee = "label", rate = "0.50" }]
units = [{ payee = "label", amount = "0.06", per = "minute" }]

[[revenue_shares.terms.rules]]
name = "young"
segments = ["young"]
shares = [{ payee = "band", rate = "0.40" }]
units = [{ payee = "band", amount = "0.03", per = "minute" }]
"""
USAGE = """id,kind,from,to,product,at,seconds
1,voice,48501100001,48601200001,hotline,2026-10-05T10:00:00Z,100
2,voice,48501100002,48601200001,hotline,2026-10-05T11:00:00Z,300
3,voice,48501100001,48601200001,hotline,2026-10-06T10:00:00Z,60
"""
LATE = """id,kind,from,to,product,at,seconds
4,voice,48501100001,48601200001,hotline,2026-10-20T10:00:00Z,80
5,voice,48501100002,48601200001,hotline,2026-11-06T10:00:00Z,120
"""
ARTS = "a_song_sold_to_the_young_or_abroad_is_shared_otherwise"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story as a folder."""
    folder = tmp_path_factory.mktemp("calls")
    texts = {"story.toml": STORY, "usage-1.csv": USAGE, "usage-2.csv": LATE}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def bundles(shared_database: Database, place: Path) -> list[bytes]:
    """Those of the band and the label for October, then for November."""
    with played(shared_database, str(place)) as session:
        return bundles_of(session)


def of_shares(content: bytes, *names: str) -> list[tuple[str, ...]]:
    return [tuple(share[name] for name in names) for share in rows(content, "shares.csv")]


def test_what_a_rule_splits_is_recomputed_from_the_events_of_the_rule_alone(bundles: list[bytes]):
    band, label, *_ = bundles

    assert [row["amount_3600"] for row in rows(band, "events.csv")] == ["3600", "2160"]
    assert [row["amount_3600"] for row in rows(label, "events.csv")] == ["10800"]
    names = "cause", "rule", "gross", "amount", "listed"
    assert ("share", "young", "1.6", "0.64", "yes") in of_shares(band, *names)
    assert ("share", "", "3", "1.5", "yes") in of_shares(label, *names)
    for content in (band, label):
        assert verify(content)[1].startswith("1 of 1 shares of revenue recomputed")
        assert f"taken as stated of share 1, 2: {RULE}" in verify(content)


def test_minutes_are_recomputed_from_the_units_of_each_event(bundles: list[bytes]):
    band, label, *_ = bundles

    assert [row["units"] for row in rows(band, "units.csv")] == ["100", "60"]
    assert ("U1", "minute:0.03:2.67", "0.08") in of_shares(band, "counted", "unit", "amount")
    assert ("U1", "minute:0.06:5", "0.3") in of_shares(label, "counted", "unit", "amount")
    assert verify(band)[2] == "1 of 1 amounts for units recomputed from units of events"


def test_a_correction_of_what_a_rule_splits_is_recomputed_before_and_anew(bundles: list[bytes]):
    band = bundles[2]

    assert of_shares(band, "revenue", "counted", "gross", "amount", "given_back") == [
        ("B1", "", "-1.6", "-0.64", ""),
        ("A1", "", "2.4", "0.96", ""),
        ("R1", "UB1", "0", "-0.08", ""),
        ("R1", "UA1", "0", "0.12", ""),
        ("R1", "", "-0.27", "-0.11", "G1-1"),
    ]
    sealed = [
        {row["revenue"]: row["root"] for row in rows(content, "revenues.csv")}
        for content in (bundles[0], band)
    ]
    assert sealed[1]["B1"] == sealed[0]["R1"]
    assert sealed[1]["UB1"] == sealed[0]["U1"]
    assert f"taken as stated of share 1, 2, 3, 4, 5: {RULE}" in verify(band)
    assert f"taken as stated of share 5: {BACK_OF_RULE}" in verify(band)


def test_nothing_that_another_rule_splits_is_told(bundles: list[bytes]):
    of_band, of_label = bundles[::2], bundles[1::2]
    # Times of calls, what they cost and how long they were; what the other got back.
    for others, foreign in (
        (of_label, (b"2026-10-06", b"2026-10-20", b"young", b"band", b"0.27", b",160", b"0.64")),
        (of_band, (b"T11:00:00", b"2026-11-06", b"label", b"0.33", b"10800", b"0.06")),
    ):
        for content in others:
            files = unzipped(content)
            told = b"".join(files[name] for name in files if name.endswith(".csv"))
            # Nor the whole of a refund, from which the part of others follows.
            assert {row["amount"] for row in rows(content, "given_back.csv")} <= {"0.27", "0.33"}
            for each in (*foreign, b"anna", b"jan", b"4850110", b"4860120"):
                assert each not in told, each


def test_who_is_paid_for_units_alone_is_told_no_amounts_of_events(shared_database: Database):
    with played(shared_database, ARTS) as session:
        [content] = bundles_of(session)

    # Four songs abroad for 2.00 or 3.00 and one taken back are 3 units; their amounts are not told.
    assert [row["counts"] for row in rows(content, "units.csv")] == ["1", "1", "1", "1", "-1"]
    exact = {row["amount_3600"] for row in rows(content, "events.csv")}
    assert exact == {"36000", "14400"}


def test_who_is_classed_otherwise_later_changes_nothing_of_a_closed_month(
    shared_database: Database, place: Path
):
    with staged(shared_database, str(place)) as play:
        closed = play.story.steps[:5]
        play.story = replace(play.story, steps=closed)
        play_steps(play)
        before = bundles_of(play.session)
        for code, segments in (("anna", ()), ("jan", ("young",))):
            party = parties.party_by_code(play.session, code)
            day = dt.date(2026, 10, 15)
            standings.set_standing(play.session, party.id, Standing("", segments, ""), day)
        play.story = replace(play.story, steps=[])

        assert bundles_of(play.session) == before
        assert all(verify(content) for content in before)


def forged(content: bytes, name: str, row: int, **said: str) -> bytes:
    """A bundle in which a row of a file says something else, and all hashes fit."""
    found = rows(content, name)
    found[row] |= said
    return with_new_hashes(unzipped(content) | {name: written(found)})


def with_row(content: bytes, name: str, **said: str) -> bytes:
    found = rows(content, name)
    return with_new_hashes(unzipped(content) | {name: written([*found, found[-1] | said])})


UNITS = "its units are not those of {}"
OTHER_EVENTS = "units of {} are of other events than listed"
NOT_BACK = "share 5: it is not of what customers got back"


@pytest.mark.parametrize(
    ("which", "name", "row", "said", "link"),
    [
        # October's statement of the band: share 1 of revenue, share 2 for minutes.
        (0, "units.csv", 0, {"units": "101"}, "share 2: " + UNITS.format("U1")),
        (0, "units.csv", 0, {"counts": "-1"}, OTHER_EVENTS.format("U1")),
        (0, "units.csv", 0, {"counts": "2"}, "units.csv: event 1 is not one event"),
        (0, "units.csv", 1, {"occurred_at": "2026-10-07T"}, OTHER_EVENTS.format("U1")),
        (0, "shares.csv", 1, {"unit": "minute:0.03:2.83"}, "not that of its units|those of U1"),
        (0, "shares.csv", 1, {"counted": "UA1"}, "share 2: its units are of another month"),
        (0, "shares.csv", 1, {"counted": "U2"}, "share 2: " + UNITS.format("U2")),
        (0, "shares.csv", 1, {"counted": ""}, "units.csv: no share is for the units of U1"),
        (0, "shares.csv", 0, {"rule_products": "film"}, "share 1: its rule is of other products"),
        (0, "shares.csv", 0, {"rule_destinations": "4"}, "its rule is of other destinations"),
        (0, "shares.csv", 0, {"gross": "1.7"}, "share 1: its revenue is not what was charged"),
        (0, "events.csv", 0, {"amount_3600": "3601"}, "events of revenue R1 do not add up"),
        # November's: revenue (1, 2) and minutes (3, 4) of October before and anew, a refund (5).
        (2, "units.csv", 0, {"units": "101"}, "share 3: " + UNITS.format("UB1")),
        (2, "units.csv", 4, {"units": "81"}, "share 4: " + UNITS.format("UA1")),
        (2, "shares.csv", 2, {"counted": "UA1"}, "share 3: " + UNITS.format("UA1")),
        (2, "shares.csv", 3, {"counted": "U1"}, "share 4: its units are of another month"),
        (2, "given_back.csv", 0, {"amount": "0.28"}, NOT_BACK),
        (2, "given_back.csv", 0, {"cause": "chargeback"}, NOT_BACK),
        (2, "given_back.csv", 0, {"sold_in": "2026-09"}, NOT_BACK),
        (2, "shares.csv", 4, {"given_back": "G1-2"}, NOT_BACK),
        (2, "shares.csv", 4, {"given_back": ""}, "no share is taken back for G1-1"),
    ],
)
def test_one_changed_figure_of_a_list_is_named_even_where_all_hashes_fit(
    bundles: list[bytes], which: int, name: str, row: int, said: dict[str, str], link: str
):
    assert verify(bundles[which])
    with pytest.raises(Broken, match=link):
        verify(forged(bundles[which], name, row, **said))


@pytest.mark.parametrize(
    ("which", "name", "said", "link"),
    [
        (0, "units.csv", {"event": "3", "occurred_at": "2026-10-07T"}, UNITS.format("U1")),
        (2, "units.csv", {"event": "4", "occurred_at": "2026-10-21T"}, UNITS.format("UA1")),
        (2, "given_back.csv", {"refund": "2"}, "no share is taken back for G1-2"),
    ],
)
def test_one_added_row_of_a_list_is_named_even_where_all_hashes_fit(
    bundles: list[bytes], which: int, name: str, said: dict[str, str], link: str
):
    with pytest.raises(Broken, match=link):
        verify(with_row(bundles[which], name, **said))


@pytest.mark.parametrize("name", ["units.csv", "given_back.csv"])
def test_rows_of_a_list_are_held_by_the_printed_root(bundles: list[bytes], name: str):
    files = unzipped(bundles[2])
    for row in range(len(rows(bundles[2], name))):
        found = rows(bundles[2], name)
        revenue = found[row]["revenue"]
        left = [each for place, each in enumerate(found) if place != row]
        bent = [each | {"revenue": "R1"} if each == found[row] else each for each in found]
        text = written(left) if left else files[name].split(b"\r\n")[0] + b"\r\n"
        with pytest.raises(Broken, match=f"{name}: the Merkle root of revenue {revenue} differs"):
            verify(with_new_manifest(files | {name: text}))
        with pytest.raises(Broken, match=f"{name}: rows of R1 are in the wrong file"):
            verify(with_new_manifest(files | {name: written(bent)}))
    with pytest.raises(Broken, match=f"{name} is missing"):
        verify(with_new_manifest({each: files[each] for each in files if each != name}))


def test_a_bundle_of_the_version_before_is_verified_as_it_was(bundles: list[bytes]):
    """Without the columns and files that came with 2.3."""
    files = unzipped(bundles[0])
    names = [name for name in rows(bundles[0], "shares.csv")[0] if name not in ("ruled", "counted")]
    names = [name for name in names if not name.startswith(("rule_", "given_back"))]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\r\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows(bundles[0], "shares.csv"))
    lists = files["revenues.csv"].decode().split("\r\n")
    leaves = files["leaves.csv"].decode().split("\r\n")
    files |= {
        "shares.csv": out.getvalue().encode(),
        "revenues.csv": "\r\n".join(row for row in lists if row[:1] != "U").encode(),
        "leaves.csv": "\r\n".join(row for row in leaves if row[:1] != "U").encode(),
    }
    files["manifest.json"] = files["manifest.json"].replace(b"evidence-2.3", b"evidence-2.2")
    root = merkle.root(files["revenues.csv"].decode().split("\r\n")[1:-1])
    files["statement.xml"] = files["statement.xml"].replace(
        verify(bundles[0])[0].split("root ")[1].split(" ")[0].encode(), root.encode()
    )
    for name in ("units.csv", "given_back.csv"):
        del files[name]

    told = verify(with_new_manifest(files, merkle_root=root))

    assert f"taken as stated of share 2: {COUNT}" in told


def test_on_a_statement_issued_before_rules_were_listed_they_are_taken_as_stated(
    shared_database: Database, monkeypatch: pytest.MonkeyPatch
):
    def of_all_revenue(behind, seals, corrected):
        return merkle.root(leaves_of(replace(behind, is_whole=False), seals, corrected))

    monkeypatch.setattr(self_billing, "root_of", of_all_revenue)
    with played(shared_database, ARTS) as session:
        [content] = bundles_of(session)

    told = verify(content)
    assert told[1].startswith("0 of 3 shares of revenue recomputed")
    assert f"taken as stated of share 1, 2, 3: {REVENUE}" in told
    assert f"taken as stated of share 4: {COUNT}" in told


def test_units_and_refunds_have_proofs_too(shared_database: Database, place: Path):
    with played(shared_database, str(place)) as session:
        last = [each for each in statements.documents(session) if each.number.endswith("/0003")]
        [filed] = [each for each in last if each.number.startswith("SB/")]
        for event in ("UA1-3", "G1-1"):
            [proof] = evidence.proofs_of(session, filed.id, event)
            assert proof.merkle_root in verify(bundles_of(session)[2])[0]


def test_a_plain_python_tells_what_to_hold_against_ones_own_papers(
    bundles: list[bytes], tmp_path: Path
):
    place = tmp_path / "bundle.zip"
    place.write_bytes(bundles[0])
    (tmp_path / "verify.py").write_bytes(unzipped(bundles[0])["verify.py"])

    def run(name: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(tmp_path / name)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={})

    done = run("bundle.zip")
    assert (done.returncode, done.stderr) == (0, "")
    assert "hold them against your agreement (calls version 1)" in done.stdout
    assert "statement.pdf is not read" in done.stdout
    absent = run("nothing.zip")
    assert (absent.returncode, absent.stdout) == (2, "")
    assert absent.stderr.startswith("not checked: ")
    assert len(absent.stderr.splitlines()) == 1


def test_a_line_in_another_currency_is_named_as_stated():
    share = {"line": "1", "currency": "EUR", "cause": "fee", "promised": "31"}
    of_fee = share | {"ruled": "", "revenue": "R1", "listed": "no"}

    told = taken_as_stated([of_fee], {"currency": "PLN"})

    assert told == [
        "taken as stated of share 1: its conversion from EUR: hold the rate against its source"
    ]
    assert taken_as_stated([of_fee], {"currency": "EUR"}) == []
