"""Learns from examples how urgent messages sound."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from assistant.answering.knowledge import Edition
from assistant.answering.red_flags import Level
from assistant.answering.safety import Guard
from assistant.answering.urgency import LEVELS, features, written

_RARE = 2  # messages in which a feature must occur: a word said once teaches only that message
_STEPS, _STEP = 400, 0.5
_FIRMNESS = 0.3  # of the prior that a feature says nothing
_TELLING = 0.05  # log-odds below which a feature is left out


class Examples(BaseModel):
    """The content of urgency.toml: messages of each level, and harmless ones, one a line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    now: str
    crisis: str
    today: str
    harmless: str

    def lines(self, level: Level | None) -> list[str]:
        """Return the messages of a level; None stands for the harmless ones."""
        text: str = getattr(self, level or "harmless")
        return [line.strip() for line in text.splitlines() if line.strip()]

    @property
    def digest(self) -> str:
        """What tells these examples from others."""
        every = [line for level in (*LEVELS, None) for line in (str(level), *self.lines(level))]
        return hashlib.sha256("\n".join(every).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _Table:
    """Which features (columns) each message (row) has, as pairs, and its level's number."""

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    levels: npt.NDArray[np.intp]
    names: list[str]


def learn(examples: Examples, edition: Edition) -> str:
    """Return what `Learnt.read` reads: the weight of each feature for each level.

    The wordings and the small talk of the edition count as harmless, too. Multinomial logistic
    regression with a Gaussian prior, by AdaGrad (Duchi, Hazan and Singer 2011) over all messages
    at once, so that the same examples always teach the same.
    """
    told = [(line, n) for n, level in enumerate(LEVELS) for line in examples.lines(level)]
    harmless = dict.fromkeys([*examples.lines(None), *_ordinary(edition)])
    told += [(line, len(LEVELS)) for line in harmless]
    guard = Guard(edition.safety)
    table = _table([(features(guard.look(line)[1]), level) for line, level in told])
    weights = _fitted(table)
    kept = {
        name: row
        for name, row in zip(table.names, weights[:-1].tolist(), strict=True)
        if max(map(abs, row)) >= _TELLING
    }
    return written(examples.digest, weights[-1].tolist(), kept)


def _ordinary(edition: Edition) -> list[str]:
    wordings = (
        (e.question, *e.phrasings, *e.follow_ups, *e.must_not_match) for e in edition.entries
    )
    pleasantries = (talk.phrasings for talk in edition.replies.small_talk)
    lines = (line for texts in (*wordings, *pleasantries) for line in texts)
    return [part.strip() for line in lines for part in line.split(" / ")]


def _table(told: list[tuple[list[str], int]]) -> _Table:
    counts = Counter(name for found, _ in told for name in found)
    names = sorted(name for name, count in counts.items() if count >= _RARE)
    place = {name: at for at, name in enumerate(names)}
    pairs = [
        (row, place[name]) for row, (found, _) in enumerate(told) for name in found if name in place
    ]
    rows, columns = np.array(pairs, np.intp).reshape(-1, 2).T
    return _Table(rows, columns, np.array([level for _, level in told], np.intp), names)


def _fitted(table: _Table) -> npt.NDArray[np.float64]:
    """Return the weights that make the examples likeliest, the last row being the bias."""
    count, size = len(table.levels), len(table.names)
    target = np.eye(len(LEVELS) + 1)[table.levels][:, : len(LEVELS)]
    weights = np.zeros((size + 1, len(LEVELS)))
    squares = np.full_like(weights, 1e-8)
    for _ in range(_STEPS):
        power = np.stack(
            [
                np.bincount(table.rows, weights[table.columns, level], count) + weights[-1, level]
                for level in range(len(LEVELS))
            ],
            axis=1,
        )
        odds = np.exp(np.minimum(power, 60.0))
        missed = odds / (1.0 + odds.sum(axis=1, keepdims=True)) - target
        slope = np.empty_like(weights)
        for level in range(len(LEVELS)):
            slope[:-1, level] = np.bincount(table.columns, missed[table.rows, level], size)
        slope[:-1] += _FIRMNESS * weights[:-1]
        slope[-1] = missed.sum(axis=0)
        squares += slope**2
        weights -= _STEP * slope / np.sqrt(squares)
    return weights
