"""Ranks the entries of a knowledge base by how well they answer a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise

import numpy as np

from assistant.answering.bans import Bans
from assistant.answering.confidence import Calibration, evidence
from assistant.answering.coverage import Coverage
from assistant.answering.index import Array
from assistant.answering.knowledge import Entry, Words
from assistant.answering.nearest import Nearest
from assistant.answering.reading import Question, Reader
from assistant.answering.rehearsal import COVERAGE_BONUS, rehearse
from assistant.answering.ridge import Ridge
from assistant.answering.similarity import Similarity
from assistant.answering.text import words as words_of

_LEARNABLE = 3000  # texts up to which a model is learnt: its cost grows with their cube
_WEIGHTS = 2_000_000  # texts times entries up to which a model answers in time


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question, with the reasons for its score."""

    entry: str
    score: float  # 0 to 1, for ordering
    confidence: float  # calibrated probability that this is the right entry, 0 to 1
    coverage: float  # share of the question's information that the entry explains, 0 to 1
    margin: float  # score above the next entry's
    words: tuple[str, ...]  # the question's
    known: Sequence[bool] = field(repr=False)  # whether the entry explains each of them
    phrasings: Sequence[str] = field(repr=False, compare=False)
    near: Array = field(repr=False, compare=False)  # how alike the question and each phrasing are

    @property
    def matched(self) -> tuple[str, ...]:
        """The question's words that the entry explains."""
        return tuple(w for w, hit in zip(self.words, self.known, strict=True) if hit)

    @property
    def missing(self) -> tuple[str, ...]:
        """The question's words that the entry does not explain."""
        return tuple(w for w, hit in zip(self.words, self.known, strict=True) if not hit)

    @property
    def phrasing(self) -> str:
        """The phrasing nearest to the question."""
        return self.phrasings[int(self.near.argmax())]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates for one question, best first."""

    question: Question
    candidates: tuple[Candidate, ...]
    banned: frozenset[str] = frozenset()  # entries that must not answer it, whoever decides


class Matcher:
    """Fuzzy search over the entries' questions and phrasings."""

    def __init__(
        self, entries: Sequence[Entry], words: Words | None = None, reader: Reader | None = None
    ) -> None:
        """Build the index of `entries`, read by `reader`, else by the meanings `words` gives."""
        self._ids = [entry.id for entry in entries]
        own = [list(dict.fromkeys((e.question, *e.phrasings))) for e in entries]
        bans = [(at, text) for at, e in enumerate(entries) for text in e.must_not_match]
        self._own = own
        ends = list(accumulate(map(len, own), initial=0))
        self._spans = [slice(start, end) for start, end in pairwise(ends)]
        cut = [[words_of(text) for text in texts] for texts in own]
        self.reader = reader or Reader(cut, words or Words())
        texts = zip(chain.from_iterable(own), chain.from_iterable(cut), strict=True)
        read = [self.reader.read(text, typed) for text, typed in texts]
        self._texts = len(read)
        self._coverage = Coverage([read[span] for span in self._spans])
        banned = [self.read(text) for _, text in bans]
        self._bans = Bans([at for at, _ in bans], banned)
        self._similarity = Similarity(read + banned)
        self._nearest = Nearest(self._similarity, read, np.array(ends[:-1]))
        if self._ids:
            self._scorer, self._calibration = self._learn(read)

    def read(self, text: str) -> Question:
        """Return `text` as the matcher reads it, spelling corrected and concepts found."""
        return self.reader.read(text)

    def rank(self, question: str | Question, limit: int = 10) -> Ranking:
        """Return at most `limit` candidates for `question`, best first."""
        read = self.read(question) if isinstance(question, str) else question
        if not self._ids or not read.words:
            return Ranking(read, ())
        alike = self._similarity.to(read)
        near, banned = alike[: self._texts], alike[self._texts :]
        coverage, explained = self._coverage.of(read)
        scores = self._scorer.predict(near) + COVERAGE_BONUS * coverage
        broken = self._bans.broken(read, banned, self._nearest.predict(near))
        scores[broken] = 0.0
        order = np.argsort(-scores, kind="stable")[: limit + 1]
        known = (explained[:, order] > 0).T.tolist()
        best = [*scores[order].tolist(), 0.0]
        information = sum(read.information)
        found = []
        for place, at in enumerate(order[:limit].tolist()):
            score, covered = best[place], float(coverage[at])
            if score <= 0:
                break
            weighed = evidence(score, covered, information)
            found.append(
                Candidate(
                    entry=self._ids[at],
                    score=min(1.0, score),
                    confidence=self._calibration.probability(weighed),
                    coverage=covered,
                    margin=score - max(0.0, best[place + 1]),
                    words=read.words,
                    known=known[place],
                    phrasings=self._own[at],
                    near=near[self._spans[at]],
                )
            )
        return Ranking(read, tuple(found), frozenset(self._ids[at] for at in broken.tolist()))

    def _learn(self, read: list[Question]) -> tuple[Ridge | Nearest, Calibration]:
        owners = np.repeat(np.arange(len(self._ids)), [len(texts) for texts in self._own])
        scorer: Ridge | Nearest = self._nearest
        if len(owners) <= _LEARNABLE and len(owners) * len(self._ids) <= _WEIGHTS:
            targets = np.zeros((len(owners), len(self._ids)), np.float32)
            targets[np.arange(len(owners)), owners] = 1.0
            scorer = Ridge(self._similarity.gram(len(owners)), targets)
        calibration = rehearse(scorer, self._coverage, read, owners)
        for each in (scorer, self._nearest, self._coverage):
            each.forget()
        return scorer, calibration
