"""A draft of a tariff is pasted, its faults are read with their examples, and it is published."""

import io

import pytest

from tenants.principal import Role
from tests.pages.conftest import Office
from tests.pages.reader import signed_in

HEAD = 'code = "spring"\ncurrency = "PLN"\nvalid_from = 2027-01-01\n'
SOUND = HEAD + '[voice]\nrates = [{prefix = "48", price = "0.10"}]\n'
TWICE = HEAD + '[voice]\nrates = [{prefix = "48", price = "1"}, {prefix = "48", price = "2"}]\n'


def test_a_faulty_draft_shows_its_faults_and_cannot_be_published(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR, "ru")
    reader.read("/tariffs/draft")

    answer = reader.send("/tariffs/draft", draft=TWICE, name="", publish="yes")

    assert "48: две цены с приоритетом 0 одновременно" in answer.text
    assert "2027-01-01T11:00:00Z" in answer.text
    assert 'name="publish"' not in answer.text
    assert "spring" not in reader.open("/tariffs").text


def test_a_sound_draft_is_published_from_the_page(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.read("/tariffs/draft")
    looked_at = reader.send("/tariffs/draft", draft=SOUND, name="Spring")
    assert "The draft can be published." in looked_at.text
    assert 'name="publish"' in looked_at.text

    answer = reader.send("/tariffs/draft", draft=SOUND, name="Spring", publish="yes")

    assert "Tariff spring is published as version 1." in answer.text
    assert "Spring" in reader.open("/tariffs").text


def test_a_file_is_read_instead_of_the_text(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.read("/tariffs/draft")
    file = (io.BytesIO(TWICE.encode()), "spring.toml")

    answer = reader.send("/tariffs/draft", draft=SOUND, name="", file=file)

    assert "48 has two prices of priority 0 at once" in answer.text


def test_a_text_that_cannot_be_read_stays_on_the_page(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.read("/tariffs/draft")

    answer = reader.send("/tariffs/draft", draft="code = spring", name="")

    assert "The draft is neither TOML nor JSON" in answer.text
    assert "code = spring</textarea>" in answer.text


def test_who_only_reads_sees_the_tariffs_and_no_draft(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.FINANCE_MAKER)

    assert "/tariffs/draft" not in reader.open("/tariffs").text
    assert reader.open("/tariffs/draft").status_code == 403


DRAWN = (
    'code = "drawn"\ncurrency = "PLN"\nvalid_from = 2027-01-01\nholidays = "PL"\n'
    '[sms]\ntiers = {kind = "graduated", steps = [{up_to = 1000, price = "0.10"},'
    ' {price = "0.05"}]}\n'
    '[voice]\nrates = [{prefix = "48", price = "1", band = "peak"},'
    ' {prefix = "48", price = "2", band = "rest"}]\n'
    '[[voice.bands]]\nname = "peak"\n'
    'windows = [{days = ["mon", "tue", "wed", "thu", "fri"], from = "08:00", until = "18:00"}]\n'
    '[[voice.bands]]\nname = "rest"\notherwise = true\n'
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Mon", "Public holidays", "Price by step", "up to 1,000", "above 1,000")),
        ("pl", ("pon.", "Święta", "Cena według progów", "do 1\xa0000", "powyżej 1\xa0000")),
        ("ru", ("пн", "Праздничные дни", "Цена по ступеням", "до 1\xa0000", "свыше 1\xa0000")),
    ],
)
def test_bands_and_tiers_of_a_version_are_drawn(
    office: Office, language: str, words: tuple[str, ...]
) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR, language)
    reader.read("/tariffs/draft")
    looked_at = reader.send("/tariffs/draft", draft=DRAWN, name="Drawn")
    reader.send("/tariffs/draft", draft=DRAWN, name="Drawn", publish="yes")

    [address] = reader.read("/tariffs").xpath("//a[text()='Drawn']/@href")
    page = reader.read(address)

    assert looked_at.text.count('class="picture"') == 2
    # Five days of three stretches, two of one, holidays of one; then two steps.
    assert len(page.xpath("//svg[@class='picture']/rect")) == 5 * 3 + 2 + 1 + 2
    assert "08:00–18:00 peak" in page.xpath("//rect/title/text()")
    said = page.text_content()
    assert [word for word in words if word not in said] == []


def test_a_version_that_is_not_there_is_not_found(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    answer = reader.open("/tariffs/versions/019a0000-0000-7000-8000-000000000000")

    assert answer.status_code == 404
    assert "There is no such version of a tariff." in answer.text
