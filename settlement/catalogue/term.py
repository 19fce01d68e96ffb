"""For how long a customer commits to a tariff, what that earns, and what leaving early costs.

A term is a number of calendar months from the day on which it was agreed. In its last
`bonus_months` recurring fees are not charged, and on its first day `bonus_amount` is credited once;
leaving early takes nothing of it back. Who leaves before its end pays the early-leaving fee:

- `flat`: the fee, whenever one leaves;
- `remaining_months`: the fee for each month of the term that is not over, a started one whole;
- `declining`: as much of the fee as the days left are of the days of the term.

After the last day the customer stays without commitment (`open`), or a term of the same length
begins (`again`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from currencies.money import plain as amount_text
from i18n.locale import Words, _
from settlement.catalogue.plain_values import Plain, Reader, without_defaults

EARLY_LEAVING: Final = ("flat", "remaining_months", "declining")
RENEWAL: Final = ("open", "again")


@dataclass(frozen=True, slots=True)
class Term:
    """A commitment; amounts are in the currency of the tariff."""

    months: int
    fee: Decimal = Decimal(0)
    early_leaving: str = "flat"
    bonus_months: int = 0
    renewal: str = "open"
    bonus_amount: Decimal = Decimal(0)


def term_from_plain(plain: Plain, where: str) -> Term:
    """Read a term. Raises UnknownKey, KeyMissing and WrongValue."""
    known = ("months", "fee", "early_leaving", "bonus_months", "renewal", "bonus_amount")
    reader = Reader(plain, f"{where}, term", known)
    months, bonus = reader.whole("months", least=1), reader.whole("bonus_months", 0)
    if bonus > months:
        raise reader.wrong(
            "bonus_months",
            bonus,
            Words(_("at most the {months} months of the term"), months=months),
        )
    return Term(
        months=months,
        fee=reader.price("fee", "0"),
        early_leaving=reader.choice("early_leaving", EARLY_LEAVING),
        bonus_months=bonus,
        renewal=reader.choice("renewal", RENEWAL),
        bonus_amount=reader.price("bonus_amount", "0"),
    )


def term_to_plain(term: Term | None) -> dict[str, Any] | None:
    """Write a term as `term_from_plain` reads it, without what is the default."""
    if term is None:
        return None
    plain = {
        "months": term.months,
        "fee": amount_text(term.fee),
        "early_leaving": term.early_leaving,
        "bonus_months": term.bonus_months,
        "renewal": term.renewal,
        "bonus_amount": amount_text(term.bonus_amount),
    }
    return without_defaults(
        plain,
        {
            "fee": "0",
            "early_leaving": "flat",
            "bonus_months": 0,
            "renewal": "open",
            "bonus_amount": "0",
        },
    )
