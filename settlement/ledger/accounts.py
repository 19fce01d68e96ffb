"""The chart of accounts, by meaning.

An account is a reason to hold an amount, the same in every tenant and every currency; who it
concerns is said by the party of the posting, not by an account of its own. A tenant's own account
numbers are a matter of the export.
"""

from enum import StrEnum


class Kind(StrEnum):
    """On which side of the books an account stands."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


class Account(StrEnum):
    """What an amount in the book is."""

    # Customers.
    UNBILLED_RECEIVABLE = "unbilled_receivable"
    RECEIVABLE = "receivable"
    BAD_DEBT = "bad_debt"
    REVENUE = "revenue"
    INTEREST_INCOME = "interest_income"
    REMINDER_INCOME = "reminder_income"
    # Partners.
    PARTNER_COST = "partner_cost"
    PARTNER_ACCRUED = "partner_accrued"
    PARTNER_PAYABLE = "partner_payable"
    # Carriers, in both directions.
    CARRIER_COST = "carrier_cost"
    CARRIER_ACCRUED = "carrier_accrued"
    CARRIER_PAYABLE = "carrier_payable"
    CARRIER_REVENUE = "carrier_revenue"
    CARRIER_UNBILLED = "carrier_unbilled"
    CARRIER_RECEIVABLE = "carrier_receivable"
    # Money of carriers that we hold as security.
    CARRIER_DEPOSIT = "carrier_deposit"
    # The tax office.
    VAT_PAYABLE = "vat_payable"
    VAT_RECEIVABLE = "vat_receivable"
    WITHHOLDING_PAYABLE = "withholding_payable"
    # Money on its way and at the bank.
    PAYOUT_CLEARING = "payout_clearing"
    BANK = "bank"
    # Between currencies: what was given in one and owed in another; what it cost or brought when
    # it was settled, and what open items would at the end of a period.
    CURRENCY_POSITION = "currency_position"
    FX_DIFFERENCE = "fx_difference"
    FX_UNREALISED = "fx_unrealised"
    ROUNDING_DIFFERENCE = "rounding_difference"

    @property
    def kind(self) -> Kind:
        """Asset, liability, income or expense."""
        return _KINDS[self]


_KINDS = {
    Account.UNBILLED_RECEIVABLE: Kind.ASSET,
    Account.RECEIVABLE: Kind.ASSET,
    Account.BAD_DEBT: Kind.EXPENSE,
    Account.REVENUE: Kind.INCOME,
    Account.INTEREST_INCOME: Kind.INCOME,
    Account.REMINDER_INCOME: Kind.INCOME,
    Account.PARTNER_COST: Kind.EXPENSE,
    Account.PARTNER_ACCRUED: Kind.LIABILITY,
    Account.PARTNER_PAYABLE: Kind.LIABILITY,
    Account.CARRIER_COST: Kind.EXPENSE,
    Account.CARRIER_ACCRUED: Kind.LIABILITY,
    Account.CARRIER_PAYABLE: Kind.LIABILITY,
    Account.CARRIER_REVENUE: Kind.INCOME,
    Account.CARRIER_UNBILLED: Kind.ASSET,
    Account.CARRIER_RECEIVABLE: Kind.ASSET,
    Account.CARRIER_DEPOSIT: Kind.LIABILITY,
    Account.VAT_PAYABLE: Kind.LIABILITY,
    Account.VAT_RECEIVABLE: Kind.ASSET,
    Account.WITHHOLDING_PAYABLE: Kind.LIABILITY,
    Account.PAYOUT_CLEARING: Kind.LIABILITY,
    Account.BANK: Kind.ASSET,
    Account.CURRENCY_POSITION: Kind.ASSET,
    Account.FX_DIFFERENCE: Kind.EXPENSE,
    Account.FX_UNREALISED: Kind.EXPENSE,
    Account.ROUNDING_DIFFERENCE: Kind.EXPENSE,
}
