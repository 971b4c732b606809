"""Ranks the entries of a knowledge base by how well they answer a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.bans import Bans
from assistant.answering.confidence import Calibration, evidence
from assistant.answering.coverage import Coverage
from assistant.answering.knowledge import Entry, Words
from assistant.answering.nearest import Nearest
from assistant.answering.reading import Question, Reader
from assistant.answering.rehearsal import COVERAGE_BONUS, rehearse
from assistant.answering.ridge import Ridge
from assistant.answering.similarity import Similarity

_LEARNABLE = 3000  # texts up to which a model is learnt: its cost grows with their cube
_WEIGHTS = 2_000_000  # texts times entries up to which a model answers in time


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
    banned: frozenset[str] = frozenset()  # entries that must not answer it, whoever decides


class Matcher:
    """Fuzzy search over the entries' questions and phrasings."""

    def __init__(self, entries: Sequence[Entry], words: Words | None = None) -> None:
        """Build the index of `entries`, read by the meanings that `words` gives."""
        self._ids = [entry.id for entry in entries]
        own = [list(dict.fromkeys((e.question, *e.phrasings))) for e in entries]
        bans = [(at, text) for at, e in enumerate(entries) for text in e.must_not_match]
        self._texts = [text for texts in own for text in texts]
        self._starts = np.concatenate(([0], np.cumsum([len(each) for each in own])))
        self._reader = Reader(own, words or Words())
        read = [self.read(text) for text in self._texts]
        self._coverage = Coverage(
            [read[a:b] for a, b in zip(self._starts, self._starts[1:], strict=False)]
        )
        banned = [self.read(text) for _, text in bans]
        self._bans = Bans([at for at, _ in bans], banned)
        self._similarity = Similarity(read + banned)
        self._nearest = Nearest(self._similarity, read, self._starts[:-1])
        if self._ids:
            self._scorer, self._calibration = self._learn(read)

    def read(self, text: str) -> Question:
        """Return `text` as the matcher reads it, spelling corrected and concepts found."""
        return self._reader.read(text)

    def rank(self, question: str | Question, limit: int = 10) -> Ranking:
        """Return at most `limit` candidates for `question`, best first."""
        read = self.read(question) if isinstance(question, str) else question
        if not self._ids or not read.words:
            return Ranking(read, ())
        near, banned = np.split(self._similarity.to(read), [len(self._texts)])
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
            words = list(zip(read.words, known[place], strict=True))
            start, end = self._starts[at : at + 2].tolist()
            found.append(
                Candidate(
                    entry=self._ids[at],
                    score=min(1.0, score),
                    confidence=self._calibration.probability(weighed),
                    coverage=covered,
                    matched=tuple(word for word, hit in words if hit),
                    missing=tuple(word for word, hit in words if not hit),
                    margin=score - max(0.0, best[place + 1]),
                    phrasing=self._texts[start + int(near[start:end].argmax())],
                )
            )
        return Ranking(read, tuple(found), frozenset(self._ids[at] for at in broken.tolist()))

    def _learn(self, read: list[Question]) -> tuple[Ridge | Nearest, Calibration]:
        owners = np.repeat(np.arange(len(self._ids)), np.diff(self._starts))
        scorer: Ridge | Nearest = self._nearest
        if len(owners) <= _LEARNABLE and len(owners) * len(self._ids) <= _WEIGHTS:
            targets = np.zeros((len(owners), len(self._ids)), np.float32)
            targets[np.arange(len(owners)), owners] = 1.0
            own = slice(len(owners))
            scorer = Ridge(self._similarity.gram()[own, own], targets)
        calibration = rehearse(scorer, self._coverage, read, owners)
        scorer.forget()
        self._nearest.forget()
        return scorer, calibration
