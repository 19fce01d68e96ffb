"""Check XML against a rule pack, in a child process.

The rules of EN 16931 are Schematron over XPath 2, which only the Saxon engine runs. It reserves
some 32 GiB of address space and aborts the process where that is limited, so it never runs in the
process that serves people, and the child has no address-space limit. When the child dies the
verdict says that the document was not checked; it does not say that it is valid.

Run as a module, this file is the child.
"""

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from lxml import etree

from statements.gateway import ChildLost, Children, serve
from statements.validation.rule_pack import EN16931_UBL, RulePack, pack_named
from statements.validation.verdict import Finding, Verdict
from statements.xml_reading import XmlRefused, read_xml

SVRL = "{http://purl.oclc.org/dsdl/svrl}"

_children = Children("statements.validation.gateway")


def validate(xml: bytes, pack: RulePack = EN16931_UBL, children: Children = _children) -> Verdict:
    """Return the verdict of the pack on the document. Never raises for a bad document."""
    try:
        answer = children.ask(pack.id.encode() + b"\n" + xml)
    except ChildLost as lost:
        reason = Finding("NOT-CHECKED", "fatal", f"The validator ended: {lost}")
        return Verdict(pack.id, pack.version, was_checked=False, findings=(reason,))
    return Verdict.from_json(answer.decode())


def _answer(question: bytes) -> bytes:
    pack_id, _, xml = question.partition(b"\n")
    pack = pack_named(pack_id.decode())
    findings = _broken_schema(xml, pack) or _broken_rules(xml, pack)
    verdict = Verdict(pack.id, pack.version, was_checked=True, findings=tuple(findings))
    return json.dumps(asdict(verdict)).encode()


def _broken_schema(xml: bytes, pack: RulePack) -> list[Finding]:
    try:
        root = read_xml(xml)
    except XmlRefused as refused:
        return [Finding("XML", "fatal", str(refused))]
    expected = dict(pack.schemas)
    name = etree.QName(root).localname
    if name not in expected:
        return [Finding("XSD", "fatal", f"A document of type {name} is not known to this pack.")]
    schema = _schema(pack.package, expected[name])
    if schema.validate(root):
        return []
    return [
        Finding("XSD", "fatal", entry.message, f"line {entry.line}") for entry in schema.error_log
    ]


def _broken_rules(xml: bytes, pack: RulePack) -> list[Finding]:
    if pack.stylesheet is None:
        return []
    processor, executable = _stylesheet(pack.package, pack.stylesheet)
    node = processor.parse_xml(xml_text=_unicode(xml))
    report = etree.fromstring(executable.transform_to_string(xdm_node=node).encode())
    return [
        Finding(
            rule=failed.get("id") or "",
            flag=failed.get("flag") or "",
            text=" ".join((failed.findtext(f"{SVRL}text") or "").split()),
            location=failed.get("location") or "",
        )
        for failed in report.iter(f"{SVRL}failed-assert")
    ]


def _unicode(xml: bytes) -> str:
    """The document as text; the engine takes no bytes, and would mistrust a declaration."""
    text: str = etree.tostring(read_xml(xml), encoding="unicode")
    return text


@cache
def _schema(package: str, path: str) -> etree.XMLSchema:
    with as_file(files(package)) as folder:
        return etree.XMLSchema(etree.parse(folder / path))


@cache
def _stylesheet(package: str, path: str) -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor  # noqa: PLC0415 (only the child may load the engine)

    processor = PySaxonProcessor(license=False)
    with as_file(files(package)) as folder:
        compiler = processor.new_xslt30_processor()
        return processor, compiler.compile_stylesheet(stylesheet_file=str(folder / path))


if __name__ == "__main__":
    serve(_answer)
