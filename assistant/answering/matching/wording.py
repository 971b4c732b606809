"""Similarity by words: stems, concepts and synonym groups."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from assistant.answering.matching.index import Index, Vector


class Wording:
    """An index over named features of texts."""

    def __init__(self, texts: Iterable[Mapping[str, float]], length: float) -> None:
        """Index `texts`, each given by its features with their values, as vectors so long."""
        self._ids: dict[str, int] = {}
        known = self._ids
        ids, values, lengths = array("q"), array("d"), array("q")
        for row in texts:
            ids.extend([known.setdefault(feature, len(known)) for feature in row])
            values.extend(row.values())
            lengths.append(len(row))
        features = np.array(ids, np.int64)
        order = np.argsort(features, kind="stable")
        holders = np.repeat(np.arange(len(lengths)), lengths)
        self.index = Index(
            features[order],
            holders[order],
            np.array(values)[order],
            len(lengths),
            rarity=False,
            length=length,
        )

    def vector(self, text: Mapping[str, float]) -> Vector:
        """Return `text`, given by its features with their values, as a vector as long as theirs."""
        get = self._ids.get
        known: list[int] = []
        values: list[float] = []
        rest = 0.0
        for feature, value in text.items():
            at = get(feature)
            if at is None:
                rest += value * value
            else:
                known.append(at)
                values.append(value)
        return self.index.vector(np.array(known, np.int64), np.array(values), rest)
