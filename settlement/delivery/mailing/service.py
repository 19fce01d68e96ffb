"""Send by e-mail with the mail server of the installation."""

from settlement.delivery.mailing.gateway import Mail
from settlement.delivery.parcel import Way
from tenants.settings import Settings


def mail(settings: Settings) -> Way:
    """The mail server as a channel; where none is named, it says so and sends nothing."""
    return Mail(settings)
