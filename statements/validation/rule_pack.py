"""Rule packs: schemas and business rules, under an id, a version and the day they come into force.

A verdict is only worth something with the name of the rules behind it, so it is stored with every
issued document. Some packs come with installed packages. Others may not be passed on by us (Peppol,
XRechnung): the operator puts them into a folder, each with a manifest, and
`statements.validation.files` finds them. Several versions of a pack may stand side by side; the one
in force on the day of issue is applied.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from i18n.errors import NotFound


class NoSuchRulePack(NotFound):
    """There is no rule pack {pack}. Use one of {known}."""


@dataclass(frozen=True, slots=True)
class RulePack:
    """A file is named `package:path`, the path being inside that package, or by its whole path.

    `schemas` maps the local name of a root element to its XSD. `rules` are Schematron files (.sch)
    or the XSLT made of them, applied one after the other; none where the schema is all there is.
    `valid_from` is None for rules that were always in force.
    """

    id: str
    version: str
    schemas: tuple[tuple[str, str], ...]
    rules: tuple[str, ...] = ()
    valid_from: date | None = None


_FACTURX = "facturx:xsd_and_schematron"
_UBL = f"{_FACTURX}/ubl-2.1"

EN16931_UBL = RulePack(
    id="en16931-ubl",
    version="1.3.16",
    schemas=(
        ("Invoice", f"{_UBL}/maindoc/UBL-Invoice-2.1.xsd"),
        ("CreditNote", f"{_UBL}/maindoc/UBL-CreditNote-2.1.xsd"),
    ),
    rules=(f"{_UBL}/EN16931-UBL-validation.xslt",),
)


def _facturx(profile: str, rules: str) -> RulePack:
    folder, name = f"{_FACTURX}/facturx-{profile.lower()}", profile.upper()
    return RulePack(
        id=f"facturx-{profile}",
        version="1.09",
        schemas=(("CrossIndustryInvoice", f"{folder}/Factur-X_{name}.xsd"),),
        rules=(f"{folder}/{rules}",),
    )


FACTURX_EN16931 = _facturx("en16931", "FACTUR-X_EN16931.xslt")
FACTURX_OTHERS = (
    _facturx("minimum", "Factur-X_1.09_MINIMUM.xsl"),
    _facturx("basicwl", "FACTUR-X_BASIC-WL.xslt"),
    _facturx("basic", "Factur-X_1.09_BASIC.xsl"),
    _facturx("extended", "FACTUR-X_EXTENDED.xslt"),
)

KSEF_FA3 = RulePack(
    id="ksef-fa3",
    version="1-0E",
    schemas=(("Faktura", "ksef_client:documents/fa3/schemas/schemat_FA(3)_v1-0E.xsd"),),
    valid_from=date(2026, 2, 1),
)

SALDO_DECLARATION = RulePack(
    id="saldo-declaration",
    version="1.2",
    schemas=(("Declaration", "statements:schemas/saldo-declaration-1.2.xsd"),),
)

SALDO_DIFFERENCES = RulePack(
    id="saldo-differences",
    version="1.1",
    schemas=(("Differences", "statements:schemas/saldo-differences-1.1.xsd"),),
)

BUILT_IN = (
    EN16931_UBL,
    FACTURX_EN16931,
    *FACTURX_OTHERS,
    KSEF_FA3,
    SALDO_DECLARATION,
    SALDO_DIFFERENCES,
)
PACKS = {pack.id: pack for pack in BUILT_IN}


def pack_named(pack_id: str) -> RulePack:
    """A pack that comes with Saldo. Raises NoSuchRulePack."""
    if pack_id not in PACKS:
        raise NoSuchRulePack(pack=pack_id, known=", ".join(sorted(PACKS)))
    return PACKS[pack_id]


def in_force(pack_id: str, on: date, installed: Iterable[RulePack]) -> RulePack | None:
    """Of the packs of that id, the one that came into force last by that day; None without one."""
    candidates = [pack for pack in installed if pack.id == pack_id]
    started = [pack for pack in candidates if pack.valid_from is None or pack.valid_from <= on]
    return max(started, key=lambda pack: (pack.valid_from or date.min, pack.version), default=None)
