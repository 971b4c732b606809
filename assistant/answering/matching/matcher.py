"""Ranks the entries of a knowledge base by how well they answer a question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np

from assistant.answering.content.knowledge import Entry, Words
from assistant.answering.language.text import words as words_of
from assistant.answering.matching.bans import Bans
from assistant.answering.matching.confidence import Calibration, evidence
from assistant.answering.matching.coverage import Coverage
from assistant.answering.matching.index import Array
from assistant.answering.matching.nearest import Nearest, Places
from assistant.answering.matching.reading import Question, Reader
from assistant.answering.matching.rehearsal import COVERAGE_BONUS, rehearse
from assistant.answering.matching.ridge import Ridge
from assistant.answering.matching.similarity import Similarity

_LEARNABLE = 3000  # texts up to which a model is learnt: its cost grows with their cube
_FEW = 1000  # scores up to which all are sorted
_WEIGHTS = 2_000_000  # texts times entries up to which a model answers in time


@dataclass(frozen=True, slots=True)
class _Reasons:
    """What was found out about a question, of all entries; read only when somebody asks why."""

    words: tuple[str, ...]  # the question's
    # How well each word is explained: a row a word, a column an entry.
    explained: Array = field(repr=False, compare=False)
    scores: Array = field(repr=False, compare=False)  # of the entries, before they are capped at 1
    near: Array = field(repr=False, compare=False)  # how alike the question and each phrasing are
    spans: Sequence[slice] = field(repr=False, compare=False)  # each entry's phrasings
    phrasings: Sequence[Sequence[str]] = field(repr=False, compare=False)  # entry by entry


class Candidate(NamedTuple):
    """An entry that may answer the question, with the reasons for its score."""

    entry: str
    score: float  # 0 to 1, for ordering
    confidence: float  # calibrated probability that this is the right entry, 0 to 1
    coverage: float  # share of the question's information that the entry explains, 0 to 1
    at: int  # the entry's place
    reasons: _Reasons

    @property
    def matched(self) -> tuple[str, ...]:
        """The question's words that the entry explains."""
        return tuple(w for w, share in self._explained() if share > 0)

    @property
    def missing(self) -> tuple[str, ...]:
        """The question's words that the entry does not explain."""
        return tuple(w for w, share in self._explained() if share == 0)

    @property
    def margin(self) -> float:
        """How far the score is above the highest of the others' that is not above it."""
        scores = self.reasons.scores
        others = np.delete(scores, self.at)
        return float(scores[self.at] - others[others <= scores[self.at]].max(initial=0.0))

    @property
    def phrasing(self) -> str:
        """The phrasing nearest to the question."""
        near = self.reasons.near[self.reasons.spans[self.at]]
        return self.reasons.phrasings[self.at][int(near.argmax())]

    def _explained(self) -> Iterable[tuple[str, float]]:
        shares: list[float] = self.reasons.explained[:, self.at].tolist()
        return zip(self.reasons.words, shares, strict=True)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates for one question, best first."""

    question: Question
    candidates: tuple[Candidate, ...]
    banned: frozenset[str] = frozenset()  # entries that must not answer it, whoever decides
    heard: Mapping[str, float] = field(default_factory=dict)
    """The probability of each label by the second opinion, where there is one."""


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
        self._places = {id_: at for at, id_ in enumerate(self._ids)}
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

    def rank(
        self, question: str | Question, limit: int = 10, believed: Collection[str] = ()
    ) -> Ranking:
        """Return at most `limit` candidates for `question`, best first.

        Entries `believed` for other reasons to answer it are candidates in any case, unless it
        repeats what they must not match.
        """
        read = self.read(question) if isinstance(question, str) else question
        if not self._ids or not read.words:
            return Ranking(read, ())
        trusted = [self._places[entry] for entry in believed]
        alike = self._similarity.to(read)
        near, banned = alike[: self._texts], alike[self._texts :]
        coverage, explained = self._coverage.of(read)
        nearest = self._nearest.predict(near)
        meant = nearest if self._scorer is self._nearest else self._scorer.predict(near)
        scores = meant + COVERAGE_BONUS * coverage
        broken = self._bans.broken(read, banned, nearest, trusted)
        scores[broken] = 0.0
        highest = _highest(scores, limit)
        best = highest[scores[highest] > 0].tolist()
        best += [at for at in trusted if at not in best and at not in broken]
        reasons = _Reasons(read.words, explained, scores, near, self._spans, self._own)
        information = sum(read.information)
        places = np.array(best, np.intp)
        found = zip(best, scores[places].tolist(), coverage[places].tolist(), strict=True)
        candidates = []
        for at, score, covered in found:
            confidence = self._calibration.probability(evidence(score, covered, information))
            candidates.append(
                Candidate(self._ids[at], min(1.0, score), confidence, covered, at, reasons)
            )
        return Ranking(read, tuple(candidates), frozenset(self._ids[at] for at in broken))

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


def _highest(scores: Array, count: int) -> Places:
    """Return the places of the highest scores, those first; of equal ones the first comes first."""
    if len(scores) <= _FEW:
        return np.argsort(-scores, kind="stable")[:count]
    least = np.partition(scores, -count)[-count]
    places = np.flatnonzero(scores >= least)
    return places[np.argsort(-scores[places], kind="stable")[:count]]
