"""The manifest of a rule pack that an operator installed: a few lines of TOML beside its files.

    id = "peppol-billing"            what the pack is called; several versions may be installed
    version = "2026.5"
    valid_from = 2026-05-18          the first day of issue that it is applied to
    builds_on = "en16931-ubl"        a pack of Saldo whose rules come first; may be left out
    rules = ["PEPPOL-EN16931-UBL.sch"]                       .sch, or .xslt or .xsl made of it
    schemas = { Invoice = "maindoc/UBL-Invoice-2.1.xsd" }    by root element; may be left out

Files are named relative to the manifest and lie in its folder or below.
"""

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

from i18n.errors import Invalid
from i18n.locale import Words, _, outside
from statements.validation.rule_pack import RulePack, pack_named

FIELDS = {"id", "version", "valid_from", "builds_on", "rules", "schemas"}
ENDINGS = (".sch", ".xslt", ".xsl")


class RulePackManifestWrong(Invalid):
    """The rule pack manifest {place} cannot be used: {reason}. Correct it or take it away."""


def pack_of(manifest: str, folder: str) -> RulePack:
    """The pack described by a manifest that lies in `folder`.

    Raises RulePackManifestWrong or NoSuchRulePack (for `builds_on`).
    """
    try:
        fields = tomllib.loads(manifest)
    except tomllib.TOMLDecodeError as error:
        raise RulePackManifestWrong(place=folder, reason=outside("TOML", error)) from None
    _check(fields, folder)
    pack = RulePack(
        id=fields["id"],
        version=fields["version"],
        schemas=tuple((root, f"{folder}/{xsd}") for root, xsd in _schemas(fields).items()),
        rules=tuple(f"{folder}/{name}" for name in _rules(fields)),
        valid_from=fields.get("valid_from"),
    )
    if "builds_on" not in fields:
        return pack
    below = pack_named(fields["builds_on"])
    return replace(pack, schemas=pack.schemas or below.schemas, rules=below.rules + pack.rules)


def _check(fields: dict[str, Any], folder: str) -> None:
    for reason in _faults(fields):
        raise RulePackManifestWrong(place=folder, reason=reason)


def _faults(fields: dict[str, Any]) -> list[Words]:
    faults = [
        Words(_("it has the unknown field {name}"), name=name)
        for name in sorted(set(fields) - FIELDS)
    ]
    for name in ("id", "version"):
        if not isinstance(fields.get(name), str) or not fields[name]:
            faults.append(Words(_("{name} is not a text"), name=name))
    valid_from = fields.get("valid_from")
    if valid_from is not None and type(valid_from) is not date:
        faults.append(Words(_("valid_from is not a day")))
    rules, schemas = fields.get("rules", []), fields.get("schemas", {})
    if not isinstance(rules, list) or not isinstance(schemas, dict):
        return [*faults, Words(_("rules is not a list, or schemas not a table"))]
    names = [*rules, *schemas.values()]
    faults += [
        Words(_("the file {name} is not in its folder"), name=name)
        for name in names
        if not _is_inside(name)
    ]
    faults += [
        Words(_("{name} is neither Schematron nor a stylesheet"), name=name)
        for name in rules
        if not str(name).endswith(ENDINGS)
    ]
    if not rules and not schemas:
        faults.append(Words(_("it names neither rules nor schemas")))
    return faults


def _is_inside(name: object) -> bool:
    return isinstance(name, str) and not name.startswith("/") and ".." not in name.split("/")


def _schemas(fields: dict[str, Any]) -> dict[str, str]:
    return dict(fields.get("schemas", {}))


def _rules(fields: dict[str, Any]) -> list[str]:
    return list(fields.get("rules", []))
