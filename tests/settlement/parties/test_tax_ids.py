"""Tax numbers are checked by the rules of their country and kept in one form."""

import pytest

from settlement.parties.tax_ids import TaxIdWrong, checked_tax_id


@pytest.mark.parametrize(
    ("country", "written", "kept"),
    [
        ("PL", "526-025-02-74", "PL5260250274"),
        ("PL", "PL5260250274", "PL5260250274"),
        ("DE", "136695976", "DE136695976"),
        ("GR", "EL094259216", "EL094259216"),
        ("GR", "094259216", "EL094259216"),
        # Austria's own U is a part of the number, not a prefix.
        ("AT", "U13585627", "ATU13585627"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        # No rules are known for the United States.
        ("US", "94-2404110", "94-2404110"),
        # A company, a person, and a VAT payer's number, which has no check digit.
        ("UA", "32855961", "32855961"),
        ("UA", "1759013776", "1759013776"),
        ("UA", "328559626551", "328559626551"),
        ("RU", "7707083893", "7707083893"),
        ("PL", "", ""),
    ],
)
def test_a_number_is_kept_in_the_form_invoices_print(country: str, written: str, kept: str) -> None:
    assert checked_tax_id(written, country) == kept


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("PL", "5260250275"),
        ("DE", "PL5260250274"),
        ("UA", "32855968"),
        ("UA", "1759013770"),
        ("RU", "7707083894"),
        ("PL", "５２６０２５０２７４"),
        ("US", "94\x00240"),
        ("US", "x" * 31),
    ],
)
def test_a_wrong_number_is_refused(country: str, written: str) -> None:
    with pytest.raises(TaxIdWrong, match=f"not a tax number of {country}"):
        checked_tax_id(written, country)
