"""The pages in a real browser, with their scripts, under the strict content policy."""

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from settlement.parties.party import Kind
from tenants.principal import Role
from tests.pages.conftest import Office
from tests.pages.test_tariff_pages import DRAWN
from tests.tenants.people.builders import PASSWORD

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.browser

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
QUIETLY = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    """Where the application is served while these tests run."""

    # The test server leaves a file open where the browser leaves before all of it was sent.
    def read_whole(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        answer = ClosingIterator(office.app(environ, start_response))
        with closing(answer):
            return [b"".join(answer)]

    server = make_server("127.0.0.1", 0, read_whole, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: install one (Debian: apt-get install chromium)")
    started: Playwright
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=list(QUIETLY))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A fresh page whose console stays silent and which asks nobody but us."""
    complaints: list[str] = []
    context = chromium.new_context(base_url=address, locale="en-GB")
    opened = context.new_page()
    opened.on("console", lambda said: complaints.append(f"console: {said.text}"))
    opened.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    opened.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((address, "data:")) else complaints.append(asked.url)
        ),
    )
    yield opened
    context.close()
    assert not complaints


def sign_in(page: Page, office: Office, role: Role) -> None:
    page.goto("/sign-in")
    page.get_by_label("Company").fill(office.world.code)
    page.get_by_label("E-mail address").fill(office.world.emails[role])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_an_operator_signs_in_and_sees_the_month(page: Page, office: Office) -> None:
    sign_in(page, office, Role.OPERATOR)

    expect(page.get_by_role("heading", name="October 2026")).to_be_visible()
    expect(page.locator(".pipeline .card")).to_have_count(8)
    chart = page.locator("#days svg")
    expect(chart).to_be_visible()
    expect(chart.get_by_text("Calls")).to_be_visible()


def test_an_operator_looks_at_every_place(page: Page, office: Office) -> None:
    sign_in(page, office, Role.ADMINISTRATOR)
    areas = page.get_by_role("navigation", name="Areas")
    places = page.get_by_role("navigation", name="Main")

    for area in areas.get_by_role("link").all_text_contents():
        areas.get_by_role("link", name=area, exact=True).click()
        expect(areas.locator("[aria-current]")).to_have_text(area)

        for title in places.get_by_role("link").all_text_contents():
            places.get_by_role("link", name=title, exact=True).click()
            expect(places.locator("[aria-current=page]")).to_have_text(title)
            expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_runs_are_asked_for_again_and_again(page: Page, office: Office) -> None:
    sign_in(page, office, Role.OPERATOR)
    page.clock.install()
    page.goto("/runs")

    with page.expect_response(re.compile("/runs/latest")) as asked:
        page.clock.fast_forward("00:05")

    assert asked.value.status == 200
    expect(page.locator("#runs")).to_have_count(1)


def test_a_narrow_screen_shows_all_of_a_table(page: Page, office: Office) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    sign_in(page, office, Role.PARTNER_USER)

    expect(page.get_by_role("link", name="RS/2026/11/0001 PDF")).to_be_in_viewport()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 400


def test_a_payout_is_approved_by_somebody_else(page: Page, office: Office) -> None:
    sign_in(page, office, Role.FINANCE_MAKER)
    page.get_by_role("link", name="P20261110-PLN-01").click()
    expect(page.get_by_text("You proposed this batch.")).to_be_visible()
    expect(page.locator("#approve")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, office, Role.FINANCE_APPROVER)
    page.get_by_role("link", name="P20261110-PLN-01").click()
    page.get_by_role("button", name="Approve 31.43 PLN").click()

    expect(page.get_by_role("status")).to_contain_text("is approved")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the payment file").click()
    assert taken.value.suggested_filename == "P20261110-PLN-01.xml"


def test_a_waterfall_fits_on_a_narrow_screen(page: Page, office: Office) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    sign_in(page, office, Role.OPERATOR)

    page.goto(f"/interconnect/records/{office.world.records}")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bars = page.locator(".waterfall").first.locator("rect")
    widths = [bars.nth(n).bounding_box()["width"] for n in range(bars.count())]  # type: ignore[index]
    # 10.00 fills the width, 6.00 are missing, 4.01 are left.
    assert [round(width / widths[0], 2) for width in widths] == [1, 0.6, 0.01, 0.4]


def test_a_language_is_chosen_in_the_header(page: Page, office: Office) -> None:
    sign_in(page, office, Role.CUSTOMER_USER)

    page.get_by_role("button", name="Polski").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Faktury")


def test_a_party_fits_on_a_narrow_screen(page: Page, office: Office) -> None:
    page.set_viewport_size({"width": 400, "height": 900})
    sign_in(page, office, Role.OPERATOR)

    for path in ("/parties", f"/parties/{office.world.parties[Kind.CUSTOMER]}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 400


@pytest.mark.parametrize("width", [1280, 400])
def test_pictures_of_a_tariff_fit_and_keep_the_size_of_their_words(
    page: Page, office: Office, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, office, Role.OPERATOR)
    page.goto("/tariffs/draft")
    page.get_by_label("The draft, as TOML or JSON").fill(DRAWN)
    page.get_by_role("button", name="Check it").click()
    page.get_by_role("button", name="Publish it").click()
    page.goto("/tariffs")
    page.get_by_role("link", name="drawn").click()

    week = page.get_by_role("img", name="Time bands of a week")
    expect(week).to_be_visible()
    expect(page.get_by_role("img", name="Price by step")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    day = week.get_by_text("Wed").bounding_box()
    morning = week.locator("rect").first.bounding_box()
    assert day is not None and morning is not None
    assert day["height"] >= 12
    assert day["x"] + day["width"] < morning["x"]


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(
    page: Page, office: Office
) -> None:
    sign_in(page, office, Role.FINANCE_MAKER)
    page.goto("/exchange-rates")
    form = page.locator("form", has=page.get_by_role("heading", name="Enter a rate"))
    typed = {"Day": "2026-11-02", "Of currency": "EUR", "Cost": "4,25", "In currency": "PLN"}
    for label, text in typed.items():
        form.get_by_label(label).fill(text)
    form.get_by_label("Why").fill("agreed by letter")

    form.get_by_role("button", name="Propose").click()

    told = form.get_by_role("alert")
    expect(told).to_contain_text("4,25")
    expect(page.get_by_role("alert")).to_have_count(1)
    cost = form.get_by_label("Cost")
    expect(cost).to_be_focused()
    expect(cost).to_have_attribute("aria-invalid", "true")
    for label, text in typed.items():
        expect(form.get_by_label(label)).to_have_value(text)

    cost.fill("4.25")
    form.get_by_role("button", name="Propose").click()

    expect(page.get_by_role("status")).to_contain_text("waits for somebody else")
    expect(page.get_by_role("alert")).to_have_count(0)
