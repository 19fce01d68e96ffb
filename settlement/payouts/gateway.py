"""The schema that a bank checks our file against, read from the package that ships it."""

from functools import cache
from importlib.resources import files

from lxml import etree

from i18n.errors import Conflict
from i18n.locale import outside


class PaymentFileInvalid(Conflict):
    """The payment file of batch {batch} breaks its schema: {error}. Correct the party, then export
    again.
    """


def check_file(xml: bytes, batch: str) -> None:
    """Refuse a file that its schema refuses. Raises PaymentFileInvalid."""
    schema = _schema()
    if not schema.validate(etree.fromstring(xml, _parser())):
        raise PaymentFileInvalid(batch=batch, error=outside("libxml2", schema.error_log[0].message))


@cache
def _schema() -> etree.XMLSchema:
    source = files("sepaxml") / "schemas" / "pain.001.001.09.xsd"
    return etree.XMLSchema(etree.fromstring(source.read_bytes(), _parser()))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
