"""Hostile XML, made of a good message: what a carrier, or somebody in its name, may send.

    hostile(Good(xml, ("Amount",), ("Amount",), ("Header",)), bait, seed=1)

gives some four hundred documents, the same for the same seed. Each says what is to become of it:

    REFUSED   two readers would read two things, or nobody can: refused as a whole
    SAME      another spelling of the same document by the rules of XML 1.0: read as the same value
    EITHER    a matter of how strict a reader is: refused, or read as the same value

so that in no case something else is read. To try one more shape, add a line to `_shapes`,
`_spellings`, `_encodings`, `_in_values` or `NOT_NUMBERS`.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'
XSI: Final = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
XINCLUDE: Final = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
# Two levels more than a bomb of one gigabyte needs.
BOMB: Final = '<!ENTITY e0 "ha">' + "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)
)
PARAMETER_BOMB: Final = "<!ENTITY % p0 'ha'>" + "".join(
    f"<!ENTITY % p{n} '{f'&#37;p{n - 1};' * 10}'>%p{n};" for n in range(1, 12)
)
REFUSED_ENCODINGS: Final = (
    "UTF-7", "UTF-32", "UCS-4", "UCS-2", "EBCDIC-CP-US", "IBM037", "ISO-2022-JP", "HZ", "GBK",
    "Shift_JIS", "BIG5", "CESU-8", "no-such", "../../etc/passwd", "U" * 5000,
)  # fmt: skip
TOLERATED_ENCODINGS: Final = ("utf-8", "US-ASCII", "ISO-8859-2", "windows-1250", "UTF8")

# What is no number, with V for the number that stood there.
NOT_NUMBERS: Final = (
    "", "x", "Ve0", "VE0", "Ve+2", "Ve-2", "1e999999999", "+V", "--V", "-+V", "V-", "(V)", "- V",
    "\u2212V", "V,5", "V,000", "V.000,00", "V 000", "V\u00a0000", "V\u202f000", "V_000", "V'000",
    "V.", ".5", "V..0", "V.0.0", "V;0", "0xV", "0bV", "V/1", "V%", "V EUR", "EUR V", "\u20acV",
    "V\u00bd", "\u00bd", "\u2167", "\u0663", "\u0967\u0968", "\uff11\uff12", "\U0001d7cf", "\u00b9",
    "V\u0661", "V\u200b", "\u200bV", "\ufeffV", "V\u00ad", "\u202eV", "V\u0301", "V\u00a0", "NaN",
    "-NaN", "sNaN", "INF", "-INF", "Infinity", "null", "None", "true", "V V", "V&#10;V", "V&#9;V",
    "9" * 16, "9" * 400, "0." + "1" * 13, "V." + "0" * 400, "=V", "'V", '&quot;V&quot;', "V\\",
    "${V}", "{{V}}", "V--", "V; DROP TABLE charges",
)  # fmt: skip
# The same number in another spelling, which a strict reader does not accept.
OTHER_NUMBERS: Final = (" V", "V ", "&#10;V&#9;", "0V", "000V")


class Fate(Enum):
    """What is to become of a document."""

    REFUSED = "refused"
    SAME = "same"
    EITHER = "either"


REFUSED, SAME, EITHER = Fate.REFUSED, Fate.SAME, Fate.EITHER


@dataclass(frozen=True, slots=True)
class Good:
    """A good message as we write it, in UTF-8.

    `values` are the names of leaf elements that are read and needed, `numbers` those of elements
    and attributes that are read as numbers, `once` those of elements with children of which one
    stands in its place.
    """

    xml: bytes
    values: tuple[str, ...]
    numbers: tuple[str, ...]
    once: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bait:
    """What no reader may fetch: the URL of a file that holds a secret, and one of a server."""

    file: str
    url: str


@dataclass(frozen=True, slots=True)
class Hostile:
    """One document and its fate."""

    name: str
    xml: bytes
    fate: Fate


Shape = tuple[str, str | bytes, Fate]


def hostile(good: Good, bait: Bait, seed: int) -> Iterator[Hostile]:
    """All hostile documents of a good one; `seed` says in which of its places."""
    at = random.Random(seed)  # noqa: S311 - the same documents every time.
    body = good.xml.decode().removeprefix("\ufeff")
    if body.startswith("<?xml"):
        body = body.partition("?>")[2].strip()
    shapes = (
        *_shapes(body, bait),
        *_documents_types(body, good, bait, at),
        *_spellings(body),
        *_encodings(body),
        *_in_values(body, good, bait, at),
        *_in_numbers(body, good, at),
    )
    for name, xml, fate in shapes:
        content = xml if isinstance(xml, bytes) else (DECLARATION + xml).encode("utf-8")
        yield Hostile(name, content, fate)


def _shapes(body: str, bait: Bait) -> Iterator[Shape]:
    """What is wrong with the whole."""
    many = " ".join(f'a{n}="1"' for n in range(51))
    sheet = f'<?xml-stylesheet type="text/xsl" href="{bait.url}"?>'
    include = f'<xi:include {XINCLUDE} href="{bait.file}" parse="text"/>'
    yield "empty", b"", REFUSED
    yield "blank", b" \n", REFUSED
    yield "no XML", b"PK\x03\x04 no XML \x00\xff", REFUSED
    for part in (4, 3, 2):
        yield f"cut at 1/{part}", body[: len(body) // part], REFUSED
    yield "without its last byte", body[:-1], REFUSED
    yield "without its last tag", body[: body.rindex("</")], REFUSED
    yield "twice", body + body, REFUSED
    yield "text before", "x" + body, REFUSED
    yield "text after", body + "x", REFUSED
    yield "NUL after", body + "\x00", REFUSED
    yield "declaration not at the start", (" " + DECLARATION + body).encode(), REFUSED
    yield "declared twice", DECLARATION + body, REFUSED
    yield "inside another", f"<wrapped>{body}</wrapped>", REFUSED
    yield "inside itself", _inside(body, body), EITHER
    yield "inside a signature", _inside(body, _signature(body)), EITHER
    yield "in a signature that wraps it", _signature(body), REFUSED
    yield "another namespace", re.sub(r'(xmlns(?::\w+)?=")', r"\1x", body), REFUSED
    yield "no namespace", re.sub(r' xmlns="[^"]*"', "", body), REFUSED
    yield "text beside elements", _inside(body, "100"), REFUSED
    yield "CDATA beside elements", _inside(body, "<![CDATA[100]]>"), REFUSED
    yield "stylesheet before", sheet + body, REFUSED
    yield "stylesheet after", body + sheet, REFUSED
    yield "instruction inside", _inside(body, "<?php x?>"), REFUSED
    yield "instruction named xml", _inside(body, DECLARATION), REFUSED
    yield "unclosed comment", _inside(body, "<!-- "), REFUSED
    yield "two dashes in a comment", _inside(body, "<!-- -- -->"), REFUSED
    yield "comment between elements", _inside(body, "<!-- x -->"), EITHER
    yield "comment before", "<!-- x -->" + body, EITHER
    yield "XInclude of a file", _inside(body, include), EITHER
    yield "XInclude of a URL", _inside(body, include.replace(bait.file, bait.url)), EITHER
    yield "deep", _inside(body, "<d>" * 41 + "</d>" * 41), REFUSED
    yield "very deep", _inside(body, "<d>" * 20_000 + "</d>" * 20_000), REFUSED
    yield "deep and open", _inside(body, "<d>" * 20_000), REFUSED
    yield "50,000 elements", _inside(body, "<d/>" * 50_000), EITHER
    yield "51 attributes", _with(body, many), REFUSED
    all_of_them = " ".join(f'a{n}="1"' for n in range(20_000))
    yield "20,000 attributes", _with(body, all_of_them), REFUSED
    spaces = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(1_000))
    yield "a thousand namespaces", _with(body, spaces), EITHER
    yield "an attribute of 11 MB", _with(body, f'a="{"x" * 11_000_000}"'), REFUSED
    yield "an attribute twice", _with(body, 'a="1" a="1"'), REFUSED
    twice = 'xmlns:p="urn:p" xmlns:q="urn:p" p:a="1" q:a="1"'
    yield "an attribute twice by two prefixes", _with(body, twice), REFUSED
    yield "a prefix of nothing", _with(body, 'p:a="1"'), REFUSED
    yield "prefix xml bound anew", _with(body, 'xmlns:xml="urn:p"'), EITHER
    yield "prefix xmlns bound", _with(body, 'xmlns:xmlns="urn:p"'), EITHER
    yield "place of a schema", _with(body, f'{XSI} xsi:schemaLocation="urn:x {bait.url}"'), EITHER
    yield "base", _with(body, f'xml:base="{bait.url}"'), EITHER
    yield "another type", _with(body, f'{XSI} xsi:type="other"'), EITHER
    yield "nil", _with(body, f'{XSI} xsi:nil="true"'), EITHER
    yield "unescaped", _inside(body, "<Note>a & b</Note>"), REFUSED


def _documents_types(body: str, good: Good, bait: Bait, at: random.Random) -> Iterator[Shape]:
    """DOCTYPE: fetched, expanded or filled in by some reader. All are refused."""
    root = re.split(r"[\s>]", body[1:], maxsplit=1)[0]
    places = [
        bait.file, bait.url, "/etc/passwd", "php://filter/resource=x", "expect://id",
        "ftp://127.0.0.1:9/x", "jar:file:///x!/y", "\\\\127.0.0.1\\x", "data:,1", "",
    ]  # fmt: skip
    used = _put(body, good, at, "&x;")
    for place in places:
        yield f"DTD {place}", f'<!DOCTYPE {root} SYSTEM "{place}">{body}', REFUSED
        yield (
            f"entity {place}",
            f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "{place}">]>{used}',
            REFUSED,
        )
        yield (
            f"parameter entity {place}",
            f'<!DOCTYPE {root} [<!ENTITY % x SYSTEM "{place}">%x;]>{body}',
            REFUSED,
        )
    bombed = _put(body, good, at, "&e11;")
    long = f'<!ENTITY x "{"y" * 100_000}">'
    loop = '<!ENTITY x "&y;"><!ENTITY y "&x;">'
    default = f'<!ATTLIST {root} a CDATA "1">'
    unparsed = f'<!NOTATION n SYSTEM "n"><!ENTITY u SYSTEM "{bait.file}" NDATA n>'
    for name, subset, text in (
        ("nothing", "", body),
        ("internal entity", '<!ENTITY x "1">', used),
        ("internal entity, unused", '<!ENTITY x "1">', body),
        ("bomb", BOMB, bombed),
        ("bomb in an attribute", BOMB, _with(body, 'a="&e11;"')),
        ("bomb of parameter entities", PARAMETER_BOMB, body),
        ("quadratic", long, _put(body, good, at, "&x;" * 10_000)),
        ("loop", loop, used),
        ("an attribute by default", default, body),
        ("unparsed entity", unparsed, body),
        ("< made anew", '<!ENTITY lt "1">', body),
        ("an element of any content", f"<!ELEMENT {root} ANY>", body),
    ):
        yield f"DOCTYPE of {name}", f"<!DOCTYPE {root} [{subset}]>{text}", REFUSED
    public = f'<!DOCTYPE {root} PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "{bait.url}">{body}'
    yield "public DTD", public, REFUSED


def _spellings(body: str) -> Iterator[Shape]:
    """The same document, written otherwise, and versions that are none."""
    plain = body.encode()
    yield "without declaration", plain, SAME
    yield "with a BOM", b"\xef\xbb\xbf" + (DECLARATION + body).encode(), SAME
    yield "with a BOM, without declaration", b"\xef\xbb\xbf" + plain, SAME
    yield "with two BOMs", b"\xef\xbb\xbf\xef\xbb\xbf" + plain, REFUSED
    yield "standalone", b'<?xml version="1.0" standalone="yes"?>' + plain, SAME
    yield "single quotes", re.sub(r"=\"([^\"']*)\"", r"='\1'", body), SAME
    yield "blanks in end tags", re.sub(r"(</[\w:]+)>", r"\1\n >", body), SAME
    yield "blanks after", body + "\n\n", SAME
    yield "line ends of Windows", body.replace("\n", "\r\n"), SAME
    for version in ("1.1", "1.2", "2.0", "0.9", "", "1.0.0"):
        yield f"version {version}", f'<?xml version="{version}"?>'.encode() + plain, REFUSED
    yield "no version", b'<?xml encoding="UTF-8"?>' + plain, REFUSED


def _encodings(body: str) -> Iterator[Shape]:
    """Bytes and the name of their encoding, where they agree and where not."""
    ascii_only = body.encode("ascii", "xmlcharrefreplace")
    for name in (*REFUSED_ENCODINGS, ""):
        yield (
            f"declared {name[:20]}",
            f'<?xml version="1.0" encoding="{name}"?>'.encode() + ascii_only,
            REFUSED,
        )
    for name in TOLERATED_ENCODINGS:
        yield (
            f"declared {name}",
            f'<?xml version="1.0" encoding="{name}"?>'.encode() + ascii_only,
            EITHER,
        )
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp037"):
        fate = REFUSED if codec.startswith(("utf-32", "cp")) else EITHER
        for named in ("UTF-8", "UTF-16", "UTF-32", None):
            head = f'<?xml version="1.0" encoding="{named}"?>' if named else ""
            content = (head + ascii_only.decode()).encode(codec)
            yield f"{codec}, declared {named}", content, fate
    yield "UTF-16 declared, UTF-8 written", _declared("UTF-16", ascii_only), EITHER
    yield "UTF-7 written", _declared("UTF-7", body.encode("utf-7")), REFUSED
    for name, wrong in (
        ("overlong", b"\xc0\xbc"), ("surrogate", b"\xed\xa0\x80"), ("cut", b"\xc5"),
        ("Latin", b"\xe9t\xe9"), ("not a character", b"\xef\xbf\xbe"), ("NUL", b"\x00"),
        ("control", b"\x01"), ("too high", b"\xf4\x90\x80\x80"),
    ):  # fmt: skip
        before, end, after = body.rpartition("</")
        content = b"<Note>" + wrong + b"</Note>"
        yield f"bytes: {name}", before.encode() + content + (end + after).encode(), REFUSED
    for name in ("0", "1", "xD800", "xFFFE", "x110000", "99999999999"):
        yield f"character {name}", _inside(body, f"<Note>&#{name};</Note>"), REFUSED


def _in_values(body: str, good: Good, bait: Bait, at: random.Random) -> Iterator[Shape]:
    """Inside an element that is read: what says 10 to one reader and 1000 to another."""
    for name, inside, fate in (
        ("comment in the middle", "{a}<!-- x -->{b}", REFUSED),
        ("comment before", "<!-- x -->{a}{b}", REFUSED),
        ("comment after", "{a}{b}<!-- x -->", REFUSED),
        ("only a comment", "<!-- {a}{b} -->", REFUSED),
        ("instruction", "{a}<?x y?>{b}", REFUSED),
        ("element in the middle", "{a}<x/>{b}", REFUSED),
        ("element after", "{a}{b}<x/>", REFUSED),
        ("element around", "<x>{a}{b}</x>", REFUSED),
        ("half in an element", "{a}<x>{b}</x>", REFUSED),
        ("itself inside", "{a}{b}<{tag}>{a}{b}</{tag}>", REFUSED),
        ("entity of nobody", "{a}&x;{b}", REFUSED),
        ("entity of HTML", "{a}&nbsp;{b}", REFUSED),
        ("end of CDATA", "{a}]]>{b}", REFUSED),
        ("open CDATA", "<![CDATA[{a}{b}", REFUSED),
        ("NUL", "{a}\x00{b}", REFUSED),
        ("control character", "{a}&#7;{b}", REFUSED),
        ("XInclude", f'<xi:include {XINCLUDE} href="{bait.file}" parse="text"/>', REFUSED),
        ("text of 11 MB", "{a}{b}" + " " * 11_000_000, REFUSED),
        ("CDATA", "<![CDATA[{a}{b}]]>", SAME),
        ("half in CDATA", "{a}<![CDATA[{b}]]>", SAME),
        ("two pieces of CDATA", "<![CDATA[{a}]]><![CDATA[{b}]]>", SAME),
        ("empty CDATA inside", "{a}<![CDATA[]]>{b}", SAME),
        ("character by its number", "&#{first};{rest}", SAME),
        ("character by its number in hexadecimal", "&#x{hex};{rest}", SAME),
    ):
        for place in _some(_leaves(body, good.values), at):
            yield f"{place[1]}: {name}", _filled(body, place, inside), fate
    for place in _some(_leaves(body, good.values), at, 4):
        yield from _around(body, place)
    for tag in good.once:
        found = re.search(rf"<((?:\w+:)?{tag})(?:\s[^<>]*)?>.*?</\1>", body, re.DOTALL)
        assert found is not None, f"the good message has no {tag}"
        twice = body[: found.end()] + found[0] + body[found.end() :]
        yield f"{tag}: twice with all that it has", twice, REFUSED


def _around(body: str, place: re.Match[str]) -> Iterator[Shape]:
    """The element that is read stands twice, is nil, or is another's."""
    tag, attributes, text = place.groups()
    whole, other = place[0], place[0].replace(f">{text}<", f">{text}9<")
    foreign = f'<f:{tag.rpartition(":")[2]} xmlns:f="urn:f">9</f:{tag.rpartition(":")[2]}>'
    for name, instead, fate in (
        ("twice", whole + whole, REFUSED),
        ("twice, another before", other + whole, REFUSED),
        ("twice, another after", whole + other, REFUSED),
        ("an empty one before", f"<{tag}{attributes}/>{whole}", REFUSED),
        ("one of another namespace before", foreign + whole, EITHER),
        ("one of another namespace after", whole + foreign, EITHER),
        ("only of another namespace", foreign, REFUSED),
        ("nil", f'<{tag}{attributes} {XSI} xsi:nil="true"/>', REFUSED),
        ("nil and a value", f'<{tag}{attributes} {XSI} xsi:nil="true">{text}</{tag}>', REFUSED),
        ("nil as 1", f'<{tag}{attributes} {XSI} xsi:nil=" 1 ">{text}</{tag}>', REFUSED),
        ("not nil", f'<{tag}{attributes} {XSI} xsi:nil="false">{text}</{tag}>', EITHER),
        ("of another type", f'<{tag}{attributes} {XSI} xsi:type="x">{text}</{tag}>', EITHER),
        ("out of sight", f"<x>{whole}</x>", REFUSED),
        ("in upper case", whole.replace(tag, tag.upper()), REFUSED),
    ):
        yield f"{tag}: {name}", body[: place.start()] + instead + body[place.end() :], fate


def _in_numbers(body: str, good: Good, at: random.Random) -> Iterator[Shape]:
    """Where a number is read stands something that some reader takes for one."""
    if not good.numbers:
        return
    names = "|".join(good.numbers)
    found = [
        *re.finditer(rf"<(?:\w+:)?(?:{names})(?:\s[^<>]*)?>([^<>]+)</", body),
        *re.finditer(rf'\s(?:{names})="([^"]+)"', body),
    ]
    for fate, texts in ((REFUSED, NOT_NUMBERS), (EITHER, OTHER_NUMBERS)):
        for text in texts:
            for place in _some(found, at):
                put = text.replace("V", place[1])
                name = f"{place[0][:60]}: {put[:40]!r}"
                yield name, body[: place.start(1)] + put + body[place.end(1) :], fate


def _leaves(body: str, names: tuple[str, ...]) -> list[re.Match[str]]:
    """The leaf elements of these names that hold two characters or more."""
    pattern = rf"<((?:\w+:)?(?:{'|'.join(names)}))((?:\s[^<>]*)?)>([^<>&]{{2,}})</\1>"
    return list(re.finditer(pattern, body))


def _some(places: list[re.Match[str]], at: random.Random, count: int = 2) -> list[re.Match[str]]:
    assert places, "the good message has none of the elements that it names"
    return at.sample(places, min(count, len(places)))


def _filled(body: str, place: re.Match[str], inside: str) -> str:
    tag, _, text = place.groups()
    half = len(text) // 2
    found = {
        "{a}": text[:half], "{b}": text[half:], "{tag}": tag,
        "{first}": str(ord(text[0])), "{hex}": f"{ord(text[0]):x}", "{rest}": text[1:],
    }  # fmt: skip
    for name, part in found.items():
        inside = inside.replace(name, part)
    return body[: place.start(3)] + inside + body[place.end(3) :]


def _put(body: str, good: Good, at: random.Random, text: str) -> str:
    """The message with a text after one of its values."""
    place = at.choice(_leaves(body, good.values))
    return body[: place.end(3)] + text + body[place.end(3) :]


def _inside(body: str, part: str) -> str:
    """The message with a part before its end."""
    before, end, after = body.rpartition("</")
    return before + part + end + after


def _with(body: str, attributes: str) -> str:
    """The message with attributes at its root."""
    return re.sub(r"^(<[\w:]+)", lambda found: f"{found[1]} {attributes}", body, count=1)


def _signature(inside: str) -> str:
    return f'<s:Signature xmlns:s="{DSIG}"><s:Object>{inside}</s:Object></s:Signature>'


def _declared(encoding: str, content: bytes) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + content
