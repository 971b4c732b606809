"""An inverted index: which texts hold which features, as flat arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


class Index:
    """Postings of weighted features, compressed by rows (CSR)."""

    def __init__(self, rows: Sequence[Mapping[str, float]]) -> None:
        """Index `rows`; each is one text's features with their weights."""
        self._count = len(rows)
        postings: dict[str, tuple[list[int], list[float]]] = {}
        for at, row in enumerate(rows):
            for feature, weight in row.items():
                places, weights = postings.setdefault(feature, ([], []))
                places.append(at)
                weights.append(weight)
        self._range: dict[str, tuple[int, int]] = {}
        end = 0
        for feature, (places, _) in postings.items():
            self._range[feature] = (end, end + len(places))
            end += len(places)
        self._places = np.array([p for places, _ in postings.values() for p in places], np.int32)
        self._weights = np.array(
            [w for _, weights in postings.values() for w in weights], np.float32
        )
        self.sizes = np.array([sum(row.values()) for row in rows], np.float32)

    def common(self, wanted: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Return for each text the summed weight of the features it shares with `wanted`."""
        total = np.zeros(self._count)
        for feature, weight in wanted.items():
            if feature in self._range:
                start, end = self._range[feature]
                total[self._places[start:end]] += np.minimum(self._weights[start:end], weight)
        return total
