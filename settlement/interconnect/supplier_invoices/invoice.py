"""A carrier's invoice as it came: who counts what, for which days, and what it asks for.

A line has its own service period, because carriers invoice in arrears and put late traffic of
earlier months on a later invoice. Amounts are net of tax, in the one currency of the invoice. What
the carrier does not say (a trunk, calls, seconds) stays unsaid and is not compared.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from currencies.money import EXACT
from i18n.errors import Conflict, Invalid, NotFound
from i18n.locale import Several, Words, _

MOST_BYTES = 20 * 1024 * 1024


class SupplierInvoiceRefused(Invalid):
    """{count} lines of the invoice are refused: {findings}. Correct them and send it again."""


class SupplierInvoiceDoesNotTie(Invalid):
    """Invoice {number} says {stated} before tax, its lines add up to {found}. Ask for it again."""


class SupplierInvoiceRepeated(Conflict):
    """Invoice {number} of this carrier was taken in before. A corrected one has a new number."""


class NoSuchSupplierInvoice(NotFound):
    """There is no supplier invoice {invoice}. Check the identifier."""


class HeadMissing(Invalid):
    """The file does not say its {field}. Name it beside the file."""


class Finding(NamedTuple):
    """Why a line is refused; `line` as the file numbers it."""

    line: int
    reason: Words


@dataclass(frozen=True, slots=True)
class SupplierLine:
    """One line: `until` is the first day after its service period; an empty trunk is any trunk."""

    line: int
    destination: str
    trunk: str
    starts_on: date
    until: date
    calls: int | None
    seconds: int | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the lines; empty where the file leaves it unsaid."""

    number: str = ""
    issued_on: date | None = None
    currency: str = ""
    agreement: str = ""
    net: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SupplierInvoice:
    """A readable invoice: head and lines."""

    head: Head
    lines: tuple[SupplierLine, ...]


def require_tied(invoice: SupplierInvoice) -> None:
    """Raise SupplierInvoiceDoesNotTie where the stated net is not the sum of the lines."""
    found = Decimal(0)
    for line in invoice.lines:
        found = EXACT.add(found, line.amount)
    if invoice.head.net is not None and invoice.head.net != found:
        raise SupplierInvoiceDoesNotTie(
            number=invoice.head.number, stated=invoice.head.net, found=found
        )


def refused(findings: list[Finding], most: int = 20) -> SupplierInvoiceRefused:
    """All findings in one refusal, the first of them in words."""
    told = (Words(_("line {line}: {why}"), line=each.line, why=each.reason) for each in findings)
    return SupplierInvoiceRefused(count=len(findings), findings=Several(islice(told, most)))
