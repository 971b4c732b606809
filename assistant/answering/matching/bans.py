"""Texts that an entry must not match: a question nearer to one of them may not get the entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.matching.index import Array
from assistant.answering.matching.reading import Question

_SAID = 0.7  # share of a ban's information that a question must hold to be held against it
_REPEATED = 0.9  # how like a ban a question must be to be it, whatever is believed


@dataclass(frozen=True, slots=True)
class _Ban:
    """A text as far as it counts here: how much each of its words says, and what says the same."""

    words: tuple[tuple[float, frozenset[str]], ...]
    total: float

    @classmethod
    def of(cls, text: Question) -> _Ban:
        same = [{stem} for stem in text.stems]
        for concept in text.concepts:
            for at in range(concept.start, concept.end):
                same[at].add(concept.key)
        information = text.information
        words = zip(information, map(frozenset, same), strict=True)
        return cls(tuple(words), sum(information) or 1.0)

    def share(self, said: set[str]) -> float:
        """Return the share of the text's information that is in what was `said`."""
        held = [weight for weight, same in self.words if not said.isdisjoint(same)]
        return sum(held) / self.total


class Bans:
    """The entries' `must_not_match` texts, as read, each with the place of its entry."""

    def __init__(self, entries: Sequence[int], texts: Sequence[Question]) -> None:
        """Take the texts and, in the same order, the places of their entries."""
        self._entries = np.array(entries, np.intp)
        self._texts = [_Ban.of(text) for text in texts]

    def broken(
        self, question: Question, near: Array, nearest: Array, believed: Collection[int]
    ) -> list[int]:
        """Return the places of the entries that `question` may not get.

        `near` is how alike the question and each ban are, `nearest` how alike it and each entry's
        nearest phrasing are. A ban about something that the question does not speak of ("what does
        PRP cost?", asked "what does it cost?") does not count; nor, where an entry is `believed` to
        be meant, one that the question does not repeat.
        """
        suspects = np.flatnonzero(near > nearest[self._entries]).tolist()
        said = {*question.stems, *(concept.key for concept in question.concepts)}
        held = [at for at in suspects if self._texts[at].share(said) >= _SAID]
        entries = [(at, int(self._entries[at])) for at in held]
        return [e for at, e in entries if e not in believed or near[at] >= _REPEATED]
