"""An inverted index: which texts hold which features, as flat arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
_COMMON = 0.02  # share of the texts from which on a feature is multiplied densely


class Index:
    """Postings of texts in the vector space model, each text a vector of length one (CSR layout).

    The cosine of two texts is Salton's (1975); a feature's weight is its value times, where
    `rarity` is set, the square root of its inverse document frequency. The square root spreads the
    weight over more features than plain TF-IDF, which helped on all public question sets.
    """

    def __init__(self, rows: Sequence[Mapping[str, float]], rarity: bool = True) -> None:
        """Index `rows`, each one text's features with their values."""
        self.count = len(rows)
        spread = Counter(feature for row in rows for feature in row)
        self._ids = {feature: at for at, feature in enumerate(spread)}
        held = np.fromiter(spread.values(), np.int64, len(spread))
        self._scale = np.sqrt(np.log((self.count + 1) / (held + 0.5))) if rarity else held * 0 + 1.0
        self._unseen = float(np.sqrt(np.log((self.count + 1) / 1.5))) if rarity else 1.0
        lengths = np.fromiter(map(len, rows), np.int64, self.count)
        ids = np.fromiter((self._ids[f] for row in rows for f in row), np.int32, lengths.sum())
        values = np.fromiter((v for row in rows for v in row.values()), float, lengths.sum())
        texts = np.repeat(np.arange(self.count, dtype=np.int32), lengths)
        weights = values * self._scale[ids]
        sizes = np.sqrt(np.bincount(texts, weights**2, self.count))
        weights /= np.maximum(sizes, 1e-9)[texts]
        order = np.argsort(ids, kind="stable")
        self._texts = texts[order]
        self._weights = weights[order].astype(np.float32)
        self._ends = np.concatenate(([0], np.cumsum(held)))
        self._bounds = self._ends.tolist()

    def cosines(self, row: Mapping[str, float]) -> Array:
        """Return the cosine of `row` with each text, 0 to 1; unknown features count in its size."""
        size = 0.0
        known: list[tuple[int, float]] = []
        for feature, value in row.items():
            at = self._ids.get(feature)
            weight = value * (self._unseen if at is None else float(self._scale[at]))
            size += weight * weight
            if at is not None:
                known.append((at, weight))
        if not known or not size:
            return np.zeros(self.count, np.float32)
        bounds = self._bounds
        spans = [slice(bounds[at], bounds[at + 1]) for at, _ in known]
        texts = np.concatenate([self._texts[span] for span in spans])
        weights = np.concatenate([self._weights[span] for span in spans])
        factors = np.repeat([weight for _, weight in known], [s.stop - s.start for s in spans])
        total = np.bincount(texts, weights * factors, self.count)
        return np.asarray(total / size**0.5, np.float32)

    def gram(self) -> Array:
        """Return the cosines of all texts with each other."""
        held = np.diff(self._ends)
        common = np.flatnonzero(held > max(2, _COMMON * self.count))
        dense = np.zeros((self.count, len(common)), np.float32)
        for column, at in enumerate(common):
            span = slice(self._ends[at], self._ends[at + 1])
            dense[self._texts[span], column] = self._weights[span]
        cosines: Array = dense @ dense.T
        rare = np.setdiff1d(np.flatnonzero(held > 1), common)
        for at in rare:
            span = slice(self._ends[at], self._ends[at + 1])
            texts, weights = self._texts[span], self._weights[span]
            cosines[texts[:, None], texts] += weights[:, None] * weights
        np.fill_diagonal(cosines, 1.0)
        return cosines
