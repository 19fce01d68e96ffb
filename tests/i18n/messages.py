"""Every text that the code hands to a reader: marked messages and the docstrings of errors."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment
from jinja2.nodes import Call, Const, Name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("settlement", "tenants", "currencies", "mediation", "statements", "i18n")

# Functions whose first argument is a message, and the one that takes singular and plural.
MARKS = {"_", "translate"}
PLURAL_MARK = "translate_plural"

FIELD = re.compile(r"\{(\w+)[^}]*\}")


class Message(NamedTuple):
    """A text, its plural if it counts something, and where it stands."""

    text: str
    plural: str | None
    place: str


@cache
def messages() -> list[Message]:
    """All messages of the product, each text once, in order of place."""
    found: dict[str, Message] = {}
    for message in (*marked_in_code(), *marked_in_templates(), *errors()):
        found.setdefault(message.text, message)
    return list(found.values())


class Class(NamedTuple):
    """A class of the code: its name, those of its bases, what it says, and where it stands."""

    name: str
    bases: set[str]
    text: str
    place: str


class _Code(NamedTuple):
    """What is marked in the code, the texts marked within `Words`, and the classes."""

    marked: list[Message]
    parts: set[str]
    classes: list[Class]


@cache
def _code() -> _Code:
    """All of the code; the modules are read once."""
    code = _Code([], set(), [])
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found = list(_message(_name(node.func), _texts(node), f"{path}:{node.lineno}"))
                code.marked.extend(found)
                for within in node.args if _name(node.func) == "Words" else ():
                    if isinstance(within, ast.Call):
                        code.parts.update(each.text for each in _message("_", _texts(within), path))
            elif isinstance(node, ast.ClassDef):
                text = " ".join((ast.get_docstring(node) or "").split())
                bases = set(map(_name, node.bases))
                code.classes.append(Class(node.name, bases, text, f"{path}:{node.lineno}"))
    return code


def marked_in_code() -> Iterator[Message]:
    yield from _code().marked


def parts_of_refusals() -> set[str]:
    """The messages that stand within others: `Words(_("..."))`, told to who reads a refusal."""
    return _code().parts


def marked_in_templates() -> Iterator[Message]:
    environment = Environment(autoescape=True)  # Only parsed, never rendered.
    for path in _files("*.html"):
        for node in environment.parse(path.read_text("utf-8")).find_all(Call):
            name = node.node.name if isinstance(node.node, Name) else ""
            texts = [arg.value for arg in node.args if isinstance(arg, Const)]
            yield from _message(name, texts, f"{path.relative_to(ROOT)}:{node.lineno}")


def errors() -> Iterator[Message]:
    """Docstrings of the heirs of DomainError."""
    known = heirs("DomainError")
    for each in _code().classes:
        if each.name in known and _says_something(each.text):
            yield Message(each.text, None, each.place)


def heirs(name: str) -> set[str]:
    """The names of a class and all its heirs, which are found by the names of their bases."""
    classes = _code().classes
    known, grown = {name}, True
    while grown:
        found = {each.name for each in classes if known & each.bases}
        grown = not found <= known
        known |= found
    return known


def _texts(call: ast.Call) -> list[object]:
    return [arg.value for arg in call.args if isinstance(arg, ast.Constant)]


def _message(name: str, texts: list[object], place: str) -> Iterator[Message]:
    strings = [text for text in texts if isinstance(text, str)]
    if name in MARKS and strings and _says_something(strings[0]):
        yield Message(strings[0], None, place)
    if name == PLURAL_MARK and len(strings) >= 2:
        yield Message(strings[0], strings[1], place)


def _says_something(text: str) -> bool:
    """Whether there are words besides the fields; if not, there is nothing to translate."""
    return re.search(r"[^\W\d_]", FIELD.sub("", text)) is not None


def _name(base: ast.expr) -> str:
    return getattr(base, "id", getattr(base, "attr", ""))


def _files(pattern: str) -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob(pattern))


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in _files("*.py"):
        place = str(path.relative_to(ROOT))
        yield place, ast.parse(path.read_text("utf-8"), filename=place)
