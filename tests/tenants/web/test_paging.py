"""A list is read page by page, without repeating or losing a row."""

import pytest

from tenants.web.paging import BadCursor, cursor, page_of, place_of


def test_pages_follow_one_another_to_the_end() -> None:
    rows = ["anna", "berta", "cecylia", "dorota", "ewa"]
    seen: list[str] = []
    after = ""
    while True:
        page = page_of([row for row in rows if row > after][:3], 2, lambda row: [row])
        seen += page["data"]
        if not page["has_more"]:
            break
        (after,) = place_of(page["next_cursor"], 1) or [""]

    assert seen == rows and page["next_cursor"] is None


def test_a_list_begins_without_a_cursor() -> None:
    assert place_of(None, 2) is None


@pytest.mark.parametrize("text", ["", "x", "####", cursor(["one"]), "WzEsMl0", "żółw", "bnVsbA"])
def test_a_cursor_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        place_of(text, 2)
