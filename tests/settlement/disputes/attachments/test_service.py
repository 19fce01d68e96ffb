"""Either side shows files to the other; a file is what its type says, and small enough."""

from uuid import UUID

import pytest

from currencies.money import money
from i18n.errors import DomainError
from settlement.disputes import service as disputes
from settlement.disputes.attachments import service
from settlement.disputes.attachments.attachment import MOST_BYTES, check_file
from settlement.disputes.dispute import Reason, Side
from statements import service as statements
from statements.document import Kind
from statements.filing import Filing
from tenants.digest import sha256_hex
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.parties.builders import a_registered_party
from tests.statements.builders import a_line, an_invoice

PDF = b"%PDF-1.7\n..."


@pytest.fixture
def dispute_id(session: TenantSession) -> UUID:
    statements.open_series(session, Kind.INVOICE, "FV/{number}")
    party = a_registered_party(session)
    draft = an_invoice([a_line("60.00", "L1")], number="", issued_on=None)
    filed = statements.issue(session, draft, Filing(party.id, "test"), session.now().date())
    raised = disputes.raise_dispute(
        session, document_id=filed.id, disputed=money("1.00 PLN"), reason=Reason.RATE
    )
    return raised.id


def test_both_sides_see_the_files_of_both(session: TenantSession, dispute_id: UUID) -> None:
    ours = service.attach(session, dispute_id, "records.pdf", "application/pdf", PDF)
    party_id = disputes.dispute(session, dispute_id).party_id
    session.principal = Principal("portal", Role.PARTNER_USER, party_id=party_id)

    theirs = service.attach(session, dispute_id, "calls.csv", "text/csv", b"a,b\n")

    assert (ours.attached_by, theirs.attached_by) == (Side.US, Side.THEM)
    assert (ours.sha256, ours.size) == (sha256_hex(PDF), len(PDF))
    assert service.attachments(session, dispute_id) == [ours, theirs]
    assert service.bytes_of(session, dispute_id, ours.id) == (ours, PDF)
    again = service.attach(session, dispute_id, "again.csv", "text/csv", b"a,b\n")
    assert again == theirs


def test_the_files_of_another_are_not_there(session: TenantSession, dispute_id: UUID) -> None:
    ours = service.attach(session, dispute_id, "records.pdf", "application/pdf", PDF)
    session.principal = Principal("portal", Role.PARTNER_USER, party_id=session.ids.new())

    with pytest.raises(disputes.NoSuchDispute):
        service.attachments(session, dispute_id)
    with pytest.raises(disputes.NoSuchDispute):
        service.bytes_of(session, dispute_id, ours.id)
    with pytest.raises(disputes.NoSuchDispute):
        service.attach(session, dispute_id, "a.txt", "text/plain", b"a")


def test_nothing_is_added_to_what_has_ended(session: TenantSession, dispute_id: UUID) -> None:
    disputes.withdraw(session, dispute_id)

    with pytest.raises(DomainError, match="cannot become longer"):
        service.attach(session, dispute_id, "a.txt", "text/plain", b"a")
    with pytest.raises(service.NoSuchAttachment):
        service.bytes_of(session, dispute_id, session.ids.new())


@pytest.mark.parametrize(
    ("name", "media_type", "content", "code"),
    [
        ("a.pdf", "application/pdf", b"MZ", "not-of-its-type"),
        ("a.csv", "text/csv", b"\xff\xfe", "not-of-its-type"),
        ("a.csv", "text/csv", b"a\0b", "not-of-its-type"),
        ("a.html", "text/html", b"<p>", "media-type-refused"),
        ("a.svg", "image/svg+xml", b"<svg/>", "media-type-refused"),
        ("a.txt", "text/plain", b"", "attachment-empty"),
        ("a.txt", "text/plain", b"a" * (MOST_BYTES + 1), "attachment-too-large"),
        ("../a.txt", "text/plain", b"a", "name-refused"),
        ("a\r\nb.txt", "text/plain", b"a", "name-refused"),
        ("", "text/plain", b"a", "name-refused"),
        ("a" * 201, "text/plain", b"a", "name-refused"),
    ],
)
def test_a_file_that_cannot_be_shown_is_refused(
    name: str, media_type: str, content: bytes, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        check_file(name, media_type, content)

    assert refused.value.code == code


def test_the_largest_file_is_taken() -> None:
    check_file("a.txt", "text/plain", b"a" * MOST_BYTES)
