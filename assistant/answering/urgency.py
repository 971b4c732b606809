"""Tells by its words how urgent a message sounds, as examples written by people have taught."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from assistant.answering.red_flags import Level
from assistant.answering.text import stem

LEVELS: tuple[Level, ...] = ("now", "crisis", "today")
_MOST_REASONS = 5
_SUREST = 60.0  # log-odds, so that no exponential overflows

Weights = npt.NDArray[np.float32]


def features(words: Iterable[str]) -> list[str]:
    """Return what a message is judged by, each once: its stems and pairs of neighbouring stems."""
    stems = [stem(word) for word in words]
    return list(dict.fromkeys([*stems, *map(" ".join, pairwise(stems))]))


@dataclass(frozen=True, slots=True)
class Learnt:
    """What each feature says for each level, in log-odds against a harmless message."""

    examples: str
    """Digest of the examples it was learnt from."""
    bias: Weights
    rows: Mapping[str, int]
    """Where in `weights` each feature is."""
    weights: Weights
    """A row a feature, a column a level."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `written` wrote; raise ValueError when that is not what the text is."""
        try:
            content = json.loads(text)
            weights = content["weights"]
            return cls(
                examples=str(content["examples"]),
                bias=np.array(content["bias"], np.float32).reshape(len(LEVELS)),
                rows={feature: row for row, feature in enumerate(weights)},
                weights=np.array([*weights.values()], np.float32).reshape(-1, len(LEVELS)),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not what `knowledge learn` writes") from error

    def chances(self, words: Sequence[str]) -> dict[Level, float]:
        """Return the probability, 0 to 1, that a message of these words is of each level."""
        rows = [self.rows[each] for each in features(words) if each in self.rows]
        said = np.minimum(self.bias + self.weights[rows].sum(axis=0, dtype=np.float64), _SUREST)
        odds = np.exp(said)
        return dict(zip(LEVELS, (odds / (1.0 + odds.sum())).tolist(), strict=True))

    def reasons(self, words: Sequence[str], level: Level) -> tuple[str, ...]:
        """Return the features that speak most for a level, the strongest first."""
        column = LEVELS.index(level)
        said = {
            each: float(self.weights[self.rows[each], column])
            for each in features(words)
            if each in self.rows
        }
        telling = sorted((each for each in said if said[each] > 0), key=lambda e: (-said[e], e))
        return tuple(telling[:_MOST_REASONS])


def written(examples: str, bias: Iterable[float], weights: Mapping[str, Iterable[float]]) -> str:
    """Return the text that `Learnt.read` reads, a feature a line, so that changes show."""
    rows = ",\n".join(
        f"  {json.dumps(name, ensure_ascii=False)}: {_numbers(row)}"
        for name, row in sorted(weights.items())
    )
    return (
        f'{{\n "examples": {json.dumps(examples)},\n "bias": {_numbers(bias)},\n'
        f' "weights": {{\n{rows}\n }}\n}}\n'
    )


def _numbers(row: Iterable[float]) -> str:
    return json.dumps([round(float(number), 2) for number in row])
