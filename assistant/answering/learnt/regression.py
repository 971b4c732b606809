"""Multinomial logistic regression: which features speak for which label."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.answering.learnt.opinion import Group

_SEED = 7

Array = npt.NDArray[np.float64]
Told = tuple[Sequence[Group], int]
Progress = Callable[[int, int], object]
"""Is told how many steps are done, of how many."""


class Training(NamedTuple):
    """How a lesson is learnt."""

    least: int
    """Messages that must share a feature."""
    firmness: float
    """Of the Gaussian prior of the weights, as inverse variance."""
    steps: int
    size: float
    """Of the first step, which those after it fall short of."""
    left_out: float
    """Share of what the messages say that a step does not hear."""
    quiet: float
    """Share of the features that says least for any label, and is forgotten in the end."""


class TooFewMessagesError(ValueError):
    """The messages have too little in common to tell labels by."""


class Lesson:
    """Messages as groups of features, each with its label's number."""

    def __init__(self, told: Sequence[Told], training: Training) -> None:
        """Take the messages; a feature of too few of them teaches only those.

        Raises TooFewMessagesError where no feature is left.
        """
        counts = Counter(
            name for groups, _ in told for name in {name for _, each in groups for name in each}
        )
        self.names = sorted(name for name, count in counts.items() if count >= training.least)
        if not self.names:
            raise TooFewMessagesError(
                f"too few messages: {training.least} must share a word; write more"
            )
        self._training = training
        place = {name: at for at, name in enumerate(self.names)}
        self.labels = np.array([label for _, label in told], np.intp)
        rows, columns, values = array("q"), array("q"), array("d")
        for row, (groups, _) in enumerate(told):
            for value, group in groups:
                known = [place[name] for name in group if name in place]
                rows.extend([row] * len(known))
                columns.extend(known)
                values.extend([value] * len(known))
        self.rows, self.columns = np.array(rows, np.intp), np.array(columns, np.intp)
        self.values = np.array(values)

    def fit(self, labels: int, progress: Progress) -> Array:
        """Return the weights: a row a feature, the last the bias; a column a label.

        By AdaGrad (Duchi, Hazan and Singer 2011) over all messages at once. At each step another
        random share of what they say is left out, so that no feature relies on another (van der
        Maaten et al. 2013); the same messages always teach the same.
        """
        training, count, size = self._training, len(self.labels), len(self.names)
        target = np.eye(labels)[self.labels]
        weights = np.zeros((labels, size + 1))  # a row a label, so that its weights lie together
        squares = np.full_like(weights, 1e-8)
        power, slope = np.empty((count, labels)), np.empty_like(weights)
        chance = np.random.default_rng(_SEED)
        for step in range(training.steps):
            heard = np.flatnonzero(chance.random(len(self.values)) >= training.left_out)
            rows, columns = self.rows[heard], self.columns[heard]
            values = self.values[heard] / (1 - training.left_out)
            for at in range(labels):
                said = weights[at].take(columns)
                said *= values
                power[:, at] = np.bincount(rows, said, count) + weights[at, -1]
            odds = np.exp(power - power.max(axis=1, keepdims=True))
            missed = odds / odds.sum(axis=1, keepdims=True) - target
            for at in range(labels):
                pull = missed[:, at].copy().take(rows)
                pull *= values
                slope[at, :-1] = np.bincount(columns, pull, size)
            slope[:, :-1] += training.firmness * weights[:, :-1]
            slope[:, -1] = missed.sum(axis=0)
            squares += slope**2
            weights -= training.size * slope / np.sqrt(squares)
            progress(step + 1, training.steps)
        loudest = np.abs(weights[:, :-1]).max(axis=0)
        weights[:, :-1][:, loudest < np.quantile(loudest, training.quiet)] = 0.0
        return weights.T
