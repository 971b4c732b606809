"""Learns from people's messages: how emergencies sound, and which entry a question asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from assistant.answering import opinion, revision, urgency
from assistant.answering.decision import Decider
from assistant.answering.examples import Examples, Messages, labels_of
from assistant.answering.knowledge import Edition
from assistant.answering.opinion import NONE
from assistant.answering.regression import Lesson
from assistant.answering.safety import Guard
from assistant.answering.urgency import LEVELS

_STEPS, _FIRMNESS = 400, 0.3  # for emergencies
_TOPIC_STEPS, _TOPIC_FIRMNESS = 60, 1 / 60  # for entries: more steps learn the messages by heart
_TELLING = 0.05  # log-odds below which a feature is left out


def learn_urgency(examples: Examples, edition: Edition) -> str:
    """Return what `urgency.Learnt.read` reads: the weight of each feature for each level.

    The wordings and the small talk of the edition count as harmless, too.
    """
    told = [(line, n) for n, level in enumerate(LEVELS) for line in examples.lines(level)]
    pleasantries = (line for talk in edition.replies.small_talk for line in talk.phrasings)
    wordings = (line for lines in _wordings(edition).values() for line in lines)
    harmless = dict.fromkeys([*examples.lines(None), *wordings, *pleasantries])
    told += [(line, len(LEVELS)) for line in harmless]
    guard = Guard(edition.safety)
    read = [(urgency.features(guard.look(line)[1]), level) for line, level in told]
    lesson = Lesson(read, shared=False)
    *_, weights = lesson.fit(len(LEVELS), _FIRMNESS, _STEPS)
    kept = {
        name: row
        for name, row in zip(lesson.names, weights[:-1].tolist(), strict=True)
        if max(map(abs, row)) >= _TELLING
    }
    return urgency.written(examples.digest, weights[-1].tolist(), kept)


def learn_topics(messages: Messages, edition: Edition) -> bytes:
    """Return what `Opinion.read` reads, learnt from messages and from the entries' wordings."""
    labels = labels_of(edition)
    wordings = _wordings(edition)
    told = [
        (line, n)
        for n, label in enumerate(labels)
        for line in (*messages.lines(label), *wordings[label])
    ]
    decider = Decider(edition)
    read = [(revision.features(decider.reader.read(line)), label) for line, label in told]
    lesson = Lesson(read, shared=True)
    *_, weights = lesson.fit(len(labels), _TOPIC_FIRMNESS, _TOPIC_STEPS)
    return opinion.written(messages.digest(edition), labels, lesson.names, np.asarray(weights))


def _wordings(edition: Edition) -> dict[str, list[str]]:
    """Return each entry's wordings, and what none must be given for as `NONE`."""
    found = {
        entry.id: list(_parts((entry.question, *entry.phrasings))) for entry in edition.entries
    }
    found[NONE] = [line for entry in edition.entries for line in _parts(entry.must_not_match)]
    return found


def _parts(lines: Iterable[str]) -> Iterator[str]:
    return (part.strip() for line in lines for part in line.split(" / "))
