"""Ranks the entries of a knowledge base by how well they answer a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.coverage import Coverage
from assistant.answering.features import letters_of, order_of, words_of
from assistant.answering.index import Array, Index
from assistant.answering.knowledge import Entry, Words
from assistant.answering.reading import Question, Reader
from assistant.answering.ridge import Ridge

# Shares of the three kinds of features in the similarity of two texts, and what coverage adds:
# the best on average over the public question sets, flat around the optimum.
_WORDS, _ORDER, _LETTERS = 0.55, 0.20, 0.25
_COVERAGE = 0.1
_LEARNABLE = 3000  # texts up to which a model is learnt: its cost grows with their cube


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
        self._ids = [entry.id for entry in entries]
        texts = [list(dict.fromkeys((e.question, *e.phrasings))) for e in entries]
        self._texts = [text for each in texts for text in each]
        self._owners = np.repeat(np.arange(len(texts)), [len(each) for each in texts])
        self._reader = Reader(texts, words or Words())
        self.read = self._reader.read
        questions = [self.read(text) for text in self._texts]
        pools: list[list[Question]] = [[] for _ in entries]
        for owner, question in zip(self._owners, questions, strict=True):
            pools[owner].append(question)
        self._coverage = Coverage(pools)
        self._by_words = Index([words_of(q) for q in questions], rarity=False)
        self._by_order = Index([order_of(q) for q in questions])
        self._by_letters = Index([letters_of(q) for q in questions])
        self._ridge = self._learn() if 0 < len(self._texts) <= _LEARNABLE else None

    def rank(self, question: str | Question, limit: int = 10) -> Ranking:
        """Return at most `limit` candidates for `question`, best first."""
        read = self.read(question) if isinstance(question, str) else question
        if not self._ids or not read.words:
            return Ranking(read, ())
        near = self._similarity(read)
        coverage, explained = self._coverage.of(read)
        scores = self._scores(near) + _COVERAGE * coverage
        order = np.argsort(-scores, kind="stable")[: limit + 1].tolist()
        found = []
        for place, at in enumerate(order[:limit]):
            if near[self._owners == at].max() <= 0:
                continue
            after = scores[order[place + 1]] if place + 1 < len(order) else 0.0
            margin = max(0.0, float(scores[at] - after))
            found.append(self._candidate(read, at, near, explained, coverage, scores, margin))
        return Ranking(read, tuple(found))

    def _candidate(
        self,
        read: Question,
        at: int,
        near: Array,
        explained: Array,
        coverage: Array,
        scores: Array,
        margin: float,
    ) -> Candidate:
        own = np.flatnonzero(self._owners == at)
        hit = explained[:, at] > 0
        score = min(1.0, max(0.0, float(scores[at])))
        return Candidate(
            entry=self._ids[at],
            score=score,
            confidence=score,
            coverage=float(coverage[at]),
            matched=tuple(w for w, known in zip(read.words, hit, strict=True) if known),
            missing=tuple(w for w, known in zip(read.words, hit, strict=True) if not known),
            margin=margin,
            phrasing=self._texts[own[np.argmax(near[own])]],
        )

    def _similarity(self, question: Question) -> Array:
        near: Array = _WORDS * self._by_words.cosines(words_of(question))
        near += _ORDER * self._by_order.cosines(order_of(question))
        near += _LETTERS * self._by_letters.cosines(letters_of(question))
        return near

    def _scores(self, near: Array) -> Array:
        if self._ridge:
            return self._ridge.predict(near)
        best = np.zeros(len(self._ids), np.float32)
        np.maximum.at(best, self._owners, near)
        return best

    def _learn(self) -> Ridge:
        cosines = (
            _WORDS * self._by_words.gram()
            + _ORDER * self._by_order.gram()
            + _LETTERS * self._by_letters.gram()
        )
        targets = np.zeros((len(self._texts), len(self._ids)), np.float32)
        targets[np.arange(len(self._texts)), self._owners] = 1.0
        return Ridge(cosines, targets)
