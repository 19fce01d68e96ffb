"""A file keeps its name, whatever is in it, and a name never writes a header."""

import pytest

from tenants.web.attachment import attachment


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("FV-1.pdf", "attachment; filename=FV-1.pdf"),
        ('a"b.csv', 'attachment; filename="a\\"b.csv"'),
        (
            "zażółć.pdf",
            "attachment; filename=za____.pdf; filename*=UTF-8''za%C5%BC%C3%B3%C5%82%C4%87.pdf",
        ),
    ],
)
def test_a_file_is_saved_under_its_name(name: str, header: str) -> None:
    answer = attachment(b"x", name, "text/csv")

    assert answer.headers["Content-Disposition"] == header
    assert answer.data == b"x"
    assert answer.content_type == "text/csv"


def test_a_name_writes_no_header_of_its_own() -> None:
    with pytest.raises(ValueError, match="newline"):
        attachment(b"x", "a\r\nSet-Cookie: b=c", "text/csv")
