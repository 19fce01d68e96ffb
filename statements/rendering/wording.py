"""The fixed words of a document that depend on its facts: titles, units, policies."""

from collections.abc import Callable

from i18n.locale import _
from statements.document import Kind

TITLES = {
    Kind.INVOICE: _("Invoice"),
    Kind.CREDIT_NOTE: _("Credit note"),
    Kind.SELF_BILLED_INVOICE: _("Settlement statement"),
    Kind.SELF_BILLED_CREDIT: _("Settlement credit note"),
    Kind.STATEMENT: _("Settlement statement"),
    Kind.DECLARATION: _("Traffic declaration"),
    Kind.CORRECTED_INVOICE: _("Corrected invoice"),
    Kind.ADJUSTING_INVOICE: _("Adjusting invoice"),
    Kind.ADJUSTING_CREDIT: _("Adjusting credit note"),
    Kind.DEBIT_NOTE: _("Debit note"),
    Kind.INTEREST_NOTE: _("Interest note"),
    Kind.PROFORMA: _("Proforma invoice"),
    Kind.ACCOUNT_STATEMENT: _("Statement of account"),
    Kind.WITHHOLDING_CERTIFICATE: _("Certificate of tax withheld"),
    Kind.REMINDER: _("Payment reminder"),
    Kind.PAYOUT_ADVICE: _("Payment advice"),
}

# The words that the law asks for on an invoice that the buyer issues (VAT directive, art. 226).
SELF_BILLING = _("Self-billing")

# The words that typeset layouts place; a layout that asks for another one is not drawn.
LABELS = (
    _("Page"),
    _("Seller"),
    _("Buyer"),
    _("Step"),
    _("How"),
    _("Amount"),
    _("Services"),
    _("No."),
    _("Description"),
    _("Quantity"),
    _("Unit"),
    _("Unit price"),
    _("VAT"),
    _("Net"),
    _("Gross"),
    _("Rate"),
    _("Tax"),
    _("Together"),
    _("Subtotal"),
    _("To pay"),
    _("In words"),
    _("Detail"),
    _("How amounts were computed"),
    _("Lines"),
    _("Items"),
    _("Paid by"),
    _("Paid to"),
    _("Document"),
    _("Issued on"),
    _("Withheld"),
    _("Netted"),
    _("Paid"),
    _("Envelopes by sheets"),
    _("Envelopes"),
    _("Sheets"),
    _("Pages"),
    _("Postcode"),
    _("City"),
    _("Recipient"),
    _("Handed over"),
    _("Taken over"),
    _("Declared by"),
    _("Declared to"),
    _("Totals"),
    _("Direction"),
    _("Calls"),
    _("Time"),
    _("Billed time"),
    _("Exact amount"),
    _("Payable"),
    _("Traffic by day and trunk"),
    _("Day"),
    _("Trunk"),
    _("Destinations"),
    _("Every line is in the register at the end of this document."),
    _("Opening balance"),
    _("Closing balance"),
    _("What happened"),
    _("Charged"),
    _("Received"),
    _("Balance"),
    _("Issued by"),
    _("Issued to"),
    _("Open items"),
    _("Due on"),
    _("Tax base"),
    _("Tax withheld"),
    _("Documents"),
    _("Events"),
    _("From the previous page"),
    _("To the next page"),
)

# Seen from the side that declares.
DIRECTIONS = {"incoming": _("Incoming"), "outgoing": _("Outgoing")}

# UN/ECE Recommendation 20.
UNITS = {
    "C62": _("pcs"),
    "SEC": _("s"),
    "MIN": _("min"),
    "HUR": _("hours"),
    "MIL": _("thousand"),
    "ZZ": _("units"),
    "DAY": _("days"),
    "MON": _("months"),
    "AD": "B",
    "2P": _("kB"),
    "4L": _("MB"),
    "E34": _("GB"),
    "KWH": "kWh",
    "MTQ": "m³",
}

# UNTDID 5305, where a rate alone would not say it.
CATEGORIES = {
    "E": _("exempt"),
    "AE": _("reverse charge"),
    "G": _("export"),
    "K": _("intra-Community supply"),
    "O": _("outside VAT"),
}

POLICIES = {
    ("tax_rounding", "document"): _("Tax is rounded once per tax rate of the document."),
    ("tax_rounding", "line"): _("Tax is rounded on each line."),
    ("line_net", "rounded"): _("Tax is taken from the net amounts shown."),
    ("line_net", "exact"): _("Tax is taken from the net amounts before rounding."),
    ("inclusive_tax", "net_rounded"): _("Of a price with tax, the net amount is rounded."),
    ("inclusive_tax", "tax_rounded"): _("Of a price with tax, the tax is rounded."),
    ("total_rounding", "none"): _("The total is not rounded."),
    ("total_rounding", "whole_unit"): _("The total is rounded to whole units of the currency."),
    ("rounding", "half_up"): _("Half a minor unit is rounded away from zero."),
    ("rounding", "half_even"): _("Half a minor unit is rounded to the even neighbour."),
    ("charge_rounding", "line"): _("Charges are rounded once per line."),
    ("charge_rounding", "event"): _("Charges are rounded for each call or event."),
    ("band_crossing", "START"): _("A call is priced by the time band in which it starts."),
    ("band_crossing", "SPLIT"): _("A call across time bands is priced by the seconds in each."),
    ("allowance_measure", "connected"): _("The allowance counts connected seconds."),
    ("allowance_measure", "rounded"): _("The allowance counts seconds after rounding."),
    ("rounding_level", "statement"): _("Shares are split once, on the sum of the statement."),
    ("rounding_level", "event"): _("Shares are split for each event."),
    ("remainder", "largest_remainder"): _("Minor units left over go by largest remainder."),
    ("waterfall_rounding", "each_step"): _("Each deduction is rounded as it is taken."),
    ("waterfall_rounding", "end"): _("Only the share is rounded, not each deduction."),
    ("step", "ratio"): _("Claims that are not covered are served in the ratio of their amounts."),
    ("step", "fixed"): _("Claims that are not covered are served by the same amount each."),
    ("chain_rounding", "cascade"): _("Each agreement of a chain settles whole minor units."),
    ("chain_rounding", "leaves"): _("A chain is split once, over all its ends."),
    ("share_base", "retail"): _("Shares are of the retail price."),
    ("share_base", "list"): _("Shares are of the list price."),
    ("share_base", "higher_of"): _("Shares are of the higher of retail and list price."),
    ("share_base", "lower_of"): _("Shares are of the lower of retail and list price."),
    ("partial_refund", "cumulative"): _("Refunds in parts take back what they do as one."),
    ("refund_counts_in_tier", "yes"): _("Refunds lower what tiers count."),
    ("guarantee_run", "final_run_only"): _("A guarantee is reached when its period is over."),
    ("guarantee_earned", "net_of_refunds"): _("A guarantee looks at earnings after refunds."),
    ("negative_month", "adds_back"): _("Earnings below zero are made good up to the guarantee."),
    ("tier_kind", "graduated"): _("Each tier applies to what lies in it."),
    ("tier_kind", "retroactive"): _("The tier reached applies to everything."),
    ("tier_period", "month"): _("Tiers count within a month."),
    ("tier_period", "quarter"): _("Tiers count within a quarter."),
    ("tier_period", "year"): _("Tiers count within a year."),
    ("tier_period", "term"): _("Tiers count over the whole agreement."),
    ("periods_from", "calendar"): _("Quarters and years are those of the calendar."),
    ("periods_from", "agreement"): _("Quarters and years begin with the agreement's first month."),
    ("rounding_scope", "call"): _("Seconds are rounded for each call."),
    ("rounding_scope", "trunk_month"): _("Seconds are rounded once per trunk and month."),
    ("amount_rounding", "line"): _("Each line is rounded by itself."),
    ("amount_rounding", "document"): _("The exact amounts are added up, then rounded once."),
    ("term_from", "issue"): _("The term of payment counts from the day of issue."),
    ("term_from", "receipt"): _("The term of payment counts from the day of receipt."),
    ("term_days", "calendar"): _("The term of payment counts calendar days."),
    ("term_days", "business"): _("The term of payment counts business days."),
    ("holiday", "next"): _("A due date that is no business day moves to the next one."),
    ("holiday", "previous"): _("A due date that is no business day moves to the one before."),
    ("holiday", "none"): _("A due date that is no business day stays as it is."),
    ("total_conversion", "per_currency"): _("The sum of each currency is converted once."),
    ("total_conversion", "per_line"): _("Each line is converted by itself."),
    ("trial_base", "zero"): _("Free trials are shared at zero."),
    ("trial_base", "list"): _("Free trials are shared at the list price."),
    ("pays", "when_billed"): _("Shares are paid out when customers are billed."),
    ("pays", "when_paid"): _("Shares are paid out when customers have paid."),
    ("credit_risk", "owner"): _("What customers never pay does not lower the shares."),
    ("credit_risk", "shared"): _("What customers never pay lowers the shares."),
    ("class_by", "seconds"): _("Differences of single calls are classed by their seconds."),
    ("class_by", "start"): _("Differences of single calls are classed by their start."),
    ("mask_numbers", "no"): _("Telephone numbers are told in full."),
    ("mask_numbers", "last_3"): _("Only the last three digits of telephone numbers are told."),
    ("accepted_corrections", "agreed_or_silent"): _(
        "Corrections of an accepted month count once agreed to, or not objected to in time."
    ),
    ("accepted_corrections", "agreed"): _(
        "Corrections of an accepted month count once agreed to."
    ),
    ("accepted_corrections", "at_once"): _("Corrections of an accepted month count at once."),
    ("notice_count", "calendar_days"): _("Notice and objections count in calendar days."),
    ("notice_count", "business_days"): _("Notice and objections count in business days."),
    ("zero_ours", "dispute"): _("What the other side declares where we have nothing is disputed."),
    ("day_count", "act_365"): _("Interest counts the days of a year of 365."),
    ("day_count", "act_360"): _("Interest counts the days of a year of 360."),
    ("interest_days", "after_due_to_payment_inclusive"): _(
        "Interest runs from the day after the due date up to and including the day of payment."
    ),
    ("interest_rounding", "once"): _("Interest is rounded once for each document."),
    ("counted_by", "calendar_month"): _(
        "Allowances, tiers and promotions count calendar months, wherever a bill begins."
    ),
    ("vat_rate_date", "PL_previous_business_day"): _(
        "Tax in local currency uses the rate of the last business day before."
    ),
    ("vat_local", "document_vat_per_rate"): _(
        "Tax in local currency is converted from the rounded tax of each rate."
    ),
}  # fmt: skip
# Agreed figures that are printed beside the policies.
TERMS = {
    "tolerance": _("Accepted is a difference of up to this part of our amount: {value}."),
    "tolerance_amount": _("Accepted is a difference of up to {value}."),
    "objection_days": _("Days for objections: {value}."),
    "settlement_rate": _("Rate of settlement: {value}."),
}


def instalment_text(number: int, count: int, say: Callable[..., str]) -> str:
    """Which instalment an open item is, in words; nothing where it is the document itself."""
    if not number:
        return ""
    return say(_("instalment {number} of {count}"), number=number, count=count)
