"""Verify the books of a tenant, and hand them out as files."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from i18n.errors import DomainError
from settlement.insight import store
from settlement.insight.book_files import journal_csv, trial_balance_csv
from settlement.insight.document_checks import DOCUMENT_CHECKS, FILES
from settlement.insight.exchange_checks import EXCHANGE_CHECKS
from settlement.insight.ledger_checks import LEDGER_CHECKS
from settlement.insight.partner_checks import INTERCONNECT_CHECKS, PAYOUT_CHECKS
from settlement.insight.receipt_checks import RECEIPT_CHECKS
from settlement.insight.return_checks import RETURN_CHECKS
from settlement.insight.rounding_checks import ROUNDING_CHECKS
from settlement.insight.tie_checks import TIE_CHECKS
from settlement.insight.trail_checks import APPEND_ONLY_CHECKS, audit_checks
from settlement.insight.usage_checks import USAGE_CHECKS
from settlement.insight.verification import Check, Finding, findings
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.periods.content.service import content_digest
from settlement.sharing.proving import service as proving
from tenants.session import TenantSession

CHAIN = Check(
    "L4 the chain of the book holds",
    "Every hash of the book, computed again, is the one that was booked.",
)

CLOSED_CONTENT = Check(
    "P1 a closed period says what it said",
    "The digest of its charges and shares, computed again, is that of its close.",
)

ROUNDED_BY_FACTS = Check(
    "S1 the rounding ledger is what charges and terms give",
    "What charges and splits of revenue rounded, computed again from charge lines and terms, is"
    " what the ledger has, and no step is further from its terms.",
)

CREDITED_BY_FACTS = Check(
    "S1 what is credited is what facts and terms give",
    "Tiers, caps, guarantees, advances, fees, amounts for units, commissions and refunds that a"
    " closed period credited, and the fractions of shares, computed again from what it knew.",
)

WALLS = Check(
    "T1 the walls between tenants stand",
    "Every table is behind row security, and the working role has no way round it.",
)


def checks(session: TenantSession) -> list[Check]:
    """Every check that `verify` makes, in its order."""
    return [
        *USAGE_CHECKS,
        *TIE_CHECKS,
        *ROUNDING_CHECKS,
        ROUNDED_BY_FACTS,
        CREDITED_BY_FACTS,
        *RECEIPT_CHECKS,
        *EXCHANGE_CHECKS,
        *LEDGER_CHECKS,
        CHAIN,
        CLOSED_CONTENT,
        *DOCUMENT_CHECKS,
        FILES,
        *INTERCONNECT_CHECKS,
        *RETURN_CHECKS,
        *PAYOUT_CHECKS,
        *APPEND_ONLY_CHECKS,
        WALLS,
        *(check for table in store.audited_tables(session) for check in audit_checks(table)),
    ]


def verify(session: TenantSession) -> list[Finding]:
    """What is not as it must be in this tenant's books; nothing where they are sound."""
    return [
        finding
        for check in checks(session)
        for finding in findings(check, _offending(session, check))
    ]


def journal(session: TenantSession) -> bytes:
    """The journal as CSV, one row for each posting in the order of the book."""
    codes = {period.id: period.code for period in periods.periods(session)}
    known = {party.id: party.code for party in parties.parties(session)}
    return journal_csv(ledger.journal(session), codes, known)


def trial_balance(session: TenantSession) -> bytes:
    """The trial balance as CSV, one row for each account and currency."""
    lines = ledger.trial_balance(session)
    return trial_balance_csv((line.account.value, line.debits, line.credits) for line in lines)


def _offending(session: TenantSession, check: Check) -> Iterable[Mapping[str, object]]:
    if check in COMPUTED:
        return COMPUTED[check](session)
    return store.rows(session, check.sql)


def _broken_links(session: TenantSession) -> Iterator[Mapping[str, object]]:
    for broken in ledger.verify_chain(session):
        yield {"n": broken.n, "entry_id": broken.entry_id, "fault": broken.reason}


def _changed_periods(session: TenantSession) -> Iterator[Mapping[str, object]]:
    for period in periods.periods(session):
        if period.is_open:
            continue
        if content_digest(session, period.id, period.digest_form) != period.digest:
            yield {"period_id": period.id, "period": period.code, "digest": period.digest}


def _rounded_otherwise(session: TenantSession) -> Iterator[Mapping[str, object]]:
    for period in periods.periods(session):
        for fault in periods.rounding_faults(session, period.id):
            yield {"period": period.code} | fault._asdict()


def _credited_otherwise(session: TenantSession) -> Iterator[Mapping[str, object]]:
    last_at = None
    for period in periods.periods(session):
        if period.closed_at is not None:
            last_at = max(period.closed_at, last_at or period.closed_at)
            for fault, told in proving.faults(session, period.id, period.closed_at):
                yield {"fault": fault, "period": period.code} | told._asdict()
    if last_at is not None:
        for refund in proving.refunds_left_out(session, last_at):
            yield {"fault": "is not given back", "refund_id": refund.id, "cause": refund.cause}


def _breaches(session: TenantSession) -> Iterator[Mapping[str, object]]:
    for breach in store.breaches(session):
        yield {"rule": breach.rule, "what": breach.what}


def _changed_files(session: TenantSession) -> Iterator[Mapping[str, object]]:
    for row in store.rows(session, FILES.sql):
        try:
            session.files.get(str(row["sha256"]))
        except DomainError as lost:
            yield {**row, "fault": lost.code}


COMPUTED: dict[Check, Callable[[TenantSession], Iterable[Mapping[str, object]]]] = {
    CHAIN: _broken_links,
    CLOSED_CONTENT: _changed_periods,
    FILES: _changed_files,
    ROUNDED_BY_FACTS: _rounded_otherwise,
    CREDITED_BY_FACTS: _credited_otherwise,
    WALLS: _breaches,
}
