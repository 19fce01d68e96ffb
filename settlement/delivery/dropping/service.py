"""Drop documents into folders of SFTP servers."""

from settlement.delivery.dropping.gateway import Drop
from settlement.delivery.parcel import Way
from tenants.settings import Settings


def drop(settings: Settings) -> Way:
    """SFTP servers as a channel."""
    return Drop(settings)
