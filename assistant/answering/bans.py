"""Texts that an entry must not match: a question nearer to one of them may not get the entry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.answering.index import Array
from assistant.answering.reading import Question

_SAID = 0.7  # share of a ban's information that a question must hold to be held against it


class Bans:
    """The entries' `must_not_match` texts, as read, each with the place of its entry."""

    def __init__(self, entries: Sequence[int], texts: Sequence[Question]) -> None:
        """Take the texts and, in the same order, the places of their entries."""
        self._entries = np.array(entries, np.intp)
        self._texts = texts

    def broken(self, question: Question, near: Array, nearest: Array) -> npt.NDArray[np.intp]:
        """Return the places of the entries that `question` may not get.

        `near` is how alike the question and each ban are, `nearest` how alike it and each entry's
        nearest phrasing are. A ban about something that the question does not speak of ("what does
        PRP cost?", asked "what does it cost?") does not count.
        """
        suspects = np.flatnonzero(near > nearest[self._entries])
        said = {*question.stems, *(concept.name for concept in question.concepts)}
        held = [at for at in suspects.tolist() if _said(self._texts[at], said) >= _SAID]
        return self._entries[held]


def _said(ban: Question, said: set[str]) -> float:
    by_concept = {at for c in ban.concepts if c.name in said for at in c.places}
    information = ban.information
    shared = [
        weight
        for at, (stem, weight) in enumerate(zip(ban.stems, information, strict=True))
        if stem in said or at in by_concept
    ]
    return sum(shared) / (sum(information) or 1.0)
