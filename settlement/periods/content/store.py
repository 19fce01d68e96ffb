"""The digests of a period's charge lines and shares, made where the rows are."""

from typing import Final
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession

# Which document bears a row is left out everywhere, because that comes after the close.
CHARGE: Final = (
    "tenant_id", "id", "run_id", "period_id", "corrects_period_id", "side", "direction",
    "party_id", "contract_id", "subscription_id", "agreement_id", "terms_id", "tariff_version_id",
    "service", "product", "traffic_direction", "trunk", "destination", "band", "case_name", "per",
    "unit_price", "currency", "events", "quantity", "seconds", "free_units", "billed_units",
    "amount_3600", "amount", "tax_category", "reason", "charge_id", "starts_on", "ends_on",
    "batch_set", "derivation",
)  # fmt: skip
# The batches of a line were part of it until the third form.
BATCHES_OF_IT: Final = """
    coalesce((SELECT s.batch_ids FROM batch_sets s
              WHERE s.tenant_id = c.tenant_id AND s.id = c.batch_set), '{}')
"""
CHARGE_WITH_BATCHES: Final = tuple(
    BATCHES_OF_IT if column == "batch_set" else column for column in CHARGE
)
BATCH_SET: Final = ("tenant_id", "id", "period_id", "batch_ids")
SHARE: Final = (
    "tenant_id", "id", "run_id", "period_id", "corrects_period_id", "agreement_id", "terms_id",
    "party_id", "level", "position", "product", "currency", "events", "gross", "base", "amount",
    "steps", "batch_ids", "cause", "rule", "fraction",
)  # fmt: skip

# A row is hashed as the server sends it: each value in binary, behind its type and length. Digests
# are made once and put together by their first byte: a month has hundreds of thousands, and to send
# them one by one takes longer than to make them.
BY_FIRST_BYTE: Final = """
    WITH content AS MATERIALIZED ({})
    SELECT string_agg(digest, ''::bytea) FROM content
    GROUP BY get_byte(digest, 0) ORDER BY get_byte(digest, 0)
"""


def _digests(word: str, columns: tuple[str, ...], table: str) -> str:
    """The query for the digests of a period's rows of a table, each behind a word."""
    return (
        f"SELECT sha256(record_send(ROW('{word}'::text, {', '.join(columns)}))) AS digest"  # noqa: S608 - the words are our own.
        f" FROM {table} c WHERE period_id = :period_id"
    )


SHARES: Final = _digests("share", SHARE, "shares")
SETS: Final = _digests("batches", BATCH_SET, "batch_sets")
LINES: Final = _digests("charge", CHARGE, "charge_lines")
LINES_WITH_BATCHES: Final = _digests("charge", CHARGE_WITH_BATCHES, "charge_lines")
AS_SENT: Final = BY_FIRST_BYTE.format(" UNION ALL ".join((LINES, SETS, SHARES)))
WITH_BATCHES: Final = BY_FIRST_BYTE.format(" UNION ALL ".join((LINES_WITH_BATCHES, SHARES)))

# The text of jsonb is canonical: sorted keys, all digits. What a line does not say is not part of
# it: periods closed before these columns were there keep their digest.
AS_JSON: Final = f"""
    SELECT 'charge ' || ((to_jsonb(c) || jsonb_build_object('batch_ids', {BATCHES_OF_IT}))
        - 'document_id' - 'batch_set' - array_remove(ARRAY[
        CASE WHEN c.case_name = '' THEN 'case_name' END,
        CASE WHEN c.per = '' THEN 'per' END,
        CASE WHEN c.reason IS NULL THEN 'reason' END,
        CASE WHEN c.charge_id IS NULL THEN 'charge_id' END,
        CASE WHEN c.derivation IS NULL THEN 'derivation' END
    ], NULL))::text FROM charge_lines c
    WHERE period_id = :period_id
    UNION ALL
    SELECT 'share ' || (to_jsonb(s) - 'document_id' - array_remove(ARRAY[
        CASE WHEN s.cause = 'share' THEN 'cause' END,
        CASE WHEN s.rule = '' THEN 'rule' END,
        CASE WHEN s.fraction IS NULL THEN 'fraction' END
    ], NULL))::text FROM shares s
    WHERE period_id = :period_id
"""  # noqa: S608 - the words are our own.

# What `tenants.digest` makes of a text, without sending a month of lines over.
DIGEST = "encode(sha256(convert_to(to_json({})::text, 'UTF8')), 'hex')"
OF_JSON: Final = f"SELECT {DIGEST.format('line')} FROM ({AS_JSON}) AS content (line)"  # noqa: S608


def digests_by_first_byte(
    session: TenantSession, period_id: UUID, *, batches_in_lines: bool
) -> list[bytes]:
    """The digests of all rows of the period, those with the same first byte one after another.

    What begins with a lower byte comes first; within it they are in any order. Sets of batches are
    rows too, or part of each line that names one.
    """
    query = WITH_BATCHES if batches_in_lines else AS_SENT
    return list(session.scalars(sa.text(query), {"period_id": period_id}))


def digests_of_json(session: TenantSession, period_id: UUID) -> list[str]:
    """The digest (`tenants.digest`) of every row of the period as JSON, in any order."""
    return list(session.scalars(sa.text(OF_JSON), {"period_id": period_id}))
