"""Send by e-mail with the mail server of the installation; take in what comes back."""

from collections import Counter
from collections.abc import Iterable, Mapping

from settlement.delivery import service
from settlement.delivery.mailing.bounce import report_of
from settlement.delivery.mailing.gateway import Mail
from settlement.delivery.parcel import Way
from tenants.session import TenantSession
from tenants.settings import Settings


def mail(settings: Settings) -> Way:
    """The mail server as a channel; where none is named, it says so and sends nothing."""
    return Mail(settings)


def take_reports(session: TenantSession, messages: Iterable[bytes]) -> Mapping[str, int]:
    """Read messages that came back; returns how many told something new, old or nothing.

    Taking the same ones again changes nothing.
    """
    told: Counter[str] = Counter()
    for content in messages:
        report = report_of(content)
        if report is None:
            told["not_ours"] += 1
        elif service.arrived(session, report.delivery_id, report.answer, report.place):
            told[report.answer.state.value] += 1
        else:
            told["known"] += 1
    return dict(told)
