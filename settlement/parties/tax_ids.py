"""Tax numbers, checked by the rules of the country that gave them.

A VAT number of the European Union is kept with its prefix, as invoices print it (EN 16931,
BT-31): `PL5260250274`, and `EL...` for Greece. Where the country's rules are known but it has no
prefix, the number is kept in its compact form; where they are not known, the text is kept as it is.
Ukraine has two by their lengths, EDRPOU of companies and RNTRC of persons; its VAT payer's number
of twelve digits has no published check digit.
"""

import re

from stdnum import get_cc_module
from stdnum.eu.vat import MEMBER_STATES
from stdnum.exceptions import ValidationError
from stdnum.pl import nip

from i18n.errors import Invalid

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{1,29}", re.ASCII)
_PREFIX = {"GR": "EL"}
# Countries whose numbers have several kinds, by their lengths.
_BY_LENGTH = {"UA": {8: "edrpou", 10: "rntrc"}}


_INTERNAL = re.compile(r"([0-9]{10})-[0-9]{5}", re.ASCII)


class TaxIdWrong(Invalid):
    """{tax_id} is not a tax number of {country}. Check its digits, or leave it empty."""


def checked_tax_id(tax_id: str, country: str) -> str:
    """The number in the form in which it is kept; an empty one stays empty. Raises TaxIdWrong."""
    if not tax_id:
        return ""
    if not _PLAIN.fullmatch(tax_id):
        raise TaxIdWrong(tax_id=repr(tax_id)[:40], country=country)
    kind = _kind_of(tax_id, country)
    rules = get_cc_module(country.lower(), kind) if kind else None
    if rules is None:
        return tax_id
    try:
        number = str(rules.validate(tax_id))
    except ValidationError as wrong:
        raise TaxIdWrong(tax_id=tax_id, country=country) from wrong
    prefix = _PREFIX.get(country, country)
    if country.lower() not in MEMBER_STATES or number.startswith(prefix):
        return number
    return prefix + number


def is_polish_unit(number: str) -> bool:
    """Whether it is a NIP in ten digits, or an internal number of KSeF: a NIP and five digits."""
    internal = _INTERNAL.fullmatch(number)
    digits = internal[1] if internal else number
    return digits.isascii() and digits.isdigit() and bool(nip.is_valid(digits))


def _kind_of(tax_id: str, country: str) -> str:
    """Which of a country's numbers it is; an empty text where no rules are known."""
    kinds = _BY_LENGTH.get(country)
    return "vat" if kinds is None else kinds.get(len(tax_id), "")
