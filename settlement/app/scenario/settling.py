"""The steps after the month: exchange with carriers, disputes, credits and payouts."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from currencies.money import Money, money
from settlement.agreements import service as agreements
from settlement.app.scenario.play import NothingOfTheKind, Play, Verb, newest_document
from settlement.app.scenario.stage import file_of, layout_of
from settlement.app.scenario.steps import Step
from settlement.billing import service as billing
from settlement.billing.changing import service as changing
from settlement.billing.changing.right_lines import RightLine
from settlement.billing.refunding import service as refunding
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Dispute, Reason, Side, Status
from settlement.disputes.values import service as values
from settlement.interconnect import service as interconnect
from settlement.interconnect.consenting import service as consenting
from settlement.interconnect.exchanged import Exchanged
from settlement.interconnect.price_lists import service as price_lists
from settlement.interconnect.reconciling import service as reconciling
from settlement.interconnect.records import service as records
from settlement.interconnect.records.service import Asked
from settlement.netting import service as netting
from settlement.netting.offset import Offset
from settlement.parties import service as parties
from settlement.parties.party import Party
from settlement.payouts import service as payouts
from settlement.payouts.advising import service as advising
from settlement.payouts.payout_batch import PayoutBatch
from settlement.periods import service as periods
from statements.document import Kind


def _receive(play: Play, step: Step) -> None:
    carrier = parties.party_by_code(play.session, step["code"])
    interconnect.receive(play.session, carrier.id, file_of(play.folder, step["file"]))


def _exchanged(play: Play, step: Step, origin: str) -> Exchanged:
    """The newest declaration of that side for the carrier and month of the step."""
    carrier = parties.party_by_code(play.session, step["code"])
    period = periods.period(play.session, step["month"])
    found = interconnect.declarations(play.session, carrier_id=carrier.id, period_id=period.id)
    for each in found:
        if each.origin == origin:
            return each
    raise NothingOfTheKind(what=f"declaration ({origin}) of {step['code']}")


def _reconcile(play: Play, step: Step) -> None:
    ours, theirs = _exchanged(play, step, "ours"), _exchanged(play, step, "theirs")
    reconciling.reconcile(play.session, ours.id, theirs.id)


def agreement_code(play: Play, carrier: Party, first: dt.date, until: dt.date) -> str:
    """The code of the agreement with a carrier in these days."""
    for each in agreements.interconnects(play.session, first, until):
        if each.carrier_id == carrier.id:
            return each.code
    raise NothingOfTheKind(what=f"agreement of {carrier.code} from {first.isoformat()}")


def _announce(play: Play, step: Step) -> None:
    carrier, day = (
        parties.party_by_code(play.session, step["code"]),
        dt.date.fromisoformat(step["day"]),
    )
    content = file_of(play.folder, step["file"])
    code = agreement_code(play, carrier, day, day + dt.timedelta(days=1))
    price_lists.announce(play.session, code, content, layout_of(content), day)


def _compare_calls(play: Play, step: Step) -> None:
    carrier = parties.party_by_code(play.session, step["code"])
    month = periods.period(play.session, step["month"]).month
    code = agreement_code(play, carrier, month.starts_on, month.ends_on)
    asked = Asked(code, step["month"], int(step["number"]))
    records.answer(play.session, carrier.id, asked, file_of(play.folder, step["file"]))


def _agree_to_correction(play: Play, step: Step) -> None:
    ours = _exchanged(play, step, "ours")
    with play.acting("approver") as session:
        consenting.agree(session, ours.id, step["reference"])


def _dispute_line(play: Play, step: Step) -> None:
    ours = _exchanged(play, step, "ours")
    found = reconciling.reconciliations(play.session, carrier_id=ours.carrier_id)
    for each in found:
        if each.ours_id == ours.id:
            disputes.dispute_difference(
                play.session,
                reconciliation_id=each.id,
                line=int(step["number"]),
                reason=_reason(step),
            )
            return
    raise NothingOfTheKind(what=f"reconciliation with {step['code']}")


def _reason(step: Step) -> Reason:
    if step["cause"] not in list(Reason):
        raise NothingOfTheKind(what=f"reason {step['cause']} ({', '.join(Reason)})")
    return Reason(step["cause"])


def _dispute_document(play: Play, step: Step) -> None:
    disputes.raise_dispute(
        play.session,
        document_id=newest_document(play, step).id,
        disputed=_amount(step),
        reason=_reason(step),
        raised_by=Side.THEM,
    )


def _amount(step: Step) -> Money:
    return money(f"{step['amount']} {step['currency']}")


def _settle(play: Play, step: Step) -> None:
    found = _open_dispute(play, step)
    if step["ending"] == "withdrawn":
        disputes.withdraw(play.session, found.id)
    else:
        disputes.settle(play.session, found.id, is_accepted=step["ending"] == "accepted")


def _settle_at(play: Play, step: Step) -> None:
    """We propose a value, they accept it, and a difference is booked with it."""
    found = _open_dispute(play, step)
    proposed = values.propose(play.session, found.id, _amount(step))
    values.accept(play.session, found.id, proposed.place, Side.THEM)
    if found.is_compared:
        values.adjust(play.session, found.id)


def _open_dispute(play: Play, step: Step) -> Dispute:
    """The newest open dispute of the party that the step names."""
    party = parties.party_by_code(play.session, step["code"])
    found = disputes.disputes(play.session, party_id=party.id, status=Status.OPEN)
    if not found:
        raise NothingOfTheKind(what=f"open dispute of {step['code']}")
    return found[0]


def _credit(play: Play, step: Step) -> None:
    invoice = newest_document(play, step, Kind.INVOICE)
    purpose = f"credit:{invoice.number}:{len(play.told)}"
    billing.credit_invoice(play.session, invoice.id, {step["line"]: _amount(step)}, purpose)


def _adjust(play: Play, step: Step) -> None:
    invoice = newest_document(play, step, Kind.INVOICE)
    change = money(step["change"], step["currency"])
    changing.adjust_invoice(play.session, invoice.id, {step["line"]: change}, step["why"])


def _correct(play: Play, step: Step) -> None:
    invoice = newest_document(play, step, Kind.INVOICE)
    right = RightLine(step["line"], net=_amount(step).amount)
    changing.correct_invoice(play.session, invoice.id, [right], step["why"])


def _refund(play: Play, step: Step) -> None:
    invoice = newest_document(play, step, Kind.INVOICE)
    cause, why = step.get("cause") or "refund", step["why"]
    refunding.refund_line(play.session, invoice.id, step["line"], _amount(step), cause, why)


def _propose(play: Play, step: Step) -> None:
    with play.acting("maker") as session:
        payouts.propose(session, step["currency"], dt.date.fromisoformat(step["day"]))


def _newest_batch(play: Play) -> PayoutBatch:
    found = payouts.batches(play.session)
    if not found:
        raise NothingOfTheKind(what="payout batch")
    return found[0]


def _approve(play: Play, step: Step) -> None:
    with play.acting(step.get("person") or "approver") as session:
        payouts.approve(session, _newest_batch(play).id)


def _reject_batch(play: Play, step: Step) -> None:
    with play.acting("approver") as session:
        payouts.reject(session, _newest_batch(play).id, step["why"])


def _export(play: Play, step: Step) -> None:
    with play.acting("approver") as session:
        payouts.export(session, _newest_batch(play).id)


def _confirm(play: Play, step: Step) -> None:
    with play.acting("approver") as session:
        sent = payouts.confirm_sent(session, _newest_batch(play).id)
        advising.advise(session, sent.id)


def _declare_netting(play: Play, step: Step) -> None:
    codes = [each.strip() for each in step["codes"].split("+")]
    least = _amount(step)
    netting.declare(play.session, step["agreement"], codes, {step["currency"]: least})


def _propose_offset(play: Play, step: Step) -> None:
    with play.acting("maker") as session:
        netting.propose(session, step["agreement"])


def _newest_offset(play: Play) -> Offset:
    found = netting.offsets(play.session)
    if not found:
        raise NothingOfTheKind(what="offset")
    return found[0]


def _consent(play: Play, step: Step) -> None:
    party = parties.party_by_code(play.session, step["code"])
    with play.acting("approver") as session:
        netting.agree(session, _newest_offset(play).id, party.id, step["reference"])


def _book_offset(play: Play, step: Step) -> None:
    with play.acting(step.get("person") or "approver") as session:
        netting.book(session, _newest_offset(play).id)


def _change_account(play: Play, step: Step) -> None:
    party = parties.party_by_code(play.session, step["code"])
    parties.set_bank_account(play.session, party.id, party.name, step["iban"], None, party.currency)


OF_SETTLING: Final[Mapping[str, Verb]] = {
    "receive {file} from {code}": _receive,
    "reconcile {code} {month}": _reconcile,
    "announce prices {file} of {code} from {day}": _announce,
    "compare calls {file} of {code} {month} within {number} seconds": _compare_calls,
    "agree to correction of {code} {month} by {reference}": _agree_to_correction,
    "dispute line {number} of {code} {month} for {cause}": _dispute_line,
    "dispute {amount} {currency} of {code} for {cause}": _dispute_document,
    "settle dispute of {code} as {ending}": _settle,
    "settle dispute of {code} at {amount} {currency}": _settle_at,
    "credit {code} line {line} {amount} {currency}": _credit,
    "adjust {code} line {line} by {change} {currency} because {why}": _adjust,
    "correct {code} line {line} to {amount} {currency} because {why}": _correct,
    "refund {code} line {line} {amount} {currency}[ as {cause}] because {why}": _refund,
    "propose {currency} on {day}": _propose,
    "approve[ as {person}]": _approve,
    "reject batch because {why}": _reject_batch,
    "export": _export,
    "confirm": _confirm,
    "net {codes} as {agreement} from {amount} {currency}": _declare_netting,
    "propose offset of {agreement}": _propose_offset,
    "note that {code} agrees by {reference}": _consent,
    "book offset[ as {person}]": _book_offset,
    "change account of {code} to {iban}": _change_account,
}
