"""What each network sends to us is counted by itself, by the numbers in its TAP files."""

import pytest

from i18n.errors import DomainError
from mediation import service
from mediation.batch import Batch
from mediation.file_gaps import service as file_gaps
from mediation.sources import service as sources
from mediation.undoing import service as undoing
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.mediation.formats.tap_files import audit, batch, originated


def registered(session: TenantSession, **settings: object) -> None:
    sources.register_source(session, "visited", "Visited networks", "tap", settings)


def came(session: TenantSession, number: int, sender: str = "DEUT1", day: int = 5) -> Batch:
    """A file of one call, another one for each number."""
    at = f"202610{day:02}12{number % 60:02}00"
    content = batch(
        originated(local=at), audited=audit(2300, 1, earliest=at, latest=at),
        number=number, sender=sender,
    )  # fmt: skip
    return service.ingest(session, "visited", f"tap-{sender}-{number}-{day}", content)


def undone(session: TenantSession, file: Batch) -> None:
    session.principal = Principal("one", Role.OPERATOR, user_id=session.ids.new())
    asked = undoing.propose(session, file.id, "sent in error")
    session.principal = Principal("second", Role.FINANCE_APPROVER, user_id=session.ids.new())
    undoing.approve(session, asked.id)


def missing(session: TenantSession) -> list[str]:
    return [gap.name for gap in file_gaps.gaps_since(session, "visited")]


def test_a_number_between_two_files_of_a_network_is_missing(session: TenantSession) -> None:
    registered(session)
    for number, sender in ((41, "DEUT1"), (7, "FRAF2"), (44, "DEUT1"), (8, "FRAF2")):
        assert came(session, number, sender).status == "landed"

    assert missing(session) == ["CDDEUT1POLKM00042", "CDDEUT1POLKM00043"]

    came(session, 43)
    assert missing(session) == ["CDDEUT1POLKM00042"]


def test_after_99999_comes_1(session: TenantSession) -> None:
    registered(session)
    for number in (99_998, 99_999, 1, 3):
        came(session, number)

    assert missing(session) == ["CDDEUT1POLKM00002"]


def test_a_number_that_was_loaded_is_not_loaded_twice(session: TenantSession) -> None:
    registered(session)
    came(session, 42)

    again = came(session, 42, day=6)

    assert (again.status, again.reason) == (
        "quarantined", "SEQUENCE_TAKEN: file CDDEUT1POLKM00042 was loaded before",
    )  # fmt: skip
    # Another network has a file 42 of its own.
    assert came(session, 42, "FRAF2").status == "landed"


def test_a_waiver_is_of_one_network(session: TenantSession) -> None:
    registered(session)
    for sender in ("DEUT1", "FRAF2"):
        came(session, 41, sender)
        came(session, 43, sender)

    sources.waive_sequence(session, "visited", 42, "lost at the sender", "CDDEUT1POLKM")

    assert missing(session) == ["CDFRAF2POLKM00042"]


def test_a_waiver_that_names_no_network_is_of_the_one_that_misses_the_file(
    session: TenantSession,
) -> None:
    registered(session)
    came(session, 41)
    came(session, 43)
    came(session, 7, "FRAF2")

    file_gaps.waive(session, "visited", 42, "lost at the sender")

    assert missing(session) == []


@pytest.mark.parametrize("stream", ["", "CDUNKNOWNPOLKM"])
def test_a_waiver_that_may_be_of_several_networks_is_refused_and_names_them(
    session: TenantSession, stream: str
) -> None:
    registered(session)
    for sender in ("DEUT1", "FRAF2"):
        came(session, 41, sender)
        came(session, 43, sender)

    with pytest.raises(file_gaps.StreamUnclear, match="CDDEUT1POLKM, CDFRAF2POLKM"):
        file_gaps.waive(session, "visited", 42, "lost at the sender", stream)

    assert missing(session) == ["CDDEUT1POLKM00042", "CDFRAF2POLKM00042"]


def test_an_unreadable_file_has_the_number_of_its_name(session: TenantSession) -> None:
    registered(session)
    came(session, 41)
    broken = service.ingest(session, "visited", "CDDEUT1POLKM00043", batch(number=43)[:-5])
    assert (broken.status, broken.sequence, broken.stream) == ("quarantined", 43, "CDDEUT1POLKM")

    # It has been seen, but does not fill its number.
    assert missing(session) == ["CDDEUT1POLKM00042", "CDDEUT1POLKM00043"]


def test_nobody_waits_for_a_test_file(session: TenantSession) -> None:
    registered(session)
    came(session, 41)

    service.ingest(session, "visited", "CDDEUT1POLKM00050", batch(number=50, is_test=True))

    assert missing(session) == []


def test_a_source_may_ignore_the_numbers(session: TenantSession) -> None:
    registered(session, mapping={"numbers": "ignored"})
    came(session, 41)
    came(session, 43)

    assert missing(session) == []
    assert came(session, 43, day=6).status == "landed"
    with pytest.raises(DomainError, match="numbers: counted / ignored"):
        sources.change_source(session, "visited", {"mapping": {"numbers": "often"}})


def test_a_source_that_counts_by_names_has_one_stream(session: TenantSession) -> None:
    registered(session, file_numbers="tap-*-{number}-5")
    came(session, 41)
    came(session, 43, "FRAF2")

    assert missing(session) == ["42"]


def test_undoing_a_file_lets_only_its_own_network_send_the_number_again(
    session: TenantSession,
) -> None:
    registered(session)
    first = came(session, 42)
    refused, elsewhere = came(session, 42, day=6), came(session, 42, "FRAF2")
    taken = came(session, 42, "FRAF2", day=6)
    assert (refused.status, elsewhere.status, taken.status) == (
        "quarantined", "landed", "quarantined",
    )  # fmt: skip

    undone(session, first)

    assert service.the_batch(session, refused.id).status == "landed"
    assert service.the_batch(session, taken.id).status == "quarantined"
