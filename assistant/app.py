"""The application: everything wired together, no logic of its own."""

from __future__ import annotations

import datetime as dt
import logging
import sys
import threading

import click
from flask import Flask
from pydantic import SecretStr

from assistant import config
from assistant.answering.content.loading import KnowledgeError
from assistant.cli.answering import ask, evaluate
from assistant.cli.db import db
from assistant.cli.demo import demo
from assistant.cli.knowledge import knowledge
from assistant.cli.staff import link, staff
from assistant.cli.worker import worker
from assistant.config import Settings, SettingsError
from assistant.records import chores
from assistant.records.accounts import account_links, sign_in, staff_sessions
from assistant.records.leads.leads import Leads
from assistant.records.notifications.channels import Delivery
from assistant.records.storage import encryption, schema
from assistant.records.storage.database import Database, DatabaseUnavailableError
from assistant.records.storage.encryption import Keyring
from assistant.web import help as help_page
from assistant.web import logs, problems, security
from assistant.web.desk import Desk
from assistant.web.health import health
from assistant.web.leads import leads
from assistant.web.limits import Limits
from assistant.web.opening import opening
from assistant.web.pages import pages
from assistant.web.staff import area
from assistant.web.visitor import visitor
from assistant.web.widget import widget

COMMANDS = (ask, evaluate, knowledge, db, demo, staff, worker)

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
    for blueprint in (health, visitor, leads, opening, pages, help_page.pages, widget):
        app.register_blueprint(blueprint)
    area.init_app(app)
    for command in COMMANDS:
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
    chores.begin("purge conversations", 3600, lambda: desk.conversations.purge(desk.now()))
    chores.begin("purge sign-ins", 3600, lambda: _purge_sign_ins(desk))
    chores.begin("purge held leads", 3600, lambda: desk.leads.purge(desk.now()))
    for sender in desk.senders():
        threading.Thread(target=sender.run, args=(threading.Event(),), daemon=True).start()


def first_account_link(app: Flask, site: str) -> str | None:
    """Return the link that makes the first account; None when there is one, or no database."""
    desk: Desk = app.extensions["desk"]
    try:
        with app.app_context(), desk.database.write() as rows:
            token = account_links.first_link(rows, desk.now())
            return link(token, site) if token else None
    except DatabaseUnavailableError:
        return None


def close_connections(app: Flask) -> None:
    """Close the database's connections before the server forks: none may be carried across.

    SQLite names that among the ways to corrupt a database (sqlite.org/howtocorrupt.html).
    """
    desk: Desk = app.extensions["desk"]
    desk.database.engine.dispose()


def _purge_sign_ins(desk: Desk) -> None:
    with desk.database.write() as rows:
        staff_sessions.purge(rows, desk.now())
        sign_in.purge(rows, desk.now())


def _settings() -> Settings:
    names = [command.name for command in COMMANDS]
    called = next((argument for argument in sys.argv if argument in names), None)
    # What looks after the database goes on whatever else is set wrongly.
    load = config.load_storage if called == db.name else config.load
    try:
        return load()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def _desk(settings: Settings) -> Desk:
    redis_url = _revealed(settings.redis_url)
    database = Database(settings.database_url.get_secret_value())
    keyring = Keyring(settings.data_key.get_secret_value())
    encryption.install(database.engine, keyring)
    delivery = _delivery(settings)
    limited = settings.rate_limits == "on"
    secret = settings.secret_key.get_secret_value()
    return Desk(
        knowledge_dir=settings.knowledge_dir,
        database=database,
        keyring=keyring,
        leads=Leads(
            database,
            keyring,
            to_staff=delivery.to_staff,
            to_visitor=delivery.to_visitor,
            holds_by_count=limited,
        ),
        delivery=delivery,
        site=settings.site,
        limits=Limits(enabled=limited, secret=secret, redis_url=redis_url),
        now=lambda: dt.datetime.now(dt.UTC),
    )


def _delivery(settings: Settings) -> Delivery:
    return Delivery(
        smtp_url=_revealed(settings.smtp_url),
        mail_from=settings.mail_from,
        notify_email=settings.notify_email,
        webhook_url=_revealed(settings.webhook_url),
        webhook_secret=_revealed(settings.webhook_secret),
        staff_url=settings.site and f"{settings.site}/staff",
        confirms=settings.confirm_by_mail == "on",
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
