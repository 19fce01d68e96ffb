"""Number drafts whose XML keeps its rules; hold the others, which take no number.

All drafts of a set are checked together, under the numbers they have if all keep their rules.
Where one is held, those behind it move up, and are checked again under the numbers they have now:
a verdict is on the very bytes that are issued.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from statements.branding.service import PLAIN_WORN, Worn
from statements.document import Document
from statements.forms import Draft, pack_of, page_in, xml_of
from statements.ksef.refusals import NotForKsef
from statements.numbering import Series, number_text
from statements.profiles.profile import EN16931, Profile
from statements.rendering.choosing import Look
from statements.rendering.service import TemplateStopped, draw_each
from statements.validation import service as validation
from statements.validation.rule_pack import EN16931_UBL, RulePack
from statements.validation.service import not_installed, pack_in_force, validate_all
from statements.validation.verdict import Finding, Verdict

# What a verdict is called that a tenant's own template brought about.
TEMPLATE = "template"


class Count(NamedTuple):
    """How a series writes its numbers, the serial that comes next, and how many there were before
    the present count began.
    """

    series: Series
    next_number: int
    cycle_before: int = 0


class Passed(NamedTuple):
    """A numbered document with its XML and the verdict on it; without a serial it is held."""

    document: Draft
    serial: int | None
    xml: bytes | None
    verdict: Verdict | None
    pdf: bytes | None = None


def make_ready(issued_on: date) -> None:
    """Start what checks documents of that day by EN 16931, while they are still being drafted.

    Raises RulePackManifestWrong or NoSuchRulePack.
    """
    pack = pack_in_force(EN16931_UBL.id, issued_on)
    if pack is not None:
        validation.make_ready(pack)


def pass_in_turns(
    drafts: Sequence[Draft],
    counts: Mapping[str, Count],
    issued_on: date,
    profiles: Sequence[Profile],
    worn: Sequence[Worn],
    at_once: int,
) -> Generator[list[Passed], None, None]:
    """Number and draw drafts as `pass_and_draw` does, so many at a time, in their order.

    The next are checked and drawn while the caller does something with those it got. Raises what
    `pass_and_draw` raises.
    """

    def turn(start: int, counts: Mapping[str, Count]) -> list[Passed]:
        some = slice(start, start + at_once)
        return pass_and_draw(drafts[some], counts, issued_on, profiles[some], worn[some])

    with ThreadPoolExecutor(max_workers=1) as ahead:
        passing = ahead.submit(copy_context().run, turn, 0, counts)
        for start in range(0, len(drafts), at_once):
            passed = passing.result()
            counts = {kind: _counted(count, kind, passed) for kind, count in counts.items()}
            passing = ahead.submit(copy_context().run, turn, start + at_once, counts)
            yield passed


def _counted(count: Count, kind: str, passed: Sequence[Passed]) -> Count:
    """The count after those that got numbers."""
    given = sum(p.serial is not None for p in passed if p.document.kind.value == kind)
    return count._replace(next_number=count.next_number + given)


def pass_and_draw(
    drafts: Sequence[Draft],
    counts: Mapping[str, Count],
    issued_on: date,
    profiles: Sequence[Profile] = (),
    worn: Sequence[Worn] = (),
) -> list[Passed]:
    """Number drafts as `pass_all` does and draw them; where a tenant's template fails, hold it.

    `worn` are the looks of the drafts, in their order; without them it is the one everybody has.
    What is behind a held document moves up and is drawn anew. Raises what `pass_all` raises, and
    DrawingFailed.
    """
    passed: dict[int, Passed] = {}
    while True:
        found = pass_all(drafts, counts, issued_on, profiles, passed)
        passed = dict(enumerate(found))
        undrawn = [p for p, each in passed.items() if each.serial is not None and each.pdf is None]
        if not undrawn:
            return found
        forms = profiles or [EN16931] * len(drafts)
        looks = worn or [PLAIN_WORN] * len(drafts)
        pdfs = drawn_in(
            [(passed[place].document, looks[place].look, forms[place]) for place in undrawn]
        )
        for place, pdf in zip(undrawn, pdfs, strict=True):
            if isinstance(pdf, TemplateStopped):
                finding = Finding(pdf.code, "fatal", str(pdf))
                verdict = Verdict(TEMPLATE, str(looks[place].version), True, (finding,))
                passed[place] = Passed(drafts[place], None, None, verdict)
            else:
                passed[place] = passed[place]._replace(pdf=pdf)


def drawn_in(documents: Sequence[tuple[Draft, Look, Profile]]) -> list[bytes | TemplateStopped]:
    """The documents as PDF in their looks, in their order; what a template cannot draw is told."""
    return draw_each([page_in(document, look, profile) for document, look, profile in documents])


def pass_all(
    drafts: Sequence[Draft],
    counts: Mapping[str, Count],
    issued_on: date,
    profiles: Sequence[Profile] = (),
    known: Mapping[int, Passed] = MappingProxyType({}),
) -> list[Passed]:
    """Give drafts the next numbers of their kinds, in their order, if their XML keeps its rules.

    `profiles` are those of the drafts, in their order; without them it is EN 16931 for all.
    `known` is what came of some of them already, by their places. Raises NumberTemplateUnknown,
    RulePackManifestWrong or NoSuchRulePack.
    """
    forms = profiles or [EN16931] * len(drafts)
    passed = dict(known)
    while moved := _moved(drafts, counts, passed):
        wanted = [(drafts[place], serial, forms[place]) for place, serial in moved.items()]
        passed |= zip(moved, _checked(wanted, counts, issued_on), strict=True)
    return [passed[place] for place in range(len(drafts))]


def _moved(
    drafts: Sequence[Draft], counts: Mapping[str, Count], passed: Mapping[int, Passed]
) -> dict[int, int]:
    """The serials of the drafts that have not passed with theirs, by their places."""
    following = {kind: count.next_number for kind, count in counts.items()}
    moved = {}
    for place, draft in enumerate(drafts):
        known = passed.get(place)
        if known is not None and known.serial is None:
            continue
        serial = following[draft.kind.value]
        following[draft.kind.value] += 1
        if known is None or known.serial != serial:
            moved[place] = serial
    return moved


def _checked(
    wanted: Sequence[tuple[Draft, int, Profile]], counts: Mapping[str, Count], issued_on: date
) -> list[Passed]:
    numbered = [
        (_numbered(draft, counts[draft.kind.value], serial, issued_on), profile)
        for draft, serial, profile in wanted
    ]
    written: list[bytes | Verdict | None] = []
    # One document is checked while the next is written.
    verdicts = iter(validate_all(_documents(numbered, issued_on, written)))
    found = []
    for (draft, serial, _), (document, _), xml in zip(wanted, numbered, written, strict=True):
        if isinstance(xml, Verdict):
            found.append(Passed(draft, None, None, xml))
            continue
        verdict = None if xml is None else next(verdicts)
        if verdict is None or verdict.is_valid:
            found.append(Passed(document, serial, xml, verdict))
        else:
            found.append(Passed(draft, None, None, verdict))
    return found


def _documents(
    numbered: Sequence[tuple[Draft, Profile]],
    issued_on: date,
    written: list[bytes | Verdict | None],
) -> Iterator[tuple[bytes, RulePack]]:
    """The XML of each document that has one, and its rules.

    `written` gets for every document its XML, or the verdict where it cannot be checked at all.
    """
    for document, profile in numbered:
        pack_id = pack_of(document, profile)
        pack = None if pack_id is None else pack_in_force(pack_id, issued_on)
        if pack_id is None:
            written.append(None)
        elif pack is None:
            written.append(not_installed(pack_id, issued_on))
        else:
            try:
                xml = xml_of(document, profile)
            except NotForKsef as refusal:
                reason = Finding(refusal.code, "fatal", str(refusal))
                written.append(Verdict(pack.id, pack.version, True, (reason,)))
                continue
            written.append(xml)
            yield xml, pack


def _numbered(draft: Draft, count: Count, serial: int, issued_on: date) -> Draft:
    text = number_text(count.series, serial - count.cycle_before, issued_on)
    numbered = draft.numbered(text, issued_on)
    if isinstance(numbered, Document) and not numbered.payment_reference:
        return replace(numbered, payment_reference=numbered.number)
    return numbered
