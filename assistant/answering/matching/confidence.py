"""Turns a score into the probability that the entry is right, learnt from the knowledge itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# What coverage and the amount of information add to a score before it is judged. Chosen on the
# public question sets, by right answers when 5 and 20 % of near misses get one.
_COVERAGE = 0.1
_INFORMATION = 0.075
# The curve for a knowledge base that cannot calibrate itself, and how firmly others start from it.
_USUAL = np.array([-5.6, 8.0])
_FIRMNESS = np.array([0.2, 0.2])
_STEPS = 25
_OFFSET, _SLOPE, _ODDS = 2.9, 0.5, 1e4


def evidence(score: float, coverage: float, information: float) -> float:
    """Return what speaks for a candidate: its score, what it explains, and of how much."""
    return score + _COVERAGE * coverage + _INFORMATION * math.log1p(information)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve from evidence to probability (Platt 1999)."""

    offset: float
    slope: float

    def probability(self, evidence: float) -> float:
        """Return the probability, 0 to 1, that a candidate with this evidence is right."""
        power = min(60.0, max(-60.0, self.offset + self.slope * evidence))
        return 1.0 / (1.0 + math.exp(-power))


def share_right(confidence: float) -> float:
    """Return how often an answer given with this confidence was right, 0 to 1.

    The bare figure is too modest where it is low: the curve is fitted to 2,033 answers given to
    labelled questions that nothing was learnt from (docs/answers.md).
    """
    odds = min(_ODDS, max(1 / _ODDS, confidence / max(1e-9, 1 - confidence)))
    return 1.0 / (1.0 + math.exp(-(_OFFSET + _SLOPE * math.log(odds))))


def calibrate(evidences: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> Calibration:
    """Return the curve that fits best which of the `evidences` were `right`.

    Maximum a posteriori by Newton's method, from and towards the usual curve, so that a few or
    one-sided examples do no harm.
    """
    given = np.stack([np.ones_like(evidences), evidences], axis=1)
    curve = _USUAL.copy()
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(given @ curve, -60, 60)))
        slope = given.T @ (right - chance) - _FIRMNESS * (curve - _USUAL)
        bend = (given * (chance * (1 - chance))[:, None]).T @ given + np.diag(_FIRMNESS)
        curve = curve + np.linalg.solve(bend, slope)
    return Calibration(float(curve[0]), float(curve[1]))
