"""Who may send packets for which sources, and where they go."""

from collections.abc import Sequence
from ipaddress import ip_address

from i18n.errors import Conflict
from mediation.collecting import service as collecting
from mediation.collecting.place import is_wanted
from mediation.receiving.datagram import READERS
from mediation.receiving.files import name_of
from mediation.receiving.gateway import Address, Sender
from mediation.receiving.limits import Limits
from mediation.sources import service as sources
from tenants.directory.service import own_tenant
from tenants.session import TenantSession
from tenants.settings import Settings


class NoPacketsOfFormat(Conflict):
    """Source {source} has the format {format}, of which no packets are received. Use {known}."""


class NoSenders(Conflict):
    """The place of source {source} lists nobody who may send packets. List their addresses in
    senders.
    """


class PlaceWithoutReceived(Conflict):
    """The place of source {source} would not fetch the file {file} of up to {bytes} bytes. Change
    its pattern or size_max_bytes.
    """


class SenderOfTwoSources(Conflict):
    """The address {address} may send for source {source} and for another one. List it in one."""


def senders_of(
    session: TenantSession, codes: Sequence[str], settings: Settings, limits: Limits
) -> dict[Address, Sender]:
    """Who may send for these sources.

    Raises: NoSuchSource, NoPlace, NoPacketsOfFormat, NoSenders, PlaceWithoutReceived,
    SenderOfTwoSources.
    """
    tenant = own_tenant(session).code
    known: dict[Address, Sender] = {}
    for code in dict.fromkeys(codes):
        source = sources.the_source(session, code).source
        if source.format not in READERS:
            told = ", ".join(sorted(READERS))
            raise NoPacketsOfFormat(source=code, format=source.format, known=told)
        place = collecting.place_of(session, code)
        if not place.senders:
            raise NoSenders(source=code)
        for address in map(ip_address, place.senders):
            if address in known:
                raise SenderOfTwoSources(address=address, source=code)
            name = name_of(source.format, address, session.now())
            if not is_wanted(place, name) or place.size_max_bytes < limits.file_max_bytes:
                raise PlaceWithoutReceived(source=code, file=name, bytes=limits.file_max_bytes)
            folder = settings.inbox_folder / tenant / place.address
            known[address] = Sender(folder, source.format)
    return known
