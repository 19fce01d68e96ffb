"""The engines that check XML: lxml for schemas, Saxon for the business rules.

This is the child process of `statements.validation.service`; nothing else loads it. The rules of
EN 16931 are Schematron over XPath 2, which only the Saxon engine runs. It reserves some 32 GiB of
address space and aborts the process where that is limited, so this process has no such limit.
"""

import json
from contextlib import suppress
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from lxml import etree

from currencies.xml_reading import XmlRefused, read_xml
from statements.validation.files import is_of_package, place_of
from statements.validation.quickening import codes_in, names_asked, names_in, readied, trimmed
from statements.validation.rule_pack import RulePack
from statements.validation.schematron import SVRL, SchematronNotUnderstood, stylesheet_of
from statements.validation.verdict import Finding, Verdict
from tenants.children import serve


class _RulesNotCompiled(Exception):
    """The engine does not understand a stylesheet."""


# How often rules are trimmed anew, because names came that had not occurred before.
TRIMMINGS_MAX = 6

_UNUSABLE = (
    OSError, SchematronNotUnderstood, _RulesNotCompiled, etree.XMLSyntaxError,
    etree.XMLSchemaParseError,
)  # fmt: skip


def _answer(question: bytes) -> bytes:
    """The verdicts on the documents of a question, each as a line of JSON.

    Where there are none, what they will be checked by is read.
    """
    said, _, documents = question.partition(b"\n")
    pack_id, version, schemas, rules, sizes = json.loads(said)
    pack = RulePack(pack_id, version, tuple(schemas.items()), tuple(rules))
    ends = list(accumulate(sizes))
    each = [documents[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    if not each:
        _read(pack)
    return "\n".join(_verdict(xml, pack).to_json() for xml in each).encode()


def _read(pack: RulePack) -> None:
    """Read schemas and rules; that they cannot be used is told of the documents that come."""
    with suppress(*_UNUSABLE):
        for _, schema in pack.schemas:
            _schema(schema)
        for rules in pack.rules:
            _rules(rules)


def _verdict(xml: bytes, pack: RulePack) -> Verdict:
    try:
        return Verdict(pack.id, pack.version, was_checked=True, findings=_findings(xml, pack))
    except _UNUSABLE as unusable:
        reason = Finding("NOT-CHECKED", "fatal", f"The rules cannot be used: {unusable}")
        return Verdict(pack.id, pack.version, was_checked=False, findings=(reason,))


def _findings(xml: bytes, pack: RulePack) -> tuple[Finding, ...]:
    try:
        # Blanks between elements are nothing to a schema; rules are asked of all that was written.
        root = read_xml(xml, keeps_blanks=bool(pack.rules))
    except XmlRefused as refused:
        return (Finding("XML", "fatal", str(refused)),)
    broken = _broken_schema(root, pack)
    for rules in pack.rules:
        broken += _broken_rules(root, rules)
    return tuple(broken)


def _broken_schema(root: etree._Element, pack: RulePack) -> list[Finding]:
    if not pack.schemas:
        return []
    expected = dict(pack.schemas)
    name = etree.QName(root).localname
    if name not in expected:
        return [Finding("XSD", "fatal", f"A document of type {name} is not known to this pack.")]
    schema = _schema(expected[name])
    if schema.validate(root):
        return []
    return [
        Finding("XSD", "fatal", entry.message, f"line {entry.line}") for entry in schema.error_log
    ]


def _broken_rules(root: etree._Element, rules: str) -> list[Finding]:
    try:
        report = etree.fromstring(_rules(rules).report_on(root).encode())
    except _engine_error() as error:
        # A value that is no day or number at all stops the rules; the schema says where it is.
        return [Finding("RULES", "fatal", f"The rules cannot be applied: {error}")]
    return [
        Finding(
            rule=failed.get("id") or "",
            flag=failed.get("flag") or "",
            text=" ".join((failed.findtext(f"{{{SVRL}}}text") or "").split()),
            location=failed.get("location") or "",
        )
        for failed in report.iter(f"{{{SVRL}}}failed-assert")
    ]


class _Rules:
    """The rules of a file, compiled as published, or trimmed to the names that came so far.

    Documents of a house are much alike, so that a few trimmings do for all of them; what comes with
    yet other names after that is asked all rules.
    """

    def __init__(self, place: Path, are_proven: bool) -> None:
        """`are_proven` says that all of them are known to compile.

        Of others it is found out here, and the first document is asked what was compiled for it.
        """
        from saxonche import PySaxonProcessor  # noqa: PLC0415 (only in the child)

        self._place = place
        self._processor = PySaxonProcessor(license=False)
        self._written = place.read_bytes()
        if place.suffix == ".sch":
            self._written = stylesheet_of(self._written).encode()
        self._whole: Any = None
        if not are_proven:
            self._all()
        self._sheet = readied(self._written, self._place.as_uri())
        self._asked = frozenset() if self._sheet is None else names_asked(self._sheet)
        # Of elements with these names it matters what they say.
        self._coded = {each.partition("=")[0] for each in self._asked if "=" in each}
        self._names: frozenset[str] | None = frozenset() if are_proven else None
        self._trimmed: Any = None
        self._trimmings = 0

    def report_on(self, root: etree._Element) -> str:
        """What they say of a document, in SVRL. Raises the engine's error."""
        # The engine takes text, not bytes: what was read here, without the declaration.
        text = etree.tostring(root, encoding="unicode")
        node = self._processor.parse_xml(xml_text=text)
        occurring = names_in(root) | codes_in(root, self._coded)
        report: str = self._enough_for(occurring).transform_to_string(xdm_node=node)
        return report

    def _enough_for(self, names: frozenset[str]) -> Any:
        """The rules in a form that asks all that can be asked where such names occur."""
        known, self._names = self._names, (self._names or frozenset()) | (names & self._asked)
        if known is None or self._sheet is None:
            return self._all()
        if self._trimmed is not None and names & self._asked <= known:
            return self._trimmed
        if self._trimmings == TRIMMINGS_MAX:
            self._names = known
            return self._all()
        self._trimmings += 1
        self._trimmed = self._compiled(stylesheet_text=trimmed(self._sheet, self._names))
        return self._trimmed

    def _all(self) -> Any:
        """The rules as published, compiled once; it takes twice as long as to compile some."""
        if self._whole is None:
            if self._place.suffix == ".sch":
                self._whole = self._compiled(stylesheet_text=self._written.decode())
            else:
                self._whole = self._compiled(stylesheet_file=str(self._place))
        return self._whole

    def _compiled(self, **stylesheet: str) -> Any:
        try:
            compiled = self._processor.new_xslt30_processor().compile_stylesheet(**stylesheet)
        except _engine_error() as error:
            raise _RulesNotCompiled(f"{self._place.name}: {error}") from None
        # Only we read the report; the blanks take a tenth of the time.
        compiled.set_property("!indent", "no")
        return compiled


class _Neighbours(etree.Resolver):  # type: ignore[misc]
    """Schemas that are imported by an address of the web lie beside the one that imports them."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def resolve(self, system_url: str, public_id: str | None, context: Any) -> Any:
        if not system_url.startswith(("http://", "https://")):
            return None
        name = system_url.rpartition("/")[2]
        return self.resolve_filename(f"{self._folder}/{name}", context)


def _engine_error() -> type[Exception]:
    from saxonche import PySaxonApiError  # noqa: PLC0415 (only in the child)

    error: type[Exception] = PySaxonApiError
    return error


@cache
def _schema(name: str) -> etree.XMLSchema:
    place = place_of(name)
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Neighbours(str(place.parent)))
    return etree.XMLSchema(etree.parse(place, parser))


@cache
def _rules(name: str) -> _Rules:
    # Those of a package are the published ones of the version that is installed.
    return _Rules(place_of(name), are_proven=is_of_package(name))


if __name__ == "__main__":
    serve(_answer)
