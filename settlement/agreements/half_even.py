"""Where half a minor unit may go to the even neighbour, and where it never does (R90).

The policy `rounding = half_even` holds for statements and conversions, and for shares that are
split by largest remainder, where no half is rounded. Everything else of a revenue share and of a
commission is rounded half up, so terms that need it are refused beside that policy.
"""

from collections.abc import Iterator, Mapping

from i18n.errors import Invalid
from settlement.agreements.sharing_terms import SharingTerms
from settlement.catalogue.plain_values import Place

POLICY = "rounding"
HALF_EVEN = "half_even"


class HalfEvenNotKept(Invalid):
    """{where} rounds half to even, and its {parts} are always rounded half up. Leave rounding at
    half_up, or agree terms without them.
    """


def require_half_kept(
    policies: Mapping[str, str] | None, terms: SharingTerms | None, where: str
) -> None:
    """Refuse half_even where amounts are rounded half up; `terms` are None for a commission.

    Raises HalfEvenNotKept.
    """
    if (policies or {}).get(POLICY) != HALF_EVEN:
        return
    parts = ["commissions"] if terms is None else list(_rounded_half_up(terms))
    if parts:
        raise HalfEvenNotKept(where=Place(where), parts=", ".join(parts))


def _rounded_half_up(terms: SharingTerms) -> Iterator[str]:
    """What of terms rounds halves, by the names that terms are written with."""
    splits = terms.splits().values()
    named = {
        "deductions": bool(terms.deductions),
        "chain": terms.chain_rounding == "cascade" and any(each.chain for each in splits),
        "tiers": terms.has_tiers,
        "units": any(each.units for each in splits),
        "fees": bool(terms.fees),
        "rounding_level": terms.rounding_level == "event",
        "share_base": terms.share_base != "retail",
        "trial_base": terms.trial_base != "zero",
        "pays": terms.pays == "when_paid",
    }
    return (name for name, is_rounded in named.items() if is_rounded)
