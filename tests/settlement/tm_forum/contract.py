"""The official descriptions of TM Forum's APIs as JSON schemas, and answers held against them.

Version 4 is published as JSON. Version 5 is YAML in a plain style: blocks, quoted texts and folded
texts, which is all that `read_yaml` reads. What is chosen by `@type` (a discriminator) is checked
as such, since `oneOf` by itself cannot tell two references of the same shape apart.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema

from tests.sample_data import sample

FOLDER = "telecom/tmforum"
FILES = {
    "651": "TMF651-Agreement-v4.0.0.swagger.json",
    "668": "TMF668-PartnershipType-v4.0.0.swagger.json",
    "735": "TMF735-CDR_Transaction_Management-v5.0.0.oas.yaml",
    "736": "TMF736-Revenue_Sharing_Algorithm_Management-v5.0.0.oas.yaml",
    "737": "TMF737-Revenue_Sharing_Report_Management-v5.0.0.oas.yaml",
    "738": "TMF738-Revenue_Sharing_Model_Management-v5.0.0.oas.yaml",
}


def keeps(number: str, kind: str, answer: Any) -> None:
    """Fail unless an answer is one of this kind by the official description."""
    described = _described(number)
    schema = {"$ref": f"#/schemas/{kind}", "schemas": described}
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(answer)


def operations(number: str) -> set[tuple[str, str]]:
    """The operations of an official description: method and path."""
    paths = _published(number)["paths"]
    return {
        (method.upper(), path)
        for path, described in paths.items()
        for method in described.keys() & {"get", "post", "put", "patch", "delete"}
    }


@cache
def _described(number: str) -> dict[str, Any]:
    published = _published(number)
    found = published.get("definitions") or published["components"]["schemas"]
    return {name: _as_schema(each) for name, each in found.items()}


@cache
def _published(number: str) -> Any:
    text = sample(f"{FOLDER}/{FILES[number]}").read_text()
    return json.loads(text) if FILES[number].endswith(".json") else read_yaml(text)


def _as_schema(part: Any) -> Any:
    if isinstance(part, list):
        return [_as_schema(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return {"$ref": "#/schemas/" + part["$ref"].rsplit("/", 1)[-1]}
    chosen = part.get("discriminator")
    if "oneOf" in part and isinstance(chosen, dict):
        return {"anyOf": [_only(chosen, each) for each in part["oneOf"]]}
    return {name: _as_schema(each) for name, each in part.items() if name != "discriminator"}


def _only(chosen: Mapping[str, Any], branch: Mapping[str, str]) -> dict[str, Any]:
    """A branch, for those whose discriminator names it."""
    names = [name for name, place in chosen["mapping"].items() if place == branch["$ref"]]
    named = {"properties": {chosen["propertyName"]: {"enum": names}}}
    return {"allOf": [named, _as_schema(branch)]}


def read_yaml(text: str) -> Any:
    """The value of a YAML text of the plain style described above."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return _block(list(_opened(lines)), [0], 0)


def _opened(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines as (depth, text), the dash of a list element on a line of its own."""
    for line in lines:
        depth = len(line) - len(line.lstrip())
        rest = line.lstrip()
        while rest.startswith("- "):
            yield depth, "-"
            inner = rest[2:].lstrip()
            depth, rest = depth + len(rest) - len(inner), inner
        yield depth, rest


def _block(lines: list[tuple[int, str]], place: list[int], depth: int) -> Any:
    found: Any = None
    while place[0] < len(lines) and lines[place[0]][0] >= depth:
        own, text = lines[place[0]]
        if text == "-":
            place[0] += 1
            found = [] if found is None else found
            found.append(_block(lines, place, own + 1))
            if place[0] < len(lines) and lines[place[0]][0] < own:
                break
            continue
        key = re.match(r"('[^']*'|\"[^\"]*\"|[^\s'\"][^:]*):(?: (.*))?$", text)
        if key is None or isinstance(found, list):
            if found is None:
                place[0] += 1
                return _scalar(" ".join([text, *_folded(lines, place, own)]))
            break
        found = {} if found is None else found
        place[0] += 1
        found[str(_scalar(key[1]))] = _value(key[2] or "", lines, place, own)
    return found


def _value(text: str, lines: list[tuple[int, str]], place: list[int], own: int) -> Any:
    if text[:1] in (">", "|"):
        return " ".join(_folded(lines, place, own))
    if text:
        return _scalar(" ".join([text, *_folded(lines, place, own)]))
    if place[0] == len(lines):
        return None
    depth, following = lines[place[0]]
    is_inner = depth > own or (depth == own and following == "-")
    return _block(lines, place, depth) if is_inner else None


def _folded(lines: list[tuple[int, str]], place: list[int], own: int) -> Iterator[str]:
    while place[0] < len(lines) and lines[place[0]][0] > own:
        yield lines[place[0]][1]
        place[0] += 1


def _scalar(text: str) -> Any:
    if text[:1] == text[-1:] and text[:1] in ("'", '"'):
        return text[1:-1]
    plain = {"true": True, "false": False, "null": None, "[]": [], "{}": {}}
    if text in plain:
        return plain[text]
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else text
