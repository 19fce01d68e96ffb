"""What of a share is paid out once customers have paid: in proportion, cumulatively (rule R47).

Under terms that pay when paid, a share is booked as any other and told by the statement of its
month, but only the part that customers have paid by then is paid out; later statements release what
has been paid since, and take back what bounced. All credits of the same revenue go by the same
part, so what is given back is taken back only as far as it was paid out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple
from uuid import UUID

from currencies.money import Money, money, scaled
from i18n.formats import percent_text
from i18n.locale import _, translator
from settlement.sharing.crediting import SHARE, UNIT
from settlement.sharing.parts import exact
from settlement.sharing.refunding.mirroring import CAUSES as REFUNDED
from settlement.sharing.refunds import paid_part, released_share
from statements.document import Step

# Credits of one product's revenue, and those of all revenue of a month under the terms. What is
# promised whatever customers pay, as a guarantee, waits for nobody.
OF_PRODUCT: Final = (SHARE, UNIT, *REFUNDED)
OF_ALL: Final = ("tier", "cap", "advance")

SO_FAR: Final = _("Released, as customers have paid")
BEFORE: Final = _("less released before")
NOW: Final = _("Released now")
HELD: Final = _("Held until customers pay")


@dataclass(frozen=True, slots=True)
class Release:
    """What of a share was released before a statement, and is by it; `is_first` tells the share.

    `fraction` is what rounding made of it, exact less released; none where it is not known.
    """

    part: Fraction
    before: Decimal
    amount: Decimal
    is_first: bool
    fraction: Fraction | None = None


class Before(NamedTuple):
    """What earlier statements released of a share, and the fractions that are known of it."""

    amount: Decimal
    fraction: Fraction


class Charged(NamedTuple):
    """What customers were charged of a revenue on one document, or on none yet.

    `usage_id` is the period of the usage.
    """

    usage_id: UUID
    terms_id: UUID
    product: str
    currency: str
    document_id: UUID | None
    amount: Decimal


NOTHING: Final = Before(Decimal(0), Fraction(0))

Revenue = tuple[UUID | None, UUID, str, str]
ALL: Final = ""


def paid_parts(
    charged: Iterable[Charged], paid: Mapping[UUID, Fraction]
) -> dict[Revenue, Fraction]:
    """Which part of each revenue is paid, and under the product ALL of all that its terms share.

    `paid` has the part that is paid of each invoice; other documents ask for nothing, and what is
    on no document is not paid.
    """
    owed: dict[Revenue, Fraction] = {}
    had: dict[Revenue, Fraction] = {}
    for each in charged:
        amount = Fraction(each.amount)
        part = paid.get(each.document_id, Fraction(1)) if each.document_id else Fraction(0)
        for product in {each.product, ALL}:
            key = (each.usage_id, each.terms_id, product, each.currency)
            owed[key] = owed.get(key, Fraction(0)) + amount
            had[key] = had.get(key, Fraction(0)) + amount * part
    return {key: paid_part(owed[key], had[key]) for key in owed}


def release(share: Money, part: Fraction, before: Before | None) -> Release:
    """What is released now of a share; `before` is nothing where no statement has told it yet.

    All fractions of a share are what lies between its part and what is released of it so far:

        fraction = share * part - released so far - fractions before
    """
    so_far = released_share(share, part).amount
    earlier = before or NOTHING
    return Release(
        part,
        earlier.amount,
        so_far - earlier.amount,
        is_first=before is None,
        fraction=exact(share) * part - Fraction(so_far) - earlier.fraction,
    )


def release_steps(share: Money, found: Release, locale: str) -> list[Step]:
    """Credited, released and still held, in the words of a locale."""
    say, code = translator(locale), str(share.currency.code)
    so_far = money(found.before + found.amount, code)
    part = Decimal(found.part.numerator) / Decimal(found.part.denominator)
    return [
        Step(say(SO_FAR), so_far, percent_text(part.quantize(Decimal("0.0001")), locale)),
        Step(say(BEFORE), scaled(money(found.before, code), -1)),
        Step(say(NOW), money(found.amount, code), is_result=True),
        Step(say(HELD), share - so_far),
    ]
