"""What the form of a new agreement begins with: the least that its kind of terms says.

The words in it are there to be written over; what is left of them, lint finds.
"""

from collections.abc import Mapping
from typing import Any, Final

from settlement.amendments.amendment import AgreementKind

BEGINNINGS: Final[Mapping[AgreementKind, Mapping[str, Any]]] = {
    "revenue_share": {
        "products": ["PRODUCT"],
        "owner": "operator",
        "shares": [{"payee": "PARTNER", "rate": "0.50"}],
        "notice_days": 30,
    },
    "interconnect": {
        "time_zone": "Europe/Warsaw",
        "incoming": "TARIFF-IN",
        "outgoing": "TARIFF-OUT",
        "tolerance": "0.005",
        "objection_days": 30,
        "notice_days": 30,
    },
    "commission": {
        "rates": [{"products": ["PRODUCT"], "levels": ["0.10"]}],
        "per_contract": ["20.00"],
        "clawback_months": 6,
        "notice_days": 30,
    },
}
