"""How much of a question's information each entry explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from assistant.answering.language import english
from assistant.answering.matching.index import Array
from assistant.answering.matching.reading import Question

_CACHED = 500_000  # numbers kept in the rows of known words
_LEAST = 50  # rows kept at least
_SYNONYM = 0.7  # how well a general synonym explains a word
_NOTHING = np.zeros(0, np.float32)


class Coverage:
    """Which stems, concepts and synonym groups each entry's texts speak of."""

    def __init__(self, entries: Sequence[Iterable[Question]]) -> None:
        """Take each entry's texts, as read."""
        self._count = len(entries)
        self._spoken = [_times(questions) for questions in entries]
        holders: dict[str, list[int]] = {}
        for at, spoken in enumerate(self._spoken):
            for feature in spoken:
                holders.setdefault(feature, []).append(at)
        self._holders = {feature: np.array(held, np.intp) for feature, held in holders.items()}
        self._by_stem = lru_cache(maxsize=max(_LEAST, _CACHED // max(1, self._count)))(
            self._explain
        )

    def of(self, question: Question) -> tuple[Array, Array]:
        """Return the share of the information that each entry explains (0 to 1), and of which word.

        The second array has a row a word and a column an entry. Unknown words count in full.
        """
        rows = [self._by_stem(stem) for stem in question.stems]
        explained = np.concatenate([_NOTHING, *rows]).reshape(len(rows), self._count)
        for concept in question.concepts:
            holders = self._holders.get(concept.key)
            if holders is not None:
                explained[concept.start : concept.end, holders] = 1.0
        information = np.array(question.information, np.float32)
        return information @ explained / max(float(information.sum()), 1e-9), explained

    def among_others(self, question: Question, entry: int) -> float:
        """Return how much of one of an entry's texts the entry's other texts explain, 0 to 1."""
        spoken = self._spoken[entry]
        words = zip(question.stems, question.synonyms, strict=True)
        explained = [_explained(stem, groups, spoken) for stem, groups in words]
        for concept in question.concepts:
            if spoken[concept.key] > 1:
                for place in range(concept.start, concept.end):
                    explained[place] = 1.0
        information = question.information
        total = sum(information)
        both = zip(information, explained, strict=True)
        return sum(i * e for i, e in both) / total if total else 0.0

    def forget(self) -> None:
        """Free what only `among_others` needs."""
        self._spoken = []

    def _explain(self, stem: str) -> Array:
        row = np.zeros(self._count, np.float32)
        for feature in (*english.synonym_groups(stem), stem):
            holders = self._holders.get(feature)
            if holders is not None:
                row[holders] = 1.0 if feature == stem else _SYNONYM
        return row


def _times(questions: Iterable[Question]) -> Counter[str]:
    """Return in how many of the texts each stem, synonym group and concept is spoken of."""
    spoken: list[str] = []
    for question in questions:
        said = set(question.stems).union(*question.synonyms)
        said.update([concept.key for concept in question.concepts])
        spoken += said
    return Counter(spoken)


def _explained(stem: str, synonyms: Iterable[str], spoken: Counter[str]) -> float:
    """Return how well a stem of a text is explained by other texts than it."""
    if spoken[stem] > 1:
        return 1.0
    return _SYNONYM if any(spoken[group] > 1 for group in synonyms) else 0.0
