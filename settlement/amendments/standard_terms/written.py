"""Terms as a person writes them into a form: JSON, an object with each key once.

Numbers with a point become texts digit by digit, as terms keep them; none becomes a float.
"""

import json
from collections.abc import Mapping
from typing import Any

from i18n.errors import Invalid


class TermsUnreadable(Invalid):
    """{field} cannot be read from line {line}, column {column}. Write an object in braces, as it is
    shown.
    """


class TermsNotAnObject(Invalid):
    """{field} is not one object with each key once. Write it in braces, as it is shown."""


def written(text: str, at: str, title: str) -> dict[str, Any]:
    """The object that the text of a field says; errors name the field by its title.

    Raises TermsUnreadable or TermsNotAnObject.
    """
    try:
        said = json.loads(
            text, parse_float=str, parse_constant=_refused, object_pairs_hook=_each_key_once
        )
    except json.JSONDecodeError as error:
        raise TermsUnreadable(field=title, line=error.lineno, column=error.colno, at=at) from None
    except (ValueError, RecursionError):
        raise TermsNotAnObject(field=title, at=at) from None
    if not isinstance(said, dict):
        raise TermsNotAnObject(field=title, at=at)
    return said


def written_out(terms: Mapping[str, Any]) -> str:
    """Terms for the form, in a fixed order."""
    return json.dumps(terms, indent=2, sort_keys=True, ensure_ascii=False)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is no number")
