"""Scores entries by their nearest phrasing: for knowledge too large to learn from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.answering.matching.index import Array
from assistant.answering.matching.reading import Question
from assistant.answering.matching.similarity import Similarity

Places = npt.NDArray[np.intp]


class Nearest:
    """The same front as `Ridge`, without a model."""

    def __init__(
        self, similarity: Similarity, questions: Sequence[Question], starts: Places
    ) -> None:
        """Take the texts, and where in them each entry's own start."""
        self._similarity = similarity
        self._questions = questions
        self._starts = starts

    def predict(self, near: Array) -> Array:
        """Return how alike the question and each entry's nearest text are, 0 to 1."""
        return np.asarray(np.maximum.reduceat(near, self._starts))

    def without(self, hidden: Places, asked: Sequence[int]) -> Array:
        """Return the scores of the texts `asked` when the texts `hidden` are not there."""
        rows = []
        for at in asked:
            near = self._similarity.to(self._questions[at])[: len(self._questions)]
            near[hidden] = 0.0
            rows.append(self.predict(near))
        return np.array(rows)

    def alone(self, asked: Sequence[int]) -> Array:
        """Return the scores of the texts `asked`, each hidden by itself."""
        return np.concatenate([self.without(np.array([at]), [at]) for at in asked])

    def forget(self) -> None:
        """Free the questions, which only `without` needs."""
        self._questions = ()
