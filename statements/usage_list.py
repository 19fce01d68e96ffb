"""The usage behind an invoice, as it is drawn: every event under its charge, with what it cost.

The rows of a group add up to its total. What has no event, such as a fee, is a row without a day.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from currencies.money import Money
from statements.document import Document


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One row; `at` is the customer's wall clock, texts are in the language of the document.

    Attributes:
        amount: exact, in the currency of the document, before tax.
    """

    what: str
    amount: Decimal
    at: dt.datetime | None = None
    used: str = ""
    billed: str = ""


@dataclass(frozen=True, slots=True)
class UsageGroup:
    """The rows of one charge; `total` is the charge as the invoice has it."""

    name: str
    rows: tuple[UsageRow, ...]
    total: Money
    events: int


@dataclass(frozen=True, slots=True)
class UsageList:
    """The list of an issued invoice; `are_hidden` says that numbers of others are shortened."""

    document: Document
    groups: tuple[UsageGroup, ...]
    are_hidden: bool
