"""Whoever says whether a VAT number is valid: VIES over HTTP, or nobody."""

from collections.abc import Callable
from typing import Final, Protocol

from i18n.locale import Words, _
from settlement.taxation.number_checks import vies
from settlement.taxation.number_checks.number_check import Answer, Told
from tenants.http_calls import over_http
from tenants.settings import Settings

SECONDS: Final = 20
LARGEST_ANSWER: Final = 100_000

Post = Callable[[str, bytes], bytes]
"""Send a JSON body to an address and return the body of the answer; raises OSError."""


class VatNumberChecks(Protocol):
    """A service that is asked about one number at a time, and never raises."""

    @property
    def name(self) -> str:
        """What it is called in evidence."""

    def ask(self, number: str, requester: str) -> Told:
        """What it says of a number with its prefix; `requester` is our own, or empty."""


class Vies:
    """VIES by its REST form, over an HTTP call that is handed in."""

    name = vies.NAME

    def __init__(self, post: Post, url: str = vies.URL) -> None:
        self._post, self._url = post, url

    def ask(self, number: str, requester: str) -> Told:
        """One question; whatever goes wrong on the way is no answer."""
        try:
            return vies.told_by(self._post(self._url, vies.request_of(number, requester)))
        except OSError as failed:
            return vies.unanswered(str(failed) or type(failed).__name__)


class NobodyAsked:
    """No service is configured: nothing is known of any number, and what needs it waits."""

    name = "none"

    def ask(self, number: str, requester: str) -> Told:
        """Say that nobody was asked."""
        return Told(Answer.NOT_CONFIGURED, detail=str(Words(_("no service is configured"))))


def post_json(url: str, body: bytes) -> bytes:
    """Post over HTTPS; whatever its status, the body of the answer says how it stands."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    _, answer = over_http(
        "POST", url, headers, body, seconds=SECONDS, largest_answer=LARGEST_ANSWER
    )
    return answer


def configured(settings: Settings) -> VatNumberChecks:
    """The service that the installation names, or nobody."""
    url = settings.vat_check_url
    return Vies(post_json, url) if url else NobodyAsked()
