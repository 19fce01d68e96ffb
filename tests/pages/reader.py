"""A person at the pages, as the tests' browser without scripts: signs in, reads, sends forms."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from tenants.principal import Role
from tenants.web.callers import SESSION_COOKIE
from tests.pages.world import World


class Reader:
    """One person with a browser of their own, who reads a language."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client: FlaskClient = app.test_client()
        self.language = language
        self.seen = "/sign-in"

    def open(self, path: str) -> TestResponse:
        """Ask for a page and follow where it leads."""
        answer = self.client.get(
            path, headers={"Accept-Language": self.language}, follow_redirects=True
        )
        self.seen = answer.request.full_path
        return answer

    def read(self, path: str) -> html.HtmlElement:
        """A page that must be there."""
        answer = self.open(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return html.document_fromstring(answer.text)

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Send a form from the page seen last, and follow where it leads."""
        answer = self.send_only(path, **fields)
        return self.open(answer.location) if answer.status_code in (302, 303) else answer

    def send_only(self, path: str, **fields: Any) -> TestResponse:
        """Send a form from the page seen last; the answer as it is."""
        return self.client.post(
            path,
            data={"form_token": self.form_token(), **fields},
            headers={"Accept-Language": self.language, "Referer": f"http://localhost{self.seen}"},
        )

    def form_token(self) -> str:
        """The token that a form of the page seen last carries."""
        page = html.document_fromstring(self.client.get(self.seen, follow_redirects=True).text)
        return str(page.xpath("//input[@name='form_token']/@value")[0])


def signed_in(app: Flask, world: World, role: Role, language: str = "en") -> Reader:
    """Somebody of this role who has signed in."""
    reader = Reader(app, language)
    reader.client.set_cookie("saldo_language", language)
    reader.client.set_cookie(SESSION_COOKIE, world.cookies[role])
    reader.seen = "/"
    return reader


def text_of(part: html.HtmlElement) -> str:
    """What a page, or a part of it, says in one line."""
    return " ".join(" ".join(part.itertext()).split())
