"""A file that was not taken in, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from i18n.errors import NotFound

# What could not be read is of no known type.
UNKNOWN: Final = "application/octet-stream"


class NoSuchRefusedFile(NotFound):
    """There is no refused file {refused_file}. Check the identifier."""


class FileKind(StrEnum):
    """What the file was sent as."""

    DECLARATION = "declaration"
    CALLS = "calls"
    RETURNS = "returns"


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file as it came, `size` bytes under their digest. `reason` is in English."""

    id: UUID
    carrier_id: UUID
    kind: FileKind
    sha256: str
    size: int
    code: str
    reason: str
    refused_by: str
    refused_at: datetime

    @property
    def name(self) -> str:
        """What it is called when it is fetched."""
        return f"refused-{self.kind.value}-{self.id}"
