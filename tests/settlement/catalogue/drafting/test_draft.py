"""A draft is looked at as if it were published, and nothing is kept."""

from datetime import date
from decimal import Decimal

import pytest

from currencies import service as currencies
from currencies.fx_rate import FxRate
from i18n.errors import DomainError
from settlement.catalogue import service as catalogue
from settlement.catalogue.drafting import service
from settlement.catalogue.drafting.draft import (
    LONGEST,
    DraftTooLong,
    DraftUnreadable,
    LookedAt,
    draft_from_text,
)
from settlement.catalogue.plain_values import KeyMissing, WrongValue
from settlement.catalogue.published import TariffCurrencyDiffers
from tenants.session import TenantSession
from tenants.web.strict_json import BadJson
from tests.settlement.catalogue.builders import DECEMBER, NOVEMBER, OCTOBER, a_published_tariff

DRAFT = """
code = "gold"
currency = "{currency}"
valid_from = {valid_from}

[voice]
rates = [{{prefix = "48", price = "0.10"}}{more}]
"""


def looked_at(
    session: TenantSession, currency: str = "PLN", valid_from: date = OCTOBER, more: str = ""
) -> LookedAt:
    text = DRAFT.format(currency=currency, valid_from=valid_from.isoformat(), more=more)
    return service.look_at(session, draft_from_text(text))


def codes(found: LookedAt) -> list[str]:
    return [each.code for each in found.findings]


def test_a_sound_draft_has_nothing_to_say_and_is_not_kept(session: TenantSession) -> None:
    found = looked_at(session)

    assert (found.is_sound, found.findings) == (True, ())
    assert catalogue.published_tariffs(session) == []


def test_toml_and_json_say_the_same() -> None:
    toml = draft_from_text('code = "gold"\nvalid_from = 2026-10-01\nvoice = {price = "1"}')
    json = draft_from_text(' {"code": "gold", "valid_from": "2026-10-01", "voice": {"price": "1"}}')

    assert (toml.code, toml.valid_from, toml.valid_until) == ("gold", OCTOBER, None)
    assert (json.code, json.valid_from, json.valid_until) == ("gold", OCTOBER, None)
    assert toml.terms["voice"] == json.terms["voice"] == {"price": "1"}


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('code = "gold', DraftUnreadable),
        ("a = " + "[" * 5000, DraftUnreadable),
        ("{", BadJson),
        ("", KeyMissing),
        ('code = "gold"\nvalid_from = "tomorrow"', WrongValue),
        ("#" * (LONGEST + 1), DraftTooLong),
    ],
)
def test_a_text_that_is_no_draft_is_refused(text: str, refused: type[DomainError]) -> None:
    with pytest.raises(refused):
        draft_from_text(text)


def test_an_ambiguous_draft_is_told_with_its_event_by_the_clock_of_the_tenant(
    session: TenantSession,
) -> None:
    found = looked_at(session, more=', {prefix = "48", price = "0.20"}')

    assert (found.is_sound, codes(found)) == (False, ["AMBIGUOUS_PRICE"])
    (finding,) = found.findings
    # Noon of 1 October in Warsaw, in summer time.
    assert (finding.zone, finding.event["occurred_at"]) == (
        "Europe/Warsaw",
        "2026-10-01T10:00:00Z",
    )


def test_a_draft_may_follow_an_open_version_and_not_cross_another(session: TenantSession) -> None:
    a_published_tariff(session, valid_from=OCTOBER)

    assert codes(looked_at(session, valid_from=NOVEMBER)) == []
    a_published_tariff(session, valid_from=DECEMBER, price="0.40")
    assert codes(looked_at(session, valid_from=NOVEMBER)) == ["VERSIONS_OVERLAP"]


def test_what_is_published_already_is_sound(session: TenantSession) -> None:
    terms = {"currency": "PLN", "voice": {"rates": [{"prefix": "48", "price": "0.10"}]}}
    catalogue.publish_tariff(session, "gold", "Gold", terms, OCTOBER)

    assert codes(looked_at(session)) == []


def test_a_draft_in_another_currency_than_its_tariff_is_refused(session: TenantSession) -> None:
    a_published_tariff(session)

    with pytest.raises(TariffCurrencyDiffers):
        looked_at(session, currency="EUR", valid_from=NOVEMBER)


def test_a_currency_that_no_source_quotes_lately_is_a_warning(session: TenantSession) -> None:
    def quoted(on: date) -> None:
        rate = FxRate("ECB", "EUR", "PLN", 1, Decimal("4.25"), on, on)
        currencies.load_rates(session, [rate])

    today = session.now().date()

    quoted(today.replace(year=today.year - 1))
    before = looked_at(session, currency="EUR")
    quoted(today)
    after = looked_at(session, currency="EUR")

    assert (before.is_sound, codes(before), codes(after)) == (True, ["NO_FX_RATE"], [])
    assert before.findings[0].event["currency"] == "EUR"
