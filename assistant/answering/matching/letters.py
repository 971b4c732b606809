"""Similarity by letters: finds words misspelt, run together or in another form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np

from assistant.answering.learnt.codes import places
from assistant.answering.matching.index import Array, Codes, Ids, Index, Vector, spread, tally

_LONGEST = 4  # the n-grams are of two, three and four letters
_CACHED = 2_000_000  # numbers kept: the similarity of known words to all texts
_LEAST = 50  # words kept at least

Word = tuple[Vector, float, Array]


class Letters:
    """An index over the character n-grams of words; a text is the sum of its different words.

    As everything is linear, each word's share is worked out once and then kept.
    """

    def __init__(self, texts: Sequence[Sequence[str]], length: float) -> None:
        """Index `texts`, each given by its words, as vectors so long."""
        numbers: dict[str, int] = {}
        rows = [[numbers.setdefault(w, len(numbers)) for w in dict.fromkeys(row)] for row in texts]
        sizes = [len(row) for row in rows]
        words = np.fromiter(chain.from_iterable(rows), np.int64, sum(sizes))
        codes, owners = grams(list(numbers))
        self._codes, ids = np.unique(codes, return_inverse=True)
        owners, ids, _ = tally(owners, ids, len(self._codes))
        ends = np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=len(numbers)))))
        lengths = np.diff(ends)[words]
        features = ids[spread(ends[words], lengths)]
        holders = np.repeat(np.repeat(np.arange(len(texts)), sizes), lengths)
        held = tally(features, holders, len(texts))
        self.index = Index(*held, len(texts), rarity=True, length=length)
        self._word = lru_cache(maxsize=max(_LEAST, _CACHED // max(1, len(texts))))(self._measure)

    def dot(self, words: Sequence[str]) -> Array:
        """Return the dot product of `words`, as a vector as long as the texts', with each text."""
        parts = [self._word(word) for word in dict.fromkeys(words)]
        if not parts:
            return np.zeros(self.index.postings.count, np.float32)
        ids = np.concatenate([vector.features for vector, _, _ in parts])
        weights = np.concatenate([vector.weights for vector, _, _ in parts])
        square = np.bincount(ids, weights)[ids] @ weights if len(ids) else 0.0
        size = (square + sum(rest for _, rest, _ in parts)) ** 0.5
        total = parts[0][2].copy()
        for _, _, products in parts[1:]:
            total += products
        return total * np.float32(self.index.length / size) if size else total

    def _measure(self, word: str) -> Word:
        """Return a word's known n-grams, their weights, the rest's square, and its dot products."""
        codes = np.unique(grams([word])[0])
        known = places(self._codes, codes)
        vector, rest = self.index.weigh(known, np.ones(len(known)), len(codes) - len(known))
        return vector, rest, self.index.postings.dot(vector)


def grams(words: Sequence[str]) -> tuple[Codes, Ids]:
    """Return the character n-grams of words, their ends marked, and the number of each one's word.

    An n-gram's code is its letters' UTF-16 in a row.
    """
    framed = [f"<{word}>".encode("utf-16-le", "surrogatepass") for word in words]
    letters = np.frombuffer(b"".join(framed), np.uint16).astype(np.uint64)
    owners = np.repeat(np.arange(len(words)), [len(each) // 2 for each in framed])
    codes, found, whose = letters, [], []
    for more in range(1, _LONGEST):
        codes = codes[:-1] << np.uint64(16) | letters[more:]
        within = owners[:-more] == owners[more:]
        found.append(codes[within])
        whose.append(owners[:-more][within])
    return np.concatenate(found), np.concatenate(whose)
