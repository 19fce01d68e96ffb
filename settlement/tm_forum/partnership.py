"""A partner or carrier with what was agreed with it, as TMF668 has it."""

from collections.abc import Sequence
from typing import Any

from settlement.agreements.agreed import AgreedTerms
from settlement.parties.party import Kind, Party
from settlement.tm_forum.references import AGREEMENTS, PARTNERSHIPS, reference_4

SPECIFICATIONS = {Kind.PARTNER: "revenueShare", Kind.CARRIER: "interconnect"}


def partnership_of(party: Party, agreed: Sequence[AgreedTerms]) -> dict[str, Any]:
    """A partnership of one partner; `agreed` has one version of each agreement."""
    specification = SPECIFICATIONS[party.kind]
    return {
        "id": str(party.id),
        "href": f"{PARTNERSHIPS}/{party.id}",
        "@type": "Partnership",
        "name": party.name,
        "specification": reference_4("PartnershipSpecification", specification, specification),
        "partner": [
            {
                "@type": "Partner",
                "id": party.code,
                "name": party.name,
                "engagedParty": {
                    "@referredType": "Organization",
                    "id": str(party.id),
                    "name": party.name,
                    "role": party.kind.value,
                },
                "agreement": [
                    reference_4("Agreement", each.agreement_id, each.code, AGREEMENTS)
                    for each in agreed
                ],
            }
        ],
    }
