"""What a carrier's declaration must be before it is taken in, and why it is refused.

A foreign agreement and an unknown one get the same answer, so that nobody learns from it with whom
else we exchange traffic.
"""

from dataclasses import dataclass
from datetime import date

from i18n.errors import Conflict, Forbidden, Invalid, NotFound
from i18n.locale import Words, _
from statements.declaration import DeclarationMisread, Received

MOST_BYTES = 20 * 1024 * 1024


class NotACarrier(Invalid):
    """{party} is a {kind}, not a carrier. Only carriers exchange declarations."""


class NotYourExchange(Forbidden):
    """You may send declarations of your own company only. Leave the carrier out."""


class CarrierMissing(Invalid):
    """Whose declaration is it? Name the carrier with ?carrier_id=."""


class DeclarationTooLarge(Invalid):
    """The declaration has more than {limit} bytes. Send one period at a time."""


class BreaksItsSchema(Invalid):
    """The declaration breaks its schema: {findings}. Correct it and send it again."""


class NoSuchAgreementBetweenUs(NotFound):
    """There is no agreement {agreement} between us. Name the agreement as it is signed."""


class OurOwnDeclaration(Invalid):
    """The declaration names us as the side that declares. Send your own."""


class AddressedToAnother(Invalid):
    """The declaration is addressed to {recipient}, and {name} is another company. Send it to them,
    or correct its recipient.
    """


class WrongCurrency(Invalid):
    """Agreement {agreement} settles in {currency}, the declaration is in {other}. Send it in
    {currency}.
    """


class WrongClocks(Invalid):
    """Agreement {agreement} counts days in {time_zone}, the declaration in {other}. Count them by
    the agreement.
    """


class WrongPeriod(Invalid):
    """The declaration is for {starts_on} until {until}. Send one calendar month."""


class NotDeclaredYet(Conflict):
    """We have not declared {period} under {agreement} yet. Send yours after ours."""


class MessageRepeated(Conflict):
    """Declaration {number} was taken in before. Give a corrected one a new number."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a declaration under an agreement must say; `our_names` begin with that of our books."""

    agreement: str
    currency: str
    time_zone: str
    our_names: tuple[str, ...]


def require_expected(received: Received, expected: Expected) -> None:
    """Refuse what is not the other side's declaration of one month as agreed.

    Raises DeclarationMisread, OurOwnDeclaration, AddressedToAnother, WrongCurrency, WrongClocks or
    WrongPeriod.
    """
    # White space alone is long enough for the schema, and names nothing.
    for said in ("number", "declarant", "recipient"):
        if not getattr(received, said):
            raise DeclarationMisread(reason=Words(_("it has no {what}"), what=said))
    agreement = expected.agreement
    if _is_one_of(received.declarant, expected.our_names):
        raise OurOwnDeclaration
    if not _is_one_of(received.recipient, expected.our_names):
        raise AddressedToAnother(recipient=received.recipient, name=expected.our_names[0])
    if received.currency != expected.currency:
        raise WrongCurrency(
            agreement=agreement, currency=expected.currency, other=received.currency
        )
    if received.time_zone != expected.time_zone:
        raise WrongClocks(
            agreement=agreement, time_zone=expected.time_zone, other=received.time_zone
        )
    if not _is_a_month(received.period.starts_on, received.period.until):
        raise WrongPeriod(starts_on=received.period.starts_on, until=received.period.until)


def _is_one_of(name: str, names: tuple[str, ...]) -> bool:
    """Whether a name is one of these, however its letters and spaces are written."""
    return _plain(name) in map(_plain, names)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_a_month(starts_on: date, until: date) -> bool:
    next_month = (starts_on.year + starts_on.month // 12, starts_on.month % 12 + 1)
    return (starts_on.day, until.day) == (1, 1) and (until.year, until.month) == next_month
