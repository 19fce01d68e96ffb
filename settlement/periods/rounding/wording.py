"""What the causes of the rounding ledger are called: what an amount was when it was rounded."""

from typing import Final

from i18n.locale import _

CAUSES: Final = {
    "charge": _("Charge lines"),
    "share": _("Shares"),
    "share_by_event": _("Shares, event by event"),
    "unit": _("Amounts for each unit"),
    "tier": _("Tiers"),
    "cap": _("Caps on what is earned"),
    "guarantee": _("Minimum guarantees"),
    "advance": _("Advances taken back"),
    "fee": _("Fees"),
    "commission": _("Commissions"),
    "new_contract": _("Commissions for new contracts"),
    "refund": _("Refunds"),
    "chargeback": _("Chargebacks"),
    "write_off": _("Write-offs"),
    "release": _("Shares released as customers pay"),
    "tax": _("Tax"),
    "tax_inside": _("Tax within prices"),
    "tax_local": _("Tax in local currency"),
    "withholding": _("Tax withheld"),
    "tie": _("Lines that close a sum"),
    "total": _("Totals of documents"),
    "fx": _("Currency conversion"),
}
