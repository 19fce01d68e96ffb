"""A carrier's records are compared with ours: what differs is kept, by cause, for both to see."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from settlement.app import web
from settlement.interconnect.masking import masked
from settlement.interconnect.records.api import exchanged_records
from settlement.interconnect.records.service import REFUSED
from settlement.parties.party import Kind
from statements.validation.rule_pack import SALDO_DIFFERENCES
from statements.validation.service import validate
from tenants.column_files import keep_frame
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.settlement.interconnect.exchange import Exchange, an_exchange
from tests.settlement.interconnect.records.sent import HEADER, Line, land_numbers, their_records
from tests.settlement.parties.builders import a_registered_party
from tests.tenants.people.builders import a_key
from tests.world import a_tenant

TEXTS = {"calling": pl.String(), "called": pl.String()}
ALPHA = a_tenant("alpha").id
ASKED = {"agreement": "IC-atlantic", "period": "2026-10"}


@pytest.fixture
def exchange(database: Database) -> Exchange:
    with transaction(database, ALPHA, SYSTEM, "tests.exchange") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        found = an_exchange(session)
        land_numbers(session, found.agreement_id)
        return found


@pytest.fixture
def carrier(
    database: Database, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> tuple[FlaskClient, dict[str, str]]:
    monkeypatch.setattr(web, "API", [exchanged_records])
    monkeypatch.setattr(web, "PAGES", [])
    key = a_key(database, Role.CARRIER_USER, party_id=exchange.carrier_id)
    return web.create_app(database).test_client(), {"Authorization": f"Bearer {key}"}


def send(carrier: tuple[FlaskClient, dict[str, str]], content: bytes, **asked: object) -> Any:
    client, headers = carrier
    return client.post(
        "/v1/exchange/records", data=content, query_string=ASKED | asked,
        headers=headers | {"Content-Type": "text/csv"},
    )  # fmt: skip


def another_way(line: Line) -> Line | None:
    """Three calls are missing and one to Iceland, one is longer at their price."""
    match line["record_id"]:
        case "ATL-1-incoming-0" | "ATL-1-incoming-1" | "ATL-1-incoming-2":
            return None
        case "ATL-31-outgoing-7":
            return None
        case "ATL-2-incoming-5":
            return line | {"seconds": "120", "amount": "0.06"}
        case _:
            return line


def test_what_differs_is_told_by_cause_and_call(
    carrier: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, headers = carrier

    sent = send(carrier, their_records(another_way))

    assert sent.status_code == 201, sent.json
    incoming, outgoing = sent.json["directions"]
    # 3 x 0.05 less; 20 s more at 0.03 a minute.
    assert (incoming["ours"], incoming["theirs"], incoming["variance"]) == ("10", "9.86", "-0.14")
    assert incoming["classes"] == {
        "exact": 196, "out_of_tolerance": 1, "missing_theirs": 3,
    }  # fmt: skip
    assert [(each["cause"], each["amount"], each["records"]) for each in incoming["causes"]] == [
        ("missing_there", "-0.15", 3), ("duration", "0.01", 1),
    ]  # fmt: skip
    # 1.50 + 20 x 61 / 60 x 0.05 is 2.5166..; theirs 1.50 + 19 x 0.050833 is 2.465827.
    assert (outgoing["ours"], outgoing["theirs"]) == ("2.52", "2.47")
    causes = {each["cause"]: each["records"] for each in outgoing["causes"]}
    assert causes == {"missing_there": 1, "rounding": 19}
    where = f"/v1/exchange/records/{sent.json['id']}"
    listed: Any = client.get(
        f"{where}/differences?direction=incoming&cause=missing_there&limit=2", headers=headers
    ).json
    assert [each["calling"] for each in listed["data"]] == ["353800000", "353800001"]
    rest: Any = client.get(
        f"{where}/differences?direction=incoming&cause=missing_there"
        f"&starting_after={listed['next_cursor']}",
        headers=headers,
    ).json
    assert [(each["calling"], each["difference"]) for each in rest["data"]] == [
        ("353800002", "-0.05")
    ]
    assert sent.json["refused"] == 0


def unreadable(line: Line) -> Line | None:
    """One amount in exponent form, and one call of the month before."""
    match line["record_id"]:
        case "ATL-1-incoming-4":
            return line | {"started_at": "2026-09-01T12:00:00Z"}
        case "ATL-31-outgoing-7":
            return line | {"amount": "5e-2"}
        case _:
            return line


def test_a_file_with_a_bad_line_is_refused_whole(
    carrier: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, headers = carrier

    refused = send(carrier, their_records(unreadable))

    assert (refused.status_code, refused.json["type"]) == (422, "urn:problem:records-refused")
    # Behind the header stand 200 calls in, 100 out, then the eighth to Iceland.
    assert refused.json["detail"] == (
        "2 lines of the file of records are refused: line 6: outside; line 309: amount. Nothing of"
        " it is taken in. Correct them and send it again."
    )
    assert client.get("/v1/exchange/records", headers=headers).json == []


def test_the_xml_of_the_differences_keeps_to_its_schema(
    carrier: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, headers = carrier
    sent = send(carrier, their_records(another_way))

    xml = client.get(f"/v1/exchange/records/{sent.json['id']}/xml", headers=headers).data

    assert validate(xml, SALDO_DIFFERENCES).findings == ()
    assert xml.count(b"<Record ") == 3 + 1 + 1 + 19
    assert b'<Cause name="missing_there" amount="-0.15" exact="-3/20" calls="3">' in xml


def test_the_same_records_agree_in_everything_but_their_sixth_decimal(
    carrier: tuple[FlaskClient, dict[str, str]],
) -> None:
    incoming, outgoing = send(carrier, their_records()).json["directions"]

    assert incoming["causes"] == []
    assert [each["cause"] for each in outgoing["causes"]] == ["rounding"]
    assert Decimal(outgoing["variance"]) == 0


def test_rates_of_exchange_that_differ_are_a_cause(
    carrier: tuple[FlaskClient, dict[str, str]],
) -> None:
    sent = send(carrier, their_records(), priced_in="PLN", their_rate="0.2").json

    # 1 XDR is 5.1234 PLN, so 1 PLN is 0.195183 XDR. Of their 10.00 that is
    # 10.00 x (1 - 0.195183 / 0.2) = 0.24085 more; by our rate they charge as much less.
    assert sent["rates"] == {"priced_in": "PLN", "ours": "0.195183", "theirs": "0.2"}
    incoming = sent["directions"][0]
    assert (incoming["variance"], [each["cause"] for each in incoming["causes"]]) == (
        "0", ["rate", "fx"],
    )  # fmt: skip
    assert [Fraction(each["exact"]) for each in incoming["causes"]] == [
        Fraction("-0.24085"), Fraction("0.24085"),
    ]  # fmt: skip

    client, headers = carrier
    xml = client.get(f"/v1/exchange/records/{sent['id']}/xml", headers=headers).data
    assert validate(xml, SALDO_DIFFERENCES).findings == ()
    assert b' pricedIn="PLN" ourRate="0.195183" theirRate="0.2"' in xml


def test_numbers_of_customers_are_masked_for_whom_they_are_not(
    carrier: tuple[FlaskClient, dict[str, str]],
    exchange: Exchange,
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = send(carrier, their_records(another_way)).json["id"]
    client, carriers = carrier
    staff = {
        role: {"Authorization": f"Bearer {a_key(database, role)}"}
        for role in (Role.OPERATOR, Role.READ_ONLY)
    }

    def seen(headers: dict[str, str]) -> tuple[str, bool]:
        where = f"/v1/exchange/records/{made}"
        listed: Any = client.get(
            f"{where}/differences?direction=incoming&cause=missing_there", headers=headers
        ).json
        xml = client.get(f"{where}/xml", headers=headers).data
        assert validate(xml, SALDO_DIFFERENCES).findings == ()
        return listed["data"][0]["calling"], b"353800000" in xml

    left_out = pl.DataFrame([(306, "called", "353800000")], schema=REFUSED, orient="row")
    with transaction(database, ALPHA, SYSTEM, "tests.left-out") as session:
        earlier = session.ids.new()
        session.execute(
            sa.text(
                "INSERT INTO record_comparisons SELECT (jsonb_populate_record(r, jsonb_build_object"
                "('id', CAST(:id AS text), 'refused', 1,"
                " 'refused_sha256', CAST(:sha256 AS text)))).*"
                " FROM record_comparisons r WHERE id = :made"
            ),
            {"id": str(earlier), "sha256": keep_frame(session.files, left_out), "made": made},
        )

    def refused_cell(headers: dict[str, str]) -> str:
        answer: Any = client.get(f"/v1/exchange/records/{earlier}/refused", headers=headers).json
        return str(answer["data"][0]["content"])

    # A refused cell may be a number, too.
    assert refused_cell(staff[Role.READ_ONLY]).startswith("***")
    assert refused_cell(carriers) == refused_cell(staff[Role.OPERATOR])
    assert not refused_cell(carriers).startswith("***")
    capsys.readouterr()
    assert seen(staff[Role.READ_ONLY]) == ("***000", False)
    assert "numbers shown" not in capsys.readouterr().err
    assert seen(staff[Role.OPERATOR]) == ("353800000", True)
    assert capsys.readouterr().err.count("numbers shown") == 2
    # Who carried the calls finds them by their numbers, unless agreed otherwise.
    assert seen(carriers) == ("353800000", True)
    with transaction(database, ALPHA, SYSTEM, "tests.masked") as session:
        session.execute(
            sa.text("UPDATE agreements SET policies = :said WHERE id = :id"),
            {"said": '{"mask_numbers": "last_3"}', "id": exchange.agreement_id},
        )
    assert seen(carriers) == ("***000", False)


@pytest.mark.parametrize(
    ("number", "left"),
    [("48221234567", "***567"), ("1234", "***234"), ("123", "***"), ("", ""), (None, None)],
)
def test_a_masked_number_has_three_digits_at_most(number: str | None, left: str | None) -> None:
    calls = pl.DataFrame({"calling": [number], "called": ["112"]}, schema_overrides=TEXTS)

    assert masked(calls).rows() == [(left, "***")]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"priced_in": "PLN"}, 422, "rate-half-told"),
        ({"their_rate": "0.2"}, 422, "rate-half-told"),
        ({"priced_in": "USD", "their_rate": "0.2"}, 404, "no-fx-rate"),
        ({"agreement": "IC-baltic"}, 404, "no-such-agreement-between-us"),
        ({"period": "2026-11"}, 409, "period-not-closed"),
        ({"tolerance_seconds": 3601}, 422, "tolerance-too-wide"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(
    carrier: tuple[FlaskClient, dict[str, str]], asked: dict[str, object], status: int, code: str
) -> None:
    found = send(carrier, HEADER.encode(), **asked)

    assert (found.status_code, found.json["type"]) == (status, f"urn:problem:{code}")


def test_another_carrier_finds_nothing(
    carrier: tuple[FlaskClient, dict[str, str]], database: Database
) -> None:
    client, _ = carrier
    made = send(carrier, their_records()).json["id"]
    with transaction(database, ALPHA, SYSTEM, "tests.rival") as session:
        rival = a_registered_party(session, "rival", kind=Kind.CARRIER)
    key = a_key(database, Role.CARRIER_USER, party_id=rival.id)
    headers = {"Authorization": f"Bearer {key}"}

    assert client.get("/v1/exchange/records", headers=headers).json == []
    for path in ("", "/xml", "/refused", "/differences?direction=incoming&cause=rate"):
        got = client.get(f"/v1/exchange/records/{made}{path}", headers=headers)
        assert got.status_code == 404
