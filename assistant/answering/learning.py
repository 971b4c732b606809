"""Learns from people's messages: how emergencies sound, and which entry a question asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.answering.content.examples import Spoken, Tones, labels_of
from assistant.answering.content.knowledge import Edition
from assistant.answering.decisions import revision
from assistant.answering.decisions.decision import Decider
from assistant.answering.emergencies import tone
from assistant.answering.emergencies.safety import Guard
from assistant.answering.emergencies.tone import HARMLESS, LEVELS
from assistant.answering.learnt import opinion
from assistant.answering.learnt.opinion import NONE, Group
from assistant.answering.learnt.regression import Lesson, Progress, Training

# Rarer features only cost memory; more steps learn the messages by heart.
_TONE = Training(least=2, firmness=0.3, steps=200, size=0.5, left_out=0.6, quiet=0)
_TOPIC = Training(least=3, firmness=1 / 240, steps=80, size=1.0, left_out=0.7, quiet=0.1)


def learn_tone(tones: Tones, spoken: Spoken | None, edition: Edition, progress: Progress) -> bytes:
    """Return what `Opinion.read` reads, learnt from messages of each tone.

    What people ask for and the wordings of the edition count as harmless, too. A message with a red
    flag is learnt twice: once more by that sentence, with what stands around it.
    """
    wordings = (line for lines in _wordings(edition).values() for line in lines)
    asked = spoken.messages.all() if spoken else []
    lines: dict[str, list[str]] = {level: tones.urgency.lines(level) for level in LEVELS}
    lines[HARMLESS] = [*tones.urgency.lines(None), *asked, *wordings]
    for talk in edition.replies.small_talk:
        lines[talk.id] = [*talk.phrasings, *tones.pleasantries.lines(talk.id)]
    labels = list(lines)
    told = [(line, n) for n, each in enumerate(lines.values()) for line in dict.fromkeys(each)]
    guard = Guard(edition.safety)
    read: list[tuple[list[Group], int]] = []
    for line, level in told:
        look = guard.look(line)
        read.append((tone.features(look.words), level))
        read += [(tone.features(a.spelt(a.around), a.around), level) for a in look.alarms[:1]]
    lesson = Lesson(read, _TONE)
    weights = lesson.fit(len(labels), progress)
    return opinion.written(tones.digest(asked), labels, lesson.names, weights)


def learn_topics(spoken: Spoken, edition: Edition, progress: Progress) -> bytes:
    """Return what `Opinion.read` reads, learnt from messages and from the entries' wordings."""
    labels = labels_of(edition)
    wordings = _wordings(edition)
    told: list[tuple[tuple[str, ...], str, int]] = []
    for n, label in enumerate(labels):
        told += [((), line, n) for line in (*spoken.messages.lines(label), *wordings[label])]
        for before in labels:
            told += [((before,), line, n) for line in spoken.talk.after(before).lines(label)]
    decider = Decider(edition)
    read = [
        (revision.features(question, decider.limits(question), last), label)
        for last, line, label in told
        for question in [decider.reader.read(line)]
    ]
    lesson = Lesson(read, _TOPIC)
    weights = lesson.fit(len(labels), progress)
    return opinion.written(spoken.digest(edition), labels, lesson.names, weights)


def _wordings(edition: Edition) -> dict[str, list[str]]:
    """Return each entry's wordings, and what none must be given for as `NONE`."""
    found = {
        entry.id: list(_parts((entry.question, *entry.phrasings))) for entry in edition.entries
    }
    found[NONE] = [line for entry in edition.entries for line in _parts(entry.must_not_match)]
    return found


def _parts(lines: Iterable[str]) -> Iterator[str]:
    return (part.strip() for line in lines for part in line.split(" / "))
