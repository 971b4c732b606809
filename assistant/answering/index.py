"""An inverted index: which texts hold which features, as flat arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]
Features = Mapping[str, float]
_COMMON = 0.02  # share of the texts from which on a feature gets a dense column
_DENSE = 5000  # texts up to which there are dense columns


class Index:
    """Texts in the vector space model, each a vector of length one (Salton 1975).

    A feature's weight is its value times, where `rarity` is set, the square root of its inverse
    document frequency. The square root spreads the weight over more features than plain TF-IDF.
    Rare features are kept as postings (CSR), common ones as columns of a dense matrix.
    """

    def __init__(self, rows: Iterable[Features], rarity: bool) -> None:
        """Index `rows`, each one text's features with their values."""
        self._ids: dict[str, int] = {}
        ids, values, lengths = self._gather(rows)
        self.count = count = len(lengths)
        texts = np.repeat(np.arange(count, dtype=np.int32), lengths)
        held = np.bincount(ids, minlength=len(self._ids))
        self._scale = self._rarity(held) if rarity else np.ones(len(held))
        self._unseen = float(self._rarity(np.array([1]))[0]) if rarity else 1.0
        weights = values * self._scale[ids]
        sizes = np.sqrt(np.bincount(texts, weights**2, count))
        order = np.argsort(ids, kind="stable")
        self._texts = texts[order]
        self._weights = (weights / np.maximum(sizes, 1e-9)[texts])[order].astype(np.float32)
        self._ends = np.concatenate(([0], np.cumsum(held)))
        self._dense, self._column = self._columns(held)

    def cosines(self, row: Features) -> Array:
        """Return the cosine of `row` with each text, 0 to 1; unknown features count in its size."""
        ids, weights, rest = self.vector(row)
        size = (float(weights @ weights) + rest) ** 0.5
        return self.dot(ids, weights / size) if size else np.zeros(self.count, np.float32)

    def vector(self, row: Features) -> tuple[Ids, Weights, float]:
        """Return the ids of the known features, their weights, and the others' squares summed."""
        get = self._ids.get
        known: list[int] = []
        values: list[float] = []
        rest = 0.0
        for feature, value in row.items():
            at = get(feature)
            if at is None:
                rest += value * value
            else:
                known.append(at)
                values.append(value)
        ids = np.array(known, np.int64)
        return ids, np.array(values) * self._scale[ids], rest * self._unseen**2

    def dot(self, ids: Ids, weights: Weights) -> Array:
        """Return the dot product of a vector with each text."""
        columns = self._column[ids]
        common = columns >= 0
        found: Array = weights[common].astype(np.float32) @ self._dense[columns[common]]
        rare = ids[~common]
        if len(rare):
            found += self._postings(rare, weights[~common])
        return found

    def gram(self, count: int) -> Array:
        """Return the cosines of the first `count` texts with each other (count x count)."""
        dense = np.ascontiguousarray(self._dense[:, :count])
        cosines: Array = dense.T @ dense
        asked = self._texts < count
        ends = np.concatenate(([0], np.cumsum(asked)))[self._ends]
        texts_of, weights_of = self._texts[asked].astype(np.int64), self._weights[asked]
        held = np.diff(ends)
        held[self._column >= 0] = 0
        places, products = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for size in np.unique(held[held > 1]):
            spans = ends[:-1][held == size][:, None] + np.arange(size)
            texts, weights = texts_of[spans], weights_of[spans]
            places.append((texts[:, :, None] * count + texts[:, None, :]).ravel())
            products.append((weights[:, :, None] * weights[:, None, :]).ravel())
        rare = np.bincount(np.concatenate(places), np.concatenate(products), count**2)
        cosines += rare.reshape(cosines.shape).astype(np.float32)
        np.fill_diagonal(cosines, 1.0)
        return cosines

    def forget(self) -> None:
        """Free the dense columns, without which `gram` is slow and the rest a little slower."""
        self._dense, self._column = self._dense[:0].copy(), np.full_like(self._column, -1)

    def _gather(self, rows: Iterable[Features]) -> tuple[Ids, Weights, Ids]:
        """Return the features' ids and values, one row after the other, and the rows' lengths."""
        ids, values, lengths = array("q"), array("d"), array("q")
        known = self._ids
        for row in rows:
            ids.extend([known.setdefault(feature, len(known)) for feature in row])
            values.extend(row.values())
            lengths.append(len(row))
        return np.array(ids, np.int64), np.array(values), np.array(lengths, np.int64)

    def _rarity(self, held: Ids) -> Weights:
        return np.asarray(np.sqrt(np.log(np.maximum(1, (self.count + 1) / (held + 0.5)))))

    def _columns(self, held: Ids) -> tuple[Array, Ids]:
        """Return the common features' weights (features x texts), and where each feature's are."""
        column = np.full(len(held), -1)
        least = max(2, _COMMON * self.count) if self.count <= _DENSE else np.inf
        common = np.flatnonzero(held > least)
        column[common] = np.arange(len(common))
        dense = np.zeros((len(common), self.count), np.float32)
        for at in common:
            span = slice(self._ends[at], self._ends[at + 1])
            dense[column[at], self._texts[span]] = self._weights[span]
        return dense, column

    def _postings(self, ids: Ids, weights: Weights) -> Array:
        starts, lengths = self._ends[ids], self._ends[ids + 1] - self._ends[ids]
        jumps = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        places = jumps + np.arange(len(jumps))
        products = self._weights[places] * np.repeat(weights, lengths)
        return np.bincount(self._texts[places], products, self.count).astype(np.float32)
