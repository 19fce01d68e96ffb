"""Check XML against a rule pack, in child processes, as many at a time as there are processors.

A native engine can abort the process it runs in, so it never runs in the process that serves
people. When the child dies the verdict says that the document was not checked; it does not say
that it is valid.
"""

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from threading import Thread

from statements.validation import files
from statements.validation.rule_pack import BUILT_IN, EN16931_UBL, RulePack, in_force
from statements.validation.verdict import Finding, Verdict
from tenants.children import ChildLost, Children

# A schema is checked in no more time than the way to a child and back takes.
SCHEMA_ALONE = 16

_PROCESSORS = os.cpu_count() or 1
_children = Children("statements.validation.gateway", size=_PROCESSORS)


def validate(xml: bytes, pack: RulePack = EN16931_UBL, children: Children = _children) -> Verdict:
    """Return the verdict of the pack on the document. Never raises for a bad document."""
    return _verdicts(pack, [xml], children)[0]


def installed_packs() -> tuple[RulePack, ...]:
    """Every pack of this installation. Raises RulePackManifestWrong or NoSuchRulePack."""
    return files.installed_packs()


def schema_of_root(root: str) -> Path | None:
    """Where the schema of documents with a root of this local name lies; None for an unknown one.

    Raises FileNotFoundError where its package is not installed.
    """
    named = (each for pack in BUILT_IN for name, each in pack.schemas if name == root)
    return next(map(files.place_of, named), None)


def pack_in_force(pack_id: str, on: date) -> RulePack | None:
    """The version of a pack to apply on a day; None where none is installed.

    Raises RulePackManifestWrong or NoSuchRulePack: an installation that is wrong issues nothing.
    """
    return in_force(pack_id, on, files.installed_packs())


def not_installed(pack_id: str, on: date) -> Verdict:
    """The verdict on a document whose rules are not here: not checked, so not valid."""
    text = f"No rule pack {pack_id} in force on {on} is installed. Put it into SALDO_RULE_PACKS."
    return Verdict(pack_id, "", False, (Finding("NOT-CHECKED", "fatal", text),))


def make_ready(pack: RulePack, children: Children = _children) -> list[Thread]:
    """Start the processes and have each read a pack, while documents are still being drafted.

    Returns at once, with what asks them. A process that fails is started anew by a document.
    """

    def ask() -> None:
        with suppress(ChildLost):
            children.ask(_said(pack, []))

    asking = [Thread(target=ask, daemon=True) for _ in range(_PROCESSORS)]
    for each in asking:
        each.start()
    return asking


def validate_all(
    documents: Iterable[tuple[bytes, RulePack]], children: Children = _children
) -> list[Verdict]:
    """The verdicts on documents, each by its pack, in their order.

    The first are checked while the next are still being taken from `documents`.
    """
    with ThreadPoolExecutor(max_workers=_PROCESSORS) as checking:
        found = checking.map(
            lambda each: _verdicts(each[0], each[1], children), _together(documents)
        )
        return [verdict for verdicts in found for verdict in verdicts]


def _together(
    documents: Iterable[tuple[bytes, RulePack]],
) -> Iterator[tuple[RulePack, list[bytes]]]:
    """The documents, those that follow one another and have but a schema in one question."""
    for pack, alike in groupby(documents, key=itemgetter(1)):
        size = 1 if pack.rules else SCHEMA_ALONE
        while some := [xml for xml, _ in islice(alike, size)]:
            yield pack, some


def _verdicts(pack: RulePack, documents: list[bytes], children: Children) -> list[Verdict]:
    """The verdicts on some documents, asked together; when the child dies, on each by itself."""
    try:
        answer = children.ask(_said(pack, documents) + b"".join(documents))
    except ChildLost as lost:
        if len(documents) > 1:
            return [_verdicts(pack, [each], children)[0] for each in documents]
        reason = Finding("NOT-CHECKED", "fatal", f"The validator ended: {lost}")
        return [Verdict(pack.id, pack.version, was_checked=False, findings=(reason,))]
    return [Verdict.from_json(each) for each in answer.decode().split("\n")]


def _said(pack: RulePack, documents: list[bytes]) -> bytes:
    """The pack and the sizes of the documents as one line of text, for the child."""
    sizes = [len(each) for each in documents]
    said = (pack.id, pack.version, dict(pack.schemas), pack.rules, sizes)
    return json.dumps(said).encode() + b"\n"
