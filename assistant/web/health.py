"""Is the process alive, and is it ready to serve?"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from assistant.answering.content.loading import KnowledgeError
from assistant.records.storage import schema
from assistant.records.storage.database import DatabaseUnavailableError
from assistant.web.desk import desk

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify({"status": "ok"})


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say of each part whether it is ready: 200 when all are, else 503."""
    parts = {"knowledge": _knowledge(), **_database()}
    ok = all(state == "ok" for state in parts.values())
    return jsonify({"status": "ok" if ok else "unavailable", "parts": parts}), 200 if ok else 503


def _knowledge() -> str:
    try:
        return "ok" if desk().knowledge.editions else "empty"
    except KnowledgeError:
        return "broken: run `flask --app assistant.app knowledge check`"


def _database() -> dict[str, str]:
    try:
        schema.require_newest(desk().database)
    except DatabaseUnavailableError:
        return {"database": "unreachable", "schema": "unknown"}
    except schema.SchemaError:
        return {"database": "ok", "schema": "not ours: run `flask --app assistant.app db current`"}
    return {"database": "ok", "schema": "ok"}
