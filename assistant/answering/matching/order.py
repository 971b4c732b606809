"""Similarity by the order of words: which ones stand next to each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from assistant.answering.learnt.codes import places
from assistant.answering.matching.index import Codes, Index, Vector, tally

_START, _END, _FIRST = 1, 2, 3  # the numbers of a text's ends, and of the first word
_BITS = 31  # of a word's number in the code of a pair, which has one more for a gap
_GAP = 1 << 62


class Order:
    """An index over the pairs of neighbouring stems, and of those with one word between."""

    def __init__(self, texts: Sequence[Sequence[str]], length: float) -> None:
        """Index `texts`, each given by its stems, as vectors so long."""
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
        ones = np.ones(len(features))
        self.index = Index(features, holders, ones, len(rows), rarity=True, length=length)

    def vector(self, stems: Sequence[str]) -> Vector:
        """Return a text of these `stems` as a vector as long as theirs."""
        unknown: dict[str, int] = {}
        free = _FIRST + len(self._numbers)
        get = self._numbers.get
        row = [get(stem) or unknown.setdefault(stem, free + len(unknown)) for stem in stems]
        framed = (_START, *row, _END)
        codes = {one << _BITS | other for one, other in pairwise(framed)}
        across = zip(framed, framed[2:], strict=False)
        codes.update([one << _BITS | other | _GAP for one, other in across])
        known = places(self._codes, np.array(sorted(codes), np.uint64))
        return self.index.vector(known, np.ones(len(known)), len(codes) - len(known))


def _pairs(row: Codes) -> tuple[Codes, Codes]:
    """Return the codes of the pairs of neighbours in a row of words' numbers, and across one.

    For the row of all texts; a question's few are sooner paired in plain Python.
    """
    bits, gap = np.uint64(_BITS), np.uint64(_GAP)
    return row[:-1] << bits | row[1:], row[:-2] << bits | row[2:] | gap
