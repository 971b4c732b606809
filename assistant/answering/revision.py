"""Joins what the matcher and the second opinion say of a question."""

from __future__ import annotations

import math
from itertools import pairwise

from assistant.answering.matcher import Ranking
from assistant.answering.opinion import Opinion
from assistant.answering.reading import Question

_WEIGHT = 0.35
"""What the second opinion counts: chosen on messages neither had learnt (docs/answers.md)."""
_LEAST = 1e-6


def features(question: Question) -> list[str]:
    """Return what a question is judged by, each once: stems, concepts, and pairs of neighbours."""
    stems = list(question.stems)
    meant = list(stems)
    for concept in question.concepts:
        meant[concept.start : concept.end] = [concept.key] * (concept.end - concept.start)
    pairs = (" ".join(pair) for said in (stems, meant) for pair in pairwise(said))
    return list(dict.fromkeys([*stems, *meant, *pairs]))


def revise(ranking: Ranking, opinion: Opinion) -> Ranking:
    """Return the ranking with both opinions of each candidate, best first.

    The log-odds of both are averaged by weight; an entry that was not learnt keeps its own.
    """
    if not ranking.candidates:
        return ranking
    chances = opinion.chances(features(ranking.question))
    revised = [
        one._replace(confidence=_both(one.confidence, float(chances[opinion.places[one.entry]])))
        if one.entry in opinion.places
        else one
        for one in ranking.candidates
    ]
    revised.sort(key=lambda one: -one.confidence)
    return Ranking(ranking.question, tuple(revised), ranking.banned)


def _both(matched: float, learnt: float) -> float:
    said = (1 - _WEIGHT) * _log_odds(matched) + _WEIGHT * _log_odds(learnt)
    return 1.0 / (1.0 + math.exp(-said))


def _log_odds(chance: float) -> float:
    kept = min(1 - _LEAST, max(_LEAST, chance))
    return math.log(kept / (1 - kept))
