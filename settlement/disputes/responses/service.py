"""Give a dispute out as an invoice response, and take one in as a dispute."""

from uuid import UUID

from i18n.errors import Invalid, NotFound
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute, Side
from settlement.disputes.responding import (
    DISPUTING,
    disputed_of,
    reason_of,
    response,
    words_of,
)
from statements import service as statements
from statements.document import Document
from statements.filing import Filed
from statements.invoice_response import InvoiceResponse, read_response, response_xml
from tenants.session import TenantSession

MOST_LISTED = 10_000


class NotAnInvoiceDisputed(Invalid):
    """Document {number} is no invoice. Only disputes of invoices have the form of a response."""


class NoDocumentDisputed(Invalid):
    """The dispute is about the other side's invoice. Only disputes of our invoices are answered."""


class NoSuchInvoiceAnswered(NotFound):
    """There is no invoice {number} of type {type_code} with this party. Check what is answered."""


class PartyOfResponseMissing(Invalid):
    """Whose response it is was not said. Name the party that sent it."""


def response_to(session: TenantSession, dispute_id: UUID) -> bytes:
    """What the buyer says of the disputed invoice, as the dispute stands.

    Raises NoSuchDispute, NoDocumentDisputed, NotAnInvoiceDisputed or NoElectronicAddress.
    """
    dispute = disputes.dispute(session, dispute_id)
    if dispute.document_id is None:
        raise NoDocumentDisputed
    filed = statements.document(session, dispute.document_id)
    content = statements.content(session, dispute.document_id)
    if not isinstance(content, Document) or content.kind.type_code is None:
        raise NotAnInvoiceDisputed(number=filed.number)
    number = f"{dispute.id}-{dispute.status.value}"
    return response_xml(response(dispute, content, number))


def take_in(session: TenantSession, party_id: UUID | None, content: bytes) -> list[Dispute]:
    """The dispute that a party's response raises; none where it disputes nothing.

    The same response again gives the dispute there is. Raises XmlRefused, InvoiceResponseMisread,
    PartyOfResponseMissing, NoSuchInvoiceAnswered and what `raise_dispute` raises.
    """
    said = read_response(content)
    own = session.principal.party_id or party_id
    if own is None:
        raise PartyOfResponseMissing
    filed = _answered(session, own, said)
    if said.status not in DISPUTING:
        return []
    earlier = disputes.disputes_of(session, filed.id)
    mark = f"{said.number}: "
    known = [each for each in earlier if each.narrative.startswith(mark)]
    if known:
        return known
    return [_raised(session, filed, said, mark)]


def _raised(session: TenantSession, filed: Filed, said: InvoiceResponse, mark: str) -> Dispute:
    held = disputes.disputed_amount(session, filed.id)
    return disputes.raise_dispute(
        session,
        document_id=filed.id,
        disputed=disputed_of(said, filed.gross, filed.gross - held),
        reason=reason_of(said),
        narrative=mark + words_of(said),
        raised_by=Side.THEM,
    )


def _answered(session: TenantSession, party_id: UUID, said: InvoiceResponse) -> Filed:
    """The issued invoice of this number with the party."""
    for filed in statements.documents(session, party_id=party_id, limit=MOST_LISTED):
        if filed.number == said.invoice and filed.is_issued:
            content = statements.content(session, filed.id)
            if content.kind.type_code == said.type_code:
                return filed
    raise NoSuchInvoiceAnswered(number=said.invoice, type_code=said.type_code)
