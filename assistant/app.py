"""The application: everything wired together, no logic of its own."""

from __future__ import annotations

import datetime as dt
import logging
import sys

import click
from flask import Flask

from assistant import config
from assistant.answering.loading import KnowledgeError
from assistant.cli.answering import ask, evaluate
from assistant.cli.db import db
from assistant.config import Settings, SettingsError
from assistant.records import chores, encryption, schema
from assistant.records.database import Database, DatabaseUnavailableError
from assistant.records.encryption import Keyring
from assistant.records.leads import Leads
from assistant.web import logs, problems, security
from assistant.web.desk import Desk
from assistant.web.health import health
from assistant.web.limits import Limits
from assistant.web.opening import opening
from assistant.web.pages import pages
from assistant.web.visitor import visitor
from assistant.web.widget import widget

_log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for `settings`, by default those of the environment.

    Neither database nor knowledge is touched yet, so that the commands that mend them can run.
    """
    settings = settings or _settings()
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    app.secret_key = settings.secret_key.get_secret_value()
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["desk"] = _desk(settings)
    problems.init_app(app)
    security.init_app(app, origins=settings.origins, trusted_proxies=settings.trusted_proxies)
    logs.init_app(app)
    for blueprint in (health, visitor, opening, pages, widget):
        app.register_blueprint(blueprint)
    for command in (ask, evaluate, db):
        app.cli.add_command(command)
    return app


def server() -> Flask:
    """Return the application ready to serve; exit with the remedy when something forbids that."""
    try:
        app = create_app()
        desk = app.extensions["desk"]
        _ = desk.repliers
        schema.require_newest(desk.database)
    except DatabaseUnavailableError:
        _log.warning("The database cannot be reached: visitors get answers, nothing is kept.")
    except (click.ClickException, KnowledgeError, schema.SchemaError) as error:
        sys.exit(str(error))
    return app


def begin_chores(app: Flask) -> None:
    """Start what a server process does beside answering, each chore in a thread of its own."""
    desk: Desk = app.extensions["desk"]
    desk.database.engine.dispose(close=False)  # the parent's connections are not ours
    chores.begin("purge conversations", 3600, lambda: desk.conversations.purge(desk.now()))
    chores.begin("purge held leads", 3600, lambda: desk.leads.purge(desk.now()))


def _settings() -> Settings:
    try:
        return config.load()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def _desk(settings: Settings) -> Desk:
    redis_url = settings.redis_url.get_secret_value() if settings.redis_url else None
    database = Database(settings.database_url.get_secret_value())
    keyring = Keyring(settings.data_key.get_secret_value())
    encryption.install(database.engine, keyring)
    return Desk(
        knowledge_dir=settings.knowledge_dir,
        database=database,
        keyring=keyring,
        leads=Leads(database, keyring, holds_by_count=settings.rate_limits == "on"),
        limits=Limits(enabled=settings.rate_limits == "on", redis_url=redis_url),
        now=lambda: dt.datetime.now(dt.UTC),
    )
