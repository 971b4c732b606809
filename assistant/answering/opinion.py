"""A second opinion on which entry a question asks for, learnt from people's messages."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

NONE = "none"
"""The label of what no entry answers."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What each feature says for each entry, by multinomial logistic regression.

    Features are kept as sorted checksums, since their texts are never needed.
    """

    examples: str
    """Digest of what it was learnt from."""
    places: Mapping[str, int]
    """The column of each label, an entry's id or `NONE`."""
    keys: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.float16]
    """A row a feature, the last one the bias; a column a label."""

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return what `written` wrote; raise ValueError when that is not what the data is."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as saved:
                labels = [str(label) for label in saved["labels"]]
                keys, weights = saved["keys"], saved["weights"]
                examples = str(saved["examples"])
        except (OSError, KeyError, EOFError, ValueError, BadZipFile, zlib.error) as error:
            raise ValueError("not what `knowledge learn` writes") from error
        if weights.shape != (len(keys) + 1, len(labels)) or NONE not in labels:
            raise ValueError("not what `knowledge learn` writes")
        return cls(examples, {label: at for at, label in enumerate(labels)}, keys, weights)

    def chances(self, found: list[str]) -> npt.NDArray[np.float64]:
        """Return the probability, 0 to 1, of each label for a question of these features."""
        wanted = np.array([_key(each) for each in found], np.uint32)
        rows = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        rows = rows[self.keys[rows] == wanted]
        said = self.weights[rows].sum(axis=0, dtype=np.float64) / math.sqrt(max(1, len(found)))
        said += self.weights[-1]
        odds = np.exp(said - said.max())
        return np.asarray(odds / odds.sum())


def written(
    examples: str, labels: Iterable[str], names: Iterable[str], weights: npt.NDArray[np.float64]
) -> bytes:
    """Return the data that `Opinion.read` reads; `weights` end with the row of the bias."""
    keys = np.array([_key(name) for name in names], np.uint32)
    order = np.argsort(keys)
    rows = np.concatenate([weights[:-1][order], weights[-1:]]).astype(np.float16)
    data = io.BytesIO()
    np.savez_compressed(
        data,
        examples=np.array(examples),
        labels=np.array(list(labels)),
        keys=keys[order],
        weights=rows,
    )
    return data.getvalue()


def _key(feature: str) -> int:
    return zlib.crc32(feature.encode())
