"""Who is paid by the owner of revenue shares."""

from collections.abc import Mapping, Sequence

from settlement.agreements.sharing_terms import terms_from_plain


def payees(sharing: Sequence[Mapping[str, object]]) -> set[str]:
    """The codes of everybody who is paid by the owner under terms of revenue shares."""
    return {payee for terms in sharing for payee in terms_from_plain(terms).everybody()[:-1]}
