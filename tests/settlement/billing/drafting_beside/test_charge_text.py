"""The process beside reads of a charge what the run itself would read."""

from datetime import date
from decimal import Decimal

import pytest

from settlement.billing import store
from settlement.billing.drafting_beside.charge_text import charges_in
from settlement.periods import service as periods
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october

NOVEMBER = date(2026, 11, 1)
TEXTS = ("plain", "", r"\N", "tab\there\nand\r\\", r"\t\\n", "\b\f\v", "Łódź Минск \u2028 {a,b}")


@pytest.mark.parametrize("text", TEXTS)
def test_words_of_users_arrive_as_they_were(session: TenantSession, text: str) -> None:
    where, customer = october(session), a_customer(session)
    charged(session, where, customer, "0.10", product=text, destination=text, reason=text)
    periods.close(session, "2026-10")

    [charge] = charges_in(store.unbilled_text(session, NOVEMBER, [customer]))

    assert (charge.product, charge.destination, charge.reason) == (text, text, text)


def test_every_field_is_what_the_database_gives(session: TenantSession) -> None:
    where, customer = october(session), a_customer(session)
    charged(session, where, customer, "-7.05")
    sold = {"service": "data", "per": "gigabyte", "unit_price": Decimal("0.0125")}
    charged(session, where, customer, "3.00", case_name="night", corrects_period_id=where[0])
    charged(session, where, customer, "12.50", quantity=2**40, **sold)
    periods.close(session, "2026-10")

    read = charges_in(store.unbilled_text(session, NOVEMBER, [customer]))

    assert len(read) == 3
    assert read == store.unbilled(session, NOVEMBER, [customer])
