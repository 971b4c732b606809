"""The schema of the database: which revision it has, and how it gets to the one we need."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from assistant.records.storage.account_models import Account
from assistant.records.storage.database import Database
from assistant.records.storage.lead_models import Lead

# Of every table: each module of models adds its own when it is imported.
metadata = Lead.metadata
assert Account.metadata is metadata  # noqa: S101
MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaError(Exception):
    """The database's schema is not the one this version works with."""


def newest() -> str:
    """Return the revision that this version works with."""
    return max(_revisions())


def revision(database: Database) -> str | None:
    """Return the database's revision, None when it has no tables of ours yet.

    Raises DatabaseUnavailableError.
    """
    with database.read() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def require_newest(database: Database) -> None:
    """Raise SchemaError, naming the command that helps, unless the schema is the newest.

    Raises DatabaseUnavailableError.
    """
    found = revision(database)
    if found == newest():
        return
    if found is not None and found not in _revisions():
        raise SchemaError(UNKNOWN.format(found=found))
    raise SchemaError(
        f"The database is at revision {found or 'none'}, this version needs {newest()}: "
        "run `flask --app assistant.app db upgrade`."
    )


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision, wholly or not at all; two at once wait in turn.

    Raises SchemaError for a database of a newer version, DatabaseUnavailableError.
    """
    if revision(database) != newest():  # seldom, and Alembic is slow to load
        from assistant.records.storage import migrating

        migrating.upgrade(database)


def differences(database: Database) -> list[str]:
    """Return what the tables and the models disagree on, one line each; empty when nothing."""
    from assistant.records.storage import migrating

    return migrating.differences(database)


UNKNOWN = (
    "The database is at revision {found}, which this version does not know: it was made by a "
    "newer version. Install that version, or restore the backup made before its upgrade; "
    "`flask --app assistant.app db current` shows both revisions."
)


def _revisions() -> set[str]:
    """Return the revisions this version knows, by which the files of migrations are named."""
    return {path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*_*.py")}
