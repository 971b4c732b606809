"""What Alembic does to the schema; `storage/schema.py` is the way in."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, text

from assistant.records.storage.database import Database
from assistant.records.storage.schema import MIGRATIONS, UNKNOWN, SchemaError, metadata

_UPGRADE_LOCK = 7_226_001  # any number: PostgreSQL's advisory lock of our upgrades


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision, wholly or not at all; two at once wait in turn.

    Raises SchemaError for a database of a newer version, DatabaseUnavailableError.
    """
    with database.write(patience=30, durable=True) as session:
        connection = session.connection()
        if not database.sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
        try:
            command.upgrade(_config(connection), "head")
        except CommandError:
            found = MigrationContext.configure(connection).get_current_revision()
            raise SchemaError(UNKNOWN.format(found=found)) from None


def differences(database: Database) -> list[str]:
    """Return what the tables and the models disagree on, one line each; empty when nothing."""
    with database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
