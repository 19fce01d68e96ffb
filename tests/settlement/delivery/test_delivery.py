"""Steps of a delivery, the waits between tries, and what may be chosen."""

import datetime as dt
from dataclasses import replace

import pytest

from settlement.delivery.choice import BadChoice, Choice, checked_choice, is_for, is_mail_address
from settlement.delivery.delivery import (
    LEASE,
    Answer,
    Channel,
    RetriesUnreadable,
    State,
    Step,
    begun,
    followed,
    is_due,
    retried,
    waits_of,
)

NOON = dt.datetime(2026, 11, 10, 12, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 10)
WAITS = waits_of("5, 30")
WAITING = Step(State.WAITING, 0, "", "", "", NOON, NOON, "test")
SENDING = begun(WAITING, "anna@nowak.example", NOON, "test")
FOLDER = Choice(
    Channel.SFTP, DAY, address="sftp://us@them.example/in", host_key="ssh-ed25519 AAAA",
    secret="env:KEY",
)  # fmt: skip


def minutes(count: int) -> dt.timedelta:
    return dt.timedelta(minutes=count)


def test_a_delivery_that_is_taken_up_is_anothers_after_the_lease() -> None:
    assert (SENDING.state, SENDING.attempt, SENDING.address) == (
        State.SENDING, 1, "anna@nowak.example",
    )  # fmt: skip
    assert not is_due(SENDING, NOON + LEASE - minutes(1))
    assert is_due(SENDING, NOON + LEASE)


@pytest.mark.parametrize(
    ("attempt", "is_final", "state", "due_after"),
    [
        (1, False, State.FAILED, 5),
        (2, False, State.FAILED, 30),
        (3, False, State.GIVEN_UP, None),
        (1, True, State.GIVEN_UP, None),
    ],
)
def test_a_failure_is_due_again_after_its_wait_and_then_given_up(
    attempt: int, is_final: bool, state: State, due_after: int | None
) -> None:
    failed = Answer(State.FAILED, "no", is_final=is_final)

    step = followed(replace(SENDING, attempt=attempt), failed, WAITS, NOON, "test")

    assert step.state is state
    assert step.due_at == (None if due_after is None else NOON + minutes(due_after))


def test_what_a_person_sends_again_is_counted_anew() -> None:
    again = retried(replace(SENDING, state=State.GIVEN_UP, attempt=3), NOON, "anna", "why")

    assert (again.state, again.attempt, again.answer, again.told_by) == (
        State.WAITING, 0, "why", "anna",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "5;30", "0", "-1", "1.5", ",", "9" * 9, "1," * 20 + "1"])
def test_waits_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(RetriesUnreadable):
        waits_of(text)


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("a@b.example", True), ("a.b+c@b.example", True), ("ż@ż.example", True),
        ("a@b", False), ("@b.example", False), ("a@b.example, c@d.example", False),
        ("a@b@c.example", False), ("A <a@b.example>", False),
        ("a@b.example\nBcc: c@d.example", False),
    ],
)  # fmt: skip
def test_an_address_is_one_address(text: str, is_good: bool) -> None:
    assert is_mail_address(text) is is_good


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(Channel.EMAIL, DAY, forms=()), "forms"),
        (Choice(Channel.EMAIL, DAY, forms=("pdf", "pdf")), "forms"),
        (Choice(Channel.EMAIL, DAY, forms=("exe",)), "forms"),
        (Choice(Channel.EMAIL, DAY, language="fr"), "language"),
        (Choice(Channel.EMAIL, DAY, address="nobody"), "address"),
        (Choice(Channel.EMAIL, DAY, secret="env:KEY"), "host_key"),
        (Choice(Channel.PORTAL, DAY, address="x"), "address"),
        (replace(FOLDER, address="https://them.example"), "address"),
        (replace(FOLDER, address="sftp://us:secret@them.example/in"), "address"),
        (replace(FOLDER, address="sftp://us@them.example:99999/in"), "address"),
        (replace(FOLDER, secret="my password"), "secret"),
        (replace(FOLDER, host_key=""), "host_key"),
    ],
)
def test_a_choice_that_cannot_be_used_is_refused_by_its_field(choice: Choice, field: str) -> None:
    with pytest.raises(BadChoice) as refused:
        checked_choice(choice)

    assert refused.value.details["field"] == field
    assert checked_choice(FOLDER) is FOLDER


@pytest.mark.parametrize(
    ("channel", "rule_pack", "goes"),
    [
        (Channel.KSEF, "ksef-fa3 1-0E", True),
        (Channel.KSEF, "en16931-ubl 1.3.15", False),
        (Channel.KSEF, "", False),
        (Channel.PEPPOL, "peppol-selfbilling 2026.5", True),
        (Channel.PEPPOL, "ksef-fa3 1-0E", False),
        (Channel.EMAIL, "", True),
    ],
)
def test_a_network_takes_documents_of_its_form_only(
    channel: Channel, rule_pack: str, goes: bool
) -> None:
    assert is_for(channel, rule_pack) is goes
