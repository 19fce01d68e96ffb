"""What leaves under the profile of Peppol keeps the official rules, billing and self-billing."""

import shutil
from datetime import date

import pytest

from statements.document import Kind, References
from statements.numbering import Series
from statements.passing.service import Count, pass_all
from statements.profiles.profile import PEPPOL
from tests.sample_data import sample
from tests.statements.builders import a_line, an_invoice
from tests.statements.validation.test_mutations import BUYER, EXEMPT, REVERSED

TENTH = date(2026, 11, 10)
CORRECTED = References(buyer="C-0042", corrects="FV/1", corrects_issued_on=date(2026, 9, 1))
PACKS = {"peppol-billing": "PEPPOL-EN16931-UBL", "peppol-selfbilling": "PEPPOL-EN16931-UBL-SB"}
MANIFEST = """
id = "{pack}"
version = "2026.5"
valid_from = 2026-05-18
builds_on = "en16931-ubl"
rules = ["{rules}.sch"]
"""


@pytest.fixture
def official_rules(tmp_path, monkeypatch):
    """A folder of rule packs as an operator fills it; the test is skipped where there is none."""
    for pack, rules in PACKS.items():
        official = sample(f"einvoice/peppol-rules-2026.5/{rules}.sch")
        (tmp_path / pack).mkdir()
        (tmp_path / pack / "pack.toml").write_text(MANIFEST.format(pack=pack, rules=rules))
        shutil.copy(official, tmp_path / pack)
    monkeypatch.setenv("SALDO_RULE_PACKS", str(tmp_path))


def passed(*drafts):
    counts = {kind.value: Count(Series(f"{kind.value}/{{number}}"), 1) for kind in Kind}
    return pass_all(drafts, counts, TENTH, [PEPPOL] * len(drafts))


def a_draft(kind=Kind.INVOICE, **changes):
    facts = {"number": "", "issued_on": None, "kind": kind, "buyer": BUYER}
    return an_invoice(changes.pop("lines", None), **(facts | changes))


@pytest.mark.parametrize(
    ("draft", "pack"),
    [
        (a_draft(), "peppol-billing"),
        (a_draft(lines=[a_line(tax=EXEMPT), a_line("-5.00", "2", tax=EXEMPT)]), "peppol-billing"),
        (a_draft(lines=[a_line(tax=REVERSED)]), "peppol-billing"),
        (a_draft(notes=("One.", "Two.")), "peppol-billing"),
        (a_draft(Kind.CREDIT_NOTE, references=CORRECTED, due_on=None), "peppol-billing"),
        (a_draft(Kind.DEBIT_NOTE, references=CORRECTED), "peppol-billing"),
        (a_draft(Kind.ADJUSTING_INVOICE, references=CORRECTED), "peppol-billing"),
        (a_draft(Kind.ADJUSTING_CREDIT, references=CORRECTED, due_on=None), "peppol-billing"),
        (a_draft(Kind.SELF_BILLED_INVOICE), "peppol-selfbilling"),
        (a_draft(Kind.SELF_BILLED_CREDIT, references=CORRECTED), "peppol-selfbilling"),
    ],
    ids=lambda value: getattr(value, "kind", None) and value.kind.value,
)
@pytest.mark.usefixtures("official_rules")
def test_every_kind_that_peppol_has_is_issued(draft, pack):
    [found] = passed(draft)

    assert found.verdict.findings == ()
    assert found.serial == 1
    assert (found.verdict.pack, found.verdict.version) == (pack, "2026.5")


@pytest.mark.usefixtures("official_rules")
def test_a_buyer_without_an_address_is_held_and_the_next_has_the_number():
    held, issued = passed(a_draft(buyer=an_invoice().buyer), a_draft())

    assert held.serial is None
    assert held.verdict.broken_rules == ("PEPPOL-EN16931-R010",)
    assert "Buyer electronic address MUST be provided" in held.verdict.findings[0].text
    assert issued.document.number == "invoice/1"


@pytest.mark.parametrize(
    ("kind", "rule"),
    # The code of a corrected invoice is for two German sides only.
    [(Kind.PROFORMA, "P0100"), (Kind.CORRECTED_INVOICE, "P0112")],
)
@pytest.mark.usefixtures("official_rules")
def test_what_peppol_has_no_code_for_is_held(kind, rule):
    [found] = passed(a_draft(kind, references=CORRECTED))

    assert found.serial is None
    assert found.verdict.broken_rules == (f"PEPPOL-EN16931-{rule}",)
