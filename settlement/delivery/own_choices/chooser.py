"""Who chooses how a customer is invoiced and whether itemised usage comes with its invoices.

Policies of the tenant:

    invoices_chosen_by   staff    customer: one invoice or several, in the portal or by an API key
    usage_chosen_by      staff    customer: the form of the list, and of numbers in it

What a customer does not choose it is still told. How often it is billed, and which ways documents
go, staff choose always: they decide when and where money is asked for.
"""

from collections.abc import Mapping
from typing import Final

from i18n.errors import Conflict, Invalid

INVOICES_POLICY: Final = "invoices_chosen_by"
USAGE_POLICY: Final = "usage_chosen_by"
CHOOSERS: Final = ("staff", "customer")


class ChooserUnreadable(Invalid):
    """The policy {policy} is {text}. Write one of {known}."""


class ChosenByStaff(Conflict):
    """This is chosen for you by your operator. Ask it to change the choice."""


def by_customer(policies: Mapping[str, str], policy: str) -> bool:
    """Whether customers choose by a policy. Raises ChooserUnreadable."""
    text = policies.get(policy, CHOOSERS[0])
    if text not in CHOOSERS:
        raise ChooserUnreadable(policy=policy, text=text, known=", ".join(CHOOSERS))
    return text == "customer"


def check_customer(policies: Mapping[str, str], policy: str) -> None:
    """Refuse where customers do not choose. Raises ChosenByStaff or ChooserUnreadable."""
    if not by_customer(policies, policy):
        raise ChosenByStaff
