"""Contracts with customers: subscriptions to a product at a tariff, and their identifiers.

An identifier is what usage names a subscription by: a telephone number, a card, a login. It belongs
to one subscription at a time, by local days of the customer, and may belong to another later.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from i18n.errors import Conflict, Invalid, NotFound
from i18n.locale import Words, until_when

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,59}", re.ASCII)
LONGEST_IDENTIFIER = 80


class BadContractNumber(Invalid):
    """The number {number} is not usable. Take up to 60 letters, digits and the characters . / _
    -
    """


class BadIdentifier(Invalid):
    """The identifier {identifier} is not usable. Write 1 to 80 printable characters without
    blanks.
    """


class BadPaymentDays(Invalid):
    """Contract {number}: {days} days to pay are not possible. Take 0 to 365."""


class NotACustomer(Invalid):
    """{party} is a {kind}, and contracts are signed with customers. Register it as a customer
    too.
    """


class ContractExists(Conflict):
    """There is already a contract {numbers}. Choose another number."""


class NoSuchContract(NotFound):
    """There is no contract {contract}. Check the number, or sign it first."""


class NoSuchSubscription(NotFound):
    """There is no subscription {subscription}. Check the identifier."""


class OutsideTheContract(Conflict):
    """The validity from {valid_from} until {valid_until} reaches beyond that of {what}, which is
    from {outer_from} until {outer_until}. Shorten one or prolong the other.
    """


class SubscriptionCurrencyDiffers(Conflict):
    """Tariff {tariff} has prices in {tariff_currency}, but contract {number} is in {currency}.
    Choose a tariff in the contract's currency.
    """


class IdentifierTaken(Conflict):
    """Identifier {identifier} belongs to contract {number} from {valid_from} until {valid_until}.
    Release it first, or begin later.
    """


class IdentifierNotInUse(NotFound):
    """Identifier {identifier} belongs to nobody on {on}. Check the day."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One customer's agreement to pay, in one currency, within `payment_days`.

    The customer is the subscriber. Whoever applied for it, and whoever is sent the invoice, may be
    another customer; where nobody is named it is the subscriber.
    """

    id: UUID
    number: str
    customer_id: UUID
    currency: str
    valid_from: date
    valid_until: date | None = None
    payment_days: int = 14
    policies: Mapping[str, str] = field(default_factory=dict)
    applicant_id: UUID | None = None
    payer_id: UUID | None = None

    @property
    def billed_to(self) -> UUID:
        """Who is sent the invoice."""
        return self.payer_id or self.customer_id


@dataclass(frozen=True, slots=True)
class Subscription:
    """A product at a tariff, under a contract; `ended_at`: when somebody ended it."""

    id: UUID
    contract_id: UUID
    product_id: UUID
    tariff_id: UUID
    valid_from: date
    valid_until: date | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscription with all that rating and billing ask of it; codes, and local days."""

    subscription_id: UUID
    contract_id: UUID
    customer_id: UUID
    product: str
    tariff: str
    currency: str
    time_zone: str
    valid_from: date
    valid_until: date | None
    payer_id: UUID
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription to be loaded; without days of its own it has those of its contract."""

    product: str
    tariff: str
    identifiers: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class NewContract:
    """A contract to be loaded with its subscriptions; its customers are named by their codes."""

    number: str
    customer: str
    currency: str
    valid_from: date
    valid_until: date | None = None
    payment_days: int = 14
    policies: Mapping[str, str] = field(default_factory=dict)
    subscriptions: tuple[NewSubscription, ...] = ()
    applicant: str | None = None
    payer: str | None = None

    @property
    def parties(self) -> set[str]:
        """The codes of all customers it names."""
        return {code for code in (self.customer, self.applicant, self.payer) if code}


def checked_number(number: str) -> str:
    """A contract number that can stand in documents and addresses."""
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        raise BadContractNumber(number=repr(number)[:80])
    return number


def checked_payment_days(days: int, number: str) -> int:
    """How many days the customer has to pay."""
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= 365:
        raise BadPaymentDays(number=number, days=repr(days)[:20])
    return days


def checked_identifier(identifier: str) -> str:
    """An identifier as usage carries it: telephone numbers as digits, without the leading +."""
    if not isinstance(identifier, str) or not 0 < len(identifier) <= LONGEST_IDENTIFIER:
        raise BadIdentifier(identifier=repr(identifier)[:90])
    if not identifier.isprintable() or any(character.isspace() for character in identifier):
        raise BadIdentifier(identifier=repr(identifier)[:90])
    digits = identifier.removeprefix("+")
    return digits if digits.isascii() and digits.isdigit() else identifier


def require_within(
    what: Words,
    valid_from: date,
    valid_until: date | None,
    outer_from: date,
    outer_until: date | None,
) -> None:
    """Refuse a validity that reaches beyond another. Raises OutsideTheContract."""
    ends_late = outer_until is not None and (valid_until is None or valid_until > outer_until)
    if valid_from < outer_from or ends_late:
        raise OutsideTheContract(
            what=what,
            valid_from=valid_from,
            valid_until=until_when(valid_until),
            outer_from=outer_from,
            outer_until=until_when(outer_until),
        )
