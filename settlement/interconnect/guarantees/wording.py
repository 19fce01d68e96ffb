"""The words of guarantees."""

from collections.abc import Mapping
from typing import Final

from i18n.locale import _
from settlement.interconnect.guarantees.guarantee import Kind

KINDS: Final[Mapping[Kind, str]] = {
    Kind.BANK: _("Bank guarantee"),
    Kind.LETTER_OF_CREDIT: _("Letter of credit"),
    Kind.PARENT: _("Guarantee of the parent company"),
}
