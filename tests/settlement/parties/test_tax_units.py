"""A party may be a part of a Polish taxpayer; its documents say so, with a right number only."""

from typing import Literal

import pytest

from settlement.billing.sides import party_side
from settlement.parties import service as parties
from settlement.parties.party import PartyTextWrong, TaxUnit, TaxUnitWrong
from statements.content import from_plain, to_plain
from statements.document import Party as Side
from tenants.session import TenantSession
from tests.settlement.parties.builders import a_party, a_registered_party

COMMUNE = "PL5260250274"
LOCAL: Literal["local_government"] = "local_government"


@pytest.mark.parametrize(
    ("kind", "number"), [(LOCAL, "5260250274-12345"), ("vat_group", "5213003700")]
)
def test_a_part_is_kept_and_stands_on_the_document(
    session: TenantSession, kind: Literal["local_government", "vat_group"], number: str
) -> None:
    unit = TaxUnit(kind, "Szkoła nr 1", number)
    registered = a_registered_party(session, tax_id=COMMUNE, tax_unit=unit)

    kept = parties.party(session, registered.id)

    assert kept.tax_unit == unit
    side = party_side(kept)
    assert side.unit is not None
    assert (side.unit.kind, side.unit.name, side.unit.number) == (kind, "Szkoła nr 1", number)
    assert from_plain(Side, to_plain(side)) == side


def test_most_parties_are_no_part_of_another(session: TenantSession) -> None:
    registered = a_registered_party(session)

    assert parties.party(session, registered.id).tax_unit is None
    assert party_side(registered).unit is None


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        ("5260250275", {}),
        ("5260250274-1234", {}),
        ("5260250275-12345", {}),
        ("526-025-02-74", {}),
        ("", {}),
        ("5260250274", {"tax_id": ""}),
        ("5260250274", {"tax_id": "DE811128135", "country": "DE"}),
    ],
)
def test_a_number_that_is_of_no_part_is_refused(
    session: TenantSession, number: str, changes: dict[str, object]
) -> None:
    unit = TaxUnit(LOCAL, "Szkoła nr 1", number)

    with pytest.raises(TaxUnitWrong):
        parties.register(
            session, a_party(session, **({"tax_id": COMMUNE} | changes), tax_unit=unit)
        )


def test_a_part_has_a_name(session: TenantSession) -> None:
    unit = TaxUnit(LOCAL, " ", "5260250274")

    with pytest.raises(PartyTextWrong):
        parties.register(session, a_party(session, tax_id=COMMUNE, tax_unit=unit))
