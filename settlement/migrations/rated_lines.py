"""What keeps charge lines and shares as they were rated, said once for the migrations that make it.

Nothing of a line changes but the document that bears it, and what a charge line names is there.
"""

from collections.abc import Mapping
from typing import Final, Literal

# What charge lines named when it was first checked as a set (0091); what names more says so itself.
NAMED: Final = {
    "run_id": "rating_runs",
    "period_id": "periods",
    "corrects_period_id": "periods",
    "party_id": "parties",
    "subscription_id": "subscriptions",
    "agreement_id": "agreements",
    "terms_id": "terms",
    "tariff_version_id": "tariff_versions",
    "charge_id": "individual_charges",
}


def only_borne(table: str, when: Literal["BEFORE", "AFTER"]) -> str:
    """The trigger that watches every column of a table but the document, the latest ones too.

    One that is there is replaced, so whoever adds a column makes it anew.
    """
    return f"""
    DO $$
    DECLARE others text;
    BEGIN
        SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO others
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = '{table}'
            AND column_name <> 'document_id';
        DROP TRIGGER IF EXISTS only_borne ON {table};
        EXECUTE format(
            'CREATE TRIGGER only_borne {when} UPDATE OF %s ON {table} '
            'FOR EACH ROW EXECUTE FUNCTION rated_line_is_only_borne()', others
        );
    END $$
    """  # noqa: S608 - table names are literals of our own migrations.


def lines_name_what_is_there(named: Mapping[str, str]) -> str:
    """The function that refuses a statement whose lines name what is not there: tables by column.

    Each of what is named is looked up once, by its key: a join would be planned once for a
    connection, by the size that tables and the first statement had.
    """
    missing = " UNION ALL ".join(
        f"""SELECT '{column}' AS called, n.id AS id
            FROM (SELECT DISTINCT tenant_id, {column} AS id FROM named
                  WHERE {column} IS NOT NULL) n
            WHERE (SELECT true FROM {table} t
                   WHERE t.tenant_id = n.tenant_id AND t.id = n.id) IS NOT TRUE"""  # noqa: S608 - names are literals of our own migrations.
        for column, table in named.items()
    )
    return f"""
    CREATE OR REPLACE FUNCTION lines_name_what_is_there() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    DECLARE missing record;
    BEGIN
        WITH named AS MATERIALIZED (
            SELECT DISTINCT tenant_id, {", ".join(named)} FROM touched
        )
        SELECT * INTO missing FROM ({missing}) AS m LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '% % is not there, and no line of % names it',
                missing.called, missing.id, TG_TABLE_NAME
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        RETURN NULL;
    END $$
    """  # noqa: S608 - names are literals of our own migrations.
