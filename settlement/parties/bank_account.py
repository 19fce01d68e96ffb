"""An account at a bank, by IBAN: where a party is paid, or where the tenant pays from."""

from dataclasses import dataclass
from uuid import UUID

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from currencies.units import minor_unit
from i18n.errors import Invalid

LONGEST_HOLDER = 70


class IbanWrong(Invalid):
    """{iban} is not an IBAN. Check its digits with the account's owner."""


class BicWrong(Invalid):
    """{bic} is not a BIC. Check it, or leave it out where the IBAN is enough."""


class BicOfAnotherCountry(Invalid):
    """The BIC {bic} is not of the country of the account {iban}. Check both with the owner."""


class HolderWrong(Invalid):
    """The account holder is {holder}. Write the name the bank knows, in 1 to 70 characters."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Without a party it is the tenant's own. `bic` is empty where none was given or known."""

    id: UUID
    party_id: UUID | None
    holder: str
    iban: str
    bic: str
    currency: str
    is_active: bool = True


def checked_account(
    account_id: UUID, party_id: UUID | None, holder: str, iban: str, bic: str | None, currency: str
) -> BankAccount:
    """An account whose numbers are right: IBAN by length and check digits of its country.

    Without a BIC the one that the IBAN's bank code names is taken. Raises IbanWrong, BicWrong,
    BicOfAnotherCountry, HolderWrong, UnknownCurrency.
    """
    minor_unit(currency)
    # 70 characters is what ISO 20022 payment files take for a name in SEPA.
    if not holder.strip() or len(holder) > LONGEST_HOLDER or not holder.isprintable():
        raise HolderWrong(holder=repr(holder)[:80])
    try:
        number = IBAN(iban)
    except (SchwiftyException, ValueError) as wrong:
        raise IbanWrong(iban=repr(iban)[:40]) from wrong
    return BankAccount(account_id, party_id, holder, str(number), _bic(bic, number), currency)


def _bic(bic: str | None, iban: IBAN) -> str:
    if not bic:
        return str(iban.bic) if iban.bic else ""
    try:
        given = BIC(bic)
    except (SchwiftyException, ValueError) as wrong:
        raise BicWrong(bic=repr(bic)[:20]) from wrong
    # Some territories bank under another country's BIC, so only a plain clash is refused.
    if given.country_code != iban.country_code and iban.country_code not in _SHARED_BICS:
        raise BicOfAnotherCountry(bic=str(given), iban=str(iban))
    return str(given)


_SHARED_BICS = frozenset({"GG", "JE", "IM", "MC", "SM", "VA", "GF", "GP", "MQ", "RE", "FO", "GL"})
