"""FreeSWITCH call records of mod_xml_cdr: one `<cdr>` for each leg, one or many in a file.

    <cdr><variables><uuid>…</uuid>…</variables>
         <callflow><caller_profile><caller_id_number>…</caller_id_number>…</callflow></cdr>

With encoding of values turned off, switches write what is no XML: a bare & in a display name, a
SIP address in angle brackets, control characters from a handset. Such a record is mended as a
reader would (the & and the brackets are text, the control characters are left out) and parsed
again. What is still no XML then is rejected; nothing is picked out of it.
"""

import re
from collections.abc import Mapping
from typing import Final

import polars as pl
from lxml import etree

from mediation.draft import Decoded
from mediation.formats.freeswitch_call import PROFILE, USED, call_of
from mediation.formats.xml_records import child, decode_records, text_of
from mediation.instants import as_iso
from mediation.source import Source

BARE_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
ATTRIBUTE: Final = r"""\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')"""
BARE_BRACKET: Final = re.compile(rf"<(?!/?[A-Za-z_][\w.-]*(?:{ATTRIBUTE})*\s*/?>)")
NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def decode(content: bytes, source: Source) -> Decoded:
    """Read records of mod_xml_cdr; one that cannot be read is rejected with its reason."""
    decoded = decode_records(content, source.encoding, ("cdr", None), _call, mended)
    instants = decoded.drafts.with_columns(occurred_at=as_iso(pl.col("occurred_at"), "epoch"))
    return decoded._replace(drafts=instants)


def mended(text: str) -> str:
    """Text in which what cannot be markup is written as text."""
    clean = NO_XML.sub("", text)
    return BARE_BRACKET.sub("&lt;", BARE_AMPERSAND.sub("&amp;", clean))


def _call(record: etree._Element) -> Mapping[str, str | None]:
    variables = child(record, "variables")
    # The latest call flow stands first; the others are those before a transfer.
    profile = child(record.find("callflow"), "caller_profile")
    return call_of(
        {name: text_of(variables, name) for name in USED},
        {name: text_of(profile, name) for name in PROFILE},
    )
