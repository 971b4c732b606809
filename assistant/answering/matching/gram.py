"""The cosines of all texts with each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.answering.matching.index import Array, Ids, Postings

_COMMON = 64  # texts from which on a feature is cheaper to multiply as part of a dense matrix
_AT_ONCE = 65_536  # products added at a time: the memory for them is then used again

Held = npt.NDArray[np.int64]


def gram(parts: Sequence[Postings], count: int) -> Array:
    """Return how alike the first `count` texts are to each other (count x count).

    It is the sum of the postings' dot products; a text is like itself by 1.
    """
    texts, weights, held = map(np.concatenate, zip(*_rows(parts, count), strict=True))
    common = held > _COMMON
    inside = np.repeat(common, held)
    dense = np.zeros((int(common.sum()), count), np.float32)
    dense[np.repeat(np.arange(len(dense)), held[common]), texts[inside]] = weights[inside]
    cosines: Array = dense.T @ dense
    above = _rare(texts[~inside], weights[~inside], held[~common], count)
    cosines += above
    cosines += above.T
    np.fill_diagonal(cosines, 1.0)
    return cosines


def _rows(parts: Sequence[Postings], count: int) -> list[tuple[Ids, Array, Held]]:
    """Return each one's texts and weights, feature by feature, and how many each has."""
    found = []
    for postings in parts:
        asked = postings.texts < count
        ends = np.append(postings.starts, len(asked))
        held = np.diff(np.concatenate(([0], np.cumsum(asked)))[ends])
        found.append((postings.texts[asked].astype(np.int64), postings.weights[asked], held))
    return found


def _rare(texts: Ids, weights: Array, held: Held, count: int) -> Array:
    """Return the products of the rare features, of each two texts once.

    Features with as many texts are worked out together, some at a time: fresh memory for all
    products at once took three times as long as the sums.
    """
    ends = np.concatenate(([0], np.cumsum(held)))
    above = np.zeros(count**2, np.float32)
    for size in np.unique(held[held > 1]):
        one, other = np.triu_indices(size, 1)
        starts = ends[:-1][held == size]
        few = max(1, _AT_ONCE // len(one))
        for at in range(0, len(starts), few):
            spans = starts[at : at + few] + np.arange(size)[:, None]
            holders, shares = texts[spans], weights[spans]
            spots = holders[one] * count + holders[other]
            np.add.at(above, spots.ravel(), (shares[one] * shares[other]).ravel())
    return above.reshape(count, count)
