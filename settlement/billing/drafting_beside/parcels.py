"""What goes between a run and the process that drafts for it.

Both are of the same program, so values go as they are; those of which a document has very many go
by what they are made of, in a fraction of the time, and its lines only as the text that is filed.
"""

import copyreg
import io
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from moneyed import Money

from currencies.money import money
from currencies.rounding_ledger.posted_fraction import Rounded
from settlement.agreements.contract import Contract
from settlement.billing.drafting import Bill, Cycle, Due
from settlement.billing.drafting_ahead import Drafted
from settlement.billing.margin_scheme.margin_sale import MarginSale
from settlement.parties.party import Party, TaxUnit
from statements.composing import Composed
from statements.content import AsWritten, Written, names_as_kept
from statements.document import (
    Address,
    Bank,
    Document,
    Endpoint,
    Line,
    Period,
    References,
    Tax,
    TaxSubtotal,
    Totals,
)
from statements.document import Party as Side
from statements.filing import Filing
from tenants.directory import tenant as directory


@dataclass(frozen=True, slots=True)
class Known:
    """What all parts of a run are drafted with."""

    cycle: Cycle
    customers: Mapping[UUID, Party]


class Question(NamedTuple):
    """Some who are due, and the text of the charges that wait for them.

    `known_as` names what the run works with; `known` is that, packed, where it was not told yet.
    """

    known_as: str
    known: bytes | None
    due: Sequence[Due]
    charges: bytes


@lru_cache(maxsize=10_000)
def _money(amount: str, currency: str) -> Money:
    """An amount by its text; the totals of a document are the same few again and again."""
    return money(Decimal(amount), currency)


class _Packer(pickle.Pickler):
    """Writes what documents are made of by their fields, and amounts by their texts."""

    dispatch_table = copyreg.dispatch_table.copy()


def _by_fields(kind: type[Any]) -> None:
    fields_of = attrgetter(*(each.name for each in fields(kind)))
    _Packer.dispatch_table[kind] = lambda value: (kind, fields_of(value))


# What a run knows of its customers, and what documents are made of.
PARTS: tuple[type[Any], ...] = (
    Contract,
    Party,
    TaxUnit,
    directory.Address,
    Address,
    Bank,
    Endpoint,
    Filing,
    Period,
    References,
    Rounded,
    Side,
    Tax,
    TaxSubtotal,
    Totals,
)
for _kind in PARTS:
    _by_fields(_kind)
_Packer.dispatch_table[Money] = lambda amount: (_money, (str(amount.amount), amount.currency.code))
_Packer.dispatch_table[Decimal] = lambda number: (Decimal, (str(number),))
_Packer.dispatch_table[Fraction] = lambda number: (Fraction, number.as_integer_ratio())
_Packer.dispatch_table[UUID] = lambda identity: (UUID, (None, identity.bytes))


def packed(value: Any) -> bytes:
    """A value as bytes, for `unpacked` in a process of the same program."""
    into = io.BytesIO()
    _Packer(into, pickle.HIGHEST_PROTOCOL).dump(value)
    return into.getvalue()


def unpacked(parcel: bytes) -> Any:
    """The value again; of our own processes only, for it may be anything."""
    return pickle.loads(parcel)  # noqa: S301 - from a process we started, over its pipe.


class _Packed(NamedTuple):
    """A bill but for its party, and for the lines of its draft, which are among the texts.

    `draft` are its other fields in their order, `texts` those of all fields.
    """

    draft: tuple[Any, ...]
    filing: Filing
    charge_ids: tuple[str, ...]
    charged: Money
    tax_inside: Money
    sales: tuple[MarginSale, ...]
    texts: list[str]
    rounded: tuple[Rounded, ...]


def packed_drafts(drafted: Sequence[Drafted]) -> bytes:
    """Drafts for the run, which knows its customers.

    Each by itself: to remember the values of hundreds of bills takes longer than to write a few of
    them again.
    """
    return packed([packed(_without_parties(each)) for each in drafted])


def drafts_in(parcel: bytes, customers: Mapping[UUID, Party]) -> list[Drafted]:
    """The drafts of a parcel, each with its customer."""
    drafted = []
    for party_id, currency, charges, bills, refusal in map(unpacked, unpacked(parcel)):
        party = customers[party_id]
        made = [_bill(party, _Packed(*each)) for each in bills]
        drafted.append(Drafted(party, currency, charges, made, refusal))
    return drafted


_NAMES = [each.name for each in fields(Document)]
_LINES = _NAMES.index("lines")
_TEXT_OF_LINES = names_as_kept(Document).index("lines")
_but_for_lines = attrgetter(*(name for name in _NAMES if name != "lines"))


def _without_parties(drafted: Drafted) -> tuple[Any, ...]:
    bills = [tuple(_packed(bill)) for bill in drafted.bills]
    return (drafted.party.id, *drafted[1:3], bills, drafted.refusal)


def _packed(bill: Bill) -> _Packed:
    assert bill.composed is not None, "what is drafted beside is composed there"
    return _Packed(
        _but_for_lines(bill.draft),
        bill.filing,
        bill.charge_ids,
        bill.charged,
        bill.tax_inside,
        bill.sales,
        bill.composed.fields.texts,
        bill.composed.rounded,
    )


def _bill(party: Party, made: _Packed) -> Bill:
    """The bill again. A run files most of its lines as they are written and looks into none."""
    lines = AsWritten(Line, made.texts[_TEXT_OF_LINES])
    said = *made.draft[:_LINES], lines, *made.draft[_LINES:]
    draft = Document(*said)
    composed = Composed(draft, Written(draft, made.texts), made.rounded)
    return Bill(
        party,
        draft,
        made.filing,
        made.charge_ids,
        made.charged,
        made.tax_inside,
        made.sales,
        composed,
    )
