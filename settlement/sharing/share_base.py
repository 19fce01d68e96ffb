"""Which price a share is of: what was paid, the list price, the higher or the lower (rule R49).

It is chosen for each event. A trial follows its own policy, whatever the base is otherwise.
"""

from typing import Literal

from currencies.money import Money, money

ShareBase = Literal["retail", "list", "higher_of", "lower_of"]
TrialBase = Literal["zero", "list"]


def base_of(
    retail: Money,
    listed: Money,
    share_base: ShareBase = "retail",
    *,
    is_trial: bool = False,
    trial_base: TrialBase = "zero",
) -> Money:
    """The amount of one event that is shared."""
    if is_trial:
        return listed if trial_base == "list" else money(0, retail.currency.code)
    if share_base == "higher_of":
        return max(retail, listed)
    if share_base == "lower_of":
        return min(retail, listed)
    return listed if share_base == "list" else retail
