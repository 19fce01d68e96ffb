"""A document lies in the party's folder whole or not at all, and once."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from settlement.delivery.delivery import Answer, State
from settlement.delivery.dropping.service import drop
from settlement.delivery.parcel import Attachment, Parcel
from tenants.settings import Settings
from tests.mediation.collecting.sftp_server import PASSWORD, USER, Server, serving

FILES = (
    Attachment("FV-1.pdf", "application/pdf", b"%PDF-1"),
    Attachment("FV-1.xml", "application/xml", b"<x/>"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "server" / "in").mkdir(parents=True)
    return tmp_path / "server" / "in"


@pytest.fixture
def server(folder: Path, tmp_path: Path) -> Iterator[Server]:
    with serving(folder.parent, tmp_path) as found:
        yield found


@pytest.fixture
def parcel(server: Server, monkeypatch: pytest.MonkeyPatch) -> Parcel:
    monkeypatch.setenv("SALDO_SECRET_ALPHA_DROP", PASSWORD)
    return Parcel(
        delivery_id=UUID(int=1), tenant="alpha", place=2, number="FV/1", sender_name="", sender="",
        recipient_name="", address=f"sftp://{USER}@127.0.0.1:{server.port}/in",
        host_key=server.host_key, secret="env:DROP", subject="", text="", attachments=FILES,
        sent_at=dt.datetime(2026, 11, 10, tzinfo=dt.UTC),
    )  # fmt: skip


def send(settings: Settings, parcel: Parcel) -> Answer:
    return drop(settings).send(parcel)


def lying(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_every_form_lies_there_once_and_whole(
    settings: Settings, parcel: Parcel, folder: Path
) -> None:
    # A try that was cut off left one file, and half of another beside its place.
    (folder / "FV-1.pdf").write_bytes(b"%PDF-1")
    (folder / ".FV-1.xml.part").write_bytes(b"<")

    answer = send(settings, parcel)

    assert (answer.state, answer.text) == (State.SENT, "FV-1.pdf, FV-1.xml")
    assert lying(folder) == {"FV-1.pdf": b"%PDF-1", "FV-1.xml": b"<x/>"}
    assert drop(settings).found(parcel) == answer


def test_a_file_of_somebody_else_is_left_alone(
    settings: Settings, parcel: Parcel, folder: Path
) -> None:
    (folder / "FV-1.pdf").write_bytes(b"theirs")

    answer = send(settings, parcel)

    assert (answer.state, answer.is_final) == (State.FAILED, True)
    assert lying(folder) == {"FV-1.pdf": b"theirs"}


def test_a_server_that_is_not_the_right_one_gets_nothing(
    settings: Settings, parcel: Parcel, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(parcel, host_key="ssh-ed25519 " + "A" * 68)
    assert send(settings, other).state is State.FAILED

    monkeypatch.setenv("SALDO_SECRET_ALPHA_DROP", "wrong")
    assert "AuthenticationException" in send(settings, parcel).text

    monkeypatch.delenv("SALDO_SECRET_ALPHA_DROP")
    assert "SALDO_SECRET_ALPHA_DROP" in send(settings, parcel).text
    assert lying(folder) == {}
