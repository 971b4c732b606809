"""How common a word is in general English, and its plain form."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from assistant.answering.text import stem

_RAREST = 2.0  # Zipf frequency given to a word that is not in the list
_COMMONEST = 7.5


@cache
def _frequencies() -> dict[str, float]:
    text = (files(__package__) / "english.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    return {word: float(row[0]) for row in rows for word in row[1:]}


def frequency(word: str) -> float:
    """Return the Zipf frequency of `word`: 2 (rare or unknown) to 7.7 ("the")."""
    return _frequencies().get(word, _RAREST)


def known(word: str) -> bool:
    """Tell whether `word` is one of the 36,000 most frequent English words."""
    return word in _frequencies()


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
