"""Attach files to a dispute, and give them to both sides."""

from uuid import UUID

from i18n.errors import NotFound
from settlement.disputes import service as disputes
from settlement.disputes.attachments import store
from settlement.disputes.attachments.attachment import (
    MOST_FILES,
    Attachment,
    TooManyAttachments,
    check_file,
)
from settlement.disputes.dispute import DisputeClosed, Side, Status
from tenants.session import TenantSession


class NoSuchAttachment(NotFound):
    """The dispute has no file {attachment}. Choose one that it lists."""


def attach(
    session: TenantSession,
    dispute_id: UUID,
    name: str,
    media_type: str,
    content: bytes,
    by: Side = Side.US,
) -> Attachment:
    """Show a file to the other side; the same bytes again give the attachment there is.

    Raises NoSuchDispute, DisputeClosed, TooManyAttachments and what `check_file` raises.
    """
    dispute = disputes.held_dispute(session, dispute_id)
    if dispute.status is not Status.OPEN:
        raise DisputeClosed(status=dispute.status.value, wanted="longer")
    check_file(name, media_type, content)
    sha256 = session.files.put(content)
    known = store.of_dispute(session, dispute_id)
    for each in known:
        if each.sha256 == sha256:
            return each
    if len(known) >= MOST_FILES:
        raise TooManyAttachments(count=len(known))
    attachment = Attachment(
        id=session.ids.new(),
        dispute_id=dispute_id,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        attached_by=disputes.side(session, by),
        attached_at=session.now(),
    )
    store.add(session, attachment)
    return attachment


def attachments(session: TenantSession, dispute_id: UUID) -> list[Attachment]:
    """The files of a dispute, of both sides. Raises NoSuchDispute."""
    return store.of_dispute(session, disputes.dispute(session, dispute_id).id)


def bytes_of(
    session: TenantSession, dispute_id: UUID, attachment_id: UUID
) -> tuple[Attachment, bytes]:
    """One file with its bytes. Raises NoSuchDispute or NoSuchAttachment."""
    for each in attachments(session, dispute_id):
        if each.id == attachment_id:
            return each, session.files.get(each.sha256)
    raise NoSuchAttachment(attachment=attachment_id)
