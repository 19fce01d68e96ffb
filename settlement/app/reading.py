"""What every template may use: amounts, numbers and times as the reader's language writes them."""

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g
from moneyed import Money

from currencies.units import minor_unit
from i18n import formats
from i18n.locale import translate_plural, translator
from i18n.retelling import retold
from settlement.app.jobs import TITLES
from settlement.app.navigation import navigation_for
from tenants.directory.service import own_tenant
from tenants.directory.tenant import Tenant
from tenants.people.pages import ROLES
from tenants.web.problems import reader_language

LANGUAGES = {"en": "English", "pl": "Polski", "ru": "Русский"}
"""The languages offered in the header, each by its own name."""

NOTHING = "–"


def teach_templates(app: Flask) -> None:
    """Give the application's templates its filters and the values of every page."""
    app.jinja_env.filters.update(
        amount=_amount,
        number=_number,
        percent=_percent,
        day=_day,
        month=_month,
        instant=_instant,
        duration=_duration,
        retold=_retold,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_values)


def _values() -> dict[str, Any]:
    language = reader_language()
    caller = g.get("caller")
    return {
        "_": translator(language),
        "translate_plural": partial(translate_plural, locale=language),
        "languages": LANGUAGES,
        "tenant": _tenant(),
        "navigation": navigation_for(current_app, caller.principal) if caller else None,
        "roles": ROLES,
        "job_titles": TITLES,
    }


def _retold(text: str) -> str:
    """A reason that was kept in English, in the reader's language."""
    return retold(text, reader_language())


def _tenant() -> Tenant | None:
    """The tenant of the session, read once; None on a page without a session."""
    if "tenant" not in g:
        g.tenant = own_tenant(g.session) if g.get("session") is not None else None
    tenant: Tenant | None = g.tenant
    return tenant


def _amount(amount: Money | None) -> str:
    """With its currency's code, and more digits than the minor unit where it has them."""
    if amount is None:
        return NOTHING
    code = str(amount.currency.code)
    exact = Decimal(str(amount.amount)).normalize()
    exponent = exact.as_tuple().exponent
    digits = max(minor_unit(code), -exponent if isinstance(exponent, int) else 0)
    return formats.amount_code_text(exact, code, digits, reader_language())


def _percent(rate: Decimal) -> str:
    """A rate between 0 and 1, as people read it."""
    return formats.percent_text(rate, reader_language())


def _number(number: int | Decimal | None) -> str:
    return NOTHING if number is None else formats.number_text(number, reader_language())


def _day(day: dt.date | None) -> str:
    return NOTHING if day is None else formats.date_text(day, reader_language())


def _month(day: dt.date) -> str:
    return formats.month_text(day, reader_language())


def _instant(instant: dt.datetime | None) -> str:
    """By the tenant's clocks, with the offset."""
    if instant is None:
        return NOTHING
    tenant = _tenant()
    zone = ZoneInfo(tenant.time_zone if tenant else "UTC")
    return formats.instant_text(instant, zone, reader_language())


def _duration(seconds: int | None) -> str:
    return NOTHING if seconds is None else formats.clock_text(seconds)
