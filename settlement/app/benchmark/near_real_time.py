"""From an event sent over HTTP to the customer's unbilled usage, while events keep coming.

A server serves as `saldo serve` does. Senders post events at a steady rate, in requests of a given
number of events, each call made now by some customer. A prober sends one of its own again and again
and looks at that customer's unbilled usage until the call is in it: the time from sending to seeing
is what is measured.

    python -m settlement.app.benchmark.near_real_time --rate 500 --together 10 --seconds 60
"""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any, Final, NamedTuple
from uuid import UUID

from mediation.sources import service as sources
from settlement.app.benchmark.memory import PeakMemory
from settlement.app.benchmark.operator import CODE, MONTH, TENANT, set_up
from settlement.app.benchmark.place import BenchPlace, a_place
from settlement.app.benchmark.records import CUSTOMERS, numbers_of
from settlement.parties import service as parties
from settlement.periods import service as periods
from tenants.clock import SystemClock
from tenants.people import service as people
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, transaction

SOURCE: Final = "calls-api"
SENDERS: Final = 64
BAR_SECONDS: Final = 2.0
# How long an event is looked for before it counts as lost.
PATIENCE_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.05
SERVE: Final = "from settlement.app.cli import main; main()"


class Server(NamedTuple):
    """Where the server listens, and the key that programs show it."""

    port: int
    key: str

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One request on a connection of its own; status and answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            said = answer.read()
            is_json = "json" in (answer.headers["Content-Type"] or "")
            return answer.status, json.loads(said) if is_json else None
        finally:
            connection.close()


def measured(rate: int, together: int, seconds: int) -> dict[str, Any]:
    """Send for so many seconds, and say what rate was reached and how soon events were seen."""
    with a_place() as place, PeakMemory(place.server_process) as peak:
        with transaction(place.database, TENANT.id, SYSTEM, "bench.step") as session:
            set_up(session)
            key, of_number = _open_doors(session)
        with _serving(place, key) as server:
            found = _through(server, of_number, rate, together, seconds)
    return {"together": together, "asked_rate": rate} | found | {"peak_memory_mb": peak.mb}


def _open_doors(session: TenantSession) -> tuple[str, dict[str, UUID]]:
    """A source of events, the present month, a key, and whose number is whose."""
    sources.register_source(session, SOURCE, "Calls", "events", {"country": "DE"})
    periods.close(session, MONTH)
    periods.open_period(session, f"{SystemClock().now():%Y-%m}")
    key = people.issue_api_key(session, CODE, name="switch", role=Role.OPERATOR)
    ids = {each.code: each.id for each in parties.parties(session)}
    owners = {numbers_of(each)[0]: ids[f"C-{each}"] for each in range(CUSTOMERS)}
    return key, owners


@contextmanager
def _serving(place: BenchPlace, key: str) -> Iterator[Server]:
    port = _free_port()
    url = place.database.engine.url.render_as_string(hide_password=False)
    environment = os.environ | {
        "SALDO_DATABASE_URL": url,
        "SALDO_HOME": str(place.folder / "home"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and command.
        [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    server = Server(port, key)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(server: Server) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            status, _ = server.ask("GET", "/health")
        except OSError:
            status = 0
        if status == http.client.OK:
            return
        assert time.monotonic() < until, "the server does not answer"
        time.sleep(PAUSE_SECONDS)


def _through(
    server: Server, owners: dict[str, UUID], rate: int, together: int, seconds: int
) -> dict[str, Any]:
    accounts = list(owners)
    numbered = count(1)

    def a_call(account: str, kind: str) -> dict[str, object]:
        return {
            "id": f"{kind}-{next(numbered)}",
            "kind": "voice",
            "a_number": account,
            "b_number": "4930555000111",
            "occurred_at": SystemClock().now().isoformat(),
            "duration_seconds": 61,
        }

    ended = threading.Event()
    accepted, refused = [0], [0]

    def send(number: int) -> None:
        places = (number * together + each for each in range(together))
        events = [a_call(accounts[place * 7_919 % len(accounts)], "load") for place in places]
        status, answers = server.ask("POST", f"/v1/usage-events?source={SOURCE}", events)
        if status == http.client.OK:
            accepted[0] += sum(answer["status"] == "accepted" for answer in answers)
        else:
            refused[0] += 1

    def probe(number: int) -> float:
        account = accounts[number * 104_729 % len(accounts)]
        event = a_call(account, "probe")
        began = time.perf_counter()
        status, answers = server.ask("POST", f"/v1/usage-events?source={SOURCE}", [event])
        assert status == http.client.OK, answers
        while time.perf_counter() - began < PATIENCE_SECONDS:
            _, found = server.ask("GET", f"/v1/parties/{owners[account]}/unbilled-usage")
            keys = {each["record_key"] for month in found["months"] for each in month["latest"]}
            if event["id"] in keys:
                return time.perf_counter() - began
        return PATIENCE_SECONDS

    for number in range(3):  # The first requests of a process load what it needs.
        probe(number)
    with ThreadPoolExecutor(max_workers=1) as prober:
        probing = prober.submit(_again_and_again, probe, ended)
        began = time.perf_counter()
        behind = _paced(send, rate / together, seconds)
        lasted = time.perf_counter() - began
        ended.set()
        seen = sorted(probing.result())
    return {
        "reached_rate": round(accepted[0] / lasted, 1),
        "requests_refused": refused[0],
        "requests_behind": behind,
        "probes": len(seen),
        "seen_after_p50": round(seen[len(seen) // 2], 3),
        "seen_after_p99": round(seen[len(seen) * 99 // 100], 3),
        "seen_after_max": round(seen[-1], 3),
        "bar": BAR_SECONDS,
    }


def _again_and_again(probe: Callable[[int], float], ended: threading.Event) -> list[float]:
    seen: list[float] = []
    for number in count(3):
        if ended.wait(0.2):
            return seen
        seen.append(probe(number))
    return seen


def _paced(send: Callable[[int], None], per_second: float, seconds: int) -> int:
    """Send at a steady pace; returns how many requests were not answered when the time was over."""
    with ThreadPoolExecutor(max_workers=SENDERS) as senders:
        began = time.perf_counter()
        sent = []
        for number in range(int(per_second * seconds)):
            wait = began + number / per_second - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            sent.append(senders.submit(send, number))
        behind = sum(not each.done() for each in sent)
        for each in sent:
            each.result()
    return behind


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--together", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    found = measured(asked.rate, asked.together, asked.seconds)
    print(json.dumps(found))  # noqa: T201
