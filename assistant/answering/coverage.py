"""How much of a question's information each entry explains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from assistant.answering import english
from assistant.answering.index import Array
from assistant.answering.reading import Question

_SYNONYM = 0.7  # how well a general synonym explains a word


class Coverage:
    """Which stems, concepts and synonym groups each entry's texts speak of."""

    def __init__(self, entries: Sequence[Iterable[Question]]) -> None:
        """Take each entry's texts, as read."""
        self._count = len(entries)
        holders: dict[str, dict[int, None]] = defaultdict(dict)
        for at, questions in enumerate(entries):
            for question in questions:
                for feature in _spoken(question):
                    holders[feature][at] = None
        self._holders = {f: np.fromiter(held, np.intp, len(held)) for f, held in holders.items()}

    def of(self, question: Question) -> tuple[Array, Array]:
        """Return the share of the information that each entry explains (0 to 1), and of which word.

        The second array has a row a word and a column an entry. Unknown words count in full.
        """
        explained = np.zeros((len(question.stems), self._count), np.float32)
        for place, stem in enumerate(question.stems):
            for group in english.synonym_groups(stem):
                self._mark(explained[place], group, _SYNONYM)
            self._mark(explained[place], stem, 1.0)
        for concept in question.concepts:
            for place in concept.places:
                self._mark(explained[place], concept.key, 1.0)
        information = np.multiply(question.weights, question.trust).astype(np.float32)
        return information @ explained / max(float(information.sum()), 1e-9), explained

    def _mark(self, explained: Array, feature: str, value: float) -> None:
        holders = self._holders.get(feature)
        if holders is not None:
            explained[holders] = np.maximum(explained[holders], value)


def _spoken(question: Question) -> Iterable[str]:
    for stem in question.stems:
        yield stem
        yield from english.synonym_groups(stem)
    for concept in question.concepts:
        yield concept.key
