"""Tells by what visitors write whether they have had the treatment already."""

from __future__ import annotations

from assistant.answering.knowledge import Replies
from assistant.answering.phrases import Phrases
from assistant.answering.text import words


class Patients:
    """Knows patients by a language's phrasings."""

    def __init__(self, replies: Replies) -> None:
        self._had = Phrases({"patient": replies.patient}, words)
        self._others = replies.others

    def speak(self, *messages: str) -> bool:
        """Tell whether one of a visitor's messages is of a treatment they had."""
        return any(self._speaks(message) for message in messages)

    def _speaks(self, message: str) -> bool:
        """Tell whether a message is of a treatment the visitor, not a friend of theirs, had."""
        said = words(message)
        starts = [found.start for found in self._had.find(said)]
        return any(start == 0 or said[start - 1] not in self._others for start in starts)
