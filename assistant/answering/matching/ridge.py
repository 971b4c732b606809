"""Kernel ridge regression: learns from the phrasings which entry a question belongs to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.answering.matching.index import Array

_RIDGE = 0.45
_SMALL = 64  # half the size below which a matrix is inverted at once


class Ridge:
    """One linear model an entry over the kernel of all texts, in closed form.

    Kernel ridge regression with targets of 1 for the entry's own texts and 0 for others'
    (Saunders et al. 1998). Predictions with a text, or with a whole
    entry, left out come from the same inverse (Cawley & Talbot 2003, eq. 9; blocks alike).
    """

    def __init__(self, cosines: Array, targets: Array) -> None:
        """Fit to the texts' `cosines` (n x n) and their `targets` (n x entries)."""
        self._targets = targets
        kernel = _kernel(cosines)
        kernel[np.diag_indices_from(kernel)] += _RIDGE
        self._inverse = _inverse(kernel)
        self._mean: Array = targets.mean(axis=0)
        self._weights: Array = self._inverse @ (targets - self._mean)

    def predict(self, cosines: Array) -> Array:
        """Return each entry's score for a question with these `cosines` to the texts."""
        return np.asarray(self._mean + _kernel(cosines) @ self._weights, np.float32)

    def without(self, hidden: npt.NDArray[np.intp], asked: Sequence[int]) -> Array:
        """Return the scores that the texts `asked`, some of those `hidden`, would get without them.

        As if the hidden texts had not been there when fitting.
        """
        block = self._inverse[np.ix_(hidden, hidden)]
        left = np.linalg.solve(block, self._weights[hidden])
        rows = self._targets[hidden] - left
        return np.asarray(rows[np.searchsorted(hidden, asked)], np.float32)

    def alone(self, asked: Sequence[int]) -> Array:
        """Return the scores that the texts `asked` would get, each hidden by itself."""
        left = self._weights[asked] / np.diagonal(self._inverse)[asked][:, None]
        return np.asarray(self._targets[asked] - left, np.float32)

    def forget(self) -> None:
        """Free what only `without` and `alone` need, the larger part of the memory."""
        self._inverse = self._targets = np.zeros((0, 0), np.float32)


def _kernel(cosines: Array) -> Array:
    """Return the cosines to the power of 1.5: between linear and quadratic, best on all sets."""
    kernel = np.maximum(cosines, np.float32(0))
    np.sqrt(kernel, out=kernel)
    kernel *= cosines
    return kernel


def _inverse(matrix: Array) -> Array:
    """Return the inverse of a symmetric positive definite matrix, by halves (Schur complement).

    It costs matrix products, which run several times faster than LAPACK's inversion.
    """
    half = len(matrix) // 2
    if half < _SMALL:
        return np.asarray(np.linalg.inv(matrix), np.float32)
    inverse = np.empty_like(matrix)
    first, outside, second = inverse[:half, :half], inverse[:half, half:], inverse[half:, half:]
    first[:] = _inverse(matrix[:half, :half])
    across = first @ matrix[:half, half:]
    second[:] = _inverse(matrix[half:, half:] - matrix[half:, :half] @ across)
    np.negative(across @ second, out=outside)
    first -= outside @ across.T
    inverse[half:, :half] = outside.T
    return inverse
