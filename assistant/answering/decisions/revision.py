"""Joins what the matcher and the second opinion say of a question."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from itertools import pairwise

from assistant.answering.decisions.boundaries import PERSONAL, Limits
from assistant.answering.learnt.opinion import NONE, Group, Opinion, letters, near_pairs, share
from assistant.answering.matching.matcher import Ranking
from assistant.answering.matching.reading import Question

_WEIGHT = 0.6
"""What the second opinion counts: chosen on messages neither had learnt (docs/answers.md)."""
_UNHEARD = 0.03
"""What the matcher's opinion is at least: it knows the knowledge's words, not all of English."""
_CERTAIN = 0.8
"""From this probability of an entry on, another thing that is named is only told by the way, and
what is named beside the entry's own things is asked of it."""
_BELIEVED = 0.5
"""From this probability on, an entry is a candidate and not banned, whatever the matcher says."""
_MEANT = 0.15
"""From this probability on, what is said of a person is meant: "I'm expecting" is, "a goat's
gestation" is not (docs/answers.md)."""
_LEAST = 1e-6

Chances = dict[str, float]


def features(question: Question, limits: Limits, last: Collection[str] = ()) -> list[Group]:
    """Return what a question is judged by, in groups that count alike.

    Letters, words, words near each other, boundaries, and what was answered just before (`last`,
    or `NONE`).
    """
    return [letters(question.words), *_others(question, limits, last)]


def ask(opinion: Opinion, question: Question, limits: Limits, last: Collection[str]) -> Chances:
    """Return the probability, 0 to 1, of each label for a question asked just after `last`."""
    chances = opinion.chances(question.words, _others(question, limits, last))
    return {label: chances[at] for label, at in opinion.places.items()}


def believed(chances: Chances) -> list[str]:
    """Return the entry that the second opinion holds likelier than all else, if there is one."""
    return [e for e, chance in chances.items() if chance >= _BELIEVED and e != NONE]


def certain(chances: Mapping[str, float], entry: str) -> bool:
    """Tell whether the second opinion is certain of an entry."""
    return chances.get(entry, 0.0) >= _CERTAIN


def meant(chances: Mapping[str, float], entries: Collection[str]) -> bool:
    """Tell whether the second opinion hears one of the entries, or has not learnt one of them."""
    return max((chances.get(entry, 1.0) for entry in entries), default=1.0) >= _MEANT


def narrow(limits: Limits, ranking: Ranking, chances: Chances) -> Limits:
    """Return the boundaries without things that only seem to be what is asked about.

    "I was at the gym when …": the second opinion is sure of an entry and the ranking agrees. What
    is said of the person always counts.
    """
    best = next((one.entry for one in ranking.candidates), None)
    if not limits.beyond or best is None or not certain(chances, best):
        return limits
    return Limits(tuple(b for b in limits.touched if b.entries or b.kind == PERSONAL))


def revise(ranking: Ranking, chances: Chances) -> Ranking:
    """Return the ranking with both opinions of each candidate, best first.

    The log-odds of both are averaged by weight; an entry that was not learnt keeps its own.
    """
    revised = [
        one._replace(confidence=_both(max(_UNHEARD, one.confidence), chances[one.entry]))
        if one.entry in chances
        else one
        for one in ranking.candidates
    ]
    revised.sort(key=lambda one: -one.confidence)
    return Ranking(ranking.question, tuple(revised), ranking.banned, chances)


def _others(question: Question, limits: Limits, last: Collection[str]) -> list[Group]:
    stems = list(question.stems)
    meant = list(stems)
    for concept in question.concepts:
        meant[concept.start : concept.end] = [concept.key] * (concept.end - concept.start)
    pairs = (" ".join(pair) for said in (stems, meant) for pair in pairwise(said))
    said = list(dict.fromkeys([*stems, *meant, *pairs]))
    touched = [f"!{boundary.id}" for boundary in limits.touched]
    if limits.beyond:
        touched.append("!")
    before = [f"@{entry}" for entry in last]
    leaning = [f"@{entry} {each}" for entry in last for each in dict.fromkeys(meant)]
    near = near_pairs(stems)
    return [(share(len(each)), each) for each in (said, near, touched, before, leaning) if each]


def _both(matched: float, learnt: float) -> float:
    said = (1 - _WEIGHT) * _log_odds(matched) + _WEIGHT * _log_odds(learnt)
    return 1.0 / (1.0 + math.exp(-said))


def _log_odds(chance: float) -> float:
    kept = min(1 - _LEAST, max(_LEAST, chance))
    return math.log(kept / (1 - kept))
