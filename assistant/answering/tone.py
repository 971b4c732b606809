"""Tells by its words in what tone a message is said, as examples written by people have taught."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.answering.opinion import Group, Opinion, letters
from assistant.answering.red_flags import Level
from assistant.answering.text import stem

LEVELS: tuple[Level, ...] = ("now", "crisis", "today")
HARMLESS = "harmless"
"""The label of what is none of these."""
_MOST_REASONS = 5


def features(words: Sequence[str]) -> list[Group]:
    """Return what a message is judged by: letters, stems, and pairs of neighbouring stems."""
    return [letters(words), (1.0, _said(words))]


def chances(opinion: Opinion, words: Sequence[str]) -> dict[Level, float]:
    """Return the probability, 0 to 1, that a message of these words is of each level."""
    found = opinion.chances(words, [(1.0, _said(words))])
    return {level: found[opinion.places[level]] for level in LEVELS}


def reasons(opinion: Opinion, words: Sequence[str], level: Level) -> tuple[str, ...]:
    """Return the words and pairs that speak most for a level, the strongest first."""
    at, rest = opinion.places[level], opinion.places[HARMLESS]
    weighed = ((opinion.weigh([each]), each) for each in _said(words))
    telling = sorted((float(said[rest] - said[at]), each) for said, each in weighed)
    return tuple(each for against, each in telling[:_MOST_REASONS] if against < 0)


def _said(words: Sequence[str]) -> list[str]:
    stems = [stem(word) for word in words]
    return list(dict.fromkeys([*stems, *map(" ".join, pairwise(stems))]))
