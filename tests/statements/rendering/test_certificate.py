"""A certificate of tax withheld on paper and as a table, in every language."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from currencies.money import money
from statements.content import from_plain, to_plain
from statements.document import Period, TaxCurrency
from statements.rendering.certificate_view import certificate_view
from statements.rendering.choosing import page_of
from statements.rendering.service import draw
from statements.withholding_certificate import (
    CertificateDoesNotTie,
    WithheldPart,
    WithholdingCertificate,
    certificate_csv,
    check_certificate,
    local_sums,
)
from tests.statements.builders import a_buyer, a_seller
from tests.statements.rendering.test_service import LOCALES
from tests.statements.rendering.test_typesetting import pages_of


def a_part(number: str, rate: str, base: str, withheld: str) -> WithheldPart:
    day = date(2026, 11, 2)
    return WithheldPart(number, day, "=tax", Decimal(rate), money(base), money(withheld))


def a_certificate(locale: str = "en") -> WithholdingCertificate:
    """20 % of 100.00 and 5 % of 40.00, less 20 % of 30.00 that was given back."""
    parts = (
        a_part("SB/1", "0.20", "100.00 USD", "20.00 USD"),
        a_part("SB/2", "0.05", "40.00 USD", "2.00 USD"),
        a_part("SBK/1", "0.20", "-30.00 USD", "-6.00 USD"),
    )
    year = Period(date(2026, 1, 1), date(2027, 1, 1))
    found = WithholdingCertificate(
        "USD", locale, a_seller(), a_buyer(), year, parts, money("16.00 USD")
    )
    return found.numbered("WHT/1", date(2027, 1, 4))


def stated_locally(certificate: WithholdingCertificate) -> WithholdingCertificate:
    """The same in PLN too: 3.3333 for a dollar, quoted for a hundred."""
    local = TaxCurrency("PLN", Decimal("333.33"), date(2026, 10, 30), "NBP-A", 100)
    return replace(
        certificate, parts=tuple(replace(part, local=local) for part in certificate.parts)
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_stated_in_the_currency_of_the_tax_office_too(locale: str):
    certificate = stated_locally(a_certificate(locale))

    [page] = pages_of(draw(*page_of(certificate)))

    view = certificate_view(certificate)
    assert [len(row) for row in view["local"]] == [2, 2]
    for said in (*view["local"][0], *view["local"][1], "333", "NBP-A"):
        assert re.sub(r"\s+", " ", said) in page


def test_sums_in_the_other_currency_are_those_of_the_rounded_parts():
    certificate = stated_locally(a_certificate())

    sums = local_sums(certificate)

    # 333.33 + 133.33 - 100.00 of the base; 66.67 + 6.67 - 20.00 withheld.
    assert sums == (money("366.66 PLN"), money("53.34 PLN"))
    assert local_sums(a_certificate()) is None
    rows = [row.split(",") for row in certificate_csv(certificate).decode().splitlines()]
    rate = ["PLN", "333.33", "100", "2026-10-30", "NBP-A"]
    assert rows[2][8:] == ["133.33", "6.67", *rate]
    assert rows[-1][8:] == ["366.66", "53.34", "PLN", "", "", "", ""]
    assert from_plain(WithholdingCertificate, to_plain(certificate)) == certificate


@pytest.mark.parametrize("locale", LOCALES)
def test_a_certificate_is_told_in_every_language(locale: str):
    certificate = a_certificate(locale)

    [page] = pages_of(draw(*page_of(certificate)))

    view = certificate_view(certificate)
    for said in (view["title"], view["due"], view["rates"][1][2], view["text"]):
        assert re.sub(r"\s+", " ", said) in page


def test_what_was_given_back_lowers_its_rate():
    view = certificate_view(a_certificate())

    assert view["rates"] == [["5%", "40.00", "2.00"], ["20%", "70.00", "14.00"]]
    assert view["sums"] == ["110.00", "16.00"]


def test_the_table_lists_each_part_and_the_whole():
    rows = [row.split(",") for row in certificate_csv(a_certificate()).decode().splitlines()]

    assert [(row[1], row[3], row[4], row[5], row[6]) for row in rows[1:]] == [
        ("SB/1", "'=tax", "0.2", "100.00", "20.00"),
        ("SB/2", "'=tax", "0.05", "40.00", "2.00"),
        ("SBK/1", "'=tax", "0.2", "-30.00", "-6.00"),
        ("", "", "", "110.00", "16.00"),
    ]


def test_a_certificate_that_is_not_what_the_book_owes_is_refused():
    check_certificate(a_certificate())
    with pytest.raises(CertificateDoesNotTie, match=r"16.01 USD .* 16.00 USD"):
        check_certificate(replace(a_certificate(), withheld=money("16.01 USD")))


def test_what_is_kept_of_a_certificate_is_all_of_it():
    certificate = a_certificate()

    assert from_plain(WithholdingCertificate, to_plain(certificate)) == certificate
