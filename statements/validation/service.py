"""Check XML against a rule pack, in a child process.

A native engine can abort the process it runs in, so it never runs in the process that serves
people. When the child dies the verdict says that the document was not checked; it does not say
that it is valid.
"""

from statements.validation.rule_pack import EN16931_UBL, RulePack
from statements.validation.verdict import Finding, Verdict
from tenants.children import ChildLost, Children

_children = Children("statements.validation.gateway")


def validate(xml: bytes, pack: RulePack = EN16931_UBL, children: Children = _children) -> Verdict:
    """Return the verdict of the pack on the document. Never raises for a bad document."""
    try:
        answer = children.ask(pack.id.encode() + b"\n" + xml)
    except ChildLost as lost:
        reason = Finding("NOT-CHECKED", "fatal", f"The validator ended: {lost}")
        return Verdict(pack.id, pack.version, was_checked=False, findings=(reason,))
    return Verdict.from_json(answer.decode())
