"""Knows how an offer made just before is taken up in words: "yes please", "the second one"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.content.knowledge import Edition
from assistant.answering.language.text import bare, words


class Offers:
    """A language's ways to agree and to pick, word for word but for what says nothing."""

    def __init__(self, edition: Edition) -> None:
        self._fillers = edition.grammar.fillers
        replies = edition.replies
        self._agreements = {bare(words(text), self._fillers) for text in replies.agreements}
        self._picks = {
            bare(words(text), self._fillers): at
            for at, texts in enumerate(replies.picks)
            for text in texts
        }

    def agrees(self, said: Sequence[str]) -> bool:
        """Tell whether a message, cut into words, only agrees."""
        return bare(said, self._fillers) in self._agreements

    def picked(self, said: Sequence[str]) -> int | None:
        """Return which of several things a message, cut into words, picks: 0 for the first."""
        return self._picks.get(bare(said, self._fillers))
