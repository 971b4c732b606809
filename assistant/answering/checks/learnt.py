"""Checks that what was learnt goes with the messages it should be learnt from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.answering.checks.problems import Draft, Problem
from assistant.answering.content.examples import labels_of
from assistant.answering.content.knowledge import Edition
from assistant.answering.content.loading import KnowledgeError, load_spoken, load_tones
from assistant.answering.emergencies.tone import LEVELS

_REMEDY = "run `flask --app assistant.app knowledge learn`."
_CHANGED = f"the messages were changed since they were learnt; {_REMEDY}"


def check(draft: Draft, folder: Path) -> Iterator[Problem]:
    """Yield messages that can't be read, stand twice, or were changed since they were learnt."""
    for edition in draft.editions:
        for looked_at in (_tones, _messages):
            try:
                yield from looked_at(draft, folder, edition)
            except KnowledgeError as error:
                yield from (Problem(*_placed(problem)) for problem in error.problems)


def _tones(draft: Draft, folder: Path, edition: Edition) -> Iterator[Problem]:
    name, friendly = (f"{edition.language}/{each}.toml" for each in ("urgency", "pleasantries"))
    tones = load_tones(folder, edition.language)
    if tones is None:
        return
    kinds = {talk.id for talk in edition.replies.small_talk}
    for kind in sorted(tones.pleasantries.root.keys() - kinds):
        yield Problem(friendly, f"there is no small talk '{kind}'; mend or remove it.")
    spoken = load_spoken(folder, edition.language)
    asked = spoken.messages.all() if spoken else []
    if edition.tone is None or edition.tone.examples != tones.digest(asked):
        yield Problem(name, _CHANGED)
    urgent = (t for level in (*LEVELS, None) for t in tones.urgency.lines(level))
    yield from _twice(draft, name, urgent)
    yield from _twice(draft, friendly, tones.pleasantries.all())


def _messages(draft: Draft, folder: Path, edition: Edition) -> Iterator[Problem]:
    name, after = (f"{edition.language}/{each}.toml" for each in ("messages", "follow_ups"))
    spoken = load_spoken(folder, edition.language)
    if spoken is None:
        return
    labels = labels_of(edition)
    said, talk = spoken.messages, spoken.talk
    named = [(name, label) for label in said.root] + [
        (after, label) for before, told in talk.root.items() for label in (before, *told.root)
    ]
    for file, label in sorted({each for each in named if each[1] not in labels}):
        yield Problem(file, f"there is no entry '{label}'; mend or remove it.")
    if edition.opinion is None or edition.opinion.examples != spoken.digest(edition):
        yield Problem(name, _CHANGED)
    yield from _twice(draft, name, (t for label in labels for t in said.lines(label)))
    for before in labels:
        told = talk.after(before)
        yield from _twice(draft, after, (t for label in labels for t in told.lines(label)))


def _placed(problem: str) -> tuple[str, str]:
    place, _, text = problem.partition(": ")
    return place, text


def _twice(draft: Draft, name: str, texts: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            yield Problem(draft.places.line(name, text), f'"{text}" stands twice; remove one.')
        seen.add(text)
