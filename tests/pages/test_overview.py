"""The overview as people see it: bars with names and figures, or words where there are none."""

import pytest
from lxml import html

from tenants.principal import Role
from tests.pages.conftest import Office
from tests.pages.reader import signed_in, text_of


def bars_of(page: html.HtmlElement, chart: int) -> list[str]:
    (section,) = page.xpath(f"//main//section[{chart}]")
    return [text_of(bar) for bar in section.xpath(".//ol/li")]


def test_a_month_is_drawn_by_product_partner_and_age(office: Office) -> None:
    page = signed_in(office.app, office.world, Role.OPERATOR).read("/overview?period=2026-10")

    # Four customers: 118.40 of calls, 49.00 of fees, 36.50 of content, 12.00 of messages each.
    assert [bar.split(" PLN")[0] for bar in bars_of(page, 1)] == [
        "Calls 473.60",
        "Recurring fees 196.00",
        "Content 146.00",
        "Messages 48.00",
    ]
    (shares,) = bars_of(page, 2)
    assert shares.startswith("October 2026 25.55 PLN")
    assert "Melodia S.A." in text_of(page.xpath("//main//section[2]")[0])
    # 863.60 net with 23 % of tax, billed a fortnight ago at most.
    ages = bars_of(page, 3)
    assert ages[0].startswith("not due yet 1,062.24 PLN")
    assert all(" 0.00 PLN" in age for age in ages[1:])
    assert [rect.get("width") for rect in page.xpath("//section[3]//rect")] == [
        "100.00%", "0.00%", "0.00%", "0.00%", "0.00%",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Nothing was charged in this month yet."),
        ("pl", "W tym miesiącu nic jeszcze nie naliczono."),
        ("ru", "За этот месяц ещё ничего не начислено."),
    ],
)
def test_a_chart_without_anything_says_so(office: Office, language: str, said: str) -> None:
    page = signed_in(office.app, office.world, Role.READ_ONLY, language).read(
        "/overview?period=2026-11"
    )

    assert bars_of(page, 1) == []
    assert said in text_of(page.xpath("//main//section[1]")[0])
