"""The jobs that schedules and workers know, in one list: name, and what is done."""

from collections.abc import Mapping

from i18n.locale import _
from mediation.collecting import jobs as collecting
from settlement.account_statements import jobs as account_statements
from settlement.billing.runs import jobs as bill_runs
from settlement.delivery import jobs as delivery
from settlement.delivery.alarms import jobs as alarms
from settlement.delivery.printing import jobs as printing
from settlement.disputes.objections import jobs as objections
from settlement.disputes.returned_calls import jobs as returned_calls
from settlement.interconnect.credit_limits import jobs as credit_limits
from settlement.interconnect.reconciling import jobs as reconciling
from settlement.inventory import jobs as inventory
from settlement.netting import jobs as netting
from settlement.payouts import jobs as payouts
from settlement.payouts.advising import jobs as advising
from settlement.receipts.instalments import jobs as instalments
from settlement.receipts.reminding import jobs as reminding
from settlement.self_billing.withheld_tax import jobs as withheld_tax
from settlement.taxation.number_checks import jobs as number_checks
from tenants.jobs.work import Job

JOBS: Mapping[str, Job] = {
    "account-statements.issue": account_statements.issue_month,
    "billing.run": bill_runs.bill,
    "delivery.alarms": alarms.tell_alarms,
    "delivery.print": printing.print_all,
    "delivery.send": delivery.send,
    "disputes.open-objected": objections.open_objected,
    "disputes.open-returned": returned_calls.open_returned,
    "interconnect.accept-silence": reconciling.accept_silence,
    "interconnect.tell-credit": credit_limits.tell_credit,
    "inventory.lapse": inventory.lapse,
    "mediation.collect": collecting.collect,
    "netting.accept-silence": netting.accept_silence,
    "payouts.advise": advising.advise,
    "payouts.propose": payouts.propose,
    "receipts.drop-instalments": instalments.drop_missed,
    "receipts.remind": reminding.remind,
    "self-billing.certify-year": withheld_tax.certify_year,
    "taxation.check-numbers": number_checks.check_numbers,
}

TITLES: Mapping[str, str] = {
    "account-statements.issue": _("Statements of account for the month"),
    "billing.run": _("Bill run"),
    "delivery.alarms": _("Alarms by e-mail"),
    "delivery.print": _("Print batch"),
    "delivery.send": _("Sending of documents"),
    "disputes.open-objected": _("Disputes of what was objected to"),
    "disputes.open-returned": _("Disputes of calls that networks returned"),
    "interconnect.accept-silence": _("Corrections that carriers left unanswered"),
    "interconnect.tell-credit": _("Credit limits of carriers"),
    "inventory.lapse": _("Reservations and quarantines that end"),
    "mediation.collect": _("Collecting of files"),
    "netting.accept-silence": _("Offsets that parties left unanswered"),
    "payouts.advise": _("Advices of payment that are missing"),
    "payouts.propose": _("Payout proposal"),
    "receipts.drop-instalments": _("Plans of instalments that were not kept"),
    "receipts.remind": _("Reminders of what is overdue"),
    "self-billing.certify-year": _("Certificates of tax withheld for the year"),
    "taxation.check-numbers": _("Checks of VAT numbers"),
}
"""What people call the jobs."""
