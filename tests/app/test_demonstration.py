"""The demonstration, small: every file it writes stands up to the official rules, every time."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from lxml import etree
from pypdf import PdfReader

from settlement.app.demonstration.run import repeatable_database, run
from settlement.payouts.gateway import check_file
from statements.declaration import read_declaration
from statements.validation.rule_pack import EN16931_UBL, SALDO_DECLARATION
from statements.validation.service import validate
from tenants.persistence import launcher
from tenants.persistence.database import Place
from tenants.settings import settings_from_environment
from tests.conftest import copy_of_template

VOLUME = 0.003
FEW = 6
EMBEDDED = {"/FontFile2", "/FontFile3"}


class Played:
    """What one run left behind."""

    def __init__(self, folder: Path, summary: dict[str, object], findings: list[object]) -> None:
        self.folder = folder
        self.summary = summary
        self.findings = findings

    def files(self, pattern: str) -> list[Path]:
        found = sorted(self.folder.glob(pattern))
        assert found, f"no file is {pattern}"
        return found


def play(server: launcher.Server, name: str, folder: Path) -> Played:
    place = copy_of_template(server, name)
    settings = replace(settings_from_environment(), data_folder=folder / "home", secret_key="demo")
    database, clock = repeatable_database(place.application_url, settings)
    try:
        summary, findings = run(
            database, clock, folder / "out", VOLUME, None, lambda _: None, customers=FEW
        )
    finally:
        database.close()
    return Played(folder / "out", summary, list(findings))


@pytest.fixture(scope="module")
def played(
    server: launcher.Server, template: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """One run without the real samples, so that it is the same on every machine."""
    assert template
    yield play(server, "played", tmp_path_factory.mktemp("played"))


def test_the_books_are_sound(played: Played) -> None:
    assert [str(finding) for finding in played.findings] == []


def test_every_invoice_and_statement_passes_the_rules_of_en_16931(played: Played) -> None:
    documents = played.files("*/invoices/*.xml") + played.files("*/statements/*.xml")

    broken = {
        file.name: verdict.broken_rules
        for file in documents
        if not (verdict := validate(file.read_bytes(), EN16931_UBL)).is_valid
    }

    assert broken == {}
    assert len(documents) >= 2 * FEW + 6


def test_every_declaration_fits_its_schema_and_reads_back(played: Played) -> None:
    for file in played.files("*/interconnect/*.xml"):
        content = file.read_bytes()

        assert validate(content, SALDO_DECLARATION).is_valid, file.name
        assert read_declaration(content).buckets


def test_every_payment_file_fits_its_schema_and_adds_up(played: Played) -> None:
    for file in played.files("*/payouts/*.xml"):
        check_file(file.read_bytes(), file.name)
        tree = etree.fromstring(file.read_bytes())
        amounts = tree.findall(".//{*}InstdAmt")

        assert tree.findtext(".//{*}GrpHdr/{*}NbOfTxs") == str(len(amounts))


def test_every_pdf_embeds_its_fonts(played: Played) -> None:
    for file in played.files("*/*/*.pdf"):
        page: Any = PdfReader(file).pages[0]
        fonts: list[Any] = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        # Of the fonts that every reader has, xhtml2pdf names one that it does not use.
        drawn = [font for font in fonts if font["/Subtype"] != "/Type1"]
        described = [descriptor for font in drawn for descriptor in descriptors(font)]

        assert described, file.name
        assert all(EMBEDDED & each.keys() for each in described), file.name


def descriptors(font: Any) -> list[Any]:
    """What describes a font, or each of those that a composite font is made of."""
    parts: list[Any] = [part.get_object() for part in font.get("/DescendantFonts", [font])]
    return [part["/FontDescriptor"].get_object() for part in parts]


def test_late_usage_was_booked_as_a_correction_of_the_closed_month(played: Played) -> None:
    for told in played.summary["tenants"].values():  # type: ignore[attr-defined]
        assert told["periods"]["2026-11"]["late_corrections"]["lines"] > 0


def test_a_second_run_gives_the_same_summary_to_the_byte(
    played: Played, server: launcher.Server, tmp_path: Path
) -> None:
    again = play(server, "played_again", tmp_path)

    first = (played.folder / "summary.json").read_bytes()
    assert (again.folder / "summary.json").read_bytes() == first
    assert json.loads(first)["digest"]


def test_one_tenant_cannot_see_the_other(played: Played, server: launcher.Server) -> None:
    url = server.url("played", launcher.APPLICATION).replace("+psycopg", "", 1)
    with psycopg.connect(url) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'"
            )
        ]
        assert len(tables) > 30
        seen = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            for table in tables
        }

    assert set(seen.values()) == {(0,)}
