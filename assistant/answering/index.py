"""An inverted index: which texts hold which features, as flat arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint64]
Weights = npt.NDArray[np.float64]


class Index:
    """Texts in the vector space model, each a vector of length one (Salton 1975).

    A feature's weight is its value times, where `rarity` is set, the square root of its inverse
    document frequency. The square root spreads the weight over more features than plain TF-IDF.
    What a feature's texts are and how much it weighs in each stands in one row (CSR).
    """

    def __init__(
        self, features: Ids, texts: Ids, values: Weights | Ids, count: int, rarity: bool
    ) -> None:
        """Take which feature each of `count` texts holds with which value, feature by feature."""
        self.count = count
        held = np.bincount(features)
        self._scale = self._rarity(held) if rarity else np.ones(len(held))
        self._unseen = float(self._rarity(np.array([1]))[0]) if rarity else 1.0
        weights = values * self._scale[features]
        sizes = np.sqrt(np.bincount(texts, weights**2, count))
        self.weights: Array = (weights / np.maximum(sizes, 1e-9)[texts]).astype(np.float32)
        self.texts = texts.astype(np.int32)
        self.ends: Ids = np.concatenate(([0], np.cumsum(held)))

    def cosines(self, features: Ids, values: Weights, rest: float) -> Array:
        """Return the cosine of a question with each text, 0 to 1.

        `rest` is the sum of the squares of the values of its unknown features.
        """
        weights, others = self.weigh(features, values, rest)
        size = (float(weights @ weights) + others) ** 0.5
        return self.dot(features, weights / size) if size else np.zeros(self.count, np.float32)

    def weigh(self, features: Ids, values: Weights, rest: float) -> tuple[Weights, float]:
        """Return the weights of known features, and the sum of the squares of the unknown ones'."""
        return values * self._scale[features], rest * self._unseen**2

    def dot(self, features: Ids, weights: Weights) -> Array:
        """Return the dot product of a vector with each text."""
        starts = self.ends[features]
        lengths = self.ends[features + 1] - starts
        at = spread(starts, lengths)
        products = weights.repeat(lengths)
        products *= self.weights.take(at)
        return np.bincount(self.texts.take(at), products, self.count).astype(np.float32)

    def _rarity(self, held: Ids) -> Weights:
        return np.asarray(np.sqrt(np.log(np.maximum(1, (self.count + 1) / (held + 0.5)))))


def tally(features: Ids, texts: Ids, count: int) -> tuple[Ids, Ids, Ids]:
    """Return features and texts without repetitions, feature by feature, and how often each was."""
    keys, times = np.unique(features * count + texts, return_counts=True)
    return *np.divmod(keys, max(1, count)), times


def spread(starts: Ids, lengths: Ids) -> Ids:
    """Return the places of spans one after the other, each given by its start and its length."""
    at: Ids = (starts - lengths.cumsum() + lengths).repeat(lengths)
    at += np.arange(len(at))
    return at


def places(codes: Codes, sought: Codes) -> Ids:
    """Return where those of the sought codes stand that are among the `codes`, which are sorted."""
    at = codes.searchsorted(sought)
    at[at == len(codes)] = 0
    return at[codes[at] == sought] if len(codes) else at[:0]
