"""Knows what a few words such as "how often?" or "and then?" ask for after each answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from assistant.answering.content.knowledge import Edition, ShortQuestion
from assistant.answering.language.text import bare, words


class ShortQuestions:
    """Recognises an edition's short questions, word for word but for what says nothing."""

    def __init__(self, edition: Edition) -> None:
        self._fillers = edition.grammar.fillers
        self._known: dict[tuple[str, ...], list[ShortQuestion]] = defaultdict(list)
        for short in edition.short_questions:
            for text in (text for line in short.said for text in line.split(" / ")):
                self._known[bare(words(text), self._fillers)].append(short)

    def find(self, said: Sequence[str]) -> Sequence[ShortQuestion]:
        """Return the short questions that a message's words may be, none for other messages."""
        return self._known.get(bare(said, self._fillers), ())


def meant(asked: Iterable[ShortQuestion], last: Collection[str]) -> str | None:
    """Return the entry that is asked for after others, None if that is not clear."""
    found = {entry for short in asked for entry in _meant(short, last)}
    return found.pop() if len(found) == 1 else None


def _meant(short: ShortQuestion, last: Collection[str]) -> set[str]:
    usual = None if short.unclear.intersection(last) else short.otherwise
    return {entry for each in last if (entry := short.after.get(each, usual))}
