"""Ranks the entries of a knowledge base by how well they answer a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.answering import english
from assistant.answering.index import Index
from assistant.answering.knowledge import Entry, Words
from assistant.answering.reading import Question, Reader
from assistant.answering.text import stem, words


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question, with the reasons for its score."""

    entry: str
    score: float  # 0 to 1, for ordering
    confidence: float  # calibrated probability that this is the right entry, 0 to 1
    coverage: float  # share of the question's information that the entry explains, 0 to 1
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    margin: float  # score above the next entry's
    phrasing: str  # the phrasing nearest to the question


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates for one question, best first."""

    question: Question
    candidates: tuple[Candidate, ...]


class Matcher:
    """Fuzzy search over the entries' questions and phrasings."""

    def __init__(self, entries: Sequence[Entry], words: Words | None = None) -> None:
        """Build the index of `entries`, read by the meanings that `words` gives."""
        self._entries = tuple(entries)
        self._texts = [
            (at, text)
            for at, e in enumerate(entries)
            for text in dict.fromkeys((e.question, *e.phrasings))
        ]
        words = words or Words()
        spoken = [_words(text) for _, text in self._texts]
        counts = Counter(word for each in spoken for word in each)
        spread: Counter[str] = Counter()
        by_entry: dict[int, set[str]] = {}
        for (at, _), each in zip(self._texts, spoken, strict=True):
            by_entry.setdefault(at, set()).update(map(stem, each))
        for stems in by_entry.values():
            spread.update(stems)
        self._spread = spread
        self._stops = {stem(w) for each in words.stop_words for w in _words(each)}
        self._field = {stem(w) for each in words.field_words for w in _words(each)}
        self._reader = Reader(counts, self._weigh, words)
        self.read = self._reader.read
        questions = [self.read(text) for _, text in self._texts]
        self._owner = np.array([at for at, _ in self._texts], dtype=np.int32)
        self._texts_index = Index([_features(q) for q in questions])
        pooled: list[dict[str, float]] = [{} for _ in entries]
        for (at, _), question in zip(self._texts, questions, strict=True):
            pooled[at].update(_features(question))
        self._pool_index = Index(pooled)
        self._pools = pooled

    def rank(self, question: str | Question, limit: int = 10) -> Ranking:
        """Return at most `limit` candidates for `question`, best first."""
        read = self.read(question) if isinstance(question, str) else question
        wanted = _features(read)
        size = sum(wanted.values())
        if not self._entries or not size:
            return Ranking(read, ())
        common = self._texts_index.common(wanted)
        near = 2 * common / (size + self._texts_index.sizes)
        best = np.zeros(len(self._entries))
        np.maximum.at(best, self._owner, near)
        coverage = self._pool_index.common(wanted) / size
        scores = 0.6 * best + 0.4 * coverage
        order = np.argsort(-scores, kind="stable")[: limit + 1]
        return Ranking(read, tuple(self._candidates(read, near, scores, coverage, order))[:limit])

    def _candidates(
        self, read: Question, near: Any, scores: Any, coverage: Any, order: Any
    ) -> Iterator[Candidate]:
        for place, at in enumerate(order):
            if scores[at] <= 0:
                return
            after = scores[order[place + 1]] if place + 1 < len(order) else 0.0
            margin = float(scores[at] - after)
            pool = self._pools[at]
            hit = [stem_ in pool for stem_ in read.stems]
            mine = np.flatnonzero(self._owner == at)
            text = self._texts[mine[np.argmax(near[mine])]][1]
            yield Candidate(
                entry=self._entries[at].id,
                score=float(scores[at]),
                confidence=float(scores[at] * (0.5 + 0.5 * min(1.0, margin * 5))),
                coverage=float(coverage[at]),
                matched=tuple(w for w, h in zip(read.words, hit, strict=True) if h),
                missing=tuple(w for w, h in zip(read.words, hit, strict=True) if not h),
                margin=margin,
                phrasing=text,
            )

    def _weigh(self, word: str, stem_: str) -> float:
        if stem_ in self._stops:
            return 0.0
        rarity = math.log(1 + (len(self._entries) + 1) / (self._spread[stem_] + 0.5))
        damp = 0.3 if stem_ in self._field else 1.0
        return damp * rarity * (0.1 + min(english.rarity(word), english.rarity(stem_)))


def _words(text: str) -> list[str]:
    return words(text)


def _features(question: Question) -> dict[str, float]:
    found: dict[str, float] = {}
    for each, weight, trust in zip(question.stems, question.weights, question.trust, strict=True):
        found[each] = weight * trust
    for name, places in question.concepts:
        found["#" + name] = max(question.weights[at] for at in places)
    return found
