"""The page of exchange rates: their history, own rates entered by one and approved by another."""

from tenants.principal import Role
from tests.pages.reader import signed_in, text_of
from tests.pages.test_pages import Office

ENTERED = {
    "source": "AGREED", "valid_on": "2026-10-30", "unit": "100", "base": "HUF", "quote": "PLN",
    "rate": "1.0567", "reason": "annex 2",
}  # fmt: skip
FILE = "valid_on;base;quote;rate\n30.10.2026;HUF;PLN;0,0106\n31.10.2026;HUF;PLN;0,0107\n"
SENT = {
    "source": "BANK", "delimiter": ";", "mark": ",", "days": "dmy.", "reason": "October",
}  # fmt: skip


def test_a_rate_entered_on_the_page_is_shown_once_another_approved_it(office: Office) -> None:
    maker = signed_in(office.app, office.world, Role.FINANCE_MAKER)
    approver = signed_in(office.app, office.world, Role.FINANCE_APPROVER)

    maker.send("/exchange-rates", **ENTERED)
    waiting = approver.read("/exchange-rates")
    assert "annex 2" in text_of(waiting)
    assert not waiting.xpath("//option[starts-with(., 'AGREED')]")
    [action] = waiting.xpath("//form[contains(@action, '/approval')]/@action")
    approver.send(action)

    shown = approver.read("/exchange-rates?pair=AGREED HUF/PLN")
    assert "AGREED HUF/PLN" in [text_of(each) for each in shown.xpath("//h2")]
    cells = [text_of(each) for each in shown.xpath("//table//td")]
    assert cells[1:3] == ["100", "1.0567"]
    assert not shown.xpath("//polyline"), "one rate is no history"


def test_a_file_is_refused_with_its_lines_and_drawn_when_approved(office: Office) -> None:
    maker = signed_in(office.app, office.world, Role.FINANCE_MAKER)
    approver = signed_in(office.app, office.world, Role.FINANCE_APPROVER)

    refused = maker.send_only("/exchange-rates/file", text=f"{FILE}x;HUF;PLN;1\n", **SENT)
    assert refused.status_code == 422
    assert "Not a day of the form chosen" in refused.get_data(as_text=True)
    maker.send("/exchange-rates/file", text=FILE, **SENT)
    waiting = approver.read("/exchange-rates")
    [action] = waiting.xpath("//form[contains(@action, '/approval')]/@action")
    approver.send(action)

    shown = approver.read("/exchange-rates?pair=BANK HUF/PLN")
    assert shown.xpath("//polyline/@points")[0].split() == ["0.0,150.0", "600.0,10.0"]


def test_a_rate_may_have_the_comma_of_the_readers_language(office: Office) -> None:
    polish = signed_in(office.app, office.world, Role.FINANCE_MAKER, "pl")
    english = signed_in(office.app, office.world, Role.FINANCE_MAKER)
    with_comma = ENTERED | {"source": "ANEKS", "rate": "1,0567", "reason": "aneks 3"}

    reader = signed_in(office.app, office.world, Role.FINANCE_APPROVER)

    english.send_only("/exchange-rates", **with_comma)
    assert "aneks 3" not in text_of(reader.read("/exchange-rates"))
    polish.send("/exchange-rates", **with_comma)

    assert "aneks 3" in text_of(reader.read("/exchange-rates"))
