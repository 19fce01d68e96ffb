"""Files whose number was passed over: which are missing, and how nobody waits for one (R03)."""

from i18n.errors import Invalid, few
from mediation import sequences
from mediation.file_numbers import counter_of
from mediation.landing import service as landing
from mediation.sequences import Gap
from mediation.sources import service as sources
from tenants.session import TenantSession


class StreamUnclear(Invalid):
    """Source {source} numbers the files of each stream by itself, and file {number} may be of
    {streams}. Name one of them as the stream.
    """


def gaps(session: TenantSession, source_code: str) -> list[int]:
    """File numbers of a source that are missing and not waived (R03).

    Raises: NoSuchSource.
    """
    return [gap.number for gap in gaps_since(session, source_code)]


def gaps_since(session: TenantSession, source_code: str) -> list[Gap]:
    """File numbers of a source that are missing and not waived, and since when each is known.

    Those of one stream after those of another. Raises: NoSuchSource.
    """
    registered = sources.the_source(session, source_code)
    waivers = sources.waivers(session, source_code)
    missing = []
    for stream, files in sorted(landing.numbered(session, registered.id).items()):
        waived = [each for each in waivers if each.stream == stream]
        found = sequences.gaps(files, waived, counter_of(registered.source, stream))
        missing += [each._replace(stream=stream) for each in found]
    return missing


def waive(
    session: TenantSession, source_code: str, number: int, reason: str, stream: str = ""
) -> None:
    """Declare that a file will not come; of several streams, one has to be named or meant.

    Meant is the one that misses the number, where no other does. Raises: NoSuchSource,
    StreamUnclear, WaiverWithoutReason, AlreadyWaived.
    """
    registered = sources.the_source(session, source_code)
    streams = [each for each in landing.numbered(session, registered.id) if each]
    if streams and stream not in streams:
        missing = gaps_since(session, source_code)
        found = [each.stream for each in missing if each.number == number] or streams
        if stream or len(found) > 1:
            raise StreamUnclear(number=number, source=source_code, streams=few(found))
        stream = found[0]
    sources.waive_sequence(session, source_code, number, reason, stream)
