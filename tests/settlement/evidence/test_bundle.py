"""A bundle is valid as it is given, and whoever changes one thing in it is named the link."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol

import pytest
from lxml import etree

from settlement.app.scenario.playing import play_steps
from settlement.app.scenario.steps import read_step
from settlement.evidence import service
from settlement.evidence.verify import Broken, leaves_of, verify, verify_proof
from settlement.parties import service as parties
from settlement.sharing.sealing import merkle
from statements import service as statements
from statements.document import Document
from statements.downloading import STATEMENTS
from statements.service import NoSuchDocument
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM, Principal, Role
from tenants.session import TenantSession
from tenants.settings import settings_from_environment
from tests.conftest import copy_of_template
from tests.settlement.rating.staging import staged

PLAIN = "twenty_five_is_paid_and_a_cent_less_is_carried"
TOLD = (
    "a_file_loaded_by_mistake_is_taken_back_after_the_invoice",
    "a_song_sold_to_the_young_or_abroad_is_shared_otherwise",
    "more_than_ten_thousand_is_shared_at_sixty_percent",
    "late_sales_lift_the_closed_month_into_its_next_tier",
    "a_refund_goes_by_the_shares_that_were_stored",
    "a_share_is_paid_out_as_the_customer_pays",
)


@contextmanager
def played(on: Database, name: str, *more: str) -> Iterator[TenantSession]:
    """The session of a story that has been played, and more steps; nothing of it is kept."""
    with staged(on, name) as play:
        play.story = replace(play.story, steps=[*play.story.steps, *map(read_step, more)])
        play_steps(play)
        yield play.session


class Told(Protocol):
    """All bundles of a story that has been played, and more steps."""

    def __call__(self, story: str, *more: str) -> list[bytes]: ...


@pytest.fixture(scope="module")
def bundles(shared_database: Database) -> Told:
    """Stories are played once, whoever asks for their bundles."""

    @cache
    def told(story: str, *more: str) -> list[bytes]:
        with played(shared_database, story, *more) as session:
            issued = statements.documents(session, status="issued")
            wanted = [each for each in issued if each.kind in STATEMENTS]
            return [service.bundle_of(session, each.id)[1] for each in wanted]

    return told


@pytest.fixture(scope="module")
def given(server: launcher.Server, template: Place) -> Iterator[SimpleNamespace]:
    """The bundle of the singer, of the story in which 49.98 is shared by halves."""
    assert template
    url = copy_of_template(server, "given_evidence").application_url
    database = Database(url, settings_from_environment())
    with played(database, PLAIN) as session:
        singer = parties.party_by_code(session, "singer")
        [filed] = statements.documents(session, party_id=singer.id)
        name, content = service.bundle_of(session, filed.id)
        yield SimpleNamespace(session=session, filed=filed, name=name, content=content)
    database.close()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def is_valid_by_its_schema(content: bytes, xml: str, schema: str, folder: Path) -> bool:
    """Whether a file of a bundle is valid by what the bundle alone has under schemas/."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    [place] = [each for each in listed if each.rpartition("/")[2].startswith(schema)]
    assert place.startswith("schemas/")
    return etree.XMLSchema(file=str(folder / place)).validate(etree.parse(folder / xml))


def root_of(files: dict[str, bytes]) -> str:
    return merkle.root(files["revenues.csv"].decode().split("\r\n")[1:-1])


def with_new_hashes(files: dict[str, bytes]) -> bytes:
    """What a careful forger gives: every hash and root fits the changed files, printed ones too."""
    before = root_of(files)
    sealed = leaves_of(files)
    lines = files["revenues.csv"].decode().split("\r\n")[1:-1]
    revenues = [line.split(",")[0] for line in lines]
    told = [
        f"{name},{sealed[name][1]},{merkle.root(sealed[name][0])}"
        for name in revenues
        if name in sealed
    ]
    files["revenues.csv"] = "".join(f"{row}\r\n" for row in ["revenue,events,root", *told]).encode()
    printed = files["statement.xml"].replace(before.encode(), root_of(files).encode())
    files["statement.xml"] = printed
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: sha256(content).hexdigest()
        for name, content in files.items()
        if name != "manifest.json"
    }
    manifest |= {"merkle_root": root_of(files)}
    said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return zipped(files | {"manifest.json": said.encode()})


def test_its_xml_is_valid_by_the_schema_that_is_beside_it(
    given: SimpleNamespace, tmp_path: Path
) -> None:
    assert is_valid_by_its_schema(given.content, "statement.xml", "UBL-Invoice-", tmp_path)


@pytest.mark.parametrize("story", TOLD)
def test_what_is_given_is_valid(story: str, bundles: Told):
    found = bundles(story)
    assert found
    for content in found:
        assert verify(content)


def test_shares_are_recomputed_and_not_only_listed(given: SimpleNamespace):
    told = verify(given.content)
    assert told[1].startswith("1 of 1 shares of revenue recomputed")
    assert told[2].startswith("1 of 1 lines")
    [share] = csv.DictReader(io.StringIO(unzipped(given.content)["shares.csv"].decode()))
    assert (share["gross"], share["rate"], share["amount"]) == ("49.98", "0.5", "24.99")


def test_a_line_rounded_half_to_even_is_recomputed_too(given: SimpleNamespace):
    files = unzipped(given.content)
    even = files["shares.csv"].replace(b",half_up,", b",half_even,")
    assert even != files["shares.csv"]

    told = verify(with_new_hashes(files | {"shares.csv": even}))

    assert told[2].startswith("1 of 1 lines")


def test_the_same_statement_gives_the_same_bytes(given: SimpleNamespace):
    assert service.bundle_of(given.session, given.filed.id)[1] == given.content


def test_any_changed_byte_of_any_file_is_found(given: SimpleNamespace):
    files = unzipped(given.content)
    for name, content in files.items():
        for place in range(0, len(content), max(1, len(content) // 7)):
            changed = bytearray(content)
            changed[place] ^= 1
            with pytest.raises(Broken) as broken:
                verify(zipped(files | {name: bytes(changed)}))
            assert name in str(broken.value) or name == "manifest.json"


@pytest.mark.parametrize("name", ["events.csv", "shares.csv", "statement.pdf", "manifest.json"])
def test_a_missing_file_is_found(given: SimpleNamespace, name: str):
    files = unzipped(given.content)
    del files[name]
    with pytest.raises(Broken, match=r"manifest\.json"):
        verify(zipped(files))


@pytest.mark.parametrize(
    ("name", "old", "new", "link"),
    [
        ("events.csv", "179928", "179892", "events of revenue R1 do not add up"),
        ("shares.csv", ",49.98,0,", ",59.98,0,", "share 1: its revenue is not what was charged"),
        ("charges.csv", "49.98", "59.98", "charge 1 is not what its usage comes to"),
        ("shares.csv", "24.99", "24.97", "share 1: its amount is not its rate of the base"),
        ("shares.csv", ",0.5,", ",0.6,", "share 1: its amount is not its rate of the base"),
        ("shares.csv", ",49.98,0,49.98", ",49.98,1,49.98", "its base is not what is left"),
        ("statement.xml", ">24.99<", ">25.99<", "its lines are not those of statement.xml"),
        ("statement.csv", "24.99", "25.99", "its lines are not those of statement.xml"),
        ("statement.csv", ",0.00,24.99\r", ",0.00,24.98\r", "its balance does not add up"),
        ("statement.csv", ",0.00,24.99,0.00,", ",0.01,24.99,0.00,", "its balance does not add up"),
    ],
)
def test_a_forged_amount_is_named_even_where_all_hashes_fit(
    given: SimpleNamespace, name: str, old: str, new: str, link: str
):
    files = unzipped(given.content)
    assert old.encode() in files[name]
    with pytest.raises(Broken, match=link):
        verify(with_new_hashes(files | {name: files[name].replace(old.encode(), new.encode())}))


def test_what_tiers_give_is_recomputed(bundles: Told):
    contents = bundles("more_than_ten_thousand_is_shared_at_sixty_percent")
    shares = [
        (unzipped(content), share)
        for content in contents
        for share in csv.DictReader(io.StringIO(unzipped(content)["shares.csv"].decode()))
        if share["tiers"]
    ]
    assert shares
    for files, share in shares:
        told = f"{share['tier_base']},{share['tiers']},{share['credited']}"
        first = share["tiers"].split()[0]
        rate, part, amount = first.split(":")
        for old, new, link in (
            (first, f"0.99:{part}:{amount}", "a tier is not its rate of its part"),
            (f"{share['tier_base']},", "1,", "its tiers are not of its base so far"),
            (f",{share['credited']}", ",-1", "its tiers do not come to its amount"),
        ):
            forged = told.replace(old, new, 1)
            assert forged != told
            text = files["shares.csv"].replace(told.encode(), forged.encode())
            with pytest.raises(Broken, match=link):
                verify(with_new_hashes(files | {"shares.csv": text}))


STATED = ("close 2026-10", "state 2026-10")


def forged(content: bytes, share: dict[str, str], name: str, value: str) -> bytes:
    """A bundle in which a share says something else, and all hashes fit."""
    files = unzipped(content)
    rows = list(csv.DictReader(io.StringIO(files["shares.csv"].decode())))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row | {name: value} if row == share else row for row in rows)
    return with_new_hashes(files | {"shares.csv": out.getvalue().encode()})


def shares_with(contents: list[bytes], name: str) -> list[tuple[bytes, dict[str, str]]]:
    """The shares of all bundles that say something of this."""
    return [
        (content, share)
        for content in contents
        for share in csv.DictReader(io.StringIO(unzipped(content)["shares.csv"].decode()))
        if share[name]
    ]


def test_links_of_a_chain_are_recomputed_from_what_they_received(bundles: Told):
    story = "what_is_shared_is_what_the_steps_leave"
    found = shares_with(bundles(story, *STATED), "received")

    # Of 10.00 the operator keeps 3.00, the aggregator 1.40 of 7.00, the studio the 5.60 left.
    told = {(share["received"], share["kept"], share["amount"]) for _, share in found}
    assert told == {("7", "0.2", "1.4"), ("5.6", "1", "5.6")}
    for content, share in found:
        assert verify(content)
        for name, value, link in (
            ("kept", "0.5", "it is not its part of what it received"),
            ("received", "11", "the chain passed on more than its base"),
            ("left", "1", "its base is not what is left to share"),
        ):
            with pytest.raises(Broken, match=f"share {share['line']}: {link}"):
                verify(forged(content, share, name, value))


def test_events_that_are_split_one_by_one_are_recomputed_one_by_one(bundles: Told):
    story = "a_thousand_small_sales_shared_one_by_one_or_together"
    [(content, share)] = shares_with(bundles(story, *STATED), "event_rate")

    # 1,000 events of 0.10 at 33.33 % are 0.03 each; a rate of 34 % would give the same, 36 % not.
    assert (share["event_rate"], share["amount"]) == ("0.3333", "30")
    assert verify(content)
    assert verify(forged(content, share, "event_rate", "0.34"))
    for name, value in (("event_rate", "0.36"), ("amount", "33.33")):
        with pytest.raises(Broken, match="its amount is not its rate of each event"):
            verify(forged(content, share, name, value))


def test_events_of_several_payees_and_in_parts_are_recomputed_exactly(bundles: Told):
    story = "a_sale_in_two_parts_is_shared_as_one_by_three"
    found = shares_with(bundles(story), "event_parts")

    # The label gets the odd cent of 0.67, the band does not; neither sees what the other gets.
    told = {(share["event_parts"], share["amount"]) for _, share in found}
    assert told == {("0.33:0.11 0.67:0.23", "0.34"), ("0.33:0.11 0.67:0.22", "0.33")}
    for content, share in found:
        assert verify(content)
        assert len(unzipped(content)["events.csv"].decode().split("\r\n")) == 1 + 3 + 1
        for name, value, link in (
            ("event_parts", "0.33:0.11 0.67:0.21", "a part is not its rate of its amount"),
            ("event_parts", "0.33:0.12 0.67:0.24", "a part is not its rate of its amount"),
            ("event_parts", "0.33:0.11", "no part is told of an event"),
            ("event_parts", "0.33:0.11 0.33:0.11 0.67:0.22", "two parts are told of one amount"),
            ("amount", "0.35", "its amount is not its rate of each event"),
        ):
            with pytest.raises(Broken, match=f"share {share['line']}: {link}"):
                verify(forged(content, share, name, value))


def with_new_manifest(files: dict[str, bytes], **told: object) -> bytes:
    """What a hasty forger gives: the manifest fits the changed files, and no root does."""
    manifest = json.loads(files["manifest.json"]) | told
    manifest["files"] = {
        name: sha256(content).hexdigest()
        for name, content in files.items()
        if name != "manifest.json"
    }
    said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return zipped(files | {"manifest.json": said.encode()})


def changed(content: bytes, column: int, value: str) -> bytes:
    """A table with another value in a column of its first row."""
    head, row, *rest = content.decode().split("\r\n")
    cells = row.split(",")
    cells[column] = value
    return "\r\n".join([head, ",".join(cells), *rest]).encode()


@pytest.mark.parametrize(
    ("name", "column", "value", "link"),
    [
        # Leaves: whose records they are, their order, what the rows of an event say.
        ("leaves.csv", 2, "0" * 64, "the Merkle root of revenue R1 differs"),
        ("leaves.csv", 0, "R2", "leaves of revenue R1 are missing"),
        ("events.csv", 0, "R2", "leaves of revenue R2 are missing"),
        ("events.csv", 1, "2", "the Merkle root of revenue R1 differs"),
        ("events.csv", 2, "2", "the Merkle root of revenue R1 differs"),
        ("events.csv", 3, "2026-10-05T09:00:00.000000+00:00", "the Merkle root of revenue R1"),
        # The root of a revenue, and how many events it is over.
        ("revenues.csv", 2, "0" * 64, "the Merkle root of revenue R1 differs"),
        ("revenues.csv", 1, "2", "in the number of its events"),
    ],
)
def test_each_link_of_the_tree_is_held_by_the_roots(
    given: SimpleNamespace, name: str, column: int, value: str, link: str
):
    files = unzipped(given.content)
    with pytest.raises(Broken, match=link):
        verify(with_new_manifest(files | {name: changed(files[name], column, value)}))


def test_the_root_over_the_revenues_is_that_of_the_manifest(given: SimpleNamespace):
    with pytest.raises(Broken, match="the Merkle root differs"):
        verify(with_new_manifest(unzipped(given.content), merkle_root="0" * 64))
    with pytest.raises(Broken, match="the number of events differs"):
        verify(with_new_manifest(unzipped(given.content), events=2))


@pytest.mark.parametrize(
    ("figure", "link"),
    [
        ("TaxExclusiveAmount", "net and tax are not gross"),
        ("TaxInclusiveAmount", "net and tax are not gross"),
        ("TaxAmount", "its tax does not add up"),
    ],
)
def test_each_total_of_the_statement_is_held(given: SimpleNamespace, figure: str, link: str):
    files = unzipped(given.content)
    before = files["statement.xml"].decode()
    forged = re.sub(rf"(<cbc:{figure}[^>]*>)[^<]*", r"\g<1>77.77", before, count=1)
    assert forged != before
    with pytest.raises(Broken, match=link):
        verify(with_new_manifest(files | {"statement.xml": forged.encode()}))


def test_what_is_released_is_held_to_what_customers_paid(bundles: Told):
    story = "a_share_is_paid_out_as_the_customer_pays"
    found = shares_with(bundles(story), "paid")

    assert found
    for content, share in found:
        # Another part, earlier releases or amount released than what the others give.
        for name in ("before", "released"):
            value = str(Decimal(share[name] or "0") + Decimal("0.02"))
            with pytest.raises(Broken, match=f"share {share['line']}"):
                verify(forged(content, share, name, value))


def test_a_dropped_event_is_named_even_where_all_hashes_fit(given: SimpleNamespace):
    files = unzipped(given.content)
    head, _event = files["events.csv"].split(b"\r\n", 1)
    forged = files | {"events.csv": head + b"\r\n", "leaves.csv": b"revenue,leaf,keys\r\n"}
    with pytest.raises(Broken, match=r"revenues\.csv: the number of events differs"):
        verify(with_new_hashes(forged))


def test_the_root_is_printed_on_the_statement_and_told_by_the_verifier(given: SimpleNamespace):
    files = unzipped(given.content)
    root = json.loads(files["manifest.json"])["merkle_root"]
    document = statements.content(given.session, given.filed.id)
    assert isinstance(document, Document)
    assert document.notes == (f"Merkle root of the events behind this statement: {root}",)
    assert verify(given.content)[0].endswith(f"Merkle root {root} printed on the statement")


def test_events_that_the_printed_root_was_not_taken_over_are_found(given: SimpleNamespace):
    files = unzipped(given.content)
    files["events.csv"] = files["events.csv"].replace(b"T08:", b"T09:")
    printed = files["statement.xml"]
    changed = unzipped(with_new_hashes(files)) | {"statement.xml": printed}
    manifest = json.loads(changed["manifest.json"])
    manifest["files"]["statement.xml"] = sha256(printed).hexdigest()
    said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    with pytest.raises(Broken, match="it prints another Merkle root"):
        verify(zipped(changed | {"manifest.json": said.encode()}))


def test_the_verifier_in_the_bundle_says_so_by_itself(given: SimpleNamespace, tmp_path: Path):
    files = unzipped(given.content)
    (tmp_path / "verify.py").write_bytes(files["verify.py"])
    (tmp_path / "bundle.zip").write_bytes(given.content)
    command = [sys.executable, "-I", "-S", "verify.py", "bundle.zip"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout.split("\n")[0]) == (0, "valid")
    (tmp_path / "bundle.zip").write_bytes(zipped(files | {"shares.csv": b"line\r\n"}))
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (
        1,
        "broken: shares.csv: its hash differs from the manifest's\n",
    )


def test_each_event_has_a_proof_and_no_other_row_has_it(given: SimpleNamespace):
    files = unzipped(given.content)
    [event] = csv.DictReader(io.StringIO(files["events.csv"].decode()))
    name = f"{event['revenue']}-{event['event']}"
    [proof] = service.proofs_of(given.session, given.filed.id, name)
    plain = asdict(proof) | {
        "path": [each._asdict() for each in proof.path],
        "path_of_revenue": [each._asdict() for each in proof.path_of_revenue],
    }
    assert verify_proof(given.content, plain)
    with pytest.raises(Broken, match="does not lead"):
        verify_proof(given.content, plain | {"leaf": proof.leaf.replace("T08:", "T09:")})
    for path, told in (("path", "to the revenue"), ("path_of_revenue", "to the root")):
        beside = [{"side": "left", "hash": "0" * 64}]
        with pytest.raises(Broken, match=f"does not lead .*{told}|does not lead {told}"):
            verify_proof(given.content, plain | {path: beside})
    with pytest.raises(Broken, match="another statement"):
        verify_proof(given.content, plain | {"merkle_root": "0" * 64})
    with pytest.raises(Broken, match="another revenue"):
        verify_proof(given.content, plain | {"event": "R2-1"})
    with pytest.raises(Broken, match="no such event"):
        verify_proof(given.content, plain | {"event": "R1-2"})
    for unknown in ("R1-2", "R2-1", "R1", "0" * 64):
        with pytest.raises(service.NoSuchEvent):
            service.proofs_of(given.session, given.filed.id, unknown)


def test_a_bundle_holds_nothing_of_others(given: SimpleNamespace):
    # Schemas are published, and the same in every bundle.
    files = unzipped(given.content).items()
    content = b"".join(each for name, each in files if not name.startswith("schemas/"))
    for foreign in (b"studio", b"film", b"gone", b"anna", b"48501100001"):
        assert foreign not in content, foreign
    studio = parties.party_by_code(given.session, "studio")
    given.session.principal = Principal("s@s.example", Role.PARTNER_USER, None, studio.id)
    try:
        with pytest.raises(NoSuchDocument):
            service.bundle_of(given.session, given.filed.id)
    finally:
        given.session.principal = SYSTEM
