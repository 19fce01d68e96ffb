"""How resources of TM Forum's APIs name each other: by id, href, name and type."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from currencies.money import Money, shown
from settlement.parties.party import Party

ALGORITHMS = "/tmf-api/revenueSharingAlgorithmManagement/v5/partyRevSharingAlgorithm"
MODELS = "/tmf-api/revenueSharingModelManagement/v5/partyRevSharingModel"
REPORTS = "/tmf-api/revenueSharingReportManagement/v5/partyRevSharingReport"
EVENTS = "/tmf-api/cdrTransactionManagement/v5/cdrTransaction"
AGREEMENTS = "/tmf-api/agreementManagement/v4/agreement"
PARTNERSHIPS = "/tmf-api/partnershipManagement/v4/partnership"


def reference(kind: str, identity: object, name: str, place: str = "") -> dict[str, Any]:
    """A reference `{kind}Ref` of version 5; with a place where we serve what it names."""
    told = {"@type": f"{kind}Ref", "@referredType": kind, "id": str(identity), "name": name}
    return told | ({"href": f"{place}/{identity}"} if place else {})


def reference_4(kind: str, identity: object, name: str, place: str = "") -> dict[str, Any]:
    """The same in version 4, where a reference has no type of its own."""
    told = reference(kind, identity, name, place)
    return {key: value for key, value in told.items() if key != "@type"}


def related(party: Party, role: str) -> dict[str, Any]:
    """A party of ours in a role."""
    return related_as(str(party.id), party.name, role)


def related_as(identity: str, name: str, role: str) -> dict[str, Any]:
    """Somebody in a role, by id and name."""
    return {
        "@type": "RelatedPartyRefOrPartyRoleRef",
        "role": role,
        "partyOrPartyRole": {
            "@type": "PartyRef",
            "@referredType": "Organization",
            "id": identity,
            "name": name,
        },
    }


def amount_of(money: Money) -> Mapping[str, Any]:
    """An amount as `Money`: the currency as unit, the value exact."""
    digits, _, currency = shown(money).partition(" ")
    return {"unit": currency, "value": Decimal(digits)}
