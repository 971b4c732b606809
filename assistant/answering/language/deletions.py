"""Finds the words of a vocabulary that a misspelt word may be, by what is left when letters go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np


class Deletions:
    """A vocabulary by its words and what is left of each without one or two of its letters.

    Two words within so many edits share one of these (symmetric deletion, W. Garbe 2012). They are
    kept as sorted hashes with the places of their words: a tenth of the memory of a dictionary.
    """

    def __init__(self, words: Sequence[str], deletions: Callable[[str], int]) -> None:
        """Take the words, and how many letters each may lose."""
        self._words = words
        left = [_left(word, deletions(word)) for word in words]
        keys = np.array([*map(hash, chain.from_iterable(left))], np.int64)
        numbers = np.arange(len(words), dtype=np.min_scalar_type(len(words)))
        owners = numbers.repeat([len(each) for each in left])
        order = keys.argsort(kind="stable")
        self._keys, self._owners = keys[order], owners[order]

    def near(self, word: str, deletions: int) -> list[str]:
        """Return the words that may be near `word`, which loses so many letters: far ones, too."""
        sought = np.array(sorted(map(hash, _left(word, deletions))), np.int64)
        starts = self._keys.searchsorted(sought)
        ends = self._keys.searchsorted(sought, side="right")
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        places = {at for start, end in spans for at in self._owners[start:end].tolist()}
        return [self._words[at] for at in sorted(places)]


def _left(word: str, deletions: int) -> set[str]:
    """Return a word and all that is left of it without up to so many letters."""
    left = {word}
    for _ in range(deletions):
        left |= {each[:at] + each[at + 1 :] for each in left for at in range(len(each))}
    return left
