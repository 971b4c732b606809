"""The yardsticks of benchmarks/serving.py: a view that inserts one row, alone and in our stack."""

from __future__ import annotations

import datetime as dt
import os
import secrets

from flask import Blueprint, Flask, current_app, request
from sqlalchemy import insert

from assistant.app import create_app
from assistant.records.storage.database import Database
from assistant.records.storage.models import Conversation

inserts = Blueprint("inserts", __name__)


@inserts.post("/api/v1/insert")
def insert_row() -> dict[str, str]:
    """Insert what was sent as one row."""
    text = request.get_json()["text"]
    database: Database = current_app.extensions["yardstick"]
    with database.write() as session:
        session.execute(
            insert(Conversation).values(
                token_hash=secrets.token_bytes(32),
                language="en",
                page=text,
                started_at=dt.datetime.now(dt.UTC),
            )
        )
    return {"text": text}


def alone() -> Flask:
    """Return an application of Flask's own and the view: no headers, no log, no sessions."""
    app = Flask(__name__)
    app.extensions["yardstick"] = Database(os.environ["DATABASE_URL"])
    app.register_blueprint(inserts)
    return app


def inside() -> Flask:
    """Return the front desk with the view: what every view of it costs is in its cost too."""
    app = create_app()
    app.extensions["yardstick"] = app.extensions["desk"].database
    app.register_blueprint(inserts)
    return app
