"""How much of a question's information each entry explains."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from assistant.answering import english
from assistant.answering.index import Array
from assistant.answering.reading import Question

_CACHED = 500_000  # numbers kept in the rows of known words
_LEAST = 50  # rows kept at least
_SYNONYM = 0.7  # how well a general synonym explains a word


class Coverage:
    """Which stems, concepts and synonym groups each entry's texts speak of."""

    def __init__(self, entries: Sequence[Iterable[Question]]) -> None:
        """Take each entry's texts, as read."""
        self._count = len(entries)
        holders: dict[str, dict[int, None]] = defaultdict(dict)
        for at, questions in enumerate(entries):
            for question in questions:
                for feature in spoken(question):
                    holders[feature][at] = None
        self._holders = {f: np.fromiter(held, np.intp, len(held)) for f, held in holders.items()}
        self._by_stem = lru_cache(maxsize=max(_LEAST, _CACHED // max(1, self._count)))(
            self._explain
        )

    def of(self, question: Question) -> tuple[Array, Array]:
        """Return the share of the information that each entry explains (0 to 1), and of which word.

        The second array has a row a word and a column an entry. Unknown words count in full.
        """
        rows = [self._by_stem(stem) for stem in question.stems]
        explained = np.array(rows, np.float32).reshape(len(rows), self._count)
        for concept in question.concepts:
            for place in concept.places:
                self._mark(explained[place], concept.key, 1.0)
        information = np.array(question.information, np.float32)
        return information @ explained / max(float(information.sum()), 1e-9), explained

    def _explain(self, stem: str) -> Array:
        row = np.zeros(self._count, np.float32)
        for group in english.synonym_groups(stem):
            self._mark(row, group, _SYNONYM)
        self._mark(row, stem, 1.0)
        return row

    def _mark(self, explained: Array, feature: str, value: float) -> None:
        holders = self._holders.get(feature)
        if holders is not None:
            explained[holders] = np.maximum(explained[holders], value)


def among_others(question: Question, spoken: Counter[str]) -> float:
    """Return how much of one of an entry's texts the entry's other texts explain, 0 to 1.

    `spoken` counts in how many of the entry's texts, this one included, each feature occurs.
    """
    explained = [0.0] * len(question.stems)
    for place, stem in enumerate(question.stems):
        if spoken[stem] > 1:
            explained[place] = 1.0
        elif any(spoken[group] > 1 for group in english.synonym_groups(stem)):
            explained[place] = _SYNONYM
    for concept in question.concepts:
        if spoken[concept.key] > 1:
            for place in concept.places:
                explained[place] = 1.0
    information = question.information
    total = sum(information)
    return sum(i * e for i, e in zip(information, explained, strict=True)) / total if total else 0.0


def spoken(question: Question) -> Iterator[str]:
    """Yield the stems, synonym groups and concepts that a text speaks of."""
    for stem in question.stems:
        yield stem
        yield from english.synonym_groups(stem)
    for concept in question.concepts:
        yield concept.key
