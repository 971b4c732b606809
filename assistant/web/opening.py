"""What clients ask for before the first message: the widget's texts, the API's description."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from assistant.answering.blocks import parse
from assistant.answering.content.knowledge import Edition
from assistant.answering.messages import blocks_json
from assistant.web.desk import desk
from assistant.web.openapi import document, gives
from assistant.web.schemas import WidgetOut

_FIVE_MINUTES = 300
_STARTERS = 4

opening = Blueprint("opening", __name__, url_prefix="/api/v1")


@opening.get("/widget")
@gives({200: WidgetOut, 304: None}, query={"language": "The visitor's language, as in BCP 47"})
def widget() -> ResponseReturnValue:
    """Give what the widget needs before the first message; nothing personal."""
    edition = desk().knowledge.edition(request.args.get("language"))
    return _cacheable(jsonify(_introduction(edition)))


@opening.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Describe the API in OpenAPI 3.1."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return _cacheable(Response(document(app), content_type="application/json"))


def _introduction(edition: Edition) -> dict[str, Any]:
    clinic = desk().knowledge.clinic
    return {
        "clinic": {
            "name": clinic.name,
            "phone": clinic.phone or None,
            "emergency_number": clinic.emergency_number,
            "reply_time": clinic.reply_time or None,
            "privacy_url": clinic.privacy_url or None,
        },
        "language": edition.language,
        "direction": edition.direction,
        "languages": sorted(desk().knowledge.editions),
        "greeting": blocks_json(parse(edition.replies.texts.get("greeting", ""))),
        "starters": _starters(edition),
        "texts": edition.replies.widget,
        "theme": {"accent": clinic.theme.accent},
    }


def _starters(edition: Edition) -> list[dict[str, str]]:
    """Return the questions offered first: the edition's choice, else its first current ones."""
    today = desk().today()
    chosen = [edition.entry(entry_id) for entry_id in edition.replies.starters]
    current = [each for each in chosen or edition.entries if each and each.review_by >= today]
    return [{"entry": each.id, "question": each.question} for each in current[:_STARTERS]]


def _cacheable(response: Response) -> ResponseReturnValue:
    response.cache_control.public = True
    response.cache_control.max_age = _FIVE_MINUTES
    response.add_etag()
    return response.make_conditional(request)
