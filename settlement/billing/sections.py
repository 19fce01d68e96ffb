"""Sections of an invoice: the sub-account a line belongs to, and its cost centre.

A parent account gets one invoice for all of its sub-accounts. Lines of a sub-account, or of a cost
centre, stand together under its name and have a subtotal; all others stand under their service.
"""

from dataclasses import dataclass

from i18n.locale import _, translator

COST_CENTRE = _("Cost centre {cost_centre}")


@dataclass(frozen=True, slots=True)
class Section:
    """Where a line stands: `account` names the sub-account; both are empty for the payer's own."""

    account: str = ""
    cost_centre: str = ""

    def title(self, locale: str) -> str:
        """The heading on paper; empty where lines stand under their service."""
        parts = [self.account]
        if self.cost_centre:
            parts.append(translator(locale)(COST_CENTRE, cost_centre=self.cost_centre))
        return ", ".join(filter(None, parts))


NO_SECTION = Section()
