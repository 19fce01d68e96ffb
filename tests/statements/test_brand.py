"""A brand is checked before it is kept: its colours, its texts and what it may draw."""

import pytest

from statements.brand import (
    DEEP,
    PLAIN,
    TEMPLATE_MAX,
    Brand,
    ColourUnreadable,
    ColourUnusable,
    Logo,
    TemplateUnusable,
    TextUnusable,
    brand_of,
    checked,
    contrast,
    plain_of,
)


@pytest.mark.parametrize(
    ("brand", "refused"),
    [
        (Brand(deep="red"), ColourUnusable),
        (Brand(deep="#17405"), ColourUnusable),
        (Brand(deep="#17405c; } @import url(x)"), ColourUnusable),
        (Brand(deep="#ffee00"), ColourUnreadable),
        (Brand(tint="#333333"), ColourUnreadable),
        (Brand(texts={"fr": {"footer": "x"}}), TextUnusable),
        (Brand(texts={"en": {"title": "x"}}), TextUnusable),
        (Brand(texts={"en": {"header": "x" * 201}}), TextUnusable),
        (Brand(templates={"document.typ": "x"}), TemplateUnusable),
        (Brand(templates={"invoice.html": "x" * (TEMPLATE_MAX + 1)}), TemplateUnusable),
    ],
)
def test_what_would_not_be_readable_or_safe_is_refused(brand, refused):
    with pytest.raises(refused):
        checked(brand)


def test_contrast_is_that_of_wcag():
    # WCAG 2.1: black on white is 21 to 1; #767676 is the lightest grey that passes on white.
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


def test_texts_are_plain_and_empty_ones_are_not_kept():
    brand = checked(
        Brand(
            deep=" #17405C ",
            texts={"en": {"footer": "Registered\n in \u202eWarsaw\x00", "header": " "}, "pl": {}},
            templates={"invoice.html": "  "},
        )
    )

    assert brand.deep == DEEP
    assert brand.texts == {"en": {"footer": "Registered in \ufffdWarsaw\ufffd"}}
    assert brand.templates == {}


@pytest.mark.parametrize(("locale", "said"), [("pl", "Stopka"), ("en", "Footer"), ("uk", "Footer")])
def test_a_text_is_in_the_reader_s_language_else_in_english(locale, said):
    brand = Brand(texts={"en": {"footer": "Footer"}, "pl": {"footer": "Stopka"}})

    assert brand.text("footer", locale) == said
    assert brand.text("header", locale) == ""


def test_a_stored_brand_is_read_back():
    brand = Brand("#000000", "#ffffff", {"en": {"footer": "x"}}, {}, Logo("0" * 64, 60, 14))

    assert brand_of(plain_of(brand)) == brand
    assert brand_of(plain_of(PLAIN)) == PLAIN
