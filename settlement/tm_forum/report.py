"""A partner's issued statement as TMF737 has it: an item for each share that it bears.

The report's money is what the statement comes to without tax, below zero where it takes back; an
item's is the share in the currency in which it was earned. In one currency the items add up to it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from currencies.money import scaled
from settlement.agreements.agreed import AgreedTerms
from settlement.parties.party import Party
from settlement.self_billing.partner_statement import PartnerShare
from settlement.tm_forum.algorithm import name_of
from settlement.tm_forum.references import (
    ALGORITHMS,
    MODELS,
    REPORTS,
    amount_of,
    reference,
    related,
)
from statements.filing import Filed


class Span(Protocol):
    """Two instants; the second is the first one outside."""

    @property
    def starts_at(self) -> dt.datetime:
        """The first instant."""

    @property
    def ends_at(self) -> dt.datetime:
        """The first instant outside."""


def report_of(
    filed: Filed,
    party: Party,
    shares: Sequence[PartnerShare],
    terms: Mapping[UUID, AgreedTerms],
    span: Span | None,
) -> dict[str, Any]:
    """An issued statement with its shares; without shares it has no items, and no model."""
    assert filed.issued_on is not None, "what is told has been issued"
    said: dict[str, Any] = {
        "id": str(filed.id),
        "href": f"{REPORTS}/{filed.id}",
        "@type": "PartyRevSharingReport",
        "name": filed.number,
        "money": amount_of(scaled(filed.net, -1) if filed.kind.is_credit else filed.net),
        "createDate": f"{filed.issued_on}T00:00:00Z",
    }
    items = [_item(filed, party, each, terms[each.terms_id], span) for each in shares]
    models = {terms[each.terms_id].agreement_id: terms[each.terms_id].code for each in shares}
    if items:
        said["partyRevSharingReportItem"] = items
    if len(models) == 1:
        [(identity, code)] = models.items()
        said["partyRevSharingModel"] = reference("PartyRevSharingModel", identity, code, MODELS)
    return said


def _item(
    filed: Filed, party: Party, share: PartnerShare, agreed: AgreedTerms, span: Span | None
) -> dict[str, Any]:
    money = amount_of(share.money)
    rule = reference("PartyRevSharingAlgorithm", agreed.terms_id, name_of(agreed), ALGORITHMS)
    item = {
        "@type": "PartyRevSharingReportItem",
        "id": str(share.id),
        "partyRevSharingModelItem": {
            "@referredType": "PartyRevSharingModelItem",
            "revenueSharingModelId": str(agreed.agreement_id),
            "revenueSharingModelName": agreed.code,
            "revenueSharingModelHref": f"{MODELS}/{agreed.agreement_id}",
            "itemId": party.code,
        },
        "relatedParty": related(party, "partner"),
        "sharingReportItemIDetail": [
            {
                "@type": "PartyRevSharingReportItemDetail",
                "id": str(share.id),
                "productOffering": reference("ProductOffering", share.product, share.product),
                "partyRevSharingAlgorithm": [rule],
                "money": money,
                "status": filed.status,
            }
        ],
        "money": money,
        "status": filed.status,
    }
    if span is not None:
        item["billPeriod"] = {
            "startDateTime": span.starts_at.isoformat(),
            "endDateTime": span.ends_at.isoformat(),
        }
    return item
