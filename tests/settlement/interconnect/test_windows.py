"""Objection windows and notice: which day silence becomes acceptance, which day a price holds."""

from datetime import UTC, date, datetime

import pytest

from settlement.catalogue.notice.day_counting import NegativeDays, days_after
from settlement.catalogue.notice.notice import NoticeTerms, RateAnnouncedBackwards, first_day_at
from settlement.interconnect.acceptance import ObjectionWindow


@pytest.mark.parametrize(
    ("received_on", "days", "count", "last_day", "accepted_on"),
    [
        (date(2026, 11, 5), 30, "calendar_days", date(2026, 12, 5), date(2026, 12, 6)),
        # Tue 10 November: the 11th is a Polish holiday, so the 12th, 13th, 16th count.
        (date(2026, 11, 10), 3, "business_days", date(2026, 11, 16), date(2026, 11, 17)),
        (date(2026, 11, 10), 0, "calendar_days", date(2026, 11, 10), date(2026, 11, 11)),
    ],
)
def test_silence_becomes_acceptance_the_day_after_the_window(
    received_on: date, days: int, count: str, last_day: date, accepted_on: date
) -> None:
    window = ObjectionWindow(days, count)  # type: ignore[arg-type]

    assert window.last_day(received_on) == last_day
    assert window.deemed_accepted_on(received_on) == accepted_on
    assert window.is_open(received_on, last_day)
    assert not window.is_open(received_on, accepted_on)


def test_a_window_is_not_negative() -> None:
    with pytest.raises(NegativeDays, match="-1 days"):
        days_after(date(2026, 11, 5), -1, "calendar_days", "PL")


# 22:30 UTC on 1 October is already the 2nd in Warsaw.
LATE_EVENING = datetime(2026, 10, 1, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rises", "asked_for", "terms", "first_day"),
    [
        (True, date(2026, 10, 5), NoticeTerms(7), date(2026, 10, 9)),
        (True, date(2026, 11, 5), NoticeTerms(7), date(2026, 11, 5)),
        (True, date(2026, 10, 5), NoticeTerms(7, zone="UTC"), date(2026, 10, 8)),
        (True, date(2026, 10, 5), NoticeTerms(7, "business_days"), date(2026, 10, 13)),
        (False, date(2026, 10, 5), NoticeTerms(7), date(2026, 10, 5)),
    ],
)
def test_an_increase_waits_for_its_notice_and_a_decrease_does_not(
    rises: bool, asked_for: date, terms: NoticeTerms, first_day: date
) -> None:
    assert first_day_at(rises, asked_for, LATE_EVENING, terms) == first_day


def test_days_already_gone_are_not_announced_but_corrected() -> None:
    with pytest.raises(RateAnnouncedBackwards, match="retroactive"):
        first_day_at(False, date(2026, 10, 1), LATE_EVENING, NoticeTerms(7))
