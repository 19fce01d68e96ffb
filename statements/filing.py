"""What is known of a document beside what it says: whose it is, what it is for, where it stands."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from moneyed import Money

from statements.document import Kind
from statements.validation.verdict import Verdict

PDF = "application/pdf"
XML = "application/xml"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET = "application/vnd.apache.parquet"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a document belongs. `purpose` says what it is for, once in a tenant.

    For example `invoice:2026-10:C-0042`: issuing the same purpose again gives the document that
    was issued, not a second one. `direction` is ours: a self-billed statement is payable.
    """

    party_id: UUID
    purpose: str
    period_id: UUID | None = None
    agreement_id: UUID | None = None
    direction: Literal["receivable", "payable"] = "receivable"
    corrects_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """One stored form of an issued document; its bytes never change."""

    media_type: str
    file_name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A document in the register: issued under a number, or held with the rules it broke.

    `brand_version` is the version of the brand it was drawn in; None is the look everybody has.
    """

    id: UUID
    kind: Kind
    status: Literal["held", "issued"]
    number: str
    filing: Filing
    language: str
    net: Money
    tax: Money
    gross: Money
    issued_on: date | None
    due_on: date | None
    verdict: Verdict | None
    files: tuple[DocumentFile, ...] = ()
    brand_version: int | None = None

    @property
    def is_issued(self) -> bool:
        """Whether it has left the house."""
        return self.status == "issued"
