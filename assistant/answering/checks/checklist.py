"""`knowledge check`: everything that is looked at before the knowledge goes live."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.checks import answers, article, coverage, learnt, links, wordings
from assistant.answering.checks.places import Places
from assistant.answering.checks.problems import Draft, Problem
from assistant.answering.content.loading import KnowledgeError, load


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and in how much."""

    problems: tuple[Problem, ...]
    entries: int = 0
    phrasings: int = 0

    @property
    def passed(self) -> bool:
        """Whether nothing but warnings was found."""
        return all(problem.warning for problem in self.problems)

    def __str__(self) -> str:
        """Return the report: a line for each problem, then one for the sum."""
        warnings = sum(problem.warning for problem in self.problems)
        errors = len(self.problems) - warnings
        told = [f"{errors or 'no'} problem{'' if errors == 1 else 's'}"]
        told += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
        read = f"{self.entries} entries, {self.phrasings} phrasings, " if self.entries else ""
        return "\n".join([*map(str, self.problems), read + ", ".join(told)])


def check(folder: Path, today: dt.date, source: Path | None = None) -> Report:
    """Return all that is wrong with the knowledge in `folder`, compared with `source` if given.

    Files that can't be read or have wrong tables are reported alone: the rest needs them whole.
    """
    try:
        knowledge = load(folder)
    except KnowledgeError as error:
        return Report(tuple(map(_unreadable, error.problems)))
    draft = Draft(knowledge, Places(folder), today)
    found = [
        *links.check(draft, _topics(folder)),
        *wordings.check(draft),
        *answers.check(draft),
        *coverage.check(draft),
        *learnt.check(draft, folder),
        *(
            article.check(draft, source.name, source.read_text("utf-8", "replace"))
            if source
            else ()
        ),
    ]
    entries = [entry for edition in draft.editions for entry in edition.entries]
    return Report(
        problems=tuple(dict.fromkeys(found)),
        entries=len(entries),
        phrasings=sum(len(entry.phrasings) for entry in entries),
    )


def _topics(folder: Path) -> tuple[str, ...]:
    """Return the ids that must have an entry: the lines of topics.txt, if there is one."""
    file = folder / "topics.txt"
    lines = file.read_text("utf-8", "replace").splitlines() if file.exists() else []
    return tuple(line for line in map(str.strip, lines) if line and not line.startswith("#"))


def _unreadable(problem: str) -> Problem:
    place, _, text = problem.partition(": ")
    return Problem(place, text)
