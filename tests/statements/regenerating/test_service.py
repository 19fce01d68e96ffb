"""A party's documents come out of their stored content byte for byte as they were issued (G11)."""

import csv
import datetime as dt
import io
import zipfile

import pytest

from statements import service as statements
from statements.document import Kind
from statements.filing import PDF, Filing
from statements.regenerating import service
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import an_invoice, lines_of

TENTH, MONTH_END = dt.date(2026, 11, 10), dt.date(2026, 12, 1)


@pytest.fixture
def party(session):
    """A party with two invoices of the tenth and one of a month later."""
    statements.open_series(session, Kind.INVOICE, "FV/{number}")
    found = a_registered_party(session)
    for purpose, day in (("a", TENTH), ("b", TENTH), ("c", MONTH_END)):
        draft = an_invoice(lines_of("10.00", "2.50"), number="", issued_on=None)
        statements.issue(session, draft, Filing(found.id, purpose), day)
    return found


def regenerated(session, party):
    return service.regenerate(session, party.id, TENTH, MONTH_END)


def test_every_file_of_the_span_is_drawn_the_same_again(session, party):
    found = regenerated(session, party)

    assert {each.document.number for each in found.files} == {"FV/1", "FV/2"}
    assert [each.outcome for each in found.files] == ["same"] * 6
    with zipfile.ZipFile(io.BytesIO(found.archive)) as archive:
        assert sorted(archive.namelist()) == sorted(
            ["manifest.csv", *(each.place for each in found.files)]
        )
        rows = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode())))
        pdf = archive.read("invoice/FV-1.pdf")
    assert {row["drawn_again"] for row in rows} == {"same"}
    [first] = [each for each in statements.documents(session) if each.number == "FV/1"]
    assert pdf == statements.download(session, first.id, PDF)[1]
    assert regenerated(session, party).archive == found.archive


def test_a_difference_is_named_and_what_was_issued_is_delivered(session, party, monkeypatch):
    kept = regenerated(session, party)
    monkeypatch.setattr(service, "table_of", lambda document: b"another table")

    found = regenerated(session, party)

    assert {each.file.file_name for each in found.differing} == {"FV-1.csv", "FV-2.csv"}
    assert [each.place for each in found.files] == [each.place for each in kept.files]


def test_a_file_that_is_lost_is_drawn_again(session, party, monkeypatch):
    kept = regenerated(session, party)
    lost = kept.files[0].file.sha256
    whole = session.files.get

    def get(sha256):
        if sha256 == lost:
            raise service.NoSuchFile(sha256=sha256)
        return whole(sha256)

    monkeypatch.setattr(session.files, "get", get)

    found = regenerated(session, party)

    assert "repaired" in {each.outcome for each in found.files}
    assert found.differing == ()


def test_nothing_and_too_much_are_said(session, party):
    with pytest.raises(service.NoDocumentsThen):
        service.regenerate(session, party.id, dt.date(2020, 1, 1), TENTH)
    with pytest.raises(service.TooManyDocuments):
        service.regenerate(session, party.id, TENTH, MONTH_END, most=1)
