"""The commands, as an operator types them: answers, exit codes, reasons in one's language."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mediation.receiving.limits import Limits
from settlement.app.cli import COMMANDS, saldo
from settlement.app.commands import usage
from tenants.persistence.database import Place

Run = Callable[..., Result]

TENANT = (
    "tenant create alpha --name Alpha --legal-name Alpha --tax-id PL5260250274 --street Prosta"
    " --postcode 00-001 --city Warszawa --country PL --currency PLN --time-zone Europe/Warsaw"
)


@pytest.fixture
def run(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command; the database is a fresh one, the files are the test's own."""
    monkeypatch.setenv("SALDO_DATABASE_URL", place.application_url)
    monkeypatch.setenv("SALDO_DATABASE_OWNER_URL", place.owner_url)
    monkeypatch.setenv("SALDO_HOME", str(tmp_path / "home"))

    def typed(line: str, *more: str, language: str = "en") -> Result:
        return CliRunner().invoke(saldo, ["--language", language, *line.split(), *more])

    return typed


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_command_answers_in_json() -> None:
    def without(command: Any, name: str) -> list[str]:
        if hasattr(command, "commands"):
            return [
                found
                for each in command.commands.values()
                for found in without(each, f"{name} {each.name}")
            ]
        options = {option for param in command.params for option in param.opts}
        return [] if "--json" in options else [name]

    missing = [found for command in COMMANDS for found in without(command, str(command.name))]

    assert missing == []


def test_a_tenant_is_created_once_and_a_second_time_is_refused_in_polish(run: Run) -> None:
    told(run("init --json"))
    assert told(run(TENANT + " --json"))["tenant"] == "alpha"

    again = run(TENANT, language="pl")

    assert again.exit_code == 3
    assert "alpha" in again.stderr
    assert "There is already" not in again.stderr


def test_a_refusal_in_json_has_its_code_and_reason(run: Run) -> None:
    refused = run("rate alpha 2026-10 --json")

    assert refused.exit_code == 3
    assert json.loads(refused.stdout)["error"] in ("no-such-period", "no-such-tenant")


def test_a_month_without_usage_is_rated_closed_and_sound(run: Run, tmp_path: Path) -> None:
    told(run(TENANT + " --json"))
    told(run("close alpha 2026-09 --open --json"))
    told(run("source add alpha switch --format asterisk --json"))
    calls = tmp_path / "calls.csv"
    calls.write_text("not a call\n")

    taken = told(run("ingest alpha switch --json", str(calls)))
    rated = told(run("rate alpha 2026-09 --json"))
    closed = told(run("close alpha 2026-09 --json"))
    sound = told(run("verify alpha --json"))

    assert [(each["records"], each["rejected"]) for each in taken] == [(1, 1)]
    assert rated["events"] == 0
    assert closed["is_open"] is False
    assert sound["findings"] == 0
    assert sound["checks"] > 30


def test_a_file_is_taken_back_by_two_people_and_can_come_again(run: Run, tmp_path: Path) -> None:
    told(run(TENANT + " --json"))
    for who, role in (("ola", "administrator"), ("adam", "finance_approver"), ("iga", "read_only")):
        line = f"user create alpha {who}@a.example --name {who} --role {role}"
        told(run(f"{line} --password correct-horse-7-battery --json"))
    settings = tmp_path / "settings.json"
    settings.write_text('{"kind": "content", "mapping": {"lines": true, "columns": {"product": "p",'
                        ' "occurred_at": "at"}}}')  # fmt: skip
    told(run(f"source add alpha shop --format mapped_json --settings {settings} --json"))
    bought = tmp_path / "bought.json"
    bought.write_text('{"p": "NEWS", "at": "2026-10-05T10:00:00Z"}\n')
    [loaded] = told(run("ingest alpha shop --json", str(bought)))
    propose = f"undo propose alpha {loaded['id']} --why wrong --json --as"

    assert json.loads(run(f"{propose} iga@a.example").stdout)["error"] == "not-allowed"
    proposed = told(run(f"{propose} ola@a.example"))
    approve = f"undo approve alpha {proposed['id']} --json --as"
    assert run(f"{approve} nobody@a.example").exit_code == 3
    own = json.loads(run(f"{approve} ola@a.example").stdout)
    approved = told(run(f"{approve} adam@a.example"))
    [again] = told(run("ingest alpha shop --json", str(bought)))

    assert own["error"] == "proposer-may-not-approve"
    assert (proposed["status"], approved["status"]) == ("proposed", "approved")
    assert (again["status"], again["landed"]) == ("landed", 1)
    assert [each["status"] for each in told(run("undo list alpha --json"))] == ["approved"]
    second = told(run(f"{propose.replace(loaded['id'], again['id'])} ola@a.example"))
    kept = told(run(f"undo reject alpha {second['id']} --why right --as ola@a.example --json"))
    assert kept["status"] == "rejected"


def test_a_sample_is_tried_and_no_batch_comes_of_it(run: Run, tmp_path: Path) -> None:
    told(run(TENANT + " --json"))
    sample, settings = tmp_path / "bought.json", tmp_path / "settings.json"
    sample.write_text('{"what": "NEWS", "at": "2026-10-05T10:00:00Z"}\n{"what": "NEWS"}\n')
    mapping = {"lines": True, "columns": {"product": "what", "occurred_at": "at"}}
    settings.write_text(json.dumps({"kind": "content", "mapping": mapping}))

    line = f"source try alpha {sample} --format mapped_json --settings {settings} --records 1"
    tried = told(run(f"{line} --json"))

    assert (tried["outcomes"]["landed"], tried["outcomes"]["suspended"]) == (1, 1)
    assert [each["usage"]["product"] for each in tried["shown"]] == ["NEWS"]
    assert run(line).exit_code == 0
    assert told(run("suspense list alpha --json")) in ([], None)


def test_verify_exits_with_one_and_names_the_row_where_the_books_are_wrong(
    run: Run, owner: Any
) -> None:
    told(run(TENANT + " --json"))
    owner.execute("ALTER TABLE tenants DISABLE TRIGGER ALL")
    owner.execute("UPDATE tenants SET legal_name = 'somebody else'")

    found = run("verify alpha --json")

    assert found.exit_code == 1
    assert any("tenants" in each["check"] for each in json.loads(found.stdout))


def test_rates_of_the_ecb_are_loaded_once(run: Run) -> None:
    told(run(TENANT + " --json"))

    first = told(run("fx ecb alpha --since 2026-10-29 --json"))
    again = told(run("fx ecb alpha --since 2026-10-29 --json"))

    assert first["new"] == first["read"] > 0
    assert (again["read"], again["new"]) == (first["read"], 0)


def test_a_table_of_a_bank_is_loaded_and_open_items_are_valued(run: Run, tmp_path: Path) -> None:
    told(run(TENANT + " --json"))
    table = tmp_path / "table.json"
    table.write_text(
        '[{"table": "C", "no": "200/C/NBP/2024", "effectiveDate": "2024-10-14",'
        ' "rates": [{"code": "USD", "bid": 3.8857, "ask": 0}]}]'
    )

    loaded = told(run(f"fx load alpha nbp {table} --json"))

    assert (loaded["read"], loaded["new"], len(loaded["findings"])) == (1, 1, 1)
    assert run(f"fx load alpha nobody {table}").exit_code == 2
    refused = run("fx revalue alpha 2026-10 --json")
    assert refused.exit_code == 3, "no period is open yet"


def test_wrong_use_exits_with_two(run: Run) -> None:
    assert run("payout propose alpha PLN --on yesterday --as maker@alpha.example").exit_code == 2


def test_a_draft_of_a_tariff_is_looked_at_before_it_is_published(run: Run, tmp_path: Path) -> None:
    told(run("init --json"))
    told(run(TENANT + " --json"))
    draft = tmp_path / "gold.toml"
    head = 'code = "gold"\ncurrency = "PLN"\nvalid_from = 2026-10-01\n'
    draft.write_text(head + '[voice]\nprice = "0.10"\n')
    assert told(run("lint-tariff alpha --json", str(draft))) == {
        "errors": 0,
        "findings": [],
        "tariff": "gold",
    }
    draft.write_text(head + '[voice]\nrates = [{prefix="48", price="1"}, {prefix="48", price="2"}]')

    found = run("lint-tariff alpha --json", str(draft), language="pl")

    assert found.exit_code == 1
    [fault] = json.loads(found.stdout)
    assert fault["message"] == "48 ma naraz dwie ceny o priorytecie 0"
    assert fault["event"]["occurred_at"] == "2026-10-01T10:00:00Z"


def test_packets_are_received_only_where_a_place_lists_who_may_send(run: Run) -> None:
    told(run(TENANT + " --json"))
    told(run("source add alpha router --format asterisk --json"))

    assert run("receive alpha router --bind nowhere").exit_code == 2
    assert run("receive alpha router --packets-per-second 0").exit_code == 2
    refused = run("receive alpha router --json")

    assert refused.exit_code == 3
    assert json.loads(refused.stdout)["error"] == "no-packets-of-format"


def test_a_receiver_keeps_to_the_limits_that_are_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "place.json"
    place.write_text(
        '{"kind": "folder", "address": "router", "ready": "renamed", "senders": ["127.0.0.1"]}'
    )
    told(run(TENANT + " --json"))
    customers = tmp_path / "customers.json"
    customers.write_text('{"mapping": {"customers": ["10.20.0.0/16"]}}')
    told(run("source add alpha router --format netflow --json --settings", str(customers)))
    told(run("source place alpha router --json", str(place)))
    kept_to: list[Limits] = []

    def receive(stop: object, senders: object, at: object, clock: object, limits: Limits) -> object:
        kept_to.append(limits)
        return {}

    monkeypatch.setattr(usage, "receive_until", receive)
    told(run("receive alpha router --json"))
    named = "--packets-per-second 9000 --file-seconds 5 --kernel-buffer-bytes 65536"
    told(run(f"receive alpha router {named} --json"))

    assert kept_to == [
        Limits(),
        Limits(packets_per_second=9000, file_seconds=5, kernel_buffer_bytes=65536),
    ]
