"""A transaction for commands, its failures told as what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from assistant.records.accounts.accounts import AccountError
from assistant.records.storage import schema
from assistant.records.storage.database import DatabaseUnavailableError
from assistant.web.desk import desk

_UNREACHABLE = "The database cannot be reached: check DATABASE_URL and that its server runs."


@contextmanager
def writing(patience: float = 5) -> Iterator[Session]:
    """Yield a session whose changes are committed at the end; raises ClickException."""
    try:
        schema.require_newest(desk().database)
        with desk().database.write(patience=patience) as rows:
            yield rows
    except (schema.SchemaError, AccountError) as error:
        raise click.ClickException(str(error)) from None
    except DatabaseUnavailableError:
        raise click.ClickException(_UNREACHABLE) from None
