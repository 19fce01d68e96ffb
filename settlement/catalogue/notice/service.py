"""Refuse prices that rise for a carrier, or that a carrier raises, with too little notice (R61).

Who receives the notice counts its days: we for what we are charged (`outgoing`), the carrier for
what we charge. Prices for days that are gone are no notice but a retroactive rate (R60).
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from i18n.locale import Words, _
from settlement.catalogue.notice import store
from settlement.catalogue.notice.announced import Reason, decide
from settlement.catalogue.notice.day_counting import Count
from settlement.catalogue.notice.notice import NoticeTerms, announced_on, first_day_at
from settlement.catalogue.notice.raised import RaisedWithoutNotice, may_rise
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


class _Asking(NamedTuple):
    """An agreement, and the notice that it asks for."""

    agreement: str
    terms: NoticeTerms


def require_for_tariff(
    session: TenantSession,
    code: str,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    valid_from: dt.date,
) -> None:
    """Refuse the next version of a tariff that may charge more before an agreement's notice ends.

    Both are terms as `tariff_to_plain` writes them. Raises RaisedWithoutNotice.
    """
    if not may_rise(before, now):
        return
    for each in _asking(session, [code]):
        if valid_from >= announced_on(session.now(), each.terms):
            _require(session, each, Words(_("tariff {code}"), code=code), valid_from)


def require_for_deck(
    session: TenantSession,
    code: str,
    tariffs: Collection[str],
    asked: pl.DataFrame,
    held: pl.DataFrame,
) -> None:
    """Refuse prices of a deck that rise before the notice of an agreement that buys or sells by it.

    Both are frames of RATES, `asked` with first days; `tariffs` are those that name the deck.
    Raises RaisedWithoutNotice.
    """
    for each in _asking(session, tariffs):
        decided = decide(asked, held, session.now(), each.terms)
        for price in decided.days:
            if price.reason in (Reason.NOTICE, Reason.OVERTAKEN):
                _require(
                    session,
                    each,
                    Words(_("{prefix} in deck {deck}"), prefix=price.prefix, deck=code),
                    price.asked_for,
                )


def _require(session: TenantSession, asking: _Asking, what: Words, asked_for: dt.date) -> None:
    earliest = first_day_at(True, asked_for, session.now(), asking.terms)
    if earliest > asked_for:
        raise RaisedWithoutNotice(
            what=what,
            agreement=asking.agreement,
            days=asking.terms.days,
            announced_on=announced_on(session.now(), asking.terms),
            earliest=earliest,
            asked_for=asked_for,
        )


def _asking(session: TenantSession, tariffs: Collection[str]) -> Iterator[_Asking]:
    if not tariffs:
        return
    tenant = own_tenant(session)
    for row in store.asking(session, tariffs, _today(session)):
        zone, country = row.time_zone, row.country
        if row.direction == "outgoing":
            zone, country = tenant.time_zone, tenant.country
        in_business = row.notice_count == "business_days"
        count: Count = "business_days" if in_business else "calendar_days"
        yield _Asking(row.code, NoticeTerms(row.notice_days, count, zone, country))


def _today(session: TenantSession) -> dt.date:
    return announced_on(session.now(), NoticeTerms(0, zone=own_tenant(session).time_zone))
