"""A draft made ready for its number: its sums are checked, and what it says is written.

All of it but the number, the day of issue and what follows from them is known before the turn of a
draft comes, so whoever drafts many does this while others are issued.
"""

from dataclasses import dataclass

from currencies.rounding_ledger.posted_fraction import Rounded
from statements.content import Written, to_json_after, written
from statements.forms import Draft, check_sums
from statements.fractions import fractions_of


@dataclass(frozen=True, slots=True)
class Composed:
    """A draft whose totals are the sums of its parts, with the text of each of its fields, and what
    it rounded.
    """

    draft: Draft
    fields: Written
    rounded: tuple[Rounded, ...]

    def text_of(self, issued: Draft) -> str:
        """The draft as it was issued, as JSON text: everything the document says."""
        return to_json_after(self.fields, issued)


def compose(draft: Draft) -> Composed:
    """Check and write a draft. Raises TotalsDoNotTie, DeclarationDoesNotTie and the like."""
    check_sums(draft)
    return Composed(draft, written(draft), tuple(fractions_of(draft)))
