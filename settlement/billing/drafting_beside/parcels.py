"""What goes between a run and the process that drafts for it.

Both are of the same program, so values go as they are; those of which a document has very many go
by what they are made of, in a fraction of the time.
"""

import copyreg
import io
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from moneyed import Money

from currencies.money import money
from settlement.billing.drafting import Bill, Cycle, Due
from settlement.billing.drafting_ahead import Drafted
from settlement.parties.party import Party
from statements.composing import Composed
from statements.document import (
    Address,
    Bank,
    Detail,
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


class _Packer(pickle.Pickler):
    """Writes what documents are made of by their fields, and amounts by their texts."""

    dispatch_table = copyreg.dispatch_table.copy()


def _by_fields(kind: type[Any]) -> None:
    fields_of = attrgetter(*(each.name for each in fields(kind)))
    _Packer.dispatch_table[kind] = lambda value: (kind, fields_of(value))


PARTS: tuple[type[Any], ...] = (
    Address,
    Bank,
    Composed,
    Detail,
    Document,
    Endpoint,
    Filing,
    Line,
    Period,
    References,
    Side,
    Tax,
    TaxSubtotal,
    Totals,
)
for _kind in PARTS:
    _by_fields(_kind)
_Packer.dispatch_table[Money] = lambda amount: (money, (amount.amount, amount.currency.code))
_Packer.dispatch_table[Decimal] = lambda number: (Decimal, (str(number),))
_Packer.dispatch_table[UUID] = lambda identity: (UUID, (None, identity.bytes))


def packed(value: Any) -> bytes:
    """A value as bytes, for `unpacked` in a process of the same program."""
    into = io.BytesIO()
    _Packer(into, pickle.HIGHEST_PROTOCOL).dump(value)
    return into.getvalue()


def unpacked(parcel: bytes) -> Any:
    """The value again; of our own processes only, for it may be anything."""
    return pickle.loads(parcel)  # noqa: S301 - from a process we started, over its pipe.


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
        made = [Bill(party, *each) for each in bills]
        drafted.append(Drafted(party, currency, charges, made, refusal))
    return drafted


_but_for_party = attrgetter(*(each.name for each in fields(Bill) if each.name != "party"))


def _without_parties(drafted: Drafted) -> tuple[Any, ...]:
    bills = [_but_for_party(bill) for bill in drafted.bills]
    return (drafted.party.id, *drafted[1:3], bills, drafted.refusal)
