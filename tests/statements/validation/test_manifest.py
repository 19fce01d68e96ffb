"""A manifest describes a rule pack, or says what is wrong with it."""

from datetime import date

import pytest

from statements.validation.manifest import RulePackManifestWrong, pack_of
from statements.validation.rule_pack import EN16931_UBL, NoSuchRulePack, RulePack, in_force

PEPPOL = """
id = "peppol-billing"
version = "2026.5"
valid_from = 2026-05-18
builds_on = "en16931-ubl"
rules = ["PEPPOL-EN16931-UBL.sch"]
"""


def test_a_pack_that_builds_on_another_keeps_its_rules_first():
    pack = pack_of(PEPPOL, "/packs/peppol")

    assert pack == RulePack(
        id="peppol-billing",
        version="2026.5",
        schemas=EN16931_UBL.schemas,
        rules=(*EN16931_UBL.rules, "/packs/peppol/PEPPOL-EN16931-UBL.sch"),
        valid_from=date(2026, 5, 18),
    )


def test_a_pack_may_stand_alone():
    pack = pack_of('id = "a"\nversion = "1"\nschemas = { Order = "xsd/Order.xsd" }', "/packs/a")

    assert pack == RulePack("a", "1", (("Order", "/packs/a/xsd/Order.xsd"),))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (PEPPOL.replace('"2026.5"', "2026.5"), "version is not a text"),
        (PEPPOL.replace('id = "peppol-billing"', ""), "id is not a text"),
        (PEPPOL.replace("2026-05-18", '"2026-05-18"'), "valid_from is not a day"),
        (PEPPOL.replace("2026-05-18", "2026-05-18T00:00:00"), "valid_from is not a day"),
        (PEPPOL.replace("PEPPOL-", "../"), "is not in its folder"),
        (PEPPOL.replace("PEPPOL-", "/etc/"), "is not in its folder"),
        (PEPPOL.replace(".sch", ".jar"), "neither Schematron nor a stylesheet"),
        (PEPPOL.replace("rules =", "rule ="), "unknown field rule"),
        (PEPPOL.replace('rules = ["PEPPOL-EN16931-UBL.sch"]', ""), "neither rules nor schemas"),
        (PEPPOL.replace('["PEPPOL-EN16931-UBL.sch"]', '"a.sch"'), "rules is not a list"),
        ("id = ", "Invalid value"),
    ],
)
def test_a_wrong_manifest_is_refused_with_the_reason(changed, reason):
    with pytest.raises(RulePackManifestWrong, match=reason):
        pack_of(changed, "/packs/peppol")


def test_a_pack_can_only_build_on_one_that_is_known():
    with pytest.raises(NoSuchRulePack, match="peppol-base"):
        pack_of(PEPPOL.replace("en16931-ubl", "peppol-base"), "/packs/peppol")


@pytest.mark.parametrize(
    ("on", "version"),
    [
        (date(2026, 5, 17), "2025.11"),
        (date(2026, 5, 18), "2026.5"),
        (date(2027, 1, 1), "2026.5"),
        (date(2025, 11, 16), None),
    ],
)
def test_the_version_in_force_on_the_day_is_applied(on, version):
    new = pack_of(PEPPOL, "/packs/new")
    old = pack_of(
        PEPPOL.replace("2026.5", "2025.11").replace("2026-05-18", "2025-11-17"), "/packs/old"
    )

    found = in_force("peppol-billing", on, [new, old, EN16931_UBL])

    assert (found and found.version) == version


def test_rules_without_a_day_were_always_in_force():
    assert in_force("en16931-ubl", date(1999, 1, 1), [EN16931_UBL]) is EN16931_UBL
    assert in_force("xrechnung", date(2026, 1, 1), [EN16931_UBL]) is None
