"""The list that covers a batch of printed documents on its way to the post, by envelope."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from statements.document import Address, Party


@dataclass(frozen=True, slots=True)
class Envelope:
    """One envelope in the order of the print file; `pages` are sides, `sheets` are leaves."""

    recipient: str
    address: Address
    document: str
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True)
class CoverList:
    """A batch of envelopes that one sender hands over on one day."""

    number: str
    locale: str
    sender: Party
    produced_on: date
    file_name: str
    envelopes: tuple[Envelope, ...]

    @property
    def pages(self) -> int:
        """Sides printed."""
        return sum(envelope.pages for envelope in self.envelopes)

    @property
    def sheets(self) -> int:
        """Leaves in all envelopes."""
        return sum(envelope.sheets for envelope in self.envelopes)

    def envelopes_by_sheets(self) -> list[tuple[int, int]]:
        """Pairs of a number of sheets and of how many envelopes hold it, thin ones first."""
        return sorted(Counter(envelope.sheets for envelope in self.envelopes).items())
