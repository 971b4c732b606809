"""Tells by what visitors write whether they have had the treatment already."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.content.knowledge import Replies
from assistant.answering.language.phrases import Phrases
from assistant.answering.language.text import words


class Patients:
    """Knows patients by a language's phrasings."""

    def __init__(self, replies: Replies) -> None:
        self._had = Phrases({"patient": replies.patient}, words)
        self._others = replies.others

    def speak(self, said: Sequence[str]) -> bool:
        """Tell whether a message's words are of a treatment the visitor, not a friend, had."""
        starts = [found.start for found in self._had.find(said)]
        return any(start == 0 or said[start - 1] not in self._others for start in starts)
