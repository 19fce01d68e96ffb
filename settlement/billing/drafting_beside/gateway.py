"""The process beside a run: it drafts and composes what it is asked for, and touches nothing else.

This is the child process of `settlement.billing.drafting_beside.service`; nothing else loads it.
"""

from settlement.billing.drafting_ahead import draft_each
from settlement.billing.drafting_beside.charge_text import charges_in
from settlement.billing.drafting_beside.parcels import Known, Question, packed_drafts, unpacked
from tenants.children import serve
from tenants.cycles import seldom_look_for_cycles

# What was told last, by its name: a process drafts for one run at a time.
_told: dict[str, Known] = {}


def answer(question: bytes) -> bytes:
    """The drafts of a question, packed; nothing where what they are drafted with is not known."""
    asked: Question = unpacked(question)
    if asked.known is not None:
        _told.clear()
        _told[asked.known_as] = unpacked(asked.known)
    known = _told.get(asked.known_as)
    if known is None:
        return b""
    charges = charges_in(asked.charges)
    return packed_drafts(draft_each(known.cycle, known.customers, asked.due, charges))


if __name__ == "__main__":
    seldom_look_for_cycles()
    serve(answer)
