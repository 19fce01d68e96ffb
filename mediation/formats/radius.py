r"""RADIUS accounting, as FreeRADIUS writes it to a detail file.

    Mon Sep 17 00:02:21 2018                  when the server wrote it, local
    <tab>Acct-Status-Type = Stop              one attribute in each line, text in quotes
    <tab>Acct-Session-Id = "00201c14283a"     (a blank line ends the record)

A session is known by Acct-Session-Id within its NAS (RFC 2866, 5.5). Its Stop counts from the
beginning, and so does each Interim-Update, so the Stop alone is charged: it ends the call as its
`total`, and the reports before it, of this file or earlier ones, go with it. A session without a
Stop waits in suspense.

* Octets are 32-bit; Acct-Input-Gigawords and -Output-Gigawords count how often they wrapped
  (RFC 2869, 5.1 and 5.2). The quantity of a data session is octets in and out, in bytes.
* A session began at Timestamp, when the report arrived, less Acct-Delay-Time (RFC 2866, 5.2), or
  at a numeric Event-Timestamp, when it happened (RFC 2869, 5.3), less Acct-Session-Time. The
  header is not used: it is local.
* Service-Type Login-User, or an h323-setup-time, is a voice call; anything else that counts octets
  is data. In a call, Calling- and Called-Station-Id are telephone numbers.
* A report without octets is of a data session too where the user is framed (Service-Type,
  Framed-Protocol or Framed-IP-Address; RFC 2865, 5.6 to 5.8), where the port carries no calls
  (NAS-Port-Type; RFC 2865, 5.41), or where no Service-Type is given and nothing that could be
  called.
* A Stop need not have octets (RFC 2866, 5.13), and does not say whether nothing flowed or nothing
  was counted. Of a data session it waits as NO_COUNTERS, whatever was counted before it.

The source's mapping may say in `attributes` which attribute is which draft field; by default
account is User-Name for data. `uncounted` says what a Stop without octets is: `doubted` (the
default), or `nothing` where the server leaves out what is zero.

    STRAY_TEXT           a line that is no attribute
    REPEATED_ATTRIBUTE   an attribute that may stand once, with two values
    MISSING_KEY          no Acct-Session-Id
    NOT_A_SESSION        Accounting-On and -Off
    UNKNOWN_RECORD_TYPE  another Acct-Status-Type, or none
    NO_COUNTERS          the Stop of a data session, without octets
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from i18n.locale import Words, _
from mediation.draft import Decoded, as_drafts, refused
from mediation.formats.lines import as_rejected, in_file_order, read_lines
from mediation.formats.mapping import Fault, require, strange_fields
from mediation.instants import as_iso
from mediation.source import Source

READ = (
    "Acct-Status-Type",
    "Acct-Session-Id",
    "Acct-Session-Time",
    "Acct-Input-Octets",
    "Acct-Output-Octets",
    "Acct-Input-Gigawords",
    "Acct-Output-Gigawords",
    "Acct-Delay-Time",
    "Acct-Terminate-Cause",
    "Timestamp",
    "Event-Timestamp",
    "NAS-IP-Address",
    "NAS-IPv6-Address",
    "NAS-Identifier",
    "User-Name",
    "Calling-Station-Id",
    "Called-Station-Id",
    "Service-Type",
    "h323-setup-time",
)
# What tells a data session before it counts anything; nothing is charged by it, so that a second
# value of it costs no report.
SIGNS = ("Framed-Protocol", "Framed-IP-Address", "NAS-Port-Type")
FRAMED = ("Framed-User", "Callback-Framed-User")
# Ports without calls; a telephone may well be called through Async, ISDN, Virtual or Ethernet.
DATA_PORTS = (
    "Wireless-802.11",
    "Cable",
    "xDSL",
    "ADSL-CAP",
    "ADSL-DMT",
    "IDSL",
    "SDSL",
    "PPPoA",
    "PPPoEoA",
    "PPPoEoE",
    "PPPoEoVLAN",
    "PPPoEoQinQ",
)
# What a site may name: not what the session, its times and its counters say already.
NAMEABLE = {
    "account",
    "a_number",
    "b_number",
    "trunk_in",
    "trunk_out",
    "product",
    "direction",
    "cause",
}
UNCOUNTED = ("doubted", "nothing")
ATTRIBUTE = r"^\s+([A-Za-z0-9][A-Za-z0-9_.:-]*)\s*(?::=|\+=|=)\s*(.*?)\s*$"
COUNTER = r"^[0-9]{1,15}$"
WORD = r"^[0-9]{1,10}$"
WRAPS_AT = 2**32
TELEPHONE = r"^\+?[0-9]{3,15}$"
CALLABLE = r"^(\+?[0-9]{3,15}$|sips?:|tel:)"


def decode(content: bytes, source: Source) -> Decoded:
    """Read a detail file: each report of a session is a part of it.

    Raises: BadMapping.
    """
    mapping = checked_mapping(source)
    attributes = mapping.get("attributes", {})
    lines = read_lines(content, source.encoding)
    if lines is None:
        return refused("WRONG_ENCODING")
    written = pl.concat(
        [
            lines.records.with_columns(fault=pl.lit(None, pl.String)),
            lines.rejected.rename({"reason": "fault"}),
        ]
    ).sort("line")
    reports = _reports(written, (*READ, *attributes.values()), SIGNS)
    # FreeRADIUS ends every report with a blank line.
    is_cut = (pl.col("line") == pl.col("line").max()) & (pl.col("last_line") >= lines.ended)
    judged = reports.with_columns(reason=_why_no_session(), is_cut=is_cut)
    known = _sessions(judged.filter(pl.col("reason").is_null()), attributes)
    sessions = _with_ends(known, source.kind, mapping.get("uncounted", UNCOUNTED[0]))
    bad = judged.filter(pl.col("reason").is_not_null())
    return Decoded(as_drafts(sessions), in_file_order(as_rejected(bad)))


def checked_mapping(source: Source) -> Mapping[str, Any]:
    """The mapping of a source, when it names only what there is.

    Raises: BadMapping.
    """
    return require(source, _faults(source.mapping))


def _faults(mapping: Mapping[str, Any]) -> Iterator[Fault]:
    unknown = sorted(set(mapping) - {"attributes", "uncounted"})
    yield (
        Words(_("the keys {unknown}"), unknown=unknown),
        bool(unknown),
        Words(_("Use only attributes and uncounted.")),
    )
    uncounted = mapping.get("uncounted", UNCOUNTED[0])
    strange_word = uncounted not in UNCOUNTED
    yield (
        Words(_("the word {uncounted} for uncounted"), uncounted=repr(uncounted)),
        strange_word,
        Words(_("Use one of {choices}."), choices=UNCOUNTED),
    )
    attributes = mapping.get("attributes", {})
    remedy = Words(_("Give an attribute for a field."))
    yield Words(_("no table in attributes")), not isinstance(attributes, Mapping), remedy
    yield strange_fields(attributes, NAMEABLE)
    nameless = not all(isinstance(name, str) and name for name in attributes.values())
    yield (
        Words(_("an attribute without a name")),
        nameless,
        Words(_("Name the attribute as the file does.")),
    )


def _reports(written: pl.DataFrame, names: tuple[str, ...], signs: tuple[str, ...]) -> pl.DataFrame:
    """One row for each report: line, last_line, raw, and its attributes as text.

    Args:
        signs: attributes of which the first value is read, whatever others follow.
    """
    is_header = ~pl.col("raw").str.contains(r"^\s")
    after_blank = pl.col("line") - pl.col("line").shift(1).fill_null(-1) > 1
    read = (
        written.with_columns(report=(is_header | after_blank).cum_sum(), is_header=is_header)
        .with_columns(_attribute())
        .with_columns(
            is_stray=~pl.col("is_header") & pl.col("name").is_null(),
        )
    )
    distinct = list(dict.fromkeys(names))
    found = {
        name: pl.col("value").filter(pl.col("name") == name)
        for name in dict.fromkeys((*distinct, *signs))
    }
    return (
        read.group_by("report", maintain_order=True)
        .agg(
            pl.col("line").min(),
            pl.col("raw").str.join("\n"),
            pl.col("line").max().alias("last_line"),
            pl.col("fault").drop_nulls().first(),
            pl.col("is_stray").any(),
            pl.any_horizontal(found[name].n_unique() > 1 for name in distinct).alias("is_repeated"),
            **{name: each.first() for name, each in found.items()},
        )
        .drop("report")
    )


def _attribute() -> list[pl.Expr]:
    parts = pl.col("raw").str.extract_groups(ATTRIBUTE)
    text = parts.struct.field("2")
    quoted = text.str.extract(r'^"(.*)"$').str.replace_all(r'\\(["\\])', "$1")
    return [parts.struct.field("1").alias("name"), pl.coalesce(quoted, text).alias("value")]


def _why_no_session() -> pl.Expr:
    status = pl.col("Acct-Status-Type")
    return (
        pl.when(pl.col("fault").is_not_null())
        .then(pl.col("fault"))
        .when("is_stray")
        .then(pl.lit("STRAY_TEXT"))
        .when("is_repeated")
        .then(pl.lit("REPEATED_ATTRIBUTE"))
        .when(status.is_in(["Accounting-On", "Accounting-Off"]))
        .then(pl.lit("NOT_A_SESSION"))
        .when(~status.is_in(["Start", "Interim-Update", "Alive", "Stop"]).fill_null(False))
        .then(pl.lit("UNKNOWN_RECORD_TYPE"))
        .when(pl.col("Acct-Session-Id").fill_null("") == "")
        .then(pl.lit("MISSING_KEY"))
    )


def _sessions(reports: pl.DataFrame, attributes: Mapping[str, str]) -> pl.DataFrame:
    status = pl.col("Acct-Status-Type")
    nas = pl.coalesce("NAS-IP-Address", "NAS-IPv6-Address", "NAS-Identifier")
    known = reports.with_columns(
        call_id=pl.concat_str(nas, "Acct-Session-Id", separator="/", ignore_nulls=True),
        seconds=_number("Acct-Session-Time", COUNTER),
    ).with_columns(
        kind=pl.coalesce(
            _kind().drop_nulls().first().over("call_id"),
            pl.when(_is_data_by_signs(attributes)).then(pl.lit("data")),
        )
    )
    is_data = (pl.col("kind") == "data").fill_null(False)
    number = {
        name: pl.when(~is_data | pl.col(attribute).str.contains(TELEPHONE)).then(pl.col(attribute))
        for name, attribute in (
            ("a_number", "Calling-Station-Id"),
            ("b_number", "Called-Station-Id"),
        )
    }
    usual = {
        **number,
        "account": pl.when(is_data).then(pl.col("User-Name")),
        "cause": pl.col("Acct-Terminate-Cause"),
    }
    asked = {name: pl.col(attribute) for name, attribute in attributes.items()}
    return known.select(
        "line",
        "raw",
        "kind",
        "call_id",
        # Reports before the last are told apart by how far the session had come.
        part=pl.when(status == "Stop")
        .then(1)
        .when(status == "Start")
        .then(2)
        .otherwise(3 + pl.col("seconds").fill_null(0)),
        last=pl.when(status == "Stop")
        .then(pl.lit("total"))
        .when(status == "Start")
        .then(pl.lit("start")),
        occurred_at=_began(),
        duration_seconds=pl.col("Acct-Session-Time"),
        quantity=pl.when(is_data).then(_octets()),
        doubt=pl.when("is_cut").then(pl.lit("TRUNCATED_LINE")),
        **(usual | asked),
    )


def _with_ends(sessions: pl.DataFrame, usual_kind: str, uncounted: str) -> pl.DataFrame:
    """Sessions with what an end without octets means: a doubt, or that nothing flowed.

    Args:
        usual_kind: the kind of a record that does not say its own.
    """
    is_data = pl.coalesce("kind", pl.lit(usual_kind)) == "data"
    is_end = (pl.col("last") == "total").fill_null(False)
    lacks = is_data & is_end & pl.col("quantity").is_null()
    if uncounted == "nothing":
        return sessions.with_columns(
            quantity=pl.when(lacks).then(pl.lit("0")).otherwise("quantity")
        )
    doubted = pl.when(lacks).then(pl.lit("NO_COUNTERS"))
    return sessions.with_columns(doubt=pl.coalesce("doubt", doubted))


def _number(name: str, pattern: str) -> pl.Expr:
    digits = pl.when(pl.col(name).str.contains(pattern)).then(pl.col(name))
    return digits.cast(pl.Int64, strict=False)


def _kind() -> pl.Expr:
    is_call = (pl.col("Service-Type") == "Login-User") | pl.col("h323-setup-time").is_not_null()
    counts = pl.col("Acct-Input-Octets").is_not_null() | pl.col("Acct-Output-Octets").is_not_null()
    return pl.when(is_call.fill_null(False)).then(pl.lit("voice")).when(counts).then(pl.lit("data"))


def _is_data_by_signs(attributes: Mapping[str, str]) -> pl.Expr:
    """Whether a report that counts nothing is all the same of a data session."""
    called = pl.col(attributes.get("b_number", "Called-Station-Id"))
    service = pl.col("Service-Type")
    return (
        service.is_in(FRAMED).fill_null(False)
        | pl.col("Framed-Protocol").is_not_null()
        | pl.col("Framed-IP-Address").is_not_null()
        | pl.col("NAS-Port-Type").is_in(DATA_PORTS).fill_null(False)
        | (service.is_null() & ~called.str.contains(CALLABLE).fill_null(False))
    )


def _began() -> pl.Expr:
    """When the session began, in UTC; nothing where the report does not say when it was made."""
    at_once = pl.col("Acct-Delay-Time").is_null()
    delay = pl.when(at_once).then(0).otherwise(_number("Acct-Delay-Time", WORD))
    got_here = _number("Timestamp", WORD)
    happened = pl.coalesce(got_here - delay, _number("Event-Timestamp", WORD))
    lasted = pl.when(pl.col("Acct-Session-Time").is_null()).then(0).otherwise(pl.col("seconds"))
    return as_iso((happened - lasted).cast(pl.String), "epoch")


def _octets() -> pl.Expr:
    """Octets in and out; a counter that cannot be read stays as it is written and is seen."""
    ways = [_way("Input"), _way("Output")]
    told = pl.any_horizontal(
        pl.col(f"Acct-{way}-Octets").is_not_null() for way in ("Input", "Output")
    )
    unreadable = pl.any_horizontal(way.is_null() for way in ways)
    return (
        pl.when(told & unreadable)
        .then(
            pl.concat_str(
                "Acct-Input-Octets", "Acct-Output-Octets", separator=" + ", ignore_nulls=True
            )
        )
        .when(told)
        .then((ways[0] + ways[1]).cast(pl.String))
    )


def _way(way: str) -> pl.Expr:
    octets, words = f"Acct-{way}-Octets", f"Acct-{way}-Gigawords"
    low = pl.when(pl.col(octets).is_null()).then(0).otherwise(_number(octets, COUNTER))
    high = pl.when(pl.col(words).is_null()).then(0).otherwise(_number(words, WORD))
    # A counter beside gigawords has 32 bits; a larger one would be counted twice.
    fits = (high < WRAPS_AT) & ((high == 0) | (low < WRAPS_AT))
    return pl.when(fits).then(low + high * WRAPS_AT)
