"""A partner's balance on its statement: what was before, what it adds, what is paid or carried."""

from typing import Any

from i18n.locale import _, translator
from statements.document import BalanceForward
from statements.rendering.figures import coded

BALANCE = _("Balance of your account")
BROUGHT = _("Brought forward from earlier statements")
STATED = _("By this statement")
CARRIED = _("Carried forward to later statements")
PAYABLE = _("We pay")
SET_OFF = _("What is below zero is set off against later statements.")
TOO_LITTLE = _("Less than {amount} is not paid out yet.")
DISPUTED = _("What is disputed is paid once the dispute has ended.")


def forward_view(forward: BalanceForward | None, locale: str) -> dict[str, Any] | None:
    """The balance as texts; nothing where the document states none."""
    if forward is None:
        return None
    say = translator(locale)
    rows = ((BROUGHT, forward.brought), (STATED, forward.stated), (CARRIED, forward.carried))
    return {
        "title": say(BALANCE),
        "rows": [(say(label), coded(amount, locale)) for label, amount in rows],
        "last_label": say(PAYABLE),
        "last": coded(forward.payable, locale),
        "note": _note(forward, locale),
    }


def _note(forward: BalanceForward, locale: str) -> str:
    say = translator(locale)
    if forward.carried.amount < 0:
        return say(SET_OFF)
    if forward.threshold is not None and forward.carried.amount:
        return say(TOO_LITTLE, amount=coded(forward.threshold, locale))
    return say(DISPUTED) if forward.payable.amount else ""
