"""A carrier declares in CSV and is compared as if it had sent XML."""

import csv
from io import StringIO

from currencies.money import plain
from settlement.interconnect import service
from settlement.interconnect.comparison import Agreement
from settlement.interconnect.reconciling import service as reconciling
from statements.declaration import Received, read_declaration
from statements.declaration_csv import COLUMNS, is_csv
from tenants.session import TenantSession
from tests.settlement.interconnect.exchange import an_exchange, their_answer


def as_csv(said: Received) -> bytes:
    """The same declaration as rows."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    names = ("number", "issued_on", "declarant", "recipient", "agreement", "time_zone", "currency")
    period = {"period_from": said.period.starts_on, "period_until": said.period.until}
    writer.writerow({"record": "header", **{each: getattr(said, each) for each in names}, **period})
    sums = ("direction", "calls", "seconds", "billed_seconds")
    for bucket in said.buckets:
        facts = {each: getattr(bucket, each) for each in (*sums, "day", "trunk", "destination")}
        rate = "" if bucket.rate is None else plain(bucket.rate)
        money = {"rate_per_minute": rate, "amount": plain(bucket.amount)}
        writer.writerow({"record": "bucket", **facts, **money})
    for total in said.totals:
        facts = {each: getattr(total, each) for each in sums}
        money = {"amount": plain(total.amount), "payable": plain(total.payable.amount)}
        writer.writerow({"record": "total", **facts, **money})
    return out.getvalue().encode()


def test_a_declaration_in_csv_is_taken_in_and_compared(session: TenantSession) -> None:
    exchange = an_exchange(session)
    content = as_csv(read_declaration(their_answer(session, exchange.ours)))

    found = reconciling.answer(session, exchange.carrier_id, content)

    assert found.comparison.verdict is Agreement.EXACT
    assert {line.agreement for line in found.comparison.lines} == {Agreement.EXACT}
    kept = service.bytes_of(session, found.theirs_id)
    assert kept == content and is_csv(kept)
