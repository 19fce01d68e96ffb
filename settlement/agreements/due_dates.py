"""When an invoice or declaration is to be paid (rule R93).

The start day is not counted. `term_days` counts calendar or business days of the payer's country;
`holiday` moves a due date that is no business day to the next or the previous one, or leaves it.
Documents are handed over electronically as they are issued, so they are received that day; of
declarations `term_from` says by whose clock, the tenant's (issue) or the carrier's (receipt).
"""

import datetime as dt
from collections.abc import Mapping

from settlement.catalogue.business_days import ONE_DAY, business_days_after, is_business_day


def due_on(start_on: dt.date, days: int, policies: Mapping[str, str], country: str) -> dt.date:
    """The day of payment, `days` after the start, by the named policies and the country's days."""
    if policies["term_days"] == "business":
        due = business_days_after(start_on, days, country)
    else:
        due = start_on + days * ONE_DAY
    step = {"next": ONE_DAY, "previous": -ONE_DAY, "none": None}[policies["holiday"]]
    while step is not None and not is_business_day(due, country):
        due += step
    # Nothing is due before it was asked for.
    return max(due, start_on)
