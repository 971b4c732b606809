"""Tells by its words in what tone a message is said, as examples written by people have taught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.answering.emergencies.look import SIGN, Alarm
from assistant.answering.emergencies.red_flags import Level
from assistant.answering.language.text import stem
from assistant.answering.learnt.opinion import Group, Opinion, letters

LEVELS: tuple[Level, ...] = ("now", "crisis", "today")
HARMLESS = "harmless"
"""The label of what is none of these."""
_MOST_REASONS = 5
_SOUNDS_FRIENDLY = 0.5
"""How probable small talk must be for a message to sound of nothing else."""
_URGENT = 0.1
"""The probability of an emergency from which on nothing is small talk."""
_FOR, _AGAINST = 0.1, -0.5
"""What something must say for small talk, in log-odds, for "nooo" is none; and what any word may at
most say against it: "hi, dizzy" is none."""


class Friendly(NamedTuple):
    """A message that sounds of nothing but small talk: of which kind, and how probable any is."""

    kind: str
    chance: float


def features(words: Sequence[str], around: Sequence[str] = ()) -> list[Group]:
    """Return what words are judged by: letters, stems, and pairs of neighbouring stems.

    Where a red flag was seen, also what stands around it.
    """
    return [letters(words), *_others(words, around)]


def chances(opinion: Opinion, words: Sequence[str], around: Sequence[str] = ()) -> dict[str, float]:
    """Return the probability, 0 to 1, that words are said in each tone, in view of a red flag.

    Tones are the levels of urgency, the kinds of small talk, and `HARMLESS`.
    """
    found = opinion.chances(words, _others(words, around))
    return {tone: found[at] for tone, at in opinion.places.items()}


def urgent(chances: Mapping[str, float]) -> float:
    """Return the probability, 0 to 1, of an emergency of any level."""
    return sum(chances[level] for level in LEVELS)


def means(opinion: Opinion, alarm: Alarm, least: float) -> bool:
    """Tell whether a red flag is meant with at least that probability, by what stands around it.

    One that stands may be borne out by its clause alone: the rest is often an everyday question.
    """
    places = (alarm.around,) if alarm.taken_back else dict.fromkeys((alarm.close, alarm.around))
    heard = (chances(opinion, alarm.spelt(around), around) for around in places)
    return any(urgent(each) >= least for each in heard)


def reasons(opinion: Opinion, words: Sequence[str], level: Level) -> tuple[str, ...]:
    """Return the words and pairs that speak most for a level, the strongest first."""
    at, rest = opinion.places[level], opinion.places[HARMLESS]
    weighed = ((opinion.weigh([each]), each) for each in _said(words))
    telling = sorted((float(said[rest] - said[at]), each) for said, each in weighed)
    return tuple(each for against, each in telling[:_MOST_REASONS] if against < 0)


def friendly(
    opinion: Opinion, words: Sequence[str], chances: Mapping[str, float]
) -> Friendly | None:
    """Return the small talk that a message of these words and chances is, or None.

    Something in it must speak for small talk, and no word much against: it may be a cry for help.
    """
    kinds = [tone for tone in chances if tone not in (*LEVELS, HARMLESS)]
    chance = sum(chances[kind] for kind in kinds)
    if chance < _SOUNDS_FRIENDLY or urgent(chances) > _URGENT:
        return None
    places = [opinion.places[kind] for kind in kinds]
    others = [opinion.places[tone] for tone in (*LEVELS, HARMLESS)]
    weighed = {each: opinion.weigh([each]) for each in _said(words)}
    speaks = {each: said[places].max() - said[others].max() for each, said in weighed.items()}
    if max(speaks.values()) < _FOR or min(speaks[stem(word)] for word in words) < _AGAINST:
        return None
    return Friendly(max(kinds, key=lambda kind: chances[kind]), chance)


def _others(words: Sequence[str], around: Sequence[str]) -> list[Group]:
    return [(1.0, _said(words)), *([(1.0, _framed(around))] if around else ())]


def _framed(around: Sequence[str]) -> list[str]:
    stems = ["<", *map(stem, around), ">"]
    return [f"{SIGN} {each}" for each in dict.fromkeys([*stems, *map(" ".join, pairwise(stems))])]


def _said(words: Sequence[str]) -> list[str]:
    stems = [stem(word) for word in words]
    return list(dict.fromkeys([*stems, *map(" ".join, pairwise(stems))]))
