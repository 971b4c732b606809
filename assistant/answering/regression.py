"""Multinomial logistic regression: which features speak for which label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

_RARE = 2  # messages in which a feature must occur: what was said once teaches only that message
_STEP = 0.5
_SUREST = 60.0  # log-odds, so that no exponential overflows

Array = npt.NDArray[np.float64]
Told = tuple[Sequence[str], int]


class Lesson:
    """Messages as their features, each with its label's number."""

    def __init__(self, told: Sequence[Told], *, shared: bool) -> None:
        """Take the messages; with `shared`, the features of one count 1 together (by squares)."""
        counts = Counter(name for found, _ in told for name in found)
        self.names = sorted(name for name, count in counts.items() if count >= _RARE)
        place = {name: at for at, name in enumerate(self.names)}
        known = [[place[name] for name in found if name in place] for found, _ in told]
        self.labels = np.array([label for _, label in told], np.intp)
        self.rows = np.repeat(np.arange(len(told)), [len(each) for each in known])
        self.columns = np.array([at for each in known for at in each], np.intp)
        sizes = np.array([max(1, len(found)) for found, _ in told], float)
        self.values = (1 / np.sqrt(sizes) if shared else np.ones_like(sizes))[self.rows]

    def fit(self, labels: int, firmness: float, steps: int) -> Iterator[Array]:
        """Yield ever better weights: a row a feature, the last the bias; a column a label.

        A label's number beyond the columns stands for none of them, whose log-odds are 0. With a
        Gaussian prior of that `firmness` (inverse variance), by AdaGrad (Duchi, Hazan and Singer
        2011) over all messages at once, so that the same messages always teach the same.
        """
        count, size = len(self.labels), len(self.names)
        target = np.eye(max(labels, int(self.labels.max()) + 1))[self.labels][:, :labels]
        rest = 1.0 if self.labels.max() >= labels else 0.0
        weights = np.zeros((size + 1, labels))
        squares = np.full_like(weights, 1e-8)
        for _ in range(steps):
            power = np.tile(weights[-1], (count, 1))
            for at in range(labels):
                said = weights[self.columns, at] * self.values
                power[:, at] += np.bincount(self.rows, said, count)
            odds = np.exp(np.minimum(power, _SUREST))
            missed = odds / (rest + odds.sum(axis=1, keepdims=True)) - target
            slope = np.empty_like(weights)
            for at in range(labels):
                pull = missed[self.rows, at] * self.values
                slope[:-1, at] = np.bincount(self.columns, pull, size)
            slope[:-1] += firmness * weights[:-1]
            slope[-1] = missed.sum(axis=0)
            squares += slope**2
            weights = weights - _STEP * slope / np.sqrt(squares)
            yield weights
