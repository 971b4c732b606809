"""The JSON API of visitors: messages and what belongs to them."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from assistant.answering.messages import Context, Reply, Turn
from assistant.answering.reply import Replier
from assistant.records.conversations import Note
from assistant.records.storage.database import DatabaseUnavailableError
from assistant.web.alarms import alarm, too_busy
from assistant.web.desk import desk
from assistant.web.openapi import takes
from assistant.web.problems import Problem
from assistant.web.schemas import (
    LONGEST_PAGE,
    LONGEST_QUESTION,
    EraseIn,
    FeedbackIn,
    MessageIn,
    MessageOut,
    SuggestionsIn,
    SuggestionsOut,
)

visitor = Blueprint("visitor", __name__, url_prefix="/api/v1")


@visitor.post("/messages")
@takes(MessageIn, answers={200: MessageOut}, errors=(404, 429))
def messages(body: MessageIn) -> ResponseReturnValue:
    """Answer a message, or give the answer of a chosen entry."""
    here = desk()
    language, replier = here.replier(body.language)
    if wait := here.limits.exceeded("messages"):
        # An emergency gets its card whoever sends it; it is not noted, so that nobody floods us.
        busy = too_busy(here.knowledge.edition(language), wait)
        return _answer(_alarm(replier, body.text, busy), language)
    now = here.now()
    turns = here.conversations.turns(body.conversation, now)
    reply = _reply(replier, body, turns)
    note = _note(reply, language, body.page)
    noted = here.conversations.note(body.conversation if turns else None, note, now)
    if noted is None:
        return _answer(reply, language)
    return _answer(reply, language, noted.conversation, noted.message)


@visitor.post("/suggestions")
@takes(SuggestionsIn, answers={200: SuggestionsOut}, errors=(429,))
def suggestions(body: SuggestionsIn) -> ResponseReturnValue:
    """Offer entries while the visitor types; nothing is stored or logged."""
    desk().limits.count("suggestions")
    _, replier = desk().replier(body.language)
    found = replier.suggest(body.q, desk().today())
    return jsonify({"suggestions": [suggestion.as_json() for suggestion in found]})


@visitor.post("/feedback")
@takes(FeedbackIn, answers={204: None}, errors=(404, 429, 503))
def feedback(body: FeedbackIn) -> ResponseReturnValue:
    """Keep whether a reply helped."""
    desk().limits.count("feedback")
    try:
        found = desk().conversations.rate(
            body.conversation, UUID(body.message), body.helpful, desk().now()
        )
    except DatabaseUnavailableError:
        raise unavailable() from None
    if not found:
        raise Problem(404, "There is no such message in this conversation.")
    return "", 204


@visitor.post("/conversation/erase")
@takes(EraseIn, answers={204: None}, errors=(429, 503))
def erase(body: EraseIn) -> ResponseReturnValue:
    """Erase the visitor's conversation; one that is unknown is erased already."""
    desk().limits.count("erasures")
    try:
        desk().conversations.erase(body.conversation)
    except DatabaseUnavailableError:
        raise unavailable() from None
    return "", 204


def unavailable() -> Problem:
    """Return the 503 of a database that is down or locked."""
    return Problem(503, "This cannot be kept at the moment: try again shortly.", retry_after=5)


def _reply(replier: Replier, body: MessageIn, turns: tuple[Turn, ...]) -> Reply:
    today = desk().today()
    if body.choose is not None:
        chosen = replier.choose(body.choose, today)
        if chosen is None:
            raise Problem(404, "There is no such entry.")
        return chosen
    text = body.text or ""
    if len(text) > LONGEST_QUESTION:
        return _alarm(replier, text, _too_long())
    return replier.reply(text, Context(turns), today)


def _alarm(replier: Replier, text: str | None, otherwise: Problem) -> Reply:
    """Return the urgent-care card for a text with a red flag; raise `otherwise` without one."""
    reply = alarm(otherwise, replier, text) if text else None
    if reply is None:
        raise otherwise
    return reply


def _too_long() -> Problem:
    errors = {"text": f"Write at most {LONGEST_QUESTION} characters."}
    return Problem(422, "Some fields need another value.", kind="validation", errors=errors)


def _note(reply: Reply, language: str, page: str | None) -> Note:
    return Note(
        text=reply.text_kept,
        kind=reply.kind,
        entries=tuple(answer.entry for answer in reply.answers),
        confidence=min((answer.confidence for answer in reply.answers), default=None),
        knowledge_version=desk().knowledge.version,
        language=language,
        page=without_query(page),
    )


def without_query(page: str | None) -> str | None:
    """Return the page's address without query and fragment, where sites put personal data.

    What is longer than any real one is cut, not refused: a request must not fail for it.
    """
    try:
        parts = urlsplit(page or "")
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return f"{parts.scheme}://{host}{parts.path}"[:LONGEST_PAGE]


def _answer(
    reply: Reply, language: str, conversation: str | None = None, message: str | None = None
) -> ResponseReturnValue:
    return jsonify(
        {
            "conversation": conversation,
            "message": message,
            "language": language,
            "reply": reply.as_json(),
        }
    )
