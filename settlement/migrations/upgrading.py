"""Bring a database to the present schema, or say how far it is from it."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from i18n.errors import Conflict
from tenants.persistence.database import Place

_LOCK = 7_236_511_001


class SchemaNotCurrent(Conflict):
    """The database is at migration {found}, this release needs {needed}. Run `saldo init`."""


def upgrade(place: Place, revision: str = "head") -> None:
    """Run the missing migrations up to a revision as the owner, one process at a time."""
    engine = sa.create_engine(place.owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config = _config()
            config.attributes["connection"] = connection
            config.attributes["application_role"] = place.application_role
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def require_current(engine: sa.Engine) -> None:
    """Refuse to work on a schema of another release."""
    needed = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != needed:
        raise SchemaNotCurrent(found=found or "none", needed=needed)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
