"""Kernel ridge regression: learns from the phrasings which entry a question belongs to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assistant.answering.index import Array

_RIDGE = 0.4
_POWER = 1.5  # of the cosine: between linear and quadratic, best on all public sets


class Ridge:
    """One linear model an entry over the kernel of all texts, in closed form.

    Kernel ridge regression with targets of 1 for the entry's own texts, 0 for others' and -1 for
    texts that it must not match (Saunders et al. 1998). Predictions with a text, or with a whole
    entry, left out come from the same inverse (Cawley & Talbot 2003, eq. 9; blocks alike).
    """

    def __init__(self, cosines: Array, targets: Array) -> None:
        """Fit to the texts' `cosines` (n x n) and their `targets` (n x entries)."""
        self._targets = targets
        kernel = np.maximum(cosines, 0) ** _POWER
        kernel[np.diag_indices_from(kernel)] += _RIDGE
        self._inverse: Array = np.linalg.inv(kernel)
        self._mean: Array = targets.mean(axis=0)
        self._weights: Array = self._inverse @ (targets - self._mean)

    def predict(self, cosines: Array) -> Array:
        """Return each entry's score for a question with these `cosines` to the texts."""
        kernel = np.maximum(cosines, 0) ** _POWER
        return np.asarray(self._mean + kernel @ self._weights, np.float32)

    def without(self, texts: npt.NDArray[np.intp]) -> Array:
        """Return the scores that `texts` would get had they not been there when fitting."""
        block = self._inverse[np.ix_(texts, texts)]
        left = np.linalg.solve(block, self._weights[texts])
        return np.asarray(self._targets[texts] - left, np.float32)

    def forget(self) -> None:
        """Free what only `without` needs."""
        del self._inverse, self._targets
