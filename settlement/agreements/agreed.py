"""What the service of agreements hands out and refuses about partners and carriers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from currencies.fixing import Fixing
from i18n.errors import Conflict, Invalid, NotFound
from settlement.agreements.deal import Deal

Kind = Literal["revenue_share", "interconnect", "commission"]


class WrongKindOfParty(Invalid):
    """{party} is a {kind}; agreement {code} is made with a {wanted}. Register it as one too."""


class AgreementDiffers(Conflict):
    """Agreement {code} is there with another party, kind or currency. Choose another code."""


class NoSuchAgreement(NotFound):
    """There is no agreement {agreement}. Check the code, or agree it first."""


class TermsOverlap(Conflict):
    """Agreement {code}: version {version} of its terms is valid from {valid_from} until
    {valid_until}. Agree from a later day, or say the day on which yours end.
    """


class NothingToEnd(Conflict):
    """Agreement {code} has no terms that hold on the day before {on}. Choose a day after
    {valid_from}, and before {valid_until}.
    """


class ProductSharedTwice(Conflict):
    """The revenue of {product} is already shared by agreement {other} from {valid_from} until
    {valid_until}. End it first, or leave the product out.
    """


class CommissionTwice(Conflict):
    """{party} has commission {other} from {valid_from} until {valid_until} already. End it
    first.
    """


class NotAPayee(Invalid):
    """Agreement {code} names {payee}, who is no partner of yours. Register the partner first."""


class AgreementCurrencyDiffers(Conflict):
    """Tariff {tariff} has prices in {tariff_currency}, but agreement {code} is in {currency}.
    Choose a tariff in the agreement's currency.
    """


class TariffWithTaxInside(Conflict):
    """Tariff {tariff} has prices with tax inside, but agreement {code} charges carriers net of tax.
    Name a tariff whose tax_in_prices is "excluded" while the agreement holds.
    """


class TrunkTaken(Conflict):
    """Trunk {trunk} belongs to agreement {other} from {valid_from} until {valid_until}. End it
    there first, or begin later.
    """


class BadTrunk(Invalid):
    """The trunk {trunk} is not usable. Write it as the switch does, in 1 to 80 printable
    characters.
    """


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """One version of an agreement's terms; `terms_id` is what charge lines and shares name.

    `sharing` is the part that `settlement.agreements.sharing_terms` reads; only revenue shares have
    it.
    """

    terms_id: UUID
    agreement_id: UUID
    kind: Kind
    code: str
    party_id: UUID
    currency: str
    version: int
    valid_from: date
    valid_until: date | None
    terms: Mapping[str, Any]
    sharing: Mapping[str, Any]
    policies: Mapping[str, str]
    fixing: Fixing | None

    @property
    def products(self) -> tuple[str, ...]:
        """The products whose revenue is shared."""
        return tuple(self.terms.get("products", ()))

    @property
    def notice_days(self) -> int:
        """How many days before it holds a change is announced."""
        return int(self.terms.get("notice_days", 30 if self.kind == "interconnect" else 0))


@dataclass(frozen=True, slots=True)
class Interconnect:
    """A carrier's terms in force; tariff codes by direction, and the codes of its trunks."""

    terms_id: UUID
    agreement_id: UUID
    code: str
    carrier_id: UUID
    currency: str
    time_zone: str
    incoming: str | None
    outgoing: str | None
    tolerance: Decimal
    objection_days: int
    notice_days: int
    fixing: Fixing | None
    policies: Mapping[str, str]
    trunks: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    deals: tuple[Deal, ...] = ()
    missing_caller_share: Decimal | None = None
    missing_caller_price: Decimal | None = None
    transit: str | None = None
    transit_settlement: str = "cascade"
    tolerance_amount: Decimal | None = None


def tariffs_by_direction(terms: Interconnect) -> dict[str, str]:
    """The tariff of each direction of a trunk; none, which is "", where direct transit is taken."""
    named = {
        "incoming": terms.incoming,
        "outgoing": terms.outgoing,
        "transit_in": terms.transit,
        "transit_out": "" if terms.transit_settlement == "direct" else None,
    }
    return {direction: code for direction, code in named.items() if code is not None}


def checked_trunk(trunk: str) -> str:
    """A trunk as the switch writes it, for example PJSIP/atlantic. Raises BadTrunk."""
    if not isinstance(trunk, str) or not 0 < len(trunk.strip()) <= len(trunk) <= 80:
        raise BadTrunk(trunk=repr(trunk)[:90])
    if not trunk.isprintable():
        raise BadTrunk(trunk=repr(trunk)[:90])
    return trunk
