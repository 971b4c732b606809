"""How alike two texts are: by words, by their order and by letters."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.features import order_of, words_of
from assistant.answering.index import Array, Index
from assistant.answering.letters import Letters
from assistant.answering.reading import Question

# Shares of the three kinds: the best on average over the public question sets, flat around it.
_WORDS, _ORDER, _LETTERS = 0.40, 0.25, 0.35
_SPELT = 10_000  # texts up to which letters are compared: their postings are the longest


class Similarity:
    """The texts of a knowledge base, ready to be compared with a question."""

    def __init__(self, texts: Sequence[Question]) -> None:
        """Index `texts`, as read."""
        self._words = Index(map(words_of, texts), rarity=False)
        self._order = Index(map(order_of, texts), rarity=True)
        self._letters = Letters([t.words for t in texts]) if len(texts) <= _SPELT else None

    def to(self, question: Question) -> Array:
        """Return how alike `question` and each text are, 0 to 1."""
        near: Array = _WORDS * self._words.cosines(words_of(question))
        near += _ORDER * self._order.cosines(order_of(question))
        if self._letters:
            near += _LETTERS * self._letters.cosines(question.words)
        return near

    def gram(self, count: int) -> Array:
        """Return how alike the first `count` texts are to each other (count x count)."""
        near: Array = _WORDS * self._words.gram(count)
        near += _ORDER * self._order.gram(count)
        if self._letters:
            near += _LETTERS * self._letters.gram(count)
        return near

    def forget(self) -> None:
        """Free what only `gram` needs."""
        if self._letters:
            self._letters.forget()
