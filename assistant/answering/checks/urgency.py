"""Checks that what was learnt of emergencies goes with the examples it should be learnt from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.answering.checks.problems import Draft, Problem
from assistant.answering.learning import Examples
from assistant.answering.loading import KnowledgeError, load_examples
from assistant.answering.urgency import LEVELS

REMEDY = "run `flask --app assistant.app knowledge learn`."


def check(draft: Draft, folder: Path) -> Iterator[Problem]:
    """Yield examples that can't be read, stand twice, or were changed since they were learnt."""
    for edition in draft.editions:
        name = f"{edition.language}/urgency.toml"
        try:
            examples = load_examples(folder, edition.language)
        except KnowledgeError as error:
            yield from (Problem(name, problem.partition(": ")[2]) for problem in error.problems)
            continue
        if examples is None:
            continue
        if edition.urgency is None or edition.urgency.examples != examples.digest:
            yield Problem(name, f"the examples were changed since they were learnt; {REMEDY}")
        for text in _twice(examples):
            yield Problem(draft.places.line(name, text), f'"{text}" stands twice; remove one.')


def _twice(examples: Examples) -> Iterator[str]:
    seen: set[str] = set()
    for text in (text for level in (*LEVELS, None) for text in examples.lines(level)):
        if text in seen:
            yield text
        seen.add(text)
