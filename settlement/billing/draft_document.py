"""A draft of a customer's document, and what a person should look at before it is approved.

A draft has no number and nothing is booked. Whoever drafted or changed it does not approve it.
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from currencies.money import Money, scaled
from i18n.errors import Conflict, Invalid, NotFound
from i18n.locale import _
from settlement.billing.invoice import owed_by
from statements.document import Document, Kind
from statements.filing import Filing

AT_ONCE, AFTER_APPROVAL = "at_once", "after_approval"
# More than half again as much as the month before, or less than half of it, is looked at.
MUCH_MORE, MUCH_LESS = Decimal("1.5"), Decimal("0.5")

CREDIT = _("It gives back more than it charges")
FIRST = _("The first invoice, or none last month")
MORE = _("Much more than last month")
LESS = _("Much less than last month")
NOTHING = _("It comes to nothing")


class NoSuchDraft(NotFound):
    """There is no draft {draft}. It may have been replaced; look again."""


class DraftIssued(Conflict):
    """The draft for {party} is issued. Correct or adjust the document instead."""


class DraftThrownAway(Conflict):
    """The draft for {party} was thrown away. Draft it again."""


class DraftNotApproved(Conflict):
    """The draft for {party} is not approved. Let a second person approve it first."""


class DraftOutdated(Conflict):
    """What the draft for {party} stands on has changed since. Draft it again."""


class NoSuchDraftLine(Invalid):
    """The draft has no line {line} over charges. Choose one of {known}."""


@dataclass(frozen=True, slots=True)
class DraftDocument:
    """A document to be, over charges that wait; `status` says how far it has come."""

    id: UUID
    filing: Filing
    content: Document
    charges: tuple[UUID, ...]
    status: str
    drafted_on: dt.date
    drafted_by: str
    drafted_by_id: UUID | None
    approved_by: str | None
    document_id: UUID | None

    @property
    def kind(self) -> Kind:
        """What it will be."""
        return self.content.kind

    @property
    def number(self) -> str:
        """Drafts have none."""
        return ""

    @property
    def is_issued(self) -> bool:
        """Whether it became a document."""
        return self.status == "issued"

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.content.locale

    @property
    def net(self) -> Money:
        """Before tax."""
        return self.content.totals.net

    @property
    def tax(self) -> Money:
        """The tax."""
        return self.content.totals.tax

    @property
    def gross(self) -> Money:
        """With tax."""
        return self.content.totals.gross

    @property
    def due_on(self) -> dt.date | None:
        """When it would fall due, were it issued on the day of drafting."""
        return self.content.due_on

    @property
    def issued_on(self) -> None:
        """Drafts have no day of issue."""
        return None

    @property
    def owed(self) -> Money:
        """What the customer is to pay by it, below zero where it gives back."""
        return owed_by(self.content)


def is_same(one: Document, other: Document) -> bool:
    """Whether two drafts say the same but for the day on which they fall due."""
    return replace(one, due_on=None) == replace(other, due_on=None)


def findings_of(draft: Document, last_month: Money | None) -> list[str]:
    """What stands out against what the customer owed by the month before, in its currency."""
    owed = owed_by(draft)
    found = []
    if owed.amount < 0:
        found.append(CREDIT)
    elif owed.amount == 0:
        found.append(NOTHING)
    if last_month is None:
        found.append(FIRST)
    elif owed.amount > scaled(last_month, MUCH_MORE).amount:
        found.append(MORE)
    elif owed.amount < scaled(last_month, MUCH_LESS).amount:
        found.append(LESS)
    return found
