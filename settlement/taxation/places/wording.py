"""What pages call kinds of evidence."""

from i18n.locale import _
from settlement.taxation.places.place import EvidenceKind

KINDS = {
    EvidenceKind.BANK: _("Country of the bank"),
    EvidenceKind.SIM: _("Country of the SIM card"),
    EvidenceKind.NETWORK_ADDRESS: _("Country of the network address"),
    EvidenceKind.FIXED_LINE: _("Country of the fixed line"),
    EvidenceKind.OTHER: _("Other evidence"),
}
