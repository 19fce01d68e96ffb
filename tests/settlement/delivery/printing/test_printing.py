"""A print batch holds every page once, in the order of the post, and says so in its manifest."""

import gc
import json
import signal
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from string import ascii_letters
from uuid import UUID

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from settlement.app.console import AtOnce
from settlement.delivery.delivery import Channel, State
from settlement.delivery.printing import jobs, service
from settlement.delivery.printing.files import PrintFile, pages_in
from settlement.delivery.printing.print_batch import NothingToPrint, PrintBatch
from settlement.delivery.printing.sheets import (
    Printed,
    SidesUnreadable,
    blanks_after,
    in_order,
    manifest_json,
    sheets_of,
    sides_of,
)
from settlement.periods import service as periods
from statements import service as statements
from statements.filing import Filing
from tenants.directory.tenant import Address
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.forked import exit_code
from tests.settlement.delivery.builders import (
    ALPHA,
    TENTH,
    a_customer,
    all_of_them,
    an_operator,
    chosen,
    delivered,
    print_elsewhere,
)
from tests.statements.builders import an_invoice, lines_of


def a_pdf(text: str, pages: int) -> bytes:
    """A document whose pages say their own place."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in range(1, pages + 1):
        canvas.drawString(100, 700, f"{text} {page}/{pages}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text().strip() for page in PdfReader(BytesIO(pdf), strict=True).pages]


def joined(place: Path, parts: list[tuple[bytes, int]]) -> bytes:
    written = PrintFile(place)
    for pdf, blanks in parts:
        written.add(pdf, blanks)
    assert written.close() == sum(pages_in(pdf) + blanks for pdf, blanks in parts)
    return place.read_bytes()


def test_pages_stand_one_after_the_other_and_equal_parts_give_equal_bytes(tmp_path: Path) -> None:
    parts = [(a_pdf("A", 1), 1), (a_pdf("B", 2), 0), (a_pdf("C", 3), 1)]

    pdf = joined(tmp_path / "one.pdf", parts)

    assert texts(pdf) == ["A 1/1", "", "B 1/2", "B 2/2", "C 1/3", "C 2/3", "C 3/3", ""]
    sizes = {tuple(map(float, page.mediabox)) for page in PdfReader(BytesIO(pdf)).pages}
    assert len(sizes) == 1, "an empty page has the size of those around it"
    assert joined(tmp_path / "two.pdf", parts) == pdf


def test_memory_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    # Each is 10 kB that is like no other.
    def a_heavy_pdf(number: int) -> bytes:
        return a_pdf("".join(Random(number).choices(ascii_letters, k=12_000)), 1)

    def most_bytes(count: int) -> int:
        # Drawing them is slow while memory is traced, and is not what is measured.
        for number in range(count):
            (tmp_path / f"{number}").write_bytes(a_heavy_pdf(number))
        written = PrintFile(tmp_path / f"{count}.pdf")
        # What other tests left is not looked through again and again.
        gc.collect()
        gc.freeze()
        tracemalloc.start()
        for number in range(count):
            written.add((tmp_path / f"{number}").read_bytes())
            # What a reader leaves behind in cycles is not what the print file keeps.
            gc.collect()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        written.close()
        return most

    few = most_bytes(5)
    assert most_bytes(40) < few + 100_000
    assert (tmp_path / "40.pdf").stat().st_size > 300_000


@pytest.mark.parametrize(
    ("pages", "sides", "sheets", "blanks"),
    [(1, 2, 1, 1), (2, 2, 1, 0), (3, 2, 2, 1), (3, 1, 3, 0), (4, 2, 2, 0)],
)
def test_on_two_sides_a_document_begins_on_a_sheet_of_its_own(
    pages: int, sides: int, sheets: int, blanks: int
) -> None:
    assert (sheets_of(pages, sides), blanks_after(pages, sides)) == (sheets, blanks)
    with pytest.raises(SidesUnreadable):
        sides_of("3")


def printed(number: str, postcode: str, pages: int, country: str = "PL") -> Printed:
    return Printed(
        UUID(int=1), number, "Anna", "Długa 1", postcode, "Miasto", country, "0" * 64, pages
    )


def test_envelopes_are_sorted_by_postcode_and_then_by_pages() -> None:
    thick, thin = printed("1", "00-238", 4), printed("2", "00-238", 1)
    north, abroad = printed("3", "80-001", 1), printed("4", "00-100", 1, "SK")

    ordered = in_order([abroad, north, thick, thin])

    assert [each.number for each in ordered] == ["2", "1", "3", "4"]
    manifest = json.loads(manifest_json("P-1", ordered, 2, {"documents": "0" * 64}))
    assert [row["first_page"] for row in manifest["documents"]] == [1, 3, 7, 9]
    assert (manifest["pages"], manifest["sheets"], manifest["pages_in_file"]) == (7, 5, 10)


@pytest.fixture
def house(database: Database) -> Iterator[Database]:
    """Three customers who take paper: one in the north, two in one street."""
    an_operator(database)
    addresses = {
        "north": Address("ul. Morska 1", "81-001", "Gdynia", "PL"),
        "thick": Address("ul. Długa 7", "00-238", "Warszawa", "PL"),
        "thin": Address("ul. Długa 9", "00-238", "Warszawa", "PL"),
    }
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        periods.open_period(session, "2026-11")
        for code, address in addresses.items():
            party = a_customer(session, code, address=address)
            lines = lines_of(*["1.00"] * (60 if code == "thick" else 1))
            draft = an_invoice(lines, number="", issued_on=None)
            statements.issue(session, draft, Filing(party.id, code), TENTH)
        chosen(session, Channel.PRINT)
    delivered(database)
    yield database


def content(session: TenantSession, batch: PrintBatch, part: str) -> bytes:
    return service.part_of(session, batch.id, part)[0].read_bytes()


def test_a_batch_is_a_print_file_with_its_list_its_labels_and_its_manifest(
    house: Database,
) -> None:
    with transaction(house, ALPHA, SYSTEM, "tests.print") as session:
        batch = service.produce(session)
        with pytest.raises(NothingToPrint):
            service.produce(session)

    with reading(house, ALPHA, SYSTEM) as session:
        files = {part: content(session, batch, part) for part in batch.files}
        again = service.batches(session)
    assert [each.id for each in again] == [batch.id]
    manifest = json.loads(files["manifest"])
    ordered = [(row["postcode"], row["recipient"].split()[0]) for row in manifest["documents"]]
    assert ordered == [("00-238", "Thin"), ("00-238", "Thick"), ("81-001", "North")]
    # Sixty lines take three pages, and on two sides two sheets.
    assert [row["pages"] for row in manifest["documents"]] == [1, 3, 1]
    assert (batch.envelopes, batch.pages, batch.sheets) == (3, 5, 4)
    pages = texts(files["documents"])
    assert len(pages) == manifest["pages_in_file"] == 8
    for row in manifest["documents"]:
        assert row["number"] in pages[row["first_page"] - 1]
    cover, labels = " ".join(texts(files["cover-list"])), " ".join(texts(files["labels"]))
    for row in manifest["documents"]:
        assert row["number"] in cover and row["street"] in labels
    assert {each.state for each in all_of_them(house)} == {State.SENT}
    assert {each.last.reference for each in all_of_them(house)} == {batch.number}


@pytest.mark.parametrize(("side", "batches"), [("before", 0), ("after", 1)])
def test_killed_in_the_middle_every_document_is_printed_once(
    place: Place, house: Database, side: str, batches: int
) -> None:
    arguments = (place.application_url, str(house.settings.data_folder))
    fault = f"delivery.print:{side}=kill"

    assert exit_code(print_elsewhere, *arguments, failpoints=fault) == -signal.SIGKILL
    with reading(house, ALPHA, SYSTEM) as session:
        assert len(service.batches(session)) == batches
    told = jobs.print_all(AtOnce(house, ALPHA, SYSTEM, {}, lambda done, total: None))

    assert told["envelopes"] == (0 if batches else 3)
    assert [each.state for each in all_of_them(house)] == [State.SENT] * 3
