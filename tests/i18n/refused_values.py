"""What the code puts into the places of its refusals, as far as it can be read off the code.

A refusal is a sentence in the reader's language, and so has to be what fills its places: a text
that is English whoever reads it may not stand in one. A value is followed from where a refusal is
made back through names, arguments and joined lists to the texts it is made of.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from typing import NamedTuple

from tests.i18n.messages import heirs, modules

WORDS = re.compile(r"(?<![^\s(])[A-Z]?[a-z]+(?![^\s,;:.)])")
STEPS = 4


class Value(NamedTuple):
    """An expression that fills the place of a refusal, and the module it stands in."""

    place: str
    expression: ast.AST
    module: "Module"
    steps: int = STEPS

    def part(self, expression: ast.AST) -> "Value":
        return self._replace(expression=expression)

    @property
    def line(self) -> str:
        return f"{self.module.path}:{getattr(self.expression, 'lineno', 0)}"


class English(NamedTuple):
    """What stays English in a refusal: which place it fills, the text, and where it is."""

    place: str
    text: str
    line: str


class Module:
    """One file of code, and what is around each of its expressions."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path = path
        self.tree = tree

    @cached_property
    def inside(self) -> dict[ast.AST, ast.AST]:
        return {
            child: parent
            for parent in ast.walk(self.tree)
            for child in ast.iter_child_nodes(parent)
        }

    def around(self, node: ast.AST, kind: type[ast.AST]) -> ast.AST | None:
        """The nearest of a kind that holds the node."""
        held = self.inside.get(node)
        while held is not None and not isinstance(held, kind):
            held = self.inside.get(held)
        return held


class _Code(NamedTuple):
    """All calls by the name of what is called, and how many functions have a name."""

    calls: dict[str, list[tuple[Module, ast.Call]]]
    functions: dict[str, int]


def english_in_refusals() -> list[English]:
    """All texts and words of other errors that stay English in a refusal, each once."""
    refusing = heirs("DomainError") | heirs("Words")
    found: dict[English, None] = {}
    for name in sorted(refusing):
        for module, call in _code().calls[name]:
            for filled in call.keywords:
                value = Value(f"{name}.{filled.arg}", filled.value, module)
                found |= dict.fromkeys(_english(value))
    return list(found)


@cache
def _code() -> _Code:
    calls, functions = defaultdict(list), defaultdict(int)
    for path, tree in modules():
        module = Module(path, tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                calls[_name(node.func)].append((module, node))
            elif isinstance(node, ast.FunctionDef):
                functions[node.name] += 1
    return _Code(calls, functions)


def _english(value: Value) -> Iterator[English]:
    text = _text(value.expression)
    if text is not None and _has_words(text):
        yield English(value.place, text, value.line)
    for part in _parts(value.expression):
        yield from _english(value.part(part))
    if isinstance(value.expression, ast.Name) and value.steps:
        yield from _named(value, value.expression.id)


def _text(expression: ast.AST) -> str | None:
    """A text as it is written, its places as braces; None of what is no text."""
    match expression:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) or "{}" for part in parts)
    return None


def _parts(expression: ast.AST) -> list[ast.AST]:
    """The expressions that a value is put together from, but for what is translated."""
    match expression:
        case ast.JoinedStr(values=parts):
            return [part.value for part in parts if isinstance(part, ast.FormattedValue)]
        case ast.Call(func=called, args=given) if _name(called) in ("str", "join", "Several"):
            return list(given)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            return [one, other]
        case ast.BoolOp(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            return list(parts)
        case (
            ast.GeneratorExp(elt=one)
            | ast.ListComp(elt=one)
            | ast.Subscript(value=one)
            | ast.Starred(value=one)
        ):
            return [one]
    return []


def _named(value: Value, name: str) -> Iterator[English]:
    """What a name stands for: an error that was caught, what it was given, or an argument."""
    module = value.module
    caught = module.around(value.expression, ast.ExceptHandler)
    if isinstance(caught, ast.ExceptHandler) and caught.name == name:
        yield English(value.place, "the words of another error", value.line)
        return
    function = module.around(value.expression, ast.FunctionDef)
    if isinstance(function, ast.FunctionDef):
        further = value._replace(steps=value.steps - 1)
        for node in ast.walk(function):
            for given in _given(node, name):
                yield from _english(further.part(given))
        yield from _passed(further, name, function)


def _given(node: ast.AST, name: str) -> list[ast.expr]:
    """What a statement gives a name or adds to its list."""
    match node:
        case ast.Assign(targets=[ast.Name(id=into)], value=given) if into == name:
            return [given]
        case ast.AugAssign(target=ast.Name(id=into), value=given) if into == name:
            return [given]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=into), attr="append"), args=given):
            return given if into == name else []
    return []


def _passed(value: Value, name: str, function: ast.FunctionDef) -> Iterator[English]:
    """What the callers of a function give for one of its parameters."""
    named = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if named[:1] in (["self"], ["cls"]):
        named = named[1:]
    if name not in (*named, *(each.arg for each in function.args.kwonlyargs)):
        return
    for module, call in _code().calls[function.name]:
        # Of functions with one name, only calls beside one of them are surely of it.
        if module is value.module or _code().functions[function.name] == 1:
            given = dict(zip(named, call.args, strict=False))
            given |= {each.arg: each.value for each in call.keywords if each.arg}
            if name in given:
                yield from _english(value._replace(expression=given[name], module=module))


def _has_words(text: str) -> bool:
    """Whether there are words of a language, and not only signs, codes and places for values."""
    return " " in text.strip() and WORDS.search(text.replace("{}", " {} ")) is not None


def _name(called: ast.expr) -> str:
    return getattr(called, "id", getattr(called, "attr", ""))
