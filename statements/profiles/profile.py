"""A profile: the form of e-invoice that somebody takes, and the rules it must keep to be sent.

    en16931     UBL after EN 16931; for those who said nothing
    peppol      the same UBL under the rules of Peppol BIS Billing and Self-Billing 3.0
    xrechnung   UBL under the rules of the German administration
    factur-x    CII inside the PDF, under the rules of Factur-X and ZUGFeRD
    ksef        FA(3) under the schema of Poland's KSeF

What a profile has no form for (a note of interest, a statement) is written as it is for everybody;
in Poland a debit note and a proforma are no invoices, so KSeF does not get them.
"""

from dataclasses import dataclass
from typing import Final, Literal

from i18n.errors import Invalid
from statements.document import Kind


class ProfileUnknown(Invalid):
    """There is no profile {profile}. Use one of {known}."""


@dataclass(frozen=True, slots=True)
class Profile:
    """`pack` names the rules of invoices, `self_billed` those of what the buyer writes."""

    id: str
    syntax: Literal["ubl", "cii", "fa3"]
    pack: str
    self_billed: str
    not_for: tuple[Kind, ...] = ()

    def pack_for(self, kind: Kind) -> str:
        """The rules that a document of this kind must keep."""
        return self.self_billed if kind.is_self_billed else self.pack


EN16931: Final = Profile("en16931", "ubl", "en16931-ubl", "en16931-ubl")
PEPPOL: Final = Profile("peppol", "ubl", "peppol-billing", "peppol-selfbilling")
XRECHNUNG: Final = Profile("xrechnung", "ubl", "xrechnung", "xrechnung")
FACTUR_X: Final = Profile("factur-x", "cii", "facturx-en16931", "facturx-en16931")
KSEF: Final = Profile("ksef", "fa3", "ksef-fa3", "ksef-fa3", (Kind.DEBIT_NOTE, Kind.PROFORMA))

PROFILES: Final = {each.id: each for each in (EN16931, PEPPOL, XRECHNUNG, FACTUR_X, KSEF)}


def profile_named(name: str) -> Profile:
    """Raises ProfileUnknown."""
    if name not in PROFILES:
        raise ProfileUnknown(profile=name, known=", ".join(sorted(PROFILES)))
    return PROFILES[name]


def suited(profile: Profile, kind: Kind) -> Profile:
    """The profile for a document of this kind: the one asked for, unless it is not for it."""
    return EN16931 if kind in profile.not_for else profile
