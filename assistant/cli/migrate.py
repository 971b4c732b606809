"""`python -m assistant.cli.migrate`: what `db upgrade` does, without loading the application.

Each `make run` begins with it, so that it must be quick.
"""

from __future__ import annotations

import sys

from assistant import config
from assistant.records.storage import schema
from assistant.records.storage.database import Database, DatabaseUnavailableError


def main() -> None:
    """Bring the schema to the newest; exit with the remedy when that is not possible."""
    try:
        settings = config.load_storage()
        database = Database(settings.database_url.get_secret_value())
        schema.upgrade(database)
        database.engine.dispose()
    except (config.SettingsError, schema.SchemaError) as error:
        sys.exit(str(error))
    except DatabaseUnavailableError:
        sys.exit("The database cannot be reached: check DATABASE_URL and that its server runs.")


if __name__ == "__main__":
    main()
