"""Rates are kept as published, once, per tenant, and never changed."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from currencies import gateway
from currencies.fx_rate import FxRate, FxRateDiffers, NoFxRate
from currencies.money import plain
from currencies.service import load_ecb, load_published, load_rates, rate_table
from currencies.units import UnknownCurrency
from tenants.directory.service import create_tenant
from tenants.principal import SYSTEM
from tenants.session import TenantSession, transaction
from tests.currencies.test_ecb import THREE_DAYS
from tests.currencies.test_nbp import archive
from tests.world import a_tenant

DAY = date(2026, 10, 30)


def a_rate(rate="1.1172", unit=1, base="EUR", quote="USD", on=DAY, source="AGREED"):
    return FxRate(source, base, quote, unit, Decimal(rate), on, on)


def test_what_is_kept_comes_back_as_published(session):
    load_published(session, "nbp", archive())

    rate = rate_table(session).rate("HUF", "PLN", date(2025, 3, 21), "NBP-A")

    assert rate == FxRate(
        "NBP-A",
        "HUF",
        "PLN",
        100,
        Decimal("1.0567"),
        date(2025, 3, 21),
        date(2025, 3, 21),
        "056/A/NBP/2025",
    )


def test_loading_again_adds_nothing(session):
    first = load_ecb(session, THREE_DAYS)
    again = load_ecb(session, THREE_DAYS)

    assert (first.read, first.added, first.findings) == (11, 11, [])
    assert (again.read, again.added) == (11, 0)
    assert len(rate_table(session)) == 11


def test_a_later_file_adds_its_new_days(session):
    load_ecb(session, THREE_DAYS, since=date(2026, 1, 1))

    assert load_ecb(session, THREE_DAYS).added == 8


def test_a_contradiction_is_refused_and_nothing_of_the_file_is_kept(session):
    load_rates(session, [a_rate("1.1172")])

    with pytest.raises(FxRateDiffers, match=r"AGREED already gives 1\.1172 per 1 .* not 1\.1173"):
        load_rates(session, [a_rate("1.1172", on=date(2026, 10, 29)), a_rate("1.1173")])

    assert [str(rate.valid_on) for rate in rate_table(session)] == ["2026-10-30"]


def test_the_same_price_in_other_units_is_no_contradiction(session):
    load_rates(session, [a_rate("1.1172")])

    assert load_rates(session, [a_rate("111.72", unit=100)]) == 0


def test_a_load_that_contradicts_itself_is_refused(session):
    with pytest.raises(FxRateDiffers):
        load_rates(session, [a_rate("1.1"), a_rate("1.2")])


def test_an_unknown_currency_is_refused(session):
    with pytest.raises(UnknownCurrency):
        load_rates(session, [a_rate(quote="ZZZ")])


def test_a_table_may_be_narrowed_to_sources_and_days(session):
    load_ecb(session, THREE_DAYS)
    load_published(session, "nbp", archive())

    assert {rate.source for rate in rate_table(session, sources=["ECB"])} == {"ECB"}
    narrow = rate_table(session, valid_from=date(2025, 12, 31), valid_until=date(2026, 1, 2))
    assert {rate.valid_on for rate in narrow} == {date(2025, 12, 31)}


def test_the_installed_history_is_read_from_a_day_on(session):
    loaded = load_ecb(session, since=date(2026, 10, 1))

    assert loaded.findings == []
    table = rate_table(session)
    # Published for the last TARGET day of October 2026; the 31st is a Saturday.
    assert table.rate("EUR", "PLN", DAY, "ECB").rate == Decimal("4.4038")
    with pytest.raises(NoFxRate):
        table.rate("EUR", "PLN", date(2026, 10, 31), "ECB")


def test_the_same_rate_is_kept_by_each_tenant_for_itself(database):
    for code, rate in (("alpha", "1.1"), ("beta", "1.2")):
        tenant = a_tenant(code)
        with transaction(database, tenant.id, SYSTEM, "test.rates") as opened:
            create_tenant(opened, tenant)
            load_rates(opened, [a_rate(rate)])

    with TenantSession(database, a_tenant("alpha").id, SYSTEM) as opened:
        assert [plain(rate.rate) for rate in rate_table(opened)] == ["1.1"]


def zipped(**members):
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, content in members.items():
            writing.writestr(name, content)
    return archive_bytes.getvalue()


def test_a_zip_is_unpacked():
    assert gateway.unpacked(zipped(rates=b"Date,USD,\n")) == b"Date,USD,\n"
    assert gateway.unpacked(b"Date,USD,\n") == b"Date,USD,\n"


def test_a_zip_of_several_files_is_refused():
    with pytest.raises(gateway.NotOneFile):
        gateway.unpacked(zipped(one=b"1", two=b"2"))


def test_a_broken_zip_is_refused():
    with pytest.raises(gateway.BrokenArchive):
        gateway.unpacked(zipped(rates=b"Date" * 100)[:50])


def test_a_zip_that_swells_is_refused(monkeypatch):
    monkeypatch.setattr(gateway, "LARGEST", 1000)

    with pytest.raises(gateway.TooManyRates):
        gateway.unpacked(zipped(rates=b"0" * 1001))
