"""Gather what stands behind a declaration of ours, as a bundle or as the proof of one record."""

from dataclasses import dataclass
from uuid import UUID

from currencies.units import minor_unit
from i18n.errors import Conflict, Invalid
from settlement.evidence import service as evidence
from settlement.evidence.bundle import in_schemas
from settlement.evidence.declarations.carrier_bundle import carrier_bundle, told_rows
from settlement.interconnect import service as interconnect
from settlement.interconnect.exchanged import Exchanged
from settlement.interconnect.sealed_records import leaves
from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.seal import ROWS_OF_A_LEAF
from statements import service as statements
from statements.declaration import Declaration
from statements.downloading import FORMS, forms_of
from statements.schemas import service as schemas
from tenants.session import TenantSession


class NotOurDeclaration(Conflict):
    """Declaration {number} is the carrier's own. Name one of ours."""


class NoSuchRecord(Invalid):
    """Declaration {number} is of {records} records, {event} is none of them. Count from 1."""


@dataclass(frozen=True, slots=True)
class ProofOfRecord:
    """That a record is in a declaration: its row, the leaf with it, and the way to the root."""

    declaration: UUID
    number: str
    event: int
    row: str
    leaf: str
    path: tuple[merkle.Sibling, ...]
    merkle_root: str


def bundle_of(session: TenantSession, declaration_id: UUID) -> tuple[str, bytes]:
    """The file name and the bytes of the bundle of a declaration; a carrier gets its own only.

    Raises NoSuchDeclaration or NotOurDeclaration.
    """
    declared = _ours(session, declaration_id)
    assert declared.document_id is not None, "ours is issued as a document"
    filed = statements.document(session, declared.document_id)
    files = {
        f"declaration.{form}": statements.download(session, filed.id, FORMS[form])[1]
        for form in forms_of(filed)
    }
    files |= in_schemas(schemas.schemas_of(files["declaration.xml"]))
    files |= {"verify.py": evidence.verifier()}
    before = {
        f"declared/{number}.xml": interconnect.bytes_of(session, each.id)
        for number, each in enumerate(interconnect.declared_before(session, declared), 1)
    }
    records = interconnect.declared_records(session, declared)
    name = declared.message_id.replace("/", "-")
    places = minor_unit(declared.currency)
    said = statements.content(session, filed.id)
    is_printed = isinstance(said, Declaration) and said.merkle_root is not None
    content = carrier_bundle(declared, places, files, before, records, is_printed)
    return f"evidence-{name}.zip", content


def proof_of_record(session: TenantSession, declaration_id: UUID, event: int) -> ProofOfRecord:
    """The proof of a record of ours, the first row of records.csv being 1.

    Raises NoSuchDeclaration, NotOurDeclaration or NoSuchRecord.
    """
    declared = _ours(session, declaration_id)
    rows = told_rows(interconnect.declared_records(session, declared))
    if not 1 <= event <= len(rows):
        raise NoSuchRecord(number=declared.message_id, event=event, records=len(rows))
    texts, place = leaves(rows), (event - 1) // ROWS_OF_A_LEAF
    return ProofOfRecord(
        declared.id,
        declared.message_id,
        event,
        rows[event - 1],
        texts[place],
        tuple(merkle.path(texts, place)),
        merkle.root(texts),
    )


def _ours(session: TenantSession, declaration_id: UUID) -> Exchanged:
    declared = interconnect.exchanged(session, declaration_id)
    if declared.document_id is None:
        raise NotOurDeclaration(number=declared.message_id)
    return declared
