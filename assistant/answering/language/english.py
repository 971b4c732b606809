"""How common a word is in general English, and its plain form."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from assistant.answering.language.text import stem

_RAREST = 2.0  # Zipf frequency given to a word that is not in the list, below all in it
_COMMONEST = 7.5
_EVERYDAY = 4.5
_FOREIGN, _FEWEST = 0.5, 2  # share of a message's words that are none of them; words it must have
_REMEMBERED = 4096  # words whose frequency need not be looked up again


@cache
def _frequencies() -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.float32]]:
    """Return the words in order with the Zipf frequency of each: a sixth of a dict's memory."""
    text = (files(__package__) / "english.txt").read_bytes()
    rows = [line.split() for line in text.splitlines()]
    words = np.array([word for row in rows for word in row[1:]])
    levels = np.repeat([float(row[0]) for row in rows], [len(row) - 1 for row in rows])
    order = np.argsort(words)
    return words[order], levels[order].astype(np.float32)


@lru_cache(maxsize=_REMEMBERED)
def frequency(word: str) -> float:
    """Return the Zipf frequency of `word`: 2 (rare or unknown) to 7.7 ("the")."""
    words, levels = _frequencies()
    sought = word.encode(errors="replace")
    if len(sought) > words.itemsize:
        return _RAREST
    at = int(words.searchsorted(sought))
    return round(float(levels[at]), 1) if at < len(words) and words[at] == sought else _RAREST


def known(word: str) -> bool:
    """Tell whether `word` is one of the 36,000 most frequent English words."""
    return frequency(word) > _RAREST


def foreign(words: Sequence[str], own: Container[str] = ()) -> bool:
    """Tell whether words seem to be no English: more than half are no everyday ones.

    Words of one's `own` field are no strangers. Only what got no answer should be asked.
    """
    strange = sum(
        frequency(word) < _EVERYDAY and word not in own and not word.isdigit() for word in words
    )
    return len(words) >= _FEWEST and strange > _FOREIGN * len(words)


def rarity(word: str) -> float:
    """Return how much a word says by itself in general English: 0 ("the") to 1 (unlisted)."""
    return min(1.0, max(0.0, (_COMMONEST - frequency(word)) / (_COMMONEST - _RAREST)))


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    lines = (files(__package__) / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    groups: dict[str, dict[str, None]] = {}
    for number, line in enumerate(lines):
        if not line.startswith("#"):
            for word in line.split():
                groups.setdefault(stem(word), {})[f"~{number}"] = None
    return {word: tuple(found) for word, found in groups.items()}


def synonym_groups(stemmed: str) -> tuple[str, ...]:
    """Return the names of the groups of everyday synonyms that a stem is in."""
    return _groups().get(stemmed, ())
