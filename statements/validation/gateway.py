"""The engines that check XML: lxml for schemas, Saxon for the business rules.

This is the child process of `statements.validation.service`; nothing else loads it. The rules of
EN 16931 are Schematron over XPath 2, which only the Saxon engine runs. It reserves some 32 GiB of
address space and aborts the process where that is limited, so this process has no such limit.
"""

from functools import cache
from importlib.resources import as_file, files
from typing import Any

from lxml import etree

from currencies.xml_reading import XmlRefused, read_xml
from statements.validation.rule_pack import RulePack, pack_named
from statements.validation.verdict import Finding, Verdict
from tenants.children import serve

SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def _answer(question: bytes) -> bytes:
    pack_id, _, xml = question.partition(b"\n")
    pack = pack_named(pack_id.decode())
    verdict = Verdict(pack.id, pack.version, was_checked=True, findings=_findings(xml, pack))
    return verdict.to_json().encode()


def _findings(xml: bytes, pack: RulePack) -> tuple[Finding, ...]:
    try:
        root = read_xml(xml)
    except XmlRefused as refused:
        return (Finding("XML", "fatal", str(refused)),)
    return (*_broken_schema(root, pack), *_broken_rules(root, pack))


def _broken_schema(root: etree._Element, pack: RulePack) -> list[Finding]:
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


def _broken_rules(root: etree._Element, pack: RulePack) -> list[Finding]:
    if pack.stylesheet is None:
        return []
    processor, executable = _stylesheet(pack.package, pack.stylesheet)
    # The engine takes text, not bytes: what was read here, without the declaration.
    node = processor.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
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
