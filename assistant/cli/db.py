"""`flask --app assistant.app db …`: the schema, the keys, and what must go from the database."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from assistant.cli.writing import writing
from assistant.records import privacy
from assistant.records.leads.reference import parse
from assistant.records.rekey import rekey as rekey_database
from assistant.records.storage import schema
from assistant.records.storage.database import DatabaseUnavailableError
from assistant.records.storage.encryption import DecryptionError
from assistant.web.desk import desk

_UNREACHABLE = "The database cannot be reached: check DATABASE_URL and that its server runs."


@click.group()
def db() -> None:
    """Look after the database: its schema, its keys, what must go."""


@db.command()
@with_appcontext
def upgrade() -> None:
    """Bring the schema to what this version needs."""
    try:
        schema.upgrade(desk().database)
    except schema.SchemaError as error:
        raise click.ClickException(str(error)) from None
    except DatabaseUnavailableError:
        raise click.ClickException(_UNREACHABLE) from None


@db.command()
@with_appcontext
def current() -> None:
    """Show the database's revision and the one this version needs."""
    try:
        found = schema.revision(desk().database)
    except DatabaseUnavailableError:
        raise click.ClickException(_UNREACHABLE) from None
    click.echo(f"database: {found or 'none'}\nneeded:   {schema.newest()}")


@db.command()
@with_appcontext
def check() -> None:
    """Fail unless the schema is the newest and its tables are what the code expects."""
    try:
        schema.require_newest(desk().database)
        differences = schema.differences(desk().database)
    except schema.SchemaError as error:
        raise click.ClickException(str(error)) from None
    except DatabaseUnavailableError:
        raise click.ClickException(_UNREACHABLE) from None
    if differences:
        raise click.ClickException("Tables and code disagree:\n" + "\n".join(differences))
    click.echo(f"The schema is {schema.newest()}, as needed.")


@db.command()
@with_appcontext
def rekey() -> None:
    """Encrypt everything with the first of several keys in DATA_KEY."""
    try:
        rows = rekey_database(desk().database, desk().keyring)
    except DecryptionError as error:
        raise click.ClickException(str(error)) from None
    except DatabaseUnavailableError:
        raise click.ClickException(_UNREACHABLE) from None
    click.echo(f"{rows} rows are encrypted with the first key; keep the others for backups.")


@db.command()
@click.argument("reference")
@click.option("--yes", is_flag=True, help="Delete without asking.")
@with_appcontext
def erase(reference: str, yes: bool) -> None:
    """Delete the consultation request REFERENCE for good.

    Its history, notes and notifications go with it, and its chat unless another request includes
    that too. Backups made before still hold it.

    \b
    Example:
      flask --app assistant.app db erase K7Q2-9FD0
    """
    found = parse(reference) or ""
    with writing() as rows:
        received = privacy.received(rows, found)
    if received is None:
        raise click.ClickException("There is no such request: check the reference's 8 characters.")
    if not yes:
        click.confirm(f"Delete {found} of {received:%Y-%m-%d} for good?", abort=True)
    with writing() as rows:
        privacy.erase(rows, found)
    click.echo(f"{found} is deleted.")
