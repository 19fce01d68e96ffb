"""Standard terms on their pages: kept by version, read by all, written as JSON."""

import json
from uuid import NAMESPACE_URL, uuid5

from lxml import html

from tenants.principal import Role
from tests.pages.conftest import Office
from tests.pages.reader import signed_in, text_of


def test_terms_are_kept_version_by_version(office: Office) -> None:
    operator = signed_in(office.app, office.world, Role.OPERATOR)
    operator.read("/standard-terms")
    facts = {"name": "CONTENT", "kind": "revenue_share", "policies": ""}

    operator.send("/standard-terms", **facts, terms='{"rate": "{rate}"}')
    kept = operator.send("/standard-terms", **facts, terms='{"rate": "{rate}", "days": 30}')

    assert "Version 2 of CONTENT is kept." in kept.text
    page = html.document_fromstring(kept.text)
    [shown] = page.xpath("//textarea[@name='terms']")
    assert json.loads(shown.text) == {"rate": "{rate}", "days": 30}
    # An earlier version is read and not written over.
    places = page.xpath("//a[contains(@href, '/standard-terms/')]/@href")
    first = operator.read(places[0])
    assert not first.xpath("//textarea")
    assert "days" not in text_of(first)
    assert "CONTENT" in text_of(operator.read("/standard-terms"))
    reader = signed_in(office.app, office.world, Role.READ_ONLY)
    assert not reader.read(places[-1]).xpath("//textarea")


def test_what_cannot_be_read_is_refused_at_its_field(office: Office) -> None:
    operator = signed_in(office.app, office.world, Role.OPERATOR)
    operator.read("/standard-terms")

    answer = operator.send(
        "/standard-terms", name="WRONG", kind="revenue_share", terms="{", policies="{}"
    )

    [told] = html.document_fromstring(answer.text).xpath("//*[@data-refused]")
    assert told.get("data-refused") == "terms"
    assert "WRONG" not in text_of(operator.read("/standard-terms"))
    assert operator.open(f"/standard-terms/{uuid5(NAMESPACE_URL, 'no')}").status_code == 404
