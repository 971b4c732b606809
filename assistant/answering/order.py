"""Similarity by the order of words: which ones stand next to each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answering.index import Array, Codes, Index, places, tally

_START, _END, _FIRST = 1, 2, 3  # the numbers of a text's ends, and of the first word
_BITS = np.uint64(31)  # of a word's number in the code of a pair, which has one more for a gap
_GAP = np.uint64(1 << 62)


class Order:
    """An index over the pairs of neighbouring stems, and of those with one word between."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        """Index `texts`, each given by its stems."""
        self._numbers: dict[str, int] = {}
        known = self._numbers
        rows = [[known.setdefault(stem, _FIRST + len(known)) for stem in row] for row in texts]
        framed = [number for row in rows for number in (_START, *row, _END)]
        owners = np.repeat(np.arange(len(rows)), [len(row) + 2 for row in rows])
        near, far = owners[:-1] == owners[1:], owners[:-2] == owners[2:]
        next_to, over = _pairs(np.array(framed, np.uint64))
        codes = np.concatenate((next_to[near], over[far]))
        holders = np.concatenate((owners[:-1][near], owners[:-2][far]))
        self._codes, ids = np.unique(codes, return_inverse=True)
        features, holders, _ = tally(ids, holders, len(rows))
        self.index = Index(features, holders, np.ones(len(features)), len(rows), rarity=True)

    def cosines(self, stems: Sequence[str]) -> Array:
        """Return the cosine of a text of these `stems` with each text, 0 to 1."""
        unknown: dict[str, int] = {}
        free = _FIRST + len(self._numbers)
        get = self._numbers.get
        row = [get(stem) or unknown.setdefault(stem, free + len(unknown)) for stem in stems]
        codes = np.unique(np.concatenate(_pairs(np.array([_START, *row, _END], np.uint64))))
        known = places(self._codes, codes)
        return self.index.cosines(known, np.ones(len(known)), len(codes) - len(known))


def _pairs(row: Codes) -> tuple[Codes, Codes]:
    """Return the codes of the pairs of neighbours in a row of words' numbers, and across one."""
    return row[:-1] << _BITS | row[1:], row[:-2] << _BITS | row[2:] | _GAP
