"""Each check finds the fault it is there for, planted past every guard, and names the row."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from settlement.insight import service
from tenants.clock import HeldClock
from tenants.directory.service import create_tenant
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import reading, transaction
from tenants.settings import settings_from_environment
from tests.conftest import NOON, copy_of_template
from tests.settlement.insight.builders import TENANT, Intruder, an_id
from tests.settlement.insight.credits import CLOSED, KINDS, a_refund_nobody_bore
from tests.world import a_tenant

LANDED = {"status": "landed", "records": 10, "landed": 10}
ISSUED = {"status": "issued", "kind": "invoice", "number": "FV/1", "serial": 1}


def a_batch_that_lost_a_record(intruder: Intruder) -> None:
    intruder.forget("batches", "batches_check")
    intruder.plant("batches", **LANDED | {"landed": 9})


def usage_of_a_quarantined_file(intruder: Intruder) -> None:
    intruder.plant("batches", id=an_id("b"), status="quarantined")
    intruder.plant("landed_files", batch_id=an_id("b"))


UNDONE = {"status": "undone", "undone_at": "2026-11-02T12:00:00Z"}


def usage_of_an_undone_file(intruder: Intruder) -> None:
    intruder.plant("batches", id=an_id("b"), **UNDONE)
    intruder.plant("landed_files", batch_id=an_id("b"), part=1, is_whole=True, records=0)
    intruder.plant("landed_files", id=an_id("f"), batch_id=an_id("b"), part=2, records=3)


def a_file_undone_alone(intruder: Intruder) -> None:
    intruder.plant("batches", id=an_id("b"), **UNDONE)


def more_outcomes_than_records(intruder: Intruder) -> None:
    intruder.plant("batches", id=an_id("b"), **LANDED)
    intruder.plant("batch_outcomes", batch_id=an_id("b"), outcome="rated", records=9)
    intruder.plant("batch_outcomes", batch_id=an_id("b"), outcome="free", records=2)


def a_run_that_lost_an_event(intruder: Intruder) -> None:
    intruder.plant("rating_runs", events=10, rated=9)


def suspense_left_behind_a_close(intruder: Intruder) -> None:
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    intruder.plant("suspense", period_id=an_id("p"), status="open", stage="rating")


def a_file_taken_twice(intruder: Intruder) -> None:
    intruder.run("DROP INDEX batches_content")
    for name in ("one", "two"):
        intruder.plant("batches", id=an_id(name), **LANDED)


def a_file_number_loaded_twice(intruder: Intruder) -> None:
    intruder.plant("sources", id=an_id("s"), code="s")
    for name, mark in (("one", "1"), ("two", "2")):
        intruder.plant(
            "batches", id=an_id(name), source_id=an_id("s"), sequence=7, sha256=mark * 64, **LANDED
        )


def a_gap_under_a_closed_period(intruder: Intruder) -> None:
    intruder.plant("periods", **CLOSED)
    intruder.plant("sources", id=an_id("s"), code="s")
    for number in (101, 102, 104):
        intruder.plant(
            "batches", id=an_id(str(number)), source_id=an_id("s"), sequence=number,
            sha256=str(number)[-1] * 64, **LANDED | {"arrived_at": "2026-10-20T12:00:00Z"},
        )  # fmt: skip
        intruder.plant(
            "landed_files", id=an_id(f"f{number}"), batch_id=an_id(str(number)),
            first_at="2026-10-19T12:00:00Z", last_at="2026-10-19T13:00:00Z",
        )  # fmt: skip


def entry(intruder: Intruder, n: int, *postings: tuple[str, str, str], **facts: object) -> None:
    """An entry numbered n with postings of (account, side, amount) in EUR."""
    intruder.plant(
        "ledger_entries", **{"id": an_id(f"e{n}"), "n": n, "source_id": an_id(f"e{n}")} | facts
    )
    for line, (account, side, amount) in enumerate(postings, 1):
        intruder.plant(
            "ledger_postings", entry_id=an_id(f"e{n}"), line=line, account=account, side=side,
            amount=amount, party_id=an_id("partner"),
        )  # fmt: skip


def an_entry_that_does_not_balance(intruder: Intruder) -> None:
    entry(intruder, 1, ("revenue", "credit", "10.00"), ("receivable", "debit", "9.99"))


def an_entry_without_postings(intruder: Intruder) -> None:
    entry(intruder, 1)


def a_cause_booked_twice(intruder: Intruder) -> None:
    intruder.forget("ledger_entries", "ledger_entries_tenant_id_source_type_source_id_purpose_key")
    for n in (1, 2):
        entry(intruder, n, source_id=an_id("cause"))


def a_reversal_of_another_amount(intruder: Intruder) -> None:
    entry(intruder, 1, ("revenue", "credit", "10.00"), ("receivable", "debit", "10.00"))
    entry(
        intruder, 2, ("revenue", "debit", "9.00"), ("receivable", "credit", "9.00"),
        reverses_id=an_id("e1"),
    )  # fmt: skip


def an_entry_reversed_twice(intruder: Intruder) -> None:
    intruder.forget("ledger_entries", "ledger_entries_tenant_id_reverses_id_key")
    for n in (1, 2):
        entry(intruder, n, reverses_id=an_id("first"))


def an_entry_in_a_closed_period(intruder: Intruder) -> None:
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    entry(intruder, 1, period_id=an_id("p"), recorded_at="2026-11-02T12:00:01Z")


def an_entry_dated_back_before_the_close(intruder: Intruder) -> None:
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    entry(intruder, 1, recorded_at="2026-11-02T12:00:01Z")
    entry(intruder, 2, period_id=an_id("p"), recorded_at="2026-11-02T11:00:00Z")


def a_period_opened_again(intruder: Intruder) -> None:
    intruder.plant(
        "audit_log", object="periods", action="update", before='{"status": "closed"}',
        after='{"status": "open"}',
    )  # fmt: skip


def a_changed_amount_in_the_book(intruder: Intruder) -> None:
    entry(intruder, 1, ("revenue", "credit", "10.00"), ("receivable", "debit", "10.00"))


def a_document_with_a_wrong_total(intruder: Intruder) -> None:
    intruder.forget("documents", "documents_check1")
    intruder.plant("documents", amount_net="10", amount_tax="2", amount_gross="13", **ISSUED)


def an_invoice_beside_its_charges(intruder: Intruder) -> None:
    intruder.plant(
        "documents",
        id=an_id("d"),
        amount_net="10",
        amount_gross="10",
        party_id=an_id("c"),
        **ISSUED,
    )
    intruder.plant(
        "charge_lines", document_id=an_id("d"), party_id=an_id("c"), amount="9.99",
        side="customer", direction="receivable",
    )  # fmt: skip


def an_invoice_beside_its_charges_and_its_remainder(intruder: Intruder) -> None:
    lines = '[{"id": "1", "net": "10.00 EUR"}, {"id": "R1", "net": "0.01 EUR"}]'
    intruder.plant(
        "documents",
        id=an_id("d"),
        amount_net="10.01",
        amount_gross="10.01",
        content=f'{{"policies": [["line_net", "exact"]], "lines": {lines}}}',
        party_id=an_id("c"),
        **ISSUED,
    )
    intruder.plant(
        "charge_lines", document_id=an_id("d"), party_id=an_id("c"), amount="10.01",
        side="customer", direction="receivable",
    )  # fmt: skip


def an_invoice_beside_its_charges_and_what_closes_it(intruder: Intruder) -> None:
    """A remainder counts by the policy amount_rounding too: it hides nothing here."""
    lines = '[{"id": "1", "net": "10.00 EUR"}, {"id": "R1", "net": "0.01 EUR"}]'
    intruder.plant(
        "documents",
        id=an_id("d"),
        amount_net="10.01",
        amount_gross="10.01",
        content=f'{{"policies": [["amount_rounding", "document"]], "lines": {lines}}}',
        party_id=an_id("c"),
        **ISSUED,
    )
    intruder.plant(
        "charge_lines", document_id=an_id("d"), party_id=an_id("c"), amount="10.01",
        side="customer", direction="receivable",
    )  # fmt: skip


def a_number_that_is_missing(intruder: Intruder) -> None:
    intruder.plant("number_series", id=an_id("s"), next_number=4)
    for serial in (1, 3):
        intruder.plant(
            "documents", id=an_id(str(serial)), series_id=an_id("s"), purpose=str(serial),
            **ISSUED | {"serial": serial, "number": str(serial)},
        )  # fmt: skip


def a_number_the_series_has_not_given(intruder: Intruder) -> None:
    intruder.plant("number_series", id=an_id("s"), next_number=2)
    intruder.plant("documents", series_id=an_id("s"), **ISSUED | {"serial": 2})


def a_charge_on_the_document_of_another(intruder: Intruder) -> None:
    intruder.plant("documents", id=an_id("d"), party_id=an_id("one"), **ISSUED)
    intruder.plant(
        "charge_lines", document_id=an_id("d"), party_id=an_id("other"), side="customer",
        direction="receivable",
    )  # fmt: skip


def a_charge_that_no_run_finds(intruder: Intruder) -> None:
    intruder.plant("charge_lines", party_id=an_id("c"), side="customer", direction="receivable")


def a_share_on_no_document(intruder: Intruder) -> None:
    intruder.plant("shares", document_id=an_id("nowhere"))


def a_thing_billed_twice(intruder: Intruder) -> None:
    intruder.run("DROP INDEX documents_purpose")
    for serial in (1, 2):
        intruder.plant(
            "documents", id=an_id(str(serial)), **ISSUED | {"serial": serial, "number": str(serial)}
        )


def a_document_without_its_file(intruder: Intruder) -> None:
    intruder.plant("documents", **ISSUED)


def an_agreed_amount_that_nobody_booked(intruder: Intruder) -> None:
    intruder.plant(
        "exchange_settlements", declaration_id=an_id("d"), direction="incoming",
        settled="10.30", before="10.00",
    )  # fmt: skip


def an_acceptance_that_settled_nothing(intruder: Intruder) -> None:
    month = {"agreement_id": an_id("a"), "period_id": an_id("p")}
    intruder.plant("declarations", origin="ours", declared_at="2026-11-01T00:00:00Z", **month)
    intruder.plant(
        "exchange_messages", origin="theirs", kind="Acceptance", verdict="accepted",
        in_reply_to="P-1", exchanged_at="2026-11-02T00:00:00Z", **month,
    )  # fmt: skip


def a_file_that_is_gone(intruder: Intruder) -> None:
    intruder.plant("document_files", sha256="ab" * 32)


def a_declaration_beside_its_lines(intruder: Intruder) -> None:
    intruder.plant("declarations", id=an_id("d"), origin="ours", calls=2, amount="1.00")
    intruder.plant("declaration_lines", declaration_id=an_id("d"), direction="incoming", calls=2)


def a_reconciliation_that_lost_a_line(intruder: Intruder) -> None:
    for origin in ("ours", "theirs"):
        intruder.plant("declarations", id=an_id(origin), origin=origin, amount="5.00")
    intruder.plant(
        "reconciliations", ours_id=an_id("ours"), theirs_id=an_id("theirs"), verdict="exact",
        amount_ours="5.00", amount_theirs="5.00",
    )  # fmt: skip


def a_deposit_nobody_booked(intruder: Intruder) -> None:
    intruder.plant("carrier_deposits", amount="5.00", currency="XDR")


def a_line_of_the_wrong_class(intruder: Intruder) -> None:
    intruder.plant(
        "reconciliation_lines", amount_ours="1.00", amount_theirs="1.10", variance="0.10",
        **{"class": "exact"},
    )  # fmt: skip


def more_disputed_than_stated(intruder: Intruder) -> None:
    intruder.plant("documents", id=an_id("d"), amount_net="10", amount_gross="10", **ISSUED)
    for name in ("one", "two"):
        intruder.plant(
            "disputes", id=an_id(name), document_id=an_id("d"), raised_by="them", amount="6",
            status="open",
        )  # fmt: skip


def a_payout_beyond_what_is_owed(intruder: Intruder) -> None:
    entry(intruder, 1, ("partner_cost", "debit", "10"), ("partner_payable", "credit", "10"))
    entry(intruder, 2, ("partner_payable", "debit", "11"), ("payout_clearing", "credit", "11"))


def a_statement_with(intruder: Intruder, **wrong: str) -> None:
    """A statement of 10 after one of 4, of which 3 were paid: 1 is brought, 11 are payable."""
    entry(intruder, 1, ("partner_cost", "debit", "4"), ("partner_payable", "credit", "4"))
    entry(intruder, 2, ("partner_payable", "debit", "3"), ("payout_clearing", "credit", "3"))
    entry(
        intruder, 3, ("partner_cost", "debit", "10"), ("partner_payable", "credit", "10"),
        source_type="document", source_id=an_id("d"), purpose="issue",
    )  # fmt: skip
    right = {"brought": "1", "stated": "10", "payable": "11", "carried": "0"}
    forward = {name: f"{amount} EUR" for name, amount in (right | wrong).items()}
    statement = ISSUED | {"kind": "self_billed_invoice", "party_id": an_id("partner")}
    intruder.plant(
        "documents", id=an_id("d"), content=json.dumps({"forward": forward}), **statement
    )


def a_balance_that_forgets_what_was_paid(intruder: Intruder) -> None:
    a_statement_with(intruder, brought="4", payable="14")


def a_balance_of_which_a_cent_is_nowhere(intruder: Intruder) -> None:
    a_statement_with(intruder, carried="-0.01")


def a_balance_with_another_statement_in_it(intruder: Intruder) -> None:
    a_statement_with(intruder, stated="9", payable="10")


def a_balance_that_is_fetched(intruder: Intruder) -> None:
    a_statement_with(intruder, payable="-1", carried="12")


def a_batch_approved_by_its_maker(intruder: Intruder) -> None:
    intruder.plant(
        "payout_batches", status="approved", proposed_by="ana", approved_by="ana (key)",
        proposed_by_id=an_id("ana"), approved_by_id=an_id("ana"),
    )  # fmt: skip


def a_payment_named_twice(intruder: Intruder) -> None:
    intruder.forget("payouts", "payouts_tenant_id_end_to_end_id_key")
    for name in ("one", "two"):
        intruder.plant("payouts", id=an_id(name), outcome="held", end_to_end_id="E1")


def a_payment_nobody_booked(intruder: Intruder) -> None:
    intruder.plant(
        "payout_batches", id=an_id("b"), status="approved", proposed_by="ana", approved_by="eva"
    )
    intruder.plant(
        "payouts", batch_id=an_id("b"), outcome="paid", amount="10", bank_account_id=an_id("a")
    )


def money_on_its_way_to_nowhere(intruder: Intruder) -> None:
    entry(intruder, 1, ("partner_payable", "debit", "10"), ("payout_clearing", "credit", "10"))


def a_table_outside_the_wall(intruder: Intruder) -> None:
    intruder.run("ALTER TABLE parties NO FORCE ROW LEVEL SECURITY")


def a_book_that_may_be_changed(intruder: Intruder) -> None:
    intruder.run("ALTER TABLE ledger_entries DISABLE TRIGGER append_only")


def an_amount_changed_behind_the_trail(intruder: Intruder) -> None:
    intruder.plant("disputes", raised_by="us", status="open", amount="1", held="0")


def a_dispute_removed_behind_the_trail(intruder: Intruder) -> None:
    intruder.plant("audit_log", object="disputes", action="insert", object_id=str(an_id("gone")))


def usage_left_out_of_rating(intruder: Intruder) -> None:
    intruder.plant("periods", **CLOSED)
    intruder.plant("rating_runs", rated_at="2026-11-02T12:00:00Z")
    intruder.plant("batches", id=an_id("b"), **LANDED)
    intruder.plant(
        "landed_files", batch_id=an_id("b"), records=10, landed_at="2026-11-01T12:00:00Z",
        # The first instant of October in Warsaw.
        first_at="2026-09-30T22:00:00Z", last_at="2026-10-31T22:59:59Z",
    )  # fmt: skip
    intruder.plant("batch_outcomes", batch_id=an_id("b"), outcome="rated", records=9)


def a_lost_cent_of_a_split(intruder: Intruder) -> None:
    for position, amount in enumerate(("6.00", "3.99")):
        intruder.plant("shares", id=an_id(amount), position=position, base="10.00", amount=amount)


def a_deduction_nobody_sees(intruder: Intruder) -> None:
    intruder.plant("shares", gross="10.00", steps='[{"payee": "melodia", "amount": "9.00"}]')


FRACTION = {"numerator": "1", "denominator": "300", "posted": "0.33"}


def a_fraction_that_nobody_got(intruder: Intruder) -> None:
    intruder.plant("rounding_entries", cause="share", what="label", **FRACTION)


def a_commission_that_was_rounded_in_silence(intruder: Intruder) -> None:
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    intruder.plant("shares", cause="commission", period_id=an_id("p"), fraction="1/300")


def a_refund_that_was_rounded_in_silence(intruder: Intruder) -> None:
    steps = [{"takes": "vat", "amount": "-0.33", "fraction": "-1/300"}]
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    intruder.plant(
        "shares", cause="refund", period_id=an_id("p"), position=0, steps=json.dumps(steps)
    )


def a_fraction_of_no_credit(intruder: Intruder) -> None:
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    intruder.plant("rounding_entries", cause="tier", period_id=an_id("p"), **FRACTION)


def a_fraction_of_no_charge(intruder: Intruder) -> None:
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    intruder.plant("rounding_entries", cause="charge", period_id=an_id("p"), **FRACTION)


def a_fraction_of_another_charge(intruder: Intruder) -> None:
    # 361 / 3600 is a 3600th more than 0.10, of calls and not of data: the sum is as it must be.
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    intruder.plant(
        "charge_lines", period_id=an_id("p"), product="", service="voice", side="customer",
        direction="receivable", amount_3600="361", amount="0.10",
    )  # fmt: skip
    intruder.plant(
        "rounding_entries", cause="charge", period_id=an_id("p"), product="", what="data",
        numerator=str(10**12), denominator=str(3600 * 10**12), posted="0.10",
    )  # fmt: skip


def a_document_that_rounded_in_silence(intruder: Intruder) -> None:
    # 23 % of 0.10 are 0.023; it states 0.02.
    taxes = [{"tax": {"rate": "0.23"}, "taxable": "0.10 EUR", "amount": "0.02 EUR"}]
    intruder.plant(
        "documents", id=an_id("d"), issued_at="2026-11-02T12:00:00Z", **ISSUED,
        content=json.dumps({"totals": {"subtotals": taxes}, "policies": [], "lines": []}),
    )  # fmt: skip
    intruder.plant(
        "posted_fractions", source_id=an_id("d"), source_type="document", cause="tax",
        posted_at="2026-11-02T12:00:00Z", numerator="2", denominator="1000",
    )  # fmt: skip


def a_fraction_of_nothing_that_is_there(intruder: Intruder) -> None:
    intruder.plant(
        "posted_fractions", source_id=an_id("d"), source_type="offset", cause="fx", numerator="1",
        denominator="3",
    )  # fmt: skip


def a_revenue_that_was_not_charged(intruder: Intruder) -> None:
    intruder.plant("shares", gross="10.00", terms_id=an_id("t"), product="QUIZ")
    intruder.plant(
        "charge_lines", terms_id=an_id("t"), product="QUIZ", amount="9.00", side="customer",
        direction="receivable",
    )  # fmt: skip


def a_charge_added_after_the_close(intruder: Intruder) -> None:
    intruder.plant("periods", id=an_id("p"), **CLOSED)
    intruder.plant(
        "charge_lines", period_id=an_id("p"), amount="9.00", side="customer",
        direction="receivable",
    )  # fmt: skip


def an_accrual_of_nothing(intruder: Intruder) -> None:
    entry(intruder, 1, ("unbilled_receivable", "debit", "9"), ("revenue", "credit", "9"))


def an_invoice_nobody_booked(intruder: Intruder) -> None:
    intruder.plant("documents", amount_net="10", amount_gross="10", **ISSUED)


def an_entry_of_a_document_that_is_not_there(intruder: Intruder) -> None:
    entry(intruder, 1, source_type="document")


def an_invoice_booked_with_another_amount(intruder: Intruder) -> None:
    intruder.plant(
        "documents", id=an_id("e1"), content='{"totals": {"payable": "10.00 EUR"}}', **ISSUED
    )
    entry(
        intruder, 1, ("receivable", "debit", "9.00"), ("revenue", "credit", "9.00"),
        source_type="document", purpose="issue",
    )  # fmt: skip


def a_dispute_ended_by_the_credit_of_another(intruder: Intruder) -> None:
    intruder.plant("documents", id=an_id("credit"), **ISSUED)
    intruder.plant(
        "disputes", document_id=an_id("other"), raised_by="us", status="accepted", amount="1",
        credit_id=an_id("credit"),
    )  # fmt: skip


def a_rap_file_that_lost_a_call(intruder: Intruder) -> None:
    intruder.plant("rap_files", id=an_id("rap"), returns=2, amount="1.2")
    intruder.plant(
        "returned_calls", rap_file_id=an_id("rap"), line=1, kind="severe", amount="0.6",
        tap_file_id=an_id("tap"), place=1,
    )  # fmt: skip


def a_tap_file_of_which_less_was_returned(intruder: Intruder) -> None:
    intruder.plant("rap_files", id=an_id("rap"), returns=1, amount="0.6")
    intruder.plant(
        "returned_calls", rap_file_id=an_id("rap"), line=1, kind="severe", amount="0.6",
        tap_file_id=an_id("tap"), place=1,
    )  # fmt: skip
    intruder.plant(
        "returned_files", rap_file_id=an_id("rap"), tap_file_id=an_id("tap"), calls=1, amount="0.5"
    )


def a_dispute_of_less_than_was_returned(intruder: Intruder) -> None:
    intruder.plant("rap_files", id=an_id("rap"), carrier_id=an_id("carrier"))
    intruder.plant(
        "returned_files", id=an_id("file"), rap_file_id=an_id("rap"), calls=1, amount="0.60"
    )
    intruder.plant(
        "disputes", returned_file_id=an_id("file"), party_id=an_id("carrier"), raised_by="them",
        amount="0.59", document_id=an_id("d"), status="open",
    )  # fmt: skip


def a_returned_record_that_landed(intruder: Intruder) -> None:
    intruder.plant("batches", id=an_id("b"), **LANDED)
    intruder.plant(
        "suspense", batch_id=an_id("b"), line=3, stage="mediation", status="repaired",
        returned_as="RCPOLKMDEUT100001",
    )  # fmt: skip
    intruder.plant("sent_returns", batch_id=an_id("b"), line=3)


def a_returned_file_that_was_read_again(intruder: Intruder) -> None:
    intruder.plant("batches", id=an_id("b"), returned_as="RCPOLKMDEUT100001", **LANDED)
    intruder.plant("sent_returns", batch_id=an_id("b"), line=0)


def a_return_taken_back_alone(intruder: Intruder) -> None:
    intruder.forget("return_take_backs", "return_take_backs_check1")
    intruder.plant(
        "return_take_backs", status="approved", proposed_by_id=an_id("one"),
        decided_by_id=an_id("one"), decided_at="2026-11-02T12:00:00Z",
    )  # fmt: skip


def a_receipt_that_pays_too_much(intruder: Intruder) -> None:
    intruder.plant("receipts", id=an_id("r"), amount="10")
    intruder.plant("receipt_parts", receipt_id=an_id("r"), amount="11")


def a_bounced_receipt_that_still_pays(intruder: Intruder) -> None:
    intruder.plant("receipts", id=an_id("r"), amount="10", bounced_on="2026-11-02")
    intruder.plant("receipt_parts", receipt_id=an_id("r"), amount="10")


def an_invoice_paid_twice(intruder: Intruder) -> None:
    content = '{"totals": {"payable": "10.00 PLN"}}'
    intruder.plant("documents", id=an_id("d"), content=content, **ISSUED)
    for name in ("one", "two"):
        intruder.plant("receipts", id=an_id(name), reference=name, amount="10")
        intruder.plant(
            "receipt_parts", id=an_id(f"part {name}"), receipt_id=an_id(name),
            document_id=an_id("d"), amount="10",
        )  # fmt: skip


def instalments_of_a_cent_less(intruder: Intruder) -> None:
    intruder.plant("instalment_plans", id=an_id("plan"), asked="100", paid="10")
    for number, amount in ((1, "45"), (2, "44.99")):
        intruder.plant(
            "instalments", id=an_id(f"part {number}"), plan_id=an_id("plan"), number=number,
            due_on=f"2026-12-0{number}", amount=amount,
        )  # fmt: skip


def a_plan_without_instalments(intruder: Intruder) -> None:
    intruder.plant("instalment_plans", asked="100", paid="10")


def an_instalment_demanded_on_its_day(intruder: Intruder) -> None:
    intruder.plant("documents", id=an_id("letter"), issued_on="2026-12-01", **ISSUED)
    intruder.plant("instalments", plan_id=an_id("plan"), number=1, due_on="2026-12-01", amount="9")
    intruder.plant(
        "reminded_instalments", letter_id=an_id("letter"), plan_id=an_id("plan"), number=1
    )


def money_that_nobody_booked(intruder: Intruder) -> None:
    intruder.plant("receipts", amount="10")


def a_gain_that_nobody_booked(intruder: Intruder) -> None:
    intruder.plant(
        "fx_settlements", amount="10", base_currency="PLN", settled_for="2", released="1", gain="1"
    )


def a_valuation_that_nobody_booked(intruder: Intruder) -> None:
    intruder.plant("fx_revaluations", base_currency="PLN", mode="reversed", gain="1")


def a_foreign_debt_settled_twice(intruder: Intruder) -> None:
    content = '{"totals": {"payable": "10.00 EUR"}}'
    intruder.plant("documents", id=an_id("d"), content=content, currency="EUR", **ISSUED)
    for name in ("one", "two"):
        intruder.plant(
            "fx_settlements", id=an_id(name), document_id=an_id("d"), amount="10",
            base_currency="PLN",
        )  # fmt: skip


def a_release_on_no_document(intruder: Intruder) -> None:
    intruder.plant("shares", id=an_id("s"), amount="10")
    intruder.plant("share_releases", share_id=an_id("s"), numerator="0", denominator="1")


def a_release_that_follows_on_nothing(intruder: Intruder) -> None:
    intruder.plant("documents", id=an_id("d"), **ISSUED)
    intruder.plant("shares", id=an_id("s"), amount="10", document_id=an_id("d"))
    intruder.plant(
        "share_releases", share_id=an_id("s"), document_id=an_id("d"), before="4", amount="6",
        numerator="1", denominator="1",
    )  # fmt: skip


def more_released_than_was_paid(intruder: Intruder) -> None:
    intruder.plant("shares", id=an_id("s"), amount="10")
    intruder.plant(
        "share_releases", share_id=an_id("s"), amount="6.67", numerator="1", denominator="3"
    )


def a_release(intruder: Intruder, **facts: object) -> None:
    """A third of 10.00 is released: 3.33, a third of a cent less than it is."""
    intruder.plant("documents", id=an_id("d"), **ISSUED)
    intruder.plant("shares", id=an_id("s"), amount="10", document_id=an_id("d"))
    third = {"amount": "3.33", "numerator": "1", "denominator": "3", "fraction": "1/300"}
    intruder.plant("share_releases", share_id=an_id("s"), document_id=an_id("d"), **third | facts)


def a_release_that_rounded_something_else(intruder: Intruder) -> None:
    a_release(intruder, fraction="1/30")


def a_release_that_was_rounded_in_silence(intruder: Intruder) -> None:
    a_release(intruder)


def a_fraction_of_no_release(intruder: Intruder) -> None:
    a_release(intruder, fraction=None)
    intruder.plant(
        "posted_fractions", source_id=an_id("d"), source_type="document", cause="release",
        **FRACTION,
    )  # fmt: skip


def a_loss_that_nobody_booked(intruder: Intruder) -> None:
    intruder.plant("debt_write_offs", amount="10")


FAULTS: list[tuple[str, Callable[[Intruder], None]]] = [
    ("I1 every record of a batch", a_batch_that_lost_a_record),
    ("I1 nothing of a refused file", usage_of_a_quarantined_file),
    ("I1 nothing of an undone file", usage_of_an_undone_file),
    ("I1 a file is undone by two", a_file_undone_alone),
    ("I1 no batch has more outcomes", more_outcomes_than_records),
    ("I1 a rating run accounts", a_run_that_lost_an_event),
    ("I1 nothing waits in a closed", suspense_left_behind_a_close),
    ("I1 a rated batch", usage_left_out_of_rating),
    ("S1 the parts", a_lost_cent_of_a_split),
    ("S1 nothing lies", a_deduction_nobody_sees),
    ("S1 what is shared", a_revenue_that_was_not_charged),
    ("S1 rounding only moves", a_fraction_that_nobody_got),
    ("S1 what credits round", a_commission_that_was_rounded_in_silence),
    ("S1 what credits round", a_refund_that_was_rounded_in_silence),
    ("S1 what credits round", a_fraction_of_no_credit),
    ("S1 exact less posted", a_fraction_of_no_charge),
    ("S1 the rounding ledger is", a_fraction_of_another_charge),
    ("S1 what is credited", a_refund_nobody_bore),
    ("S1 what is credited", a_commission_that_was_rounded_in_silence),
    ("S1 what documents round", a_document_that_rounded_in_silence),
    ("S1 a posted fraction", a_fraction_of_nothing_that_is_there),
    ("L7 what a period owes", a_charge_added_after_the_close),
    ("P1 a closed period says", a_charge_added_after_the_close),
    ("L6 what is accrued", an_accrual_of_nothing),
    ("L6 what is accrued", a_charge_added_after_the_close),
    ("L7 what is issued", an_invoice_nobody_booked),
    ("L7 what is booked", an_entry_of_a_document_that_is_not_there),
    ("P3 what a document asks", an_invoice_booked_with_another_amount),
    ("Y7 a credit ends", a_dispute_ended_by_the_credit_of_another),
    ("I3 a file is accepted once", a_file_taken_twice),
    ("I5 no file number", a_file_number_loaded_twice),
    ("I5 no closed period", a_gap_under_a_closed_period),
    ("L1 every entry balances", an_entry_that_does_not_balance),
    ("L1 every entry has postings", an_entry_without_postings),
    ("L4 the chain", a_changed_amount_in_the_book),
    ("L5 a cause is booked once", a_cause_booked_twice),
    ("L8 the trial balance", an_entry_that_does_not_balance),
    ("L9 a reversal is the exact", a_reversal_of_another_amount),
    ("L9 an entry is reversed once", an_entry_reversed_twice),
    ("P1 a closed period takes", an_entry_in_a_closed_period),
    ("P1 entries of a period", an_entry_dated_back_before_the_close),
    ("P2 a closed period", a_period_opened_again),
    ("P3 the total", a_document_with_a_wrong_total),
    ("P3 an invoice is the sum", an_invoice_beside_its_charges),
    ("P3 an invoice is the sum", an_invoice_beside_its_charges_and_its_remainder),
    ("P3 an invoice is the sum", an_invoice_beside_its_charges_and_what_closes_it),
    ("P4 numbers have no gap", a_number_that_is_missing),
    ("P4 a number is given once", a_number_the_series_has_not_given),
    ("P5 a charge is on", a_charge_on_the_document_of_another),
    ("P5 a charge that waits", a_charge_that_no_run_finds),
    ("P5 a share is on", a_share_on_no_document),
    ("P5 a share is released", a_release_on_no_document),
    ("P5 a share is released", a_release_that_follows_on_nothing),
    ("S1 a share is released", more_released_than_was_paid),
    ("S1 a release keeps", a_release_that_rounded_something_else),
    ("S1 what releases round", a_release_that_was_rounded_in_silence),
    ("S1 what releases round", a_fraction_of_no_release),
    ("P5 a thing is billed once", a_thing_billed_twice),
    ("P6 an issued document", a_document_without_its_file),
    ("I2 P6 stored bytes", a_file_that_is_gone),
    ("R2 a declaration", a_declaration_beside_its_lines),
    ("R2 a reconciliation", a_reconciliation_that_lost_a_line),
    ("R2 every compared line", a_line_of_the_wrong_class),
    ("R2 what an exchange agreed", an_agreed_amount_that_nobody_booked),
    ("R2 what a carrier accepted", an_acceptance_that_settled_nothing),
    ("R2 what is held of deposits", a_deposit_nobody_booked),
    ("R4 a RAP file is", a_rap_file_that_lost_a_call),
    ("R4 a RAP file is", a_tap_file_of_which_less_was_returned),
    ("R4 what is returned to us", a_dispute_of_less_than_was_returned),
    ("R4 what we returned", a_returned_record_that_landed),
    ("R4 what we returned", a_returned_file_that_was_read_again),
    ("R4 a return is taken back", a_return_taken_back_alone),
    ("Y7 no more is disputed", more_disputed_than_stated),
    ("Y4 no more is paid", a_payout_beyond_what_is_owed),
    ("L2 a statement brings", a_balance_that_forgets_what_was_paid),
    ("L2 a statement brings", a_balance_of_which_a_cent_is_nowhere),
    ("L2 a statement brings", a_balance_with_another_statement_in_it),
    ("L2 a statement brings", a_balance_that_is_fetched),
    ("Y5 maker and approver", a_batch_approved_by_its_maker),
    ("Y1 a payment leaves", a_payment_named_twice),
    ("L7 what is paid", a_payment_nobody_booked),
    ("L6 what is on its way", money_on_its_way_to_nowhere),
    ("L6 what is on its way", a_payment_nobody_booked),
    ("Y8 a receipt pays", a_receipt_that_pays_too_much),
    ("Y8 a receipt pays", a_bounced_receipt_that_still_pays),
    ("Y8 an invoice is not paid", an_invoice_paid_twice),
    ("Y8 instalments come", instalments_of_a_cent_less),
    ("Y8 instalments come", a_plan_without_instalments),
    ("Y8 an instalment is not", an_instalment_demanded_on_its_day),
    ("L7 what is received", money_that_nobody_booked),
    ("F1 what a settlement gained", a_gain_that_nobody_booked),
    ("F1 what a valuation gained", a_valuation_that_nobody_booked),
    ("F2 a foreign debt is settled", a_foreign_debt_settled_twice),
    ("L7 what is written off", a_loss_that_nobody_booked),
    ("T1 the walls", a_table_outside_the_wall),
    ("L3 the book is append-only", a_book_that_may_be_changed),
    ("A1 every state of disputes", an_amount_changed_behind_the_trail),
    ("A1 no row of disputes", a_dispute_removed_behind_the_trail),
]


@pytest.fixture(scope="module")
def books(
    server: launcher.Server, template: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The books of tenant alpha, sound and empty, opened as the owner of the schema."""
    assert template
    place = copy_of_template(server, "verified")
    settings = replace(settings_from_environment(), data_folder=tmp_path_factory.mktemp("home"))
    opened = Database(place.owner_url, settings, HeldClock(NOON), SeededRandomness(1))
    with transaction(opened, TENANT, SYSTEM, "tenants.create") as session:
        create_tenant(session, a_tenant("alpha"))
    yield opened
    opened.close()


@pytest.fixture
def intruder(books: Database) -> Iterator[Intruder]:
    """Somebody who may do anything to the books, until all of it is rolled back."""
    with reading(books, TENANT, SYSTEM) as session:
        yield Intruder(session)


def test_sound_books_have_no_findings(intruder: Intruder) -> None:
    assert intruder.findings() == []


@pytest.mark.parametrize(("check", "fault"), FAULTS, ids=[fault.__name__ for _, fault in FAULTS])
def test_a_planted_fault_is_found(
    intruder: Intruder, check: str, fault: Callable[[Intruder], None]
) -> None:
    fault(intruder)

    assert [found.row for found in intruder.findings() if found.check.startswith(check)]


def test_a_balance_as_the_book_has_it_is_sound(intruder: Intruder) -> None:
    a_statement_with(intruder)

    assert [each for each in intruder.findings() if each.check.startswith("L2 a statement")] == []


def test_what_is_given_back_at_rating_is_no_gap_in_a_rated_batch(intruder: Intruder) -> None:
    usage_left_out_of_rating(intruder)
    intruder.plant(
        "suspense", batch_id=an_id("b"), line=3, stage="rating", status="open",
        returned_as="RCPOLKMDEUT100001",
    )  # fmt: skip

    assert [each for each in intruder.findings() if each.check.startswith("I1 a rated")] == []


CREDITED = "S1 what is credited is what facts and terms give"


@pytest.mark.parametrize(
    ("kind", "right", "wrong"), KINDS, ids=[kind.__name__ for kind, *_ in KINDS]
)
def test_a_credit_that_is_wrong_by_a_cent_is_found_and_a_right_one_is_not(
    books: Database, kind: Callable[[Intruder, str], None], right: str, wrong: str
) -> None:
    found = []
    for amount in (right, wrong):
        with reading(books, TENANT, SYSTEM) as session:
            planter = Intruder(session)
            kind(planter, amount)
            found.append(
                [
                    (each.row["fault"], each.row["party_id"])
                    for each in planter.findings()
                    if each.check == CREDITED
                ]
            )

    assert found[0] == []
    assert ("is not due", an_id("label")) in found[1]


def test_every_check_has_a_planted_fault(books: Database) -> None:
    with reading(books, TENANT, SYSTEM) as session:
        names = [check.name for check in service.checks(session)]

    # The audit checks are one pair, said again for each audited table.
    proven = tuple(check for check, _ in FAULTS) + ("A1",)
    assert [name for name in names if not name.startswith(proven)] == []


def test_a_finding_says_what_is_not_so_and_which_row(intruder: Intruder) -> None:
    an_entry_that_does_not_balance(intruder)

    unbalanced = next(each for each in intruder.findings() if each.check.startswith("L1"))

    assert str(unbalanced) == (
        "L1 every entry balances in each currency: not so: Debits of an entry equal its credits. "
        f"n 1, entry_id {an_id('e1')}, currency EUR, difference -0.01"
    )
