"""Reads a misspelt word as the word of the knowledge base that was probably meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from assistant.answering import english

_SHORTEST = 4  # shorter words are too easily another word
_TWO_ERRORS = 7  # from this length on, two errors are forgiven
_LONGEST = 30
_HALF = 0.5  # trust in a correction of a word that is itself good English
_RARE = 3.0  # Zipf frequency under which a word of the English list may itself be a slip
_SPLIT_PART = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed word is read as: one word or two, and how far that is trusted (0 to 1)."""

    words: tuple[str, ...]
    trust: float


class Speller:
    """Corrects words against a vocabulary, found through an index of single deletions.

    Two words within one insertion, deletion, substitution or swap of neighbours share a form that
    is at most one deletion away from each (the idea of SymSpell, Garbe 2012); the true distance is
    then checked with the optimal string alignment distance.
    """

    def __init__(self, counts: Mapping[str, int], others: Iterable[str] = ()) -> None:
        """Take the vocabulary with its counts, and words that are right as they are."""
        self._counts = dict(counts)
        self._right = frozenset(others)
        deletions: dict[str, list[str]] = defaultdict(list)
        starts: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._counts:
            if _SHORTEST - 1 <= len(word) <= _LONGEST and not word.isdigit():
                starts[word[0], len(word)].append(word)
                for form in _forms(word):
                    deletions[form].append(word)
        self._deletions = {form: tuple(words) for form, words in deletions.items()}
        self._starts = dict(starts)
        self.read = lru_cache(maxsize=4096)(self._read)

    def knows(self, word: str) -> bool:
        """Tell whether `word` is in the vocabulary or among the words right as they are."""
        return word in self._counts or word in self._right

    def _read(self, word: str) -> Reading:
        """Return what `word` is read as: itself where it is known or nothing is near."""
        own = Reading((word,), 1.0)
        if self.knows(word) or not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return own
        is_english = english.frequency(word) > _RARE
        best = self._nearest(word, 1 if is_english else _errors(word))
        if best:
            return Reading((best,), _HALF if is_english else 1.0)
        parts = None if is_english else self._split(word)
        return Reading(parts, 1.0) if parts else own

    def _nearest(self, word: str, errors: int) -> str | None:
        near = {found for form in _forms(word) for found in self._deletions.get(form, ())}
        if errors > 1:
            for length in range(len(word) - errors, len(word) + errors + 1):
                near.update(self._starts.get((word[0], length), ()))
        ranked = []
        for found in near:
            distance = OSA.distance(word, found, score_cutoff=errors)
            same_start = found[0] == word[0]
            if distance <= errors and (same_start or len(word) >= _TWO_ERRORS):
                ranked.append((distance, not same_start, -self._counts[found], found))
        return min(ranked)[3] if ranked else None

    def _split(self, word: str) -> tuple[str, str] | None:
        """Return the two known words that `word` is when a space is missing."""
        cuts = range(_SPLIT_PART - 1, len(word) - _SPLIT_PART + 2)
        pairs = [(word[:cut], word[cut:]) for cut in cuts]
        both = [pair for pair in pairs if all(part in self._counts for part in pair)]
        return max(both, key=lambda pair: min(map(len, pair)), default=None)


def _errors(word: str) -> int:
    return 2 if len(word) >= _TWO_ERRORS else 1


def _forms(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
