"""A revenue share as TMF738 has it: who takes part, in which products, by which algorithm."""

from collections.abc import Mapping, Sequence
from typing import Any

from settlement.agreements.agreed import AgreedTerms
from settlement.parties.party import Party
from settlement.tm_forum.algorithm import name_of
from settlement.tm_forum.references import AGREEMENTS, ALGORITHMS, MODELS, reference, related
from settlement.tm_forum.seeing import payees_in


def model_of(
    versions: Sequence[AgreedTerms], payees: Mapping[str, Party], seen_by: Party | None
) -> dict[str, Any]:
    """All versions of one revenue share; `payees` are its partners by code, in its order.

    Seen by a partner, it has this partner alone, and the agreement only where it is its own.
    """
    agreed = versions[-1]
    shown = [each for each in payees.values() if seen_by is None or each == seen_by]
    is_open = seen_by is None or seen_by.id == agreed.party_id
    identity = str(agreed.agreement_id)
    place = AGREEMENTS if is_open else ""
    return {
        "id": identity,
        "href": f"{MODELS}/{identity}",
        "@type": "PartyRevSharingModel",
        "name": agreed.code,
        "description": f"Revenue share in {agreed.currency}, {len(versions)} version(s).",
        "relatedParty": [related(party, "partner") for party in shown],
        "partyRevSharingModelItem": [
            {
                "@type": "PartyRevSharingModelItem",
                "id": party.code,
                "name": party.name,
                "relatedParty": related(party, "partner"),
                "agreement": [reference("Agreement", identity, agreed.code, place)],
                "sharingModelItemInvolvement": [
                    _involvement(each) for each in versions if _pays(each, party)
                ],
            }
            for party in shown
        ],
    }


def payees_of(agreed: AgreedTerms) -> list[str]:
    """The codes of everybody that a version gives a part, in its order."""
    return list(dict.fromkeys(payees_in(agreed.sharing)))


def _pays(agreed: AgreedTerms, party: Party) -> bool:
    return party.code in payees_of(agreed)


def _involvement(agreed: AgreedTerms) -> dict[str, Any]:
    days = f"From {agreed.valid_from} until {agreed.valid_until or 'further notice'}."
    return {
        "@type": "PartyRevSharingModelItemInvolvement",
        "id": str(agreed.version),
        "name": name_of(agreed),
        "description": days,
        "productOffering": [reference("ProductOffering", code, code) for code in agreed.products],
        "offeringPrice": [
            {
                "@type": "PartyRevSharingModelInvolPrice",
                "id": str(agreed.version),
                "name": name_of(agreed),
                "partyRevSharingAlgorithm": [
                    reference(
                        "PartyRevSharingAlgorithm", agreed.terms_id, name_of(agreed), ALGORITHMS
                    )
                ],
            }
        ],
    }
