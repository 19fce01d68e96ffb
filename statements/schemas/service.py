"""Give out schemas: one of ours by its name, and those that say what form a document has."""

from io import BytesIO

from lxml import etree

from i18n.errors import NotFound
from statements.schemas import files
from statements.validation import service as validation


class NoSuchSchema(NotFound):
    """There is no schema {schema}. Use one of {known}."""


def names() -> list[str]:
    """The file names of the schemas that Saldo defines."""
    return list(files.own_schemas())


def schema(name: str) -> bytes:
    """A schema that Saldo defines. Raises NoSuchSchema."""
    found = files.own_schemas()
    if name not in found:
        raise NoSuchSchema(schema=name, known=", ".join(found))
    return found[name]


def schemas_of(xml: bytes) -> dict[str, bytes]:
    """The schema of an issued document with all that it imports, by paths; none for other forms."""
    # Its root is all that is asked; a declaration of a busy month is large.
    opened = etree.iterparse(BytesIO(xml), events=("start",), no_network=True)
    named = etree.QName(next(opened)[1]).localname
    place = validation.schema_of_root(named)
    return {} if place is None else files.with_imports(place)
