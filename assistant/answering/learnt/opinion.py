"""What was learnt from people's messages: what each of their features says for each label."""

from __future__ import annotations

import copy
import io
import math
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from assistant.answering.learnt.codes import places

NONE = "none"
"""The label of what no entry answers."""
_STEPS = 127  # of a weight's size: a byte each, which turned one outcome of 3,410 (ADR 12)
_SIZES = (3, 4)  # letters of the n-grams
_APART = 4  # words of a pair may stand so far apart: "how long" and "does it take so long"
_REMEMBERED = 2_000  # words whose letters' weights are kept

Group = tuple[float, Sequence[str]]
"""Features with what each of them counts."""
Said = npt.NDArray[np.float32]


class Opinion:
    """What each feature says for each label, by multinomial logistic regression.

    Features are kept as sorted checksums, since their texts are never needed, and what they say in
    steps of equal size.
    """

    def __init__(
        self,
        examples: str,
        places: Mapping[str, int],
        keys: npt.NDArray[np.uint32],
        steps: npt.NDArray[np.int8],
        step: float,
        bias: Said,
    ) -> None:
        """Take the digest of the examples, each label's column, and a row of steps a feature.

        The rows are in the order of `keys`; `step` is what one of them is in log-odds.
        """
        self.examples, self.places = examples, places
        self._keys, self._steps, self._step, self._bias = keys, steps, step, bias
        self._spelt = lru_cache(maxsize=_REMEMBERED)(self._weigh_letters)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return what `written` wrote; raise ValueError when that is not what the data is."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as saved:
                labels = [str(label) for label in saved["labels"]]
                keys, steps, bias = saved["keys"], saved["steps"], saved["bias"]
                examples, step = str(saved["examples"]), float(saved["step"])
        except (
            OSError,
            KeyError,
            EOFError,
            TypeError,
            ValueError,
            BadZipFile,
            zlib.error,
        ) as error:
            raise ValueError("not what `knowledge learn` writes") from error
        columns = {label: at for at, label in enumerate(labels)}
        shapes = (keys.shape, steps.shape, bias.shape)
        if not keys.size or shapes != ((keys.size,), (keys.size, len(columns)), (len(columns),)):
            raise ValueError("not what `knowledge learn` writes")
        return cls(examples, columns, keys, steps, step, bias)

    def among(self, labels: Collection[str]) -> Self:
        """Return the same opinion, heard only on these labels: some may have no entry any more."""
        fewer = copy.copy(self)
        fewer.places = {label: at for label, at in self.places.items() if label in labels}
        return fewer

    def weigh(self, found: Collection[str]) -> Said:
        """Return what features say together for each label, in log-odds."""
        wanted = np.array([_key(each) for each in found], np.uint32)
        rows = places(self._keys, wanted)
        steps = np.add.reduce(self._steps.take(rows, axis=0), axis=0, dtype=np.float32)
        return np.asarray(steps * np.float32(self._step))

    def chances(self, words: Iterable[str], groups: Iterable[Group]) -> list[float]:
        """Return the probability, 0 to 1, of each label for words and other features."""
        said = self._bias.astype(np.float64)
        spelt = list(map(self._spelt, words))
        if spelt:
            counts, letters_said = zip(*spelt, strict=True)
            said += share(sum(counts)) * np.add.reduce(letters_said)
        for each, group in groups:
            said += each * self.weigh(group)
        odds = np.exp(said - said.max())
        found: list[float] = (odds / odds.sum()).tolist()
        return found

    def _weigh_letters(self, word: str) -> tuple[int, Said]:
        """Return how many n-grams a word has and what they say; worked out once a word."""
        grams = _grams(word)
        return len(grams), self.weigh(grams)


def share(count: int) -> float:
    """Return what each of so many features counts for them to count 1 in all (by squares)."""
    return 1 / math.sqrt(max(1, count))


def letters(words: Iterable[str]) -> Group:
    """Return the words' n-grams of letters."""
    found = list(chain.from_iterable(map(_grams, words)))
    return share(len(found)), found


def near_pairs(words: Sequence[str]) -> list[str]:
    """Return the pairs of words that stand at most four apart, whichever is said first."""
    gaps = range(1, _APART + 1)
    pairs = (pair for gap in gaps for pair in zip(words, words[gap:], strict=False))
    return list(dict.fromkeys(f"{a}&{b}" if a < b else f"{b}&{a}" for a, b in pairs))


def written(
    examples: str, labels: Iterable[str], names: Iterable[str], weights: npt.NDArray[np.float64]
) -> bytes:
    """Return the data that `Opinion.read` reads; `weights` end with the row of the bias.

    Features that say nothing for any label are left out.
    """
    step = float(np.abs(weights[:-1]).max()) / _STEPS or 1.0
    steps = np.rint(weights[:-1] / step).astype(np.int8)
    keys = np.array([_key(name) for name in names], np.uint32)
    order = np.argsort(keys)
    order = order[steps[order].any(axis=1)]
    data = io.BytesIO()
    np.savez_compressed(
        data,
        examples=np.array(examples),
        labels=np.array(list(labels)),
        keys=keys[order],
        steps=steps[order],
        step=np.array(step),
        bias=weights[-1].astype(np.float32),
    )
    return data.getvalue()


def _grams(word: str) -> list[str]:
    """Return a word's n-grams of letters, its ends marked."""
    framed = f"<{word}>"
    return [f"~{framed[at : at + n]}" for n in _SIZES for at in range(len(framed) - n + 1)]


def _key(feature: str) -> int:
    return zlib.crc32(feature.encode())
