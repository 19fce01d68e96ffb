"""Tariffs are published in versions that follow one another; products have one code each."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError

from i18n.errors import Invalid
from settlement.catalogue import service, store
from settlement.catalogue.lint.tariff_lint import TariffUnsound
from settlement.catalogue.plain_values import UnknownKey
from settlement.catalogue.product import BadCatalogueCode, BadProduct
from settlement.catalogue.products import service as products
from settlement.catalogue.published import (
    DeckInAnotherCurrency,
    NoSuchProduct,
    NoSuchTariff,
    ProductExists,
    TariffCurrencyDiffers,
    TariffOverlaps,
    TermsContradict,
)
from settlement.catalogue.succession import NoTimeAtAll
from tenants.session import TenantSession
from tests.settlement.catalogue.builders import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    a_published_tariff,
    an_imported_deck,
    voice_terms,
)


def validity(session: TenantSession) -> list[tuple[int, date, date | None]]:
    return [
        (each.version, each.valid_from, each.valid_until)
        for each in service.published_tariffs(session)
    ]


def test_a_published_tariff_is_what_rating_gets(session: TenantSession) -> None:
    published = a_published_tariff(session, "gold", price="0.30")

    (version,) = service.tariff_versions(session, OCTOBER, NOVEMBER)

    assert (version.id, version.code, version.currency) == (str(published.id), "gold", "PLN")
    assert version.sections["voice"].price == Decimal("0.30")
    assert (version.valid_from, version.valid_until) == (OCTOBER, None)


def test_a_new_version_ends_the_open_one_on_its_first_day(session: TenantSession) -> None:
    a_published_tariff(session, price="0.30", valid_from=OCTOBER)
    a_published_tariff(session, price="0.20", valid_from=NOVEMBER)

    assert validity(session) == [(1, OCTOBER, NOVEMBER), (2, NOVEMBER, None)]


def test_rating_gets_the_versions_of_its_days_only(session: TenantSession) -> None:
    a_published_tariff(session, price="0.30", valid_from=OCTOBER)
    a_published_tariff(session, price="0.20", valid_from=NOVEMBER)

    def starts(first: date, until: date) -> list[date]:
        return [each.valid_from for each in service.tariff_versions(session, first, until)]

    assert starts(OCTOBER, NOVEMBER) == [OCTOBER]
    assert starts(OCTOBER, date(2026, 11, 2)) == [OCTOBER, NOVEMBER]
    assert starts(NOVEMBER, DECEMBER) == [NOVEMBER]
    assert starts(date(2026, 9, 1), OCTOBER) == []


def test_publishing_the_same_again_changes_nothing(session: TenantSession) -> None:
    first = a_published_tariff(session, price="0.30")
    a_published_tariff(session, price="0.20", valid_from=NOVEMBER)

    again = a_published_tariff(session, price="0.30")

    assert again.id == first.id
    assert len(service.published_tariffs(session)) == 2


@pytest.mark.parametrize(
    ("valid_from", "valid_until"),
    [(OCTOBER, None), (date(2026, 9, 1), None), (date(2026, 9, 1), date(2026, 10, 2))],
)
def test_a_version_that_overlaps_is_refused_by_name(
    session: TenantSession, valid_from: date, valid_until: date | None
) -> None:
    a_published_tariff(session, price="0.30", valid_from=OCTOBER)

    with pytest.raises(TariffOverlaps, match="version 1 is valid from 2026-10-01 until further"):
        service.publish_tariff(
            session, "gold", "Gold", voice_terms("0.20"), valid_from, valid_until
        )


def test_an_agreed_end_is_not_shortened(session: TenantSession) -> None:
    service.publish_tariff(session, "gold", "Gold", voice_terms(), OCTOBER, DECEMBER)

    with pytest.raises(TariffOverlaps, match="until 2026-12-01"):
        a_published_tariff(session, price="0.20", valid_from=NOVEMBER)


def test_a_version_may_be_published_for_the_time_before(session: TenantSession) -> None:
    a_published_tariff(session, price="0.30", valid_from=NOVEMBER)

    service.publish_tariff(session, "gold", "Gold", voice_terms("0.40"), OCTOBER, NOVEMBER)

    assert validity(session) == [(2, OCTOBER, NOVEMBER), (1, NOVEMBER, None)]


def test_the_database_refuses_an_overlap_too(session: TenantSession) -> None:
    published = a_published_tariff(session)

    session.add(
        store.TariffVersionRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            tariff_id=published.tariff_id,
            version=2,
            valid_from=NOVEMBER,
            valid_until=None,
            terms={},
            digest="0" * 64,
            findings=[],
            published_at=session.now(),
            published_by="test",
        )
    )

    with pytest.raises(IntegrityError, match="tariff_versions_do_not_overlap"):
        session.flush()


def test_published_terms_cannot_be_changed(session: TenantSession) -> None:
    published = a_published_tariff(session)
    row = session.get(store.TariffVersionRow, (session.tenant_id, published.id))
    assert row is not None

    row.terms = voice_terms("0.01")

    with pytest.raises(ProgrammingError, match="permission denied"):
        session.flush()


@pytest.mark.parametrize(
    ("code", "terms", "error"),
    [
        ("gold", {"currency": "PLN", "voice": {"price": "0.3", "prise": "0"}}, UnknownKey),
        ("gold", {"currency": "EUR", "voice": {"price": "0.3"}}, TariffCurrencyDiffers),
        ("gold", {"code": "silver", "currency": "PLN"}, TermsContradict),
        ("gold", {"valid_from": "2026-10-02", "currency": "PLN"}, TermsContradict),
        ("../gold", {"currency": "PLN", "voice": {"price": "0.3"}}, BadCatalogueCode),
    ],
)
def test_terms_that_cannot_hold_are_refused(
    session: TenantSession, code: str, terms: dict[str, object], error: type[Invalid]
) -> None:
    a_published_tariff(session, "gold", valid_from=OCTOBER)

    with pytest.raises(error):
        service.publish_tariff(session, code, "Gold", terms, NOVEMBER)


def test_a_validity_of_no_day_is_refused(session: TenantSession) -> None:
    with pytest.raises(NoTimeAtAll):
        service.publish_tariff(session, "gold", "Gold", voice_terms(), OCTOBER, OCTOBER)


def test_tariffs_are_found_by_code_with_their_currency(session: TenantSession) -> None:
    a_published_tariff(session, "gold")
    a_published_tariff(session, "gold", price="0.1", valid_from=NOVEMBER)

    assert service.tariffs_by_code(session, ["gold"])["gold"].currency == "PLN"
    with pytest.raises(NoSuchTariff, match="no tariff lead, tin"):
        service.tariffs_by_code(session, ["gold", "tin", "lead"])


def test_products_are_kept_in_the_order_of_their_codes(session: TenantSession) -> None:
    products.add_product(session, "VOICE", "Calls", "voice")
    products.add_product(session, "NEWS", "Daily news", "content", "reduced")

    assert [each.code for each in products.products(session)] == ["NEWS", "VOICE"]
    assert products.products_by_code(session, ["NEWS"])["NEWS"].tax_category == "reduced"
    with pytest.raises(NoSuchProduct, match="no product PASTA"):
        products.products_by_code(session, ["PASTA", "NEWS"])


def test_a_product_code_is_taken_once(session: TenantSession) -> None:
    products.add_product(session, "VOICE", "Calls", "voice")

    with pytest.raises(ProductExists, match="VOICE"):
        products.add_product(session, "VOICE", "Calls", "voice")
    with pytest.raises(BadProduct, match="one of voice, sms"):
        products.add_product(session, "FAX", "Fax", "fax")


def deck_terms(**changes: object) -> dict[str, object]:
    return {"currency": "EUR", "voice": {"deck": "world"}} | changes


def test_a_tariff_is_published_after_its_deck(session: TenantSession) -> None:
    with pytest.raises(TariffUnsound, match="Deck world is not there"):
        service.publish_tariff(session, "gold", "Gold", deck_terms(), OCTOBER)
    an_imported_deck(session, "48 0.05")

    published = service.publish_tariff(session, "gold", "Gold", deck_terms(), OCTOBER)

    assert published.findings == ()


def test_two_prices_at_once_are_refused_with_an_example(session: TenantSession) -> None:
    rates = [{"prefix": "48", "price": "0.1"}, {"prefix": "48", "price": "0.2"}]

    with pytest.raises(TariffUnsound, match="48 has two prices.*b number 48"):
        service.publish_tariff(
            session, "gold", "Gold", {"currency": "PLN", "voice": {"rates": rates}}, OCTOBER
        )


def test_what_lint_warns_of_is_kept_with_the_version(session: TenantSession) -> None:
    old = {"prefix": "48", "price": "0.1", "valid_until": "2026-01-01"}
    terms = {"currency": "PLN", "voice": {"rates": [old, {"prefix": "4", "price": "0.2"}]}}

    service.publish_tariff(session, "gold", "Gold", terms, OCTOBER)

    (published,) = service.published_tariffs(session)
    assert [finding["code"] for finding in published.findings] == ["PRICE_OUT_OF_DATE"]


def test_a_tariff_and_its_deck_have_one_currency(session: TenantSession) -> None:
    an_imported_deck(session, "48 0.05")

    with pytest.raises(DeckInAnotherCurrency, match="its deck world has prices in EUR"):
        service.publish_tariff(session, "gold", "Gold", deck_terms(currency="PLN"), OCTOBER)
