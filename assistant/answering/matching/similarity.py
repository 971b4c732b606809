"""How alike two texts are: by words, by their order and by letters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answering.matching.features import words_of
from assistant.answering.matching.gram import gram
from assistant.answering.matching.index import Array, Postings, Vector
from assistant.answering.matching.letters import Letters
from assistant.answering.matching.order import Order
from assistant.answering.matching.reading import Question
from assistant.answering.matching.wording import Wording

# Shares of the three kinds: the best on average over the public question sets, flat around it.
_WORDS, _ORDER, _LETTERS = 0.38, 0.23, 0.39
_SPELT = 10_000  # texts up to which letters are compared: their postings are the longest


class Similarity:
    """The texts of a knowledge base, ready to be compared with a question.

    A text's vector of each kind is as long as the root of the kind's share, and a question's, too:
    so the sum of their dot products is the mixture.
    """

    def __init__(self, texts: Sequence[Question]) -> None:
        """Index `texts`, as read."""
        self._words = Wording(map(words_of, texts), _WORDS**0.5)
        self._order = Order([text.stems for text in texts], _ORDER**0.5)
        spelt = len(texts) <= _SPELT
        self._letters = Letters([t.words for t in texts], _LETTERS**0.5) if spelt else None
        words, order = self._words.index, self._order.index
        self._pairs_from = words.size
        self._said = Postings.joined((words.postings, order.postings))
        words.forget()
        order.forget()

    def to(self, question: Question) -> Array:
        """Return how alike `question` and each text are, 0 to 1."""
        words = self._words.vector(words_of(question))
        pairs = self._order.vector(question.stems)
        said = Vector(
            np.concatenate((words.features, pairs.features + self._pairs_from)),
            np.concatenate((words.weights, pairs.weights)),
        )
        near = self._said.dot(said)
        if self._letters:
            near += self._letters.dot(question.words)
        return near

    def gram(self, count: int) -> Array:
        """Return how alike the first `count` texts are to each other (count x count)."""
        spelt = (self._letters.index.postings,) if self._letters else ()
        return gram((self._said, *spelt), count)
