"""Reads a misspelt word as the word of the knowledge base that was probably meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from assistant.answering.language import english
from assistant.answering.language.text import stem

_SHORTEST = 3  # shorter words are too easily another word
_TWO_ERRORS = 7  # from this length on, two errors are forgiven
_LONGEST = 30
_HALF = 0.5  # trust in a correction of a word that is itself English
_ENGLISH = 3.5  # Zipf frequency from which on a typed word may well be meant
_EVERYDAY = 4.5  # Zipf frequency from which on it is not a slip
_SPLIT_PART = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed word is read as: words with the trust in each (0 to 1)."""

    words: tuple[tuple[str, float], ...]

    @property
    def said(self) -> str:
        """Return the reading trusted most, as text."""
        best = max(trust for _, trust in self.words)
        if best < 1:
            return self.words[0][0]
        return " ".join(word for word, _ in self.words)


class Speller:
    """Corrects words against a vocabulary, by the optimal string alignment distance.

    A word is looked for among those with its first letter and about its length. The longer ones
    are also known without their first letter, for slips there.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Take the vocabulary with how often each word occurs."""
        self._counts = dict(counts)
        self._stems = {stem(word) for word in counts}
        self._starts: dict[tuple[str, int], list[str]] = {}
        self._tails: dict[str, list[str]] = {}
        for word in self._counts:
            if _SHORTEST <= len(word) <= _LONGEST and word.isalpha():
                self._starts.setdefault((word[0], len(word)), []).append(word)
                if len(word) >= _TWO_ERRORS:
                    self._tails.setdefault(word[1:], []).append(word)
        self.read = lru_cache(maxsize=4096)(self._read)

    def knows(self, word: str) -> bool:
        """Tell whether `word`, in this or another form, is known here or everyday English."""
        if word in self._counts or english.frequency(word) > _EVERYDAY:
            return True
        stemmed = stem(word)
        return stemmed in self._stems or bool(english.synonym_groups(stemmed))

    def _read(self, word: str) -> Reading:
        """Return what `word` is read as: itself where it is known or nothing is near."""
        own = Reading(((word, 1.0),))
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha() or self.knows(word):
            return own
        is_english = english.frequency(word) > _ENGLISH
        best = self._nearest(word, 1 if is_english else _errors(word))
        if best and is_english:
            return Reading(((best, _HALF), (word, _HALF)))
        if best:
            return Reading(((best, 1.0),))
        parts = () if is_english else self._split(word)
        return Reading(tuple((part, 1.0) for part in parts)) if parts else own

    def _nearest(self, word: str, errors: int) -> str | None:
        ranked = []
        for found in self._near(word, errors):
            distance = OSA.distance(word, found, score_cutoff=errors)
            if distance <= errors:
                # A swap keeps all letters, so "wahs" is "wash" sooner than "was".
                swapped = sorted(word) == sorted(found)
                other_start = found[0] != word[0]
                usual = (-self._counts[found], found)
                ranked.append((distance + other_start, other_start, not swapped, *usual))
        return min(ranked)[-1] if ranked else None

    def _near(self, word: str, errors: int) -> set[str]:
        """Return the words that may be within as many errors, another first letter for one."""
        near: set[str] = set()
        for length in range(len(word) - errors, len(word) + errors + 1):
            near.update(self._starts.get((word[0], length), ()))
        if len(word) >= _TWO_ERRORS:
            tail = word[1:]
            near.update(one for form in _forms(word) for one in self._tails.get(form, ()))
            near.update([tail] if tail in self._counts else ())
            longer = self._starts.get((tail[0], len(word)), ())
            near.update(one for one in longer if OSA.distance(tail, one, score_cutoff=1) <= 1)
        return near

    def _split(self, word: str) -> tuple[str, ...]:
        """Return the two known words that `word` is when a space is missing, if so."""
        cuts = range(_SPLIT_PART, len(word) - _SPLIT_PART + 1)
        pairs = [(word[:cut], word[cut:]) for cut in cuts]
        both = [pair for pair in pairs if all(part in self._counts for part in pair)]
        return max(both, key=lambda pair: min(map(len, pair)), default=())


def _errors(word: str) -> int:
    return 2 if len(word) >= _TWO_ERRORS else 1


def _forms(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
