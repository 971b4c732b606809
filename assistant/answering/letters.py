"""Similarity by letters: finds words misspelt, run together or in another form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from assistant.answering.index import Array, Features, Index

_SIZES = (2, 3, 4)
_CACHED = 2_000_000  # numbers kept: the similarity of known words to all texts
_LEAST = 50  # words kept at least

Word = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], float, Array]


class Letters:
    """An index over the character n-grams of words; a text is the sum of its different words.

    As everything is linear, each word's share is worked out once and then kept.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        """Index `texts`, each given by its words."""
        self._index = Index(_sums(texts), rarity=True)
        self._word = lru_cache(maxsize=max(_LEAST, _CACHED // max(1, self._index.count)))(
            self._measure
        )

    def cosines(self, words: Sequence[str]) -> Array:
        """Return the cosine of `words` with each text, 0 to 1."""
        parts = [self._word(word) for word in dict.fromkeys(words)]
        if not parts:
            return np.zeros(self._index.count, np.float32)
        ids = np.concatenate([part[0] for part in parts])
        weights = np.concatenate([part[1] for part in parts])
        square = np.square(np.bincount(ids, weights)).sum() if len(ids) else 0.0
        size = (square + sum(part[2] for part in parts)) ** 0.5
        total = parts[0][3].copy()
        for part in parts[1:]:
            total += part[3]
        return total / np.float32(size) if size else total

    def gram(self, count: int) -> Array:
        """Return the cosines of the first `count` texts with each other (count x count)."""
        return self._index.gram(count)

    def forget(self) -> None:
        """Free what `gram` needs; known words are kept as they are met."""
        self._index.forget()

    def _measure(self, word: str) -> Word:
        """Return a word's known n-grams, their weights, the rest's square, and its dot products."""
        ids, weights, rest = self._index.vector(grams(word))
        return ids, weights, rest, self._index.dot(ids, weights)


def grams(word: str) -> Features:
    """Return the character n-grams of a word, its ends marked."""
    framed = f"<{word}>"
    found = [framed[at : at + size] for size in _SIZES for at in range(len(framed) - size + 1)]
    return dict.fromkeys(found, 1.0)


def _sums(texts: Sequence[Sequence[str]]) -> Iterator[Features]:
    """Yield how many different words of each text hold each n-gram."""
    known = cache(grams)
    for words in texts:
        yield Counter(chain.from_iterable(known(word) for word in dict.fromkeys(words)))
