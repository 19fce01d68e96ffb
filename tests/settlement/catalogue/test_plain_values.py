"""What is wrong in a draft is told with its place, in the reader's words."""

import pytest

from i18n.errors import DomainError
from i18n.locale import error_text
from settlement.catalogue.tariff import SECTIONS, tariff_from_plain

TARIFF = {"code": "gold", "currency": "PLN", "valid_from": "2026-10-01"}
STEPS = {"kind": "graduated", "steps": [{"up_to": 10, "price": "1"}, {"price": "0,50"}]}
FEE = {"product": "monthly-fee", "amount": "30.00"}


@pytest.mark.parametrize(
    ("part", "locale", "said"),
    [
        (
            {"voice": {"price": "0,05"}}, "en",
            "tariff gold, calls (voice): price is '0,05'."
            ' Write an amount as text, for example "0.05".',
        ),
        (
            {"voice": {"price": "0,05"}}, "pl",
            "taryfa gold, połączenia (voice): price ma wartość '0,05'."
            ' Wpisz: kwotę jako tekst, na przykład "0.05".',
        ),
        (
            {"sms": {"tiers": STEPS}}, "ru",
            "тариф gold, сообщения (sms), ступени (tiers), ступень 2: price равно '0,50'."
            ' Укажите: сумму текстом, например "0.05".',
        ),
        ({"fees": [FEE, {"amount": "5.00"}]}, "en", "tariff gold, fee 2 has no product. Add it."),
        (
            {"voice": {"price": "0.05", "first_increment": 0}}, "en",
            "tariff gold, calls (voice): first_increment is 0."
            " Write a whole number of at least 1.",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_in_words(part, locale, said):
    with pytest.raises(DomainError) as refused:
        tariff_from_plain(TARIFF | part)

    assert error_text(refused.value, locale) == said


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_a_tariff_has_a_name_in_words(section):
    with pytest.raises(DomainError) as refused:
        tariff_from_plain(TARIFF | {section: {"nonsense": 1}})

    assert f"({section})" in error_text(refused.value, "pl")
