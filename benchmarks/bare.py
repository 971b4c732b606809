"""The yardstick of benchmarks/serving.py: the same stack around a view that inserts one row."""

from __future__ import annotations

import datetime as dt
import os
import secrets

from flask import Flask, request
from sqlalchemy import insert

from assistant.records.database import Database
from assistant.records.models import Conversation

app = Flask(__name__)
database = Database(os.environ["DATABASE_URL"])


@app.post("/insert")
def insert_row() -> dict[str, str]:
    """Insert what was sent as one row."""
    text = request.get_json()["text"]
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
