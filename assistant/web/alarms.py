"""Emergencies in what is refused: the card comes before any limit, and a flood costs little."""

from __future__ import annotations

from assistant.answering.content.knowledge import Edition
from assistant.answering.messages import Reply
from assistant.answering.reply import Replier
from assistant.web.desk import desk
from assistant.web.problems import Problem


def alarm(refusal: Problem, replier: Replier, text: str) -> Reply | None:
    """Return the urgent-care card when a text that is refused holds a red flag, else None.

    Many visitors may share one address, so one that is over its limit is still looked at. Looking
    costs time too: beyond a second limit, which no group of people reaches, the text is not read,
    and the refusal itself says whom to call.
    """
    if refusal.status == 429 and desk().limits.exceeded("red flags"):
        return None
    return replier.alarm(text)


def too_busy(edition: Edition, seconds: int) -> Problem:
    """Return the 429 of a visitor's own words; who is in danger learns what number to call."""
    text = edition.replies.texts["busy"]
    number = desk().knowledge.clinic.emergency_number
    return Problem(429, text.replace("{emergency}", number), retry_after=seconds)
