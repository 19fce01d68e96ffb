"""Gather what stands behind a declaration of ours, as a bundle for the carrier."""

from uuid import UUID

from currencies.units import minor_unit
from i18n.errors import Conflict
from settlement.evidence import gateway
from settlement.evidence.declarations.records import carrier_bundle
from settlement.interconnect import service as interconnect
from statements import service as statements
from statements.downloading import FORMS, forms_of
from tenants.session import TenantSession


class NotOurDeclaration(Conflict):
    """Declaration {number} is the carrier's own. Name one of ours."""


def bundle_of(session: TenantSession, declaration_id: UUID) -> tuple[str, bytes]:
    """The file name and the bytes of a declaration's bundle; a carrier's user gets its own only.

    Raises NoSuchDeclaration or NotOurDeclaration.
    """
    declared = interconnect.exchanged(session, declaration_id)
    if declared.document_id is None:
        raise NotOurDeclaration(number=declared.message_id)
    filed = statements.document(session, declared.document_id)
    files = {
        f"declaration.{form}": statements.download(session, filed.id, FORMS[form])[1]
        for form in forms_of(filed)
    }
    files["verify.py"] = gateway.verifier()
    records = interconnect.declared_records(session, declared)
    places = minor_unit(declared.currency)
    name = declared.message_id.replace("/", "-")
    return f"evidence-{name}.zip", carrier_bundle(declared, places, files, records)
