"""The walls between tenants, as questions to the PostgreSQL catalogue.

Every rule is a query that returns one row for each thing that breaks it. The tests ask on every
build and plant each fault once; an operator asks with the checks of the books. A new table needs no
entry anywhere: it is found in the catalogue, and it is either behind the walls or reported.

Left out, with the reason: `alembic_version` names the schema's release and `tenant_directory` lists
the codes of tenants, both without anybody's data; the tables of the schema `queue` belong to
Procrastinate and hold the ids of a tenant and a run, nothing else.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from tenants.persistence.isolation import POLICY

OUTSIDE_THE_WALLS = {
    "alembic_version": "the release of the schema; read only",
    "tenant_directory": "ids and codes of tenants, for the scheduler and the commands",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold for every table, and the query that finds where it does not."""

    name: str
    says: str
    sql: str


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that breaks a rule."""

    rule: str
    what: str


# Ordinary and partitioned tables of our own schemas, and whether each belongs to tenants.
_TABLES = """
    own AS (
        SELECT c.*, c.oid::regclass::text AS what,
               c.relname = ANY (:outside) OR n.nspname = 'queue' AS is_outside
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname !~ '^(pg_|information_schema)' AND c.relkind IN ('r', 'p')
    ),
    walled AS (SELECT * FROM own WHERE NOT is_outside),
    tenant_column AS (
        SELECT attrelid, attnum, attnotnull FROM pg_attribute
        WHERE attname = 'tenant_id' AND NOT attisdropped
    )
"""

RULES = (
    Rule(
        "tenant_column",
        "Every table has a tenant_id that is never null.",
        """SELECT what FROM walled w LEFT JOIN tenant_column t ON t.attrelid = w.oid
           WHERE t.attnum IS NULL OR NOT t.attnotnull""",
    ),
    Rule(
        "row_security",
        "Row security is on and forced, so that not even the owner sees past it.",
        "SELECT what FROM walled WHERE NOT relrowsecurity OR NOT relforcerowsecurity",
    ),
    Rule(
        "one_policy",
        "Exactly one policy stands on each table; a second one would be added with OR.",
        "SELECT what FROM walled w WHERE (SELECT count(*) FROM pg_policy WHERE polrelid = w.oid) "
        "<> 1",
    ),
    Rule(
        "canonical_policy",
        "The policy is the canonical one, for all commands and everybody, to read and to write.",
        """SELECT what FROM walled w JOIN pg_policy p ON p.polrelid = w.oid
           WHERE p.polcmd <> '*' OR NOT p.polpermissive OR p.polroles <> '{0}'
              OR pg_get_expr(p.polqual, p.polrelid) IS DISTINCT FROM :policy
              OR pg_get_expr(p.polwithcheck, p.polrelid) IS DISTINCT FROM :policy""",
    ),
    Rule(
        "tenant_in_unique_keys",
        "Every unique or exclusive index carries the tenant, so that keys are not an oracle.",
        """SELECT i.indexrelid::regclass::text FROM walled w
           JOIN pg_index i ON i.indrelid = w.oid AND (i.indisunique OR i.indisexclusion)
           LEFT JOIN tenant_column t ON t.attrelid = w.oid
           WHERE t.attnum IS NULL OR t.attnum <> ALL (i.indkey::int2[])""",
    ),
    Rule(
        "tenant_in_foreign_keys",
        "A foreign key to a tenant's table joins tenant to tenant; the check itself bypasses RLS.",
        """SELECT c.conname::text FROM pg_constraint c
           JOIN walled child ON child.oid = c.conrelid
           JOIN walled parent ON parent.oid = c.confrelid
           LEFT JOIN tenant_column ours ON ours.attrelid = c.conrelid
           LEFT JOIN tenant_column theirs ON theirs.attrelid = c.confrelid
           WHERE c.contype = 'f' AND NOT EXISTS (
               SELECT FROM unnest(c.conkey, c.confkey) AS pair (mine, yours)
               WHERE pair.mine = ours.attnum AND pair.yours = theirs.attnum)""",
    ),
    Rule(
        "no_truncate",
        "The application may not TRUNCATE, reference or put triggers on tables: RLS stops none.",
        """SELECT what || ' ' || privilege FROM own,
               unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
           WHERE has_table_privilege(:role, oid, privilege)""",
    ),
    Rule(
        "outside_is_read_only",
        "Nothing outside the walls can be changed or deleted by the application.",
        """SELECT what FROM own WHERE is_outside AND relnamespace = 'public'::regnamespace
           AND has_table_privilege(:role, oid, 'UPDATE, DELETE')""",
    ),
    Rule(
        "plain_role",
        "The application's role is no superuser, bypasses nothing, makes no roles or databases, "
        "and can become nobody else.",
        """SELECT rolname::text FROM pg_roles r WHERE rolname = :role AND (
               rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
               OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))""",
    ),
    Rule(
        "owns_nothing",
        "The application's role owns no table, schema, function or database.",
        """SELECT owned.what FROM pg_roles r JOIN (
               SELECT relowner AS owner, oid::regclass::text AS what FROM pg_class
               WHERE relpersistence <> 't' AND relnamespace NOT IN
                   (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg_toast%')
               UNION ALL SELECT nspowner, nspname::text FROM pg_namespace
                   WHERE nspname NOT LIKE 'pg_%temp%'
               UNION ALL SELECT proowner, proname::text FROM pg_proc
               UNION ALL SELECT datdba, datname::text FROM pg_database
           ) owned ON owned.owner = r.oid WHERE r.rolname = :role""",
    ),
    Rule(
        "no_schema_create",
        "The application can create nothing in our schemas.",
        """SELECT nspname::text FROM pg_namespace
           WHERE nspname IN ('public', 'queue') AND has_schema_privilege(:role, oid, 'CREATE')""",
    ),
    Rule(
        "no_default_privileges",
        "No future table is opened in advance.",
        "SELECT defaclobjtype::text || ' of ' || pg_get_userbyid(defaclrole) FROM pg_default_acl",
    ),
    Rule(
        "views_ask_as_the_reader",
        "A view looks with the reader's rights; a materialised one cannot, so it is closed.",
        """SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n
               ON n.oid = c.relnamespace
           WHERE n.nspname !~ '^(pg_|information_schema)' AND (
               c.relkind = 'v' AND NOT coalesce(c.reloptions, '{}') && ARRAY[
                   'security_invoker=true', 'security_invoker=on']
               OR c.relkind = 'm' AND has_table_privilege(:role, c.oid, 'SELECT'))""",
    ),
    Rule(
        "no_definer_functions",
        "No function that the application may call acts with its owner's rights.",
        """SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n
               ON n.oid = p.pronamespace
           WHERE n.nspname !~ '^(pg_|information_schema)' AND p.prosecdef
             AND has_function_privilege(:role, p.oid, 'EXECUTE')""",
    ),
    Rule(
        "functions_know_their_path",
        "Our functions fix their search_path, so that nobody can slip a table in front of ours.",
        """SELECT p.oid::regprocedure::text FROM pg_proc p
           JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
           WHERE p.pronamespace = 'public'::regnamespace
             AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
             AND NOT EXISTS (SELECT FROM unnest(coalesce(p.proconfig, '{}')) AS setting
                             WHERE setting LIKE 'search_path=%')""",
    ),
    Rule(
        "numbers_are_numbers",
        "Every numeric column refuses NaN, which PostgreSQL holds to be greater than any amount.",
        """SELECT w.what || '.' || a.attname FROM walled w
           JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
           WHERE a.atttypid = 'numeric'::regtype AND NOT EXISTS (
               SELECT FROM pg_constraint c WHERE c.conrelid = w.oid AND c.contype = 'c'
               AND c.convalidated AND pg_get_constraintdef(c.oid) LIKE
                   '%(' || a.attname || ' <> ''NaN''::numeric)%')""",
    ),
    Rule(
        "no_floats",
        "No column holds binary floats or the type money.",
        """SELECT what || '.' || a.attname FROM own
           JOIN pg_attribute a ON a.attrelid = own.oid AND a.attnum > 0 AND NOT a.attisdropped
           WHERE a.atttypid IN ('float4'::regtype, 'float8'::regtype, 'money'::regtype)""",
    ),
    Rule(
        "audited_rows_have_ids",
        "Every audited table has a column id, which its trail is checked by.",
        """SELECT what FROM own WHERE EXISTS (
               SELECT FROM pg_trigger t WHERE t.tgrelid = own.oid AND t.tgname = 'audited')
           AND NOT EXISTS (
               SELECT FROM pg_attribute a
               WHERE a.attrelid = own.oid AND a.attname = 'id' AND a.attnotnull)""",
    ),
    Rule(
        "no_shared_sequences",
        "No sequence is shared by tenants; its steps would tell how busy the others are.",
        """SELECT c.oid::regclass::text FROM pg_class c
           WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace""",
    ),
    Rule(
        "nothing_published",
        "No table is published to other servers, which would carry all tenants at once.",
        "SELECT pubname::text FROM pg_publication",
    ),
    Rule(
        "no_way_out",
        "The application cannot read the server's files or open connections from it.",
        """SELECT p.oid::regprocedure::text FROM pg_proc p
           WHERE p.proname IN ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'lo_import',
                               'lo_export', 'dblink', 'dblink_connect')
             AND has_function_privilege(:role, p.oid, 'EXECUTE')""",
    ),
)


def breaches(connection: sa.Connection, role: str) -> list[Breach]:
    """Everything that breaks a rule, for the application's role of this name."""
    known = {"role": role, "policy": f"({POLICY})", "outside": list(OUTSIDE_THE_WALLS)}
    found = []
    for rule in RULES:
        sql = f"WITH {_TABLES} SELECT * FROM ({rule.sql}) AS found (what) ORDER BY what"  # noqa: S608 - our own texts.
        found += [Breach(rule.name, str(what)) for what in connection.scalars(sa.text(sql), known)]
    return found
