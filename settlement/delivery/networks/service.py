"""Send to Peppol and to KSeF, through the services that the installation names."""

from settlement.delivery.networks.gateway import Ksef, NotConfigured, Peppol, called
from settlement.delivery.parcel import Call, Way
from tenants.randomness import Randomness, SystemRandomness
from tenants.settings import Settings


def peppol(settings: Settings, call: Call = called) -> Way:
    """The access point as a channel; where none is named, everything is held."""
    if not settings.peppol_url:
        return NotConfigured("SALDO_PEPPOL_URL")
    return Peppol(call, settings.peppol_url, settings)


def ksef(settings: Settings, call: Call = called, randomness: Randomness | None = None) -> Way:
    """KSeF as a channel; where no address is named, everything is held."""
    if not settings.ksef_url:
        return NotConfigured("SALDO_KSEF_URL")
    return Ksef(call, settings.ksef_url, settings, randomness or SystemRandomness())
