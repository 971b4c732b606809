"""The schema of the database: which revision it has, and how it gets to the one we need."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from assistant.records.account_models import Account
from assistant.records.database import Database
from assistant.records.lead_models import Lead

# Of every table: each module of models adds its own when it is imported.
metadata = Lead.metadata
assert Account.metadata is metadata  # noqa: S101
_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 7_226_001  # any number: PostgreSQL's advisory lock of our upgrades


class SchemaError(Exception):
    """The database's schema is not the one this version works with."""


def newest() -> str:
    """Return the revision that this version works with."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head() or ""


def revision(database: Database) -> str | None:
    """Return the database's revision, None when it has no tables of ours yet.

    Raises DatabaseUnavailableError.
    """
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def require_newest(database: Database) -> None:
    """Raise SchemaError, naming the command that helps, unless the schema is the newest.

    Raises DatabaseUnavailableError.
    """
    found = revision(database)
    if found == newest():
        return
    if found is not None and not _is_known(found):
        raise SchemaError(_UNKNOWN.format(found=found))
    raise SchemaError(
        f"The database is at revision {found or 'none'}, this version needs {newest()}: "
        "run `flask --app assistant.app db upgrade`."
    )


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
            raise SchemaError(_UNKNOWN.format(found=found)) from None


def differences(database: Database) -> list[str]:
    """Return what the tables and the models disagree on, one line each; empty when nothing."""
    with database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, metadata)]


_UNKNOWN = (
    "The database is at revision {found}, which this version does not know: it was made by a "
    "newer version. Install that version, or restore the backup made before its upgrade; "
    "`flask --app assistant.app db current` shows both revisions."
)


def _is_known(found: str) -> bool:
    scripts = ScriptDirectory(str(_MIGRATIONS)).walk_revisions()
    return any(script.revision == found for script in scripts)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
