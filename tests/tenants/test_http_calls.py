"""An answer is an answer whatever its status; nobody answering is an error of the system."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tenants.http_calls import over_http


class Echo(BaseHTTPRequestHandler):
    """Answers 422 to bodies that say no, 200 to others, with method, a header and the body."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(422 if body == b"no" else 200)
        self.end_headers()
        self.wfile.write(b"POST " + self.headers["X-Said"].encode() + b" " + body)

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"GET " + str(self.headers["Content-Length"]).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        answering = threading.Thread(target=server.serve_forever)
        answering.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        answering.join()


def asked(url: str, method: str, body: bytes, largest: int = 100) -> tuple[int, bytes]:
    return over_http(method, url, {"X-Said": "x"}, body, seconds=5, largest_answer=largest)


@pytest.mark.parametrize(
    ("method", "body", "status", "answer"),
    [
        ("POST", b"yes", 200, b"POST x yes"),
        ("POST", b"no", 422, b"POST x no"),
        ("GET", b"", 200, b"GET None"),
    ],
)
def test_every_status_is_an_answer(
    url: str, method: str, body: bytes, status: int, answer: bytes
) -> None:
    assert asked(url, method, body) == (status, answer)


@pytest.mark.parametrize("body", [b"yes", b"no"])
def test_no_more_is_read_than_is_wanted(url: str, body: bytes) -> None:
    assert asked(url, "POST", body, largest=4)[1] == b"POST"


def test_nobody_there_is_an_error() -> None:
    with pytest.raises(OSError, match="refused"):
        asked("http://127.0.0.1:9/", "GET", b"")
