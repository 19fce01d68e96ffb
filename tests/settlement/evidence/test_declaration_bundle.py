"""A carrier checks the declaration it was sent against its records, and is named what is forged."""

import io
import json
import re
import zipfile
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from settlement.evidence.declarations import service as declarations
from settlement.evidence.verify import Broken, verify, verify_proof
from settlement.interconnect import service as interconnect
from settlement.interconnect.sealed_records import leaves
from settlement.sharing.sealing import merkle
from tenants.persistence.database import Database
from tests.settlement.evidence.test_bundle import is_valid_by_its_schema, played, unzipped, zipped

STORY = "a_call_in_transit_stands_on_two_statements"


@pytest.fixture(scope="module")
def given(shared_database: Database) -> SimpleNamespace:
    """The bundles of the declarations of a story in which one carrier's call goes on to another."""
    with played(shared_database, STORY) as session:
        ours = [each for each in interconnect.declarations(session) if each.origin == "ours"]
        contents = [declarations.bundle_of(session, each.id)[1] for each in ours]
        proofs = [declarations.proof_of_record(session, ours[0].id, 1)]
        with pytest.raises(declarations.NoSuchRecord):
            declarations.proof_of_record(session, ours[0].id, 1_000_000)
        again = [declarations.bundle_of(session, each.id)[1] for each in ours]
    return SimpleNamespace(contents=contents, again=again, proofs=proofs)


def root_of(files: dict[str, bytes]) -> str:
    return merkle.root(leaves(files["records.csv"].decode().split("\r\n")[1:-1]))


def with_new_hashes(files: dict[str, bytes]) -> bytes:
    """What a careful forger gives: every hash and root fits the changed files, printed ones too."""
    manifest = json.loads(files["manifest.json"])
    root = root_of(files)
    printed = files["declaration.xml"].replace(manifest["merkle_root"].encode(), root.encode())
    files = files | {"declaration.xml": printed}
    manifest["files"] = {
        name: sha256(content).hexdigest()
        for name, content in files.items()
        if name != "manifest.json"
    }
    rows = files["records.csv"].decode().split("\r\n")[1:-1]
    manifest |= {"records": len(rows), "merkle_root": root}
    said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return zipped(files | {"manifest.json": said.encode()})


def test_what_is_given_is_valid_and_recomputed_from_records(given: SimpleNamespace) -> None:
    assert len(given.contents) == 2
    for content in given.contents:
        summed, _of, buckets = verify(content)[1].split(" ")[:3]
        assert int(summed) == int(buckets) > 0
    assert given.again == given.contents


def test_what_stands_beside_the_traffic_is_taken_as_stated(shared_database: Database) -> None:
    # Three calls of 61 s are 183 s; rounded once for the trunk and month they are 4 minutes, and
    # what the rounding adds is a bucket of no calls (R51).
    with played(shared_database, "seconds_of_a_trunk_and_month_are_rounded_once") as session:
        found = [
            verify(declarations.bundle_of(session, each.id)[1])[1].split(" ")[:3]
            for each in interconnect.declarations(session)
        ]
    assert sorted(int(buckets) - int(summed) for summed, _of, buckets in found) == [0, 1]


def test_a_correction_is_recomputed_from_the_month_and_what_was_declared_before(
    shared_database: Database,
) -> None:
    """100 minutes at 0.05 are 5.00 declared; at 0.04 from the middle of the month they are 4.00."""
    story = "a_price_agreed_backwards_is_declared_in_both_versions"
    with played(shared_database, story) as session:
        correction, first = interconnect.declarations(session)
        content = declarations.bundle_of(session, correction.id)[1]
        proof = declarations.proof_of_record(session, correction.id, 1)
    files = unzipped(content)
    manifest = json.loads(files["manifest.json"])
    corrected = f"<Corrects>{first.message_id}</Corrects>".encode()

    assert manifest["before"] == ["declared/1.xml"] and manifest["records"] > 0
    assert corrected in files["declaration.xml"]
    said = verify(content)
    assert said[0].endswith("printed on the declaration")
    assert said[1].startswith("2 of 2 buckets of ")
    plain = json.loads(json.dumps(asdict(proof), default=str))
    plain["path"] = [dict(zip(("side", "hash"), each, strict=True)) for each in plain["path"]]
    assert verify_proof(content, plain)
    one_less = re.sub(rb"\r\n[^\r]+\r\n$", b"\r\n", files["records.csv"])
    dearer = files["declared/1.xml"].replace(b"<Amount>", b"<Amount>1")
    for forged, link in (
        ({"records.csv": one_less}, "has no records"),
        ({"declared/1.xml": dearer}, "its amount is not what its records give"),
        ({"declaration.xml": files["declaration.xml"].replace(corrected, b"")}, "is not beside it"),
        ({"declared/1.xml": files["declaration.xml"]}, "is not beside it"),
    ):
        with pytest.raises(Broken, match=link):
            verify(with_new_hashes(files | forged))


def test_nobody_s_number_is_in_it(given: SimpleNamespace) -> None:
    head = unzipped(given.contents[0])["records.csv"].split(b"\r\n")[0]
    assert head == (
        b"day,direction,trunk,destination,occurred_at,part,seconds,billed_seconds,amount_3600"
    )


@pytest.mark.parametrize(
    ("tag", "link"),
    [
        ("Bucket/Calls", "Calls is not what its records give"),
        ("Bucket/BilledSeconds", "BilledSeconds is not what its records give"),
        ("Bucket/Amount", "its amount is not what its records give"),
        ("Total/Seconds", "Seconds is not the sum of its buckets"),
        ("Total/Payable", "what is payable is not its rounded sum"),
    ],
)
def test_a_forged_figure_is_named_even_where_all_hashes_fit(
    given: SimpleNamespace, tag: str, link: str
) -> None:
    files = unzipped(given.contents[0])
    parent, name = tag.split("/")
    head, of_parent, rest = files["declaration.xml"].decode().partition(f"<{parent}>")
    before, start, after = rest.partition(f"<{name}>")
    figure, end, tail = after.partition(f"</{name}>")
    forged = head + of_parent + before + start + "9" + figure + end + tail
    with pytest.raises(Broken, match=link):
        verify(with_new_hashes(files | {"declaration.xml": forged.encode()}))


def test_a_dropped_record_and_a_changed_byte_are_named(given: SimpleNamespace) -> None:
    files = unzipped(given.contents[0])
    first = files["records.csv"].split(b"\r\n")[0] + b"\r\n"
    with pytest.raises(Broken, match="has no records"):
        verify(with_new_hashes(files | {"records.csv": first}))
    with pytest.raises(Broken, match=r"records\.csv: its hash differs"):
        verify(zipped(files | {"records.csv": first}))


def test_bundles_are_zips_with_the_verifier(given: SimpleNamespace) -> None:
    with zipfile.ZipFile(io.BytesIO(given.contents[0])) as archive:
        names = set(archive.namelist())
    assert {"manifest.json", "declaration.xml", "records.csv", "verify.py"} <= names


def test_its_xml_is_valid_by_the_schema_that_is_beside_it(
    given: SimpleNamespace, tmp_path: Path
) -> None:
    assert is_valid_by_its_schema(
        given.contents[0], "declaration.xml", "saldo-declaration", tmp_path
    )


def test_the_declaration_prints_the_root_over_its_records(given: SimpleNamespace) -> None:
    for content in given.contents:
        files = unzipped(content)
        assert f"<MerkleRoot>{root_of(files)}</MerkleRoot>".encode() in files["declaration.xml"]
        assert verify(content)[0].endswith("printed on the declaration")


def test_records_and_root_cannot_be_replaced_without_the_declaration(
    given: SimpleNamespace,
) -> None:
    files = unzipped(given.contents[0])
    declared = files["declaration.xml"]
    forged = unzipped(
        with_new_hashes(files | {"records.csv": files["records.csv"].replace(b"T", b"t")})
    )
    for xml, link in (
        (declared, "it prints another Merkle root"),
        (re.sub(rb"<MerkleRoot>.*</MerkleRoot>", b"", declared), "its root is missing"),
    ):
        manifest = json.loads(forged["manifest.json"])
        manifest["files"]["declaration.xml"] = sha256(xml).hexdigest()
        said = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        changed = {"declaration.xml": xml, "manifest.json": said.encode()}
        with pytest.raises(Broken, match=link):
            verify(zipped(forged | changed))


def test_a_record_has_a_proof_that_no_other_one_has(given: SimpleNamespace) -> None:
    content = next(each for each in given.contents if is_of(each, given.proofs[0].number))
    proof = json.loads(json.dumps(asdict(given.proofs[0]), default=str))
    proof["path"] = [dict(zip(("side", "hash"), each, strict=True)) for each in proof["path"]]

    assert verify_proof(content, proof) == [f"record 1 is in {proof['number']}"]
    for changed, link in (
        ({"row": proof["row"] + "0"}, "has no such record"),
        ({"event": proof["leaf"].count("\r\n") + 2}, "has no such record"),
        ({"leaf": proof["leaf"] + "\r\n"}, "does not lead to the root"),
        ({"merkle_root": "0" * 64}, "of another statement"),
    ):
        with pytest.raises(Broken, match=link):
            verify_proof(content, proof | changed)


def is_of(content: bytes, number: str) -> bool:
    return json.loads(unzipped(content)["manifest.json"])["number"] == number
