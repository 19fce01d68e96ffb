"""Who may send packets for which sources, and where they go."""

from collections.abc import Sequence
from ipaddress import ip_address

from i18n.errors import Conflict
from mediation.collecting import service as collecting
from mediation.collecting.place import Place, is_wanted
from mediation.receiving.datagram import READERS
from mediation.receiving.files import name_of
from mediation.receiving.gateway import Address
from mediation.receiving.gateway import Sender as Sender
from mediation.receiving.limits import Limits
from mediation.sources import service as sources
from tenants.directory.service import own_tenant
from tenants.secrets import SecretMissing, secret
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


class NoSharedSecret(Conflict):
    """The place of source {source} names no secret that is shared with its senders. Name it in
    credentials as {name}, such as env:RADIUS.
    """


class ReceivedInUtf8(Conflict):
    """What is received for source {source} is written as utf-8, and its encoding is {encoding}. Use
    utf-8.
    """


SIGNED = ("radius",)
SHARED = "radius"


def senders_of(
    session: TenantSession, codes: Sequence[str], settings: Settings, limits: Limits
) -> dict[Address, Sender]:
    """Who may send for these sources.

    Raises: NoSuchSource, NoPlace, NoPacketsOfFormat, NoSenders, PlaceWithoutReceived,
    SenderOfTwoSources, ReceivedInUtf8, NoSharedSecret, SecretMissing.
    """
    tenant = own_tenant(session).code
    known: dict[Address, Sender] = {}
    for code in dict.fromkeys(codes):
        format = _format_received(session, code)
        place = collecting.place_of(session, code)
        if not place.senders:
            raise NoSenders(source=code)
        if format in SIGNED and SHARED not in place.credentials:
            raise NoSharedSecret(source=code, name=SHARED)
        folder = settings.inbox_folder / tenant / place.address
        for address in map(ip_address, place.senders):
            if address in known:
                raise SenderOfTwoSources(address=address, source=code)
            name = name_of(format, address, session.now())
            if not is_wanted(place, name) or place.size_max_bytes < limits.file_max_bytes:
                raise PlaceWithoutReceived(source=code, file=name, bytes=limits.file_max_bytes)
            shared = _secret(tenant, place, address, settings) if format in SIGNED else b""
            known[address] = Sender(folder, format, shared)
    return known


def _format_received(session: TenantSession, code: str) -> str:
    source = sources.the_source(session, code).source
    if source.format not in READERS:
        told = ", ".join(sorted(READERS))
        raise NoPacketsOfFormat(source=code, format=source.format, known=told)
    if source.encoding != "utf-8":
        raise ReceivedInUtf8(source=code, encoding=source.encoding)
    return source.format


def _secret(tenant: str, place: Place, address: Address, settings: Settings) -> bytes:
    """The secret shared with a sender: its own, under its address, or that of all.

    Raises: SecretMissing, also where there is one without a character.
    """
    reference = place.credentials.get(str(address), place.credentials[SHARED])
    shared = secret(tenant, reference, settings).encode()
    if not shared:
        raise SecretMissing(reference=reference, place=reference)
    return shared
