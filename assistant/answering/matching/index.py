"""An inverted index: which texts hold which features, as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from assistant.answering.learnt.codes import Unsigned

Array = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint64]
Weights = npt.NDArray[np.float64]


class Vector(NamedTuple):
    """The known features of a text and what each weighs in it."""

    features: Ids
    weights: Weights


class Postings:
    """What texts each feature is in and how much it weighs in each, in one row (CSR)."""

    def __init__(self, texts: Unsigned, weights: Array, starts: Ids, held: Ids, count: int) -> None:
        """Take the texts and weights of each feature, where they start and how many they are."""
        self.texts, self.weights, self.starts, self.held = texts, weights, starts, held
        self.count = count

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the features of several postings of the same texts, one after the other."""
        ends = np.cumsum([0, *(len(part.texts) for part in parts)])
        return cls(
            np.concatenate([part.texts for part in parts]),
            np.concatenate([part.weights for part in parts]),
            np.concatenate([part.starts + end for part, end in zip(parts, ends, strict=False)]),
            np.concatenate([part.held for part in parts]),
            parts[0].count,
        )

    def dot(self, vector: Vector) -> Array:
        """Return the dot product of a vector with each text."""
        lengths = self.held.take(vector.features)
        at = spread(self.starts.take(vector.features), lengths)
        products = vector.weights.repeat(lengths)
        products *= self.weights.take(at)
        return np.bincount(self.texts.take(at), products, self.count).astype(np.float32)


class Index:
    """Texts in the vector space model, each a vector of the same length (Salton 1975).

    A feature's weight is its value times, where `rarity` is set, the square root of its inverse
    document frequency. The square root spreads the weight over more features than plain TF-IDF.
    The dot product of two texts is their cosine times the square of the length.
    """

    def __init__(
        self,
        features: Ids,
        texts: Ids,
        values: Weights | Ids,
        count: int,
        *,
        rarity: bool,
        length: float,
    ) -> None:
        """Take which feature each of `count` texts holds with which value, feature by feature."""
        self.length = length
        held = np.bincount(features)
        self.size = len(held)
        self._scale = _rarity(held, count) if rarity else np.ones(len(held))
        self._unseen = float(_rarity(np.array([1]), count)[0]) if rarity else 1.0
        weights = values * self._scale[features]
        sizes = np.sqrt(np.bincount(texts, weights**2, count))
        even = (weights * (length / np.maximum(sizes, 1e-9))[texts]).astype(np.float32)
        small: Unsigned = texts.astype(np.min_scalar_type(count))  # two bytes each for most clinics
        self.postings = Postings(small, even, held.cumsum() - held, held, count)

    def weigh(self, features: Ids, values: Weights, rest: float) -> tuple[Vector, float]:
        """Return the vector of known features, and the sum of the squares of the unknown ones.

        `rest` is that sum for their values.
        """
        return Vector(features, values * self._scale.take(features)), rest * self._unseen**2

    def vector(self, features: Ids, values: Weights, rest: float) -> Vector:
        """Return the same vector, as long as the texts' with what is unknown."""
        (_, weights), others = self.weigh(features, values, rest)
        size = (float(weights @ weights) + others) ** 0.5
        return Vector(features, weights * (self.length / size) if size else weights)

    def forget(self) -> None:
        """Free the postings, where they were joined with others."""
        none = np.zeros(0, np.int64)
        self.postings = Postings(none.astype(np.uint8), none.astype(np.float32), none, none, 0)


def tally(features: Ids, texts: Ids, count: int) -> tuple[Ids, Ids, Ids]:
    """Return features and texts without repetitions, feature by feature, and how often each was."""
    keys = features * count + texts
    small = keys.astype(np.min_scalar_type(keys.max(initial=0)))  # sorted in half the time
    found, times = np.unique(small, return_counts=True)
    return *np.divmod(found.astype(np.int64), max(1, count)), times


def spread(starts: Ids, lengths: Ids) -> Ids:
    """Return the places of spans one after the other, each given by its start and its length."""
    at: Ids = (starts - lengths.cumsum() + lengths).repeat(lengths)
    at += np.arange(len(at))
    return at


def _rarity(held: Ids, count: int) -> Weights:
    return np.asarray(np.sqrt(np.log(np.maximum(1, (count + 1) / (held + 0.5)))))
