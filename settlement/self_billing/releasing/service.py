"""Find what customers' payments release of shares, and keep what a statement released."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from settlement.agreements.agreed import AgreedTerms
from settlement.receipts import service as receipts
from settlement.self_billing.partner_statement import PartnerShare
from settlement.self_billing.release import ALL, OF_ALL, OF_PRODUCT, Revenue, paid_parts, release
from settlement.self_billing.releasing import store
from tenants.session import TenantSession


def released_now(
    session: TenantSession,
    untold: Sequence[PartnerShare],
    told: Sequence[PartnerShare],
    agreed: Mapping[UUID, AgreedTerms],
) -> list[PartnerShare]:
    """The shares that a statement tells something of, with what it releases of those that wait.

    `told` are on statements already; of them only those are given that change.
    """
    waiting = {terms_id for terms_id, each in agreed.items() if waits(each)}
    if not waiting:
        return list(untold)
    parts = _parts(session, waiting & {share.terms_id for share in (*untold, *told)})
    before = dict(store.released(session, [share.id for share in told]))
    found = []
    for share in (*untold, *told):
        part = _part_of(share, parts) if share.terms_id in waiting else None
        if part is None:
            found.append(share)
            continue
        now = release(share.credited, part, before.get(share.id))
        if now.is_first or now.amount:
            found.append(replace(share, release=now))
    return found


def waits(agreed: AgreedTerms) -> bool:
    """Whether shares under the terms are paid out as customers pay."""
    return agreed.sharing.get("pays") == "when_paid"


def not_yet_issued(session: TenantSession, purposes: Iterable[str]) -> set[str]:
    """Those of the purposes that no document has been issued for."""
    wanted = set(purposes)
    return wanted - store.issued(session, wanted)


def keep(session: TenantSession, released: Iterable[tuple[PartnerShare, UUID]]) -> None:
    """Keep what statements released of shares that wait."""
    session.add_all(_rows(session, released))
    session.flush()


def _rows(
    session: TenantSession, released: Iterable[tuple[PartnerShare, UUID]]
) -> Iterator[store.ReleaseRow]:
    for share, document_id in released:
        if share.release is not None:
            fraction = share.release.fraction
            assert fraction is not None, "what is released now is known exactly"
            yield store.ReleaseRow(
                tenant_id=session.tenant_id,
                id=session.ids.new(),
                share_id=share.id,
                document_id=document_id,
                before=share.release.before,
                amount=share.release.amount,
                numerator=str(share.release.part.numerator),
                denominator=str(share.release.part.denominator),
                fraction=f"{fraction.numerator}/{fraction.denominator}",
            )


def _parts(session: TenantSession, terms: set[UUID]) -> dict[Revenue, Fraction]:
    charged = store.charged(session, terms)
    documents = {each.document_id for each in charged if each.document_id is not None}
    return paid_parts(charged, receipts.paid_parts(session, documents))


def _part_of(share: PartnerShare, parts: Mapping[Revenue, Fraction]) -> Fraction | None:
    """Which part of its revenue is paid; nothing for a credit that waits for nobody."""
    if share.cause not in (*OF_PRODUCT, *OF_ALL):
        return None
    product = share.product if share.cause in OF_PRODUCT else ALL
    key = (share.usage_id, share.terms_id, product, share.currency)
    return parts.get(key, Fraction(1))
