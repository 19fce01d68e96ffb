"""Check XML against a rule pack, in child processes, as many at a time as there are processors.

A native engine can abort the process it runs in, so it never runs in the process that serves
people. When the child dies the verdict says that the document was not checked; it does not say
that it is valid.
"""

import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from statements.validation.rule_pack import EN16931_UBL, RulePack
from statements.validation.verdict import Finding, Verdict
from tenants.children import ChildLost, Children

_PROCESSORS = os.cpu_count() or 1
_children = Children("statements.validation.gateway", size=_PROCESSORS)


def validate(xml: bytes, pack: RulePack = EN16931_UBL, children: Children = _children) -> Verdict:
    """Return the verdict of the pack on the document. Never raises for a bad document."""
    try:
        answer = children.ask(_said(pack) + b"\n" + xml)
    except ChildLost as lost:
        reason = Finding("NOT-CHECKED", "fatal", f"The validator ended: {lost}")
        return Verdict(pack.id, pack.version, was_checked=False, findings=(reason,))
    return Verdict.from_json(answer.decode())


def _said(pack: RulePack) -> bytes:
    """The pack as one line of text, for the child."""
    return json.dumps((pack.id, pack.version, dict(pack.schemas), pack.rules)).encode()


def validate_all(
    documents: Iterable[tuple[bytes, RulePack]], children: Children = _children
) -> list[Verdict]:
    """The verdicts on documents, each by its pack, in their order.

    The first are checked while the next are still being taken from `documents`.
    """
    with ThreadPoolExecutor(max_workers=_PROCESSORS) as checking:
        return list(checking.map(lambda each: validate(each[0], each[1], children), documents))
