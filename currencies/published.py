"""Who publishes rates, and which reader takes which of their formats."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from currencies.cbr import parse_cbr
from currencies.ecb import parse_ecb
from currencies.ecb_xml import parse_ecb_xml
from currencies.fx_rate import RatesRead
from currencies.imf import parse_imf
from currencies.nbp import parse_nbp
from currencies.nbp_api import parse_nbp_json, parse_nbp_xml
from currencies.nbu import parse_nbu_json, parse_nbu_xml

Publisher = Literal["ecb", "nbp", "nbu", "cbr", "imf"]
Form = Literal["xml", "json", "text"]
Reader = Callable[[bytes], RatesRead]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# A form that a publisher does not use goes to a reader that says what it would have wanted.
READERS: Final[Mapping[Publisher, Mapping[Form, Reader]]] = {
    "ecb": {"xml": parse_ecb_xml, "json": parse_ecb, "text": parse_ecb},
    "nbp": {"xml": parse_nbp_xml, "json": parse_nbp_json, "text": parse_nbp},
    "nbu": {"xml": parse_nbu_xml, "json": parse_nbu_json, "text": parse_nbu_json},
    "cbr": {"xml": parse_cbr, "json": parse_cbr, "text": parse_cbr},
    "imf": {"xml": parse_imf, "json": parse_imf, "text": parse_imf},
}


def form_of(content: bytes) -> Form:
    """What a file is written in, by its first byte that is no white space."""
    first = content.removeprefix(BYTE_ORDER_MARK).lstrip()[:1]
    if first == b"<":
        return "xml"
    return "json" if first in (b"[", b"{") else "text"
