"""What a page's form or address line says, read as strictly as the JSON of a program.

A browser sends what it likes: fields that are missing, too long, or hold a NUL that no column
takes. Each is refused by name here, so views and services see usable text only.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import flash, g, request
from werkzeug.datastructures import FileStorage, MultiDict

from i18n.errors import DomainError, Invalid, NotFound
from i18n.formats import decimal_mark
from i18n.locale import _, translator
from i18n.retelling import retold
from tenants.principal import NotAllowed
from tenants.web.callers import FORM_FIELD
from tenants.web.problems import reader_language

LONGEST = 500
LONGEST_FIGURE = 40
WITH_COMMA = re.compile(r"(-?[0-9]+),([0-9]+(?: [A-Za-z]{3})?)")

FIELD_TITLES = {
    "address": _("Address"),
    "agreed_on": _("Agreed on"),
    "agreement": _("Agreement"),
    "amount": _("Amount"),
    "answer": _("Answer"),
    "arrived_on": _("Arrived on, today if empty"),
    "attachment": _("File"),
    "base": _("Of currency"),
    "begins_on": _("From"),
    "calls": _("Calls as CSV"),
    "carrier": _("Carrier"),
    "at-": _("Time of day"),
    "change-": _("Changes by"),
    "channel": _("Channel"),
    "charged_on": _("Day"),
    "code": _("Code"),
    "country": _("Country"),
    "currency": _("Currency"),
    "customer_class": _("Class"),
    "daily_by": _("Or by this time of day"),
    "days": _("Days"),
    "declaration": _("XML or CSV file"),
    "deep": _("Colour of headings"),
    "delimiter": _("Delimiter"),
    "document": _("Document"),
    "column.": _("Columns, by heading, or all by number from 1"),
    "count": _("Equal instalments"),
    "decimal": _("Decimal mark"),
    "due-": _("Due"),
    "due_on": _("Until"),
    "email": _("E-mail address"),
    "encoding": _("Encoding"),
    "ends_on": _("First day without"),
    "fill-": _("Place"),
    "events-": _("How many in the month"),
    "every_hours": _("Hours between two files at most"),
    "files": _("Files a day"),
    "first_on": _("The first one is due"),
    "footer.": _("Footer"),
    "format": _("Format"),
    "groups": _("Groups"),
    "guarantor": _("Given by"),
    "header.": _("Header"),
    "held_for": _("For"),
    "host_key": _("Key of the server"),
    "invoice": _("Invoice"),
    "invoices": _("Invoices"),
    "issued_on": _("Issued"),
    "is_active": _("In use"),
    "kind": _("Kind"),
    "kinds": _("Told of"),
    "label": _("Label"),
    "language": _("Language of the letter"),
    "leave_out_findings": _("Leave out rows that cannot be read"),
    "line": _("Line"),
    "list": _("Price list as CSV"),
    "mark": _("Decimal mark"),
    "message": _("Message as XML"),
    "minimum_acd": _("Mean duration, at least s"),
    "minimum_asr": _("Answered, at least %"),
    "name": _("Name"),
    "narrative": _("Why"),
    "net-": _("Right net"),
    "note": _("Note on the document"),
    "number": _("Number"),
    "cycle_day": _("Day of the month"),
    "cycle_day_from": _("From"),
    "parent": _("Parent account"),
    "parent_from": _("From"),
    "part-": _("Amount"),
    "party": _("Party"),
    "payment_note.": _("Note on payment"),
    "pays_on": _("Pays on"),
    "policies": _("Policies"),
    "percents": _("Told at, %"),
    "period": _("Month"),
    "prefix": _("Prefix"),
    "price-": _("Unit price"),
    "product": _("Product"),
    "profile": _("Form"),
    "promotion": _("Promotion"),
    "purchase_cost": _("Purchase cost (margin scheme)"),
    "quantity-": _("Quantity"),
    "quarter": _("Quarter"),
    "quote": _("In currency"),
    "rate": _("Rate"),
    "reason": _("Reason"),
    "received_on": _("Received on"),
    "reference": _("Reference"),
    "request_identifier": _("Identifier of the request"),
    "network": _("Network"),
    "returned": _("RAP file"),
    "routes": _("Routes"),
    "sample": _("Sample"),
    "seconds": _("Seconds of a call"),
    "secret": _("Password or key, by reference"),
    "segments": _("Segments, apart by commas"),
    "series": _("Series"),
    "service": _("Service"),
    "settings": _("Settings"),
    "size-": _("Seconds or megabytes of each"),
    "source": _("Source"),
    "starts_on": _("From"),
    "template": _("Template"),
    "tenant": _("Company"),
    "territory": _("Territory"),
    "terms": _("Terms"),
    "text": _("Rows"),
    "text-": _("Description"),
    "tint": _("Colour of sums"),
    "to-": _("To a number like"),
    "trunks": _("Trunks"),
    "unit": _("Units"),
    "unit_factor": _("Prices are multiplied by"),
    "unit_kind": _("Kind"),
    "unit_name": _("Name"),
    "unit_number": _("Number"),
    "usage_form": _("Itemised usage comes with it"),
    "usage_whole": _("Numbers of others"),
    "until": _("To before"),
    "cycle_closes": _("A cycle ends with"),
    "cycle_months": _("How often"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "valid_on": _("Day"),
    "value": _("to"),
    "why": _("Why"),
    "year": _("Year"),
    "cost-": _("Purchase cost (margin scheme)"),
    "told_on": _("Since"),
}
"""What the pages call the fields of their forms; any other goes by its own name.

A name that ends with a mark is that of fields which are numbered or named after it: `price-3`.
"""

NUMBERED = re.compile(r"([a-z_]+[-.])(.+)")

Value = TypeVar("Value")


class FieldMissing(Invalid):
    """The field "{field}" is empty. Fill it in and send the form again."""


class FieldUnusable(Invalid):
    """The field "{field}" is too long or holds characters that cannot be kept. Shorten it to
    {longest} printable ones.
    """


class DayUnreadable(Invalid):
    """{field}: {text} is not a day. Write it like 2026-10-31."""


class FigureUnreadable(Invalid):
    """{field}: {text} is not a number. Write it like 180 or 0.25."""


class NoSuchPage(NotFound):
    """There is nothing at this address."""


def text_sent(field: str, longest: int = LONGEST) -> str:
    """The text of a form's field, trimmed; an empty one is refused."""
    text = optional_text_sent(field, longest)
    if not text:
        raise _missing(field)
    return text


def optional_text_sent(field: str, longest: int = LONGEST) -> str:
    """The text of a form's field, trimmed; empty where there is none."""
    return _usable(request.form, field, longest)


def figure_sent(field: str, longest: int = LONGEST_FIGURE) -> str:
    """The figure of a form's field as programs write it; an empty one is refused."""
    text_sent(field, longest)
    return optional_figure_sent(field, longest)


def optional_figure_sent(field: str, longest: int = LONGEST_FIGURE) -> str:
    """The figure of a form's field, with a currency behind it or not; empty where there is none.

    The decimal mark of the reader's language is read like a point. Whatever else is written stays
    as it is, for amounts are read strictly.
    """
    text = optional_text_sent(field, longest)
    figure = WITH_COMMA.fullmatch(text)
    if figure is None or decimal_mark(reader_language()) != ",":
        return text
    return f"{figure[1]}.{figure[2]}"


def text_asked(field: str, longest: int = LONGEST) -> str | None:
    """A part of the address line; None where it is missing or empty."""
    return _usable(request.args, field, longest) or None


def day_sent(field: str) -> date:
    """The day of a form's field; an empty one is refused."""
    return _day(field, text_sent(field, 10))


def optional_day_sent(field: str) -> date | None:
    """The day of a form's field, as a browser writes it; None where it is empty."""
    text = optional_text_sent(field, 10)
    return _day(field, text) if text else None


def day_asked(field: str) -> date | None:
    """A day in the address line; None where it is missing or empty."""
    text = text_asked(field, 10)
    return _day(field, text) if text else None


def choice_asked(field: str, choices: Mapping[str, Value]) -> str | None:
    """A part of the address line that is one of these words; None where it is missing."""
    text = text_asked(field)
    if text is not None and text not in choices:
        raise NoSuchPage
    return text


def id_asked(field: str) -> UUID | None:
    """An id in the address line; None where it is missing."""
    text = text_asked(field)
    return _id(text) if text else None


def id_sent(field: str) -> UUID:
    """The id that a form's field names."""
    return _id(text_sent(field))


def file_sent(field: str) -> FileStorage:
    """The file that was chosen; none is refused."""
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        raise _missing(field)
    return sent


def refused_field(error: DomainError) -> str:
    """The field of the form that an error is about, as far as it can be told; else nothing.

    It is the field that the error names, or the only one whose text its message quotes.
    """
    if "at" in error.details:
        return str(error.details["at"])
    quoted = {str(detail).strip("'\"").casefold() for detail in error.details.values()}
    typed = {
        field: text.strip().casefold()
        for field, text in request.form.items()
        if field != FORM_FIELD and text.strip()
    }
    whole = [field for field, text in typed.items() if text in quoted]
    # Of an amount with its currency, a message may quote the amount alone.
    found = whole or [field for field, text in typed.items() if quoted & set(text.split())]
    return found[0] if len(found) == 1 else ""


def own_party() -> UUID:
    """The party a portal user belongs to. Raises NotAllowed for everybody else."""
    principal = g.caller.principal
    if principal.party_id is None:
        raise NotAllowed(role=principal.role.value, right="own")
    party: UUID = principal.party_id
    return party


def field_title(field: str) -> str:
    """What a form calls this field, in the reader's language."""
    say_it = translator(reader_language())
    numbered = NUMBERED.fullmatch(field)
    if numbered and numbered[1] in FIELD_TITLES:
        return f"{say_it(FIELD_TITLES[numbered[1]])} {numbered[2]}"
    return say_it(FIELD_TITLES.get(field, field))


def say(message: str, **fields: object) -> str:
    """A message in the reader's language, for views that tell what they did."""
    return translator(reader_language())(message, **fields)


class Parked(Protocol):
    """What a run left out: whose it is, and why, as it is kept."""

    @property
    def party(self) -> str: ...

    @property
    def currency(self) -> str: ...

    @property
    def reason(self) -> str: ...


def flash_parked(parked: Iterable[Parked]) -> None:
    """Tell on the next page what a run left out, each with its reason in the reader's language."""
    for each in parked:
        flash(f"{each.party} {each.currency}: {retold(each.reason, reader_language())}", "refused")


def own_place(address: str | None) -> str | None:
    """The path and query of an address on this site; None for any other, or none at all."""
    if not address or "\\" in address or not address.isprintable():
        return None
    parts = urlsplit(address)
    is_ours = parts.netloc in ("", request.host) and parts.scheme in ("", "http", "https")
    if not is_ours or not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _missing(field: str) -> FieldMissing:
    return FieldMissing(field=field_title(field), at=field)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NoSuchPage from None


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayUnreadable(field=field_title(field), text=text, at=field) from None


def _usable(fields: MultiDict[str, str], field: str, longest: int) -> str:
    text = fields.get(field, "").strip()
    if len(text) > longest or "\0" in text:
        raise FieldUnusable(field=field_title(field), longest=longest, at=field)
    return text
