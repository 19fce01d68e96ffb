"""A document as JSON says each of its values, however often the same ones come round."""

import json

import pytest
import sqlalchemy as sa

from statements.content import AsWritten, from_plain, to_json, to_plain
from statements.document import Address, Party
from tenants.session import TenantSession
from tests.statements.builders import an_invoice, lines_of

TENANT, ONE, OTHER = (
    Party(name, Address("Kai 1", "20457", "Hamburg", "DE")) for name in ("Tenant", "One", "Other")
)


@pytest.mark.parametrize(
    "order",
    [
        (TENANT, TENANT, ONE, ONE),
        (ONE, TENANT, OTHER, TENANT, ONE),
        (TENANT, ONE, OTHER, TENANT, ONE, OTHER),
    ],
    ids=["by side", "one side is the same", "three in turn"],
)
def test_sides_that_come_round_are_each_written_as_they_are(order):
    written = to_json(order)

    assert written == f"[{', '.join(to_json((each,))[1:-1] for each in order)}]"
    assert [from_plain(Party, each) for each in to_plain(order)] == list(order)


def test_sides_are_read_from_what_was_written_once_somebody_looks_at_them():
    sides = AsWritten(Party, to_json((ONE, OTHER)))

    assert (len(sides), sides[1], sides[:1], list(sides)) == (2, OTHER, (ONE,), [ONE, OTHER])
    assert sides == (ONE, OTHER) == sides
    assert hash(sides) == hash((ONE, OTHER))
    assert sides != (OTHER, ONE)


def test_what_nobody_looked_at_is_written_as_it_was():
    assert to_json(AsWritten(Party, "[unread]")) == "[unread]"


def test_what_a_document_says_comes_as_the_database_keeps_it(session: TenantSession):
    said = to_json(an_invoice(lines_of("10.00", "3.50")))

    kept = session.scalar(sa.text("SELECT CAST(CAST(:said AS jsonb) AS text)"), {"said": said})

    assert said == json.dumps(json.loads(kept))
