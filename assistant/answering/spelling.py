"""Reads a misspelt word as the word of the knowledge base that was probably meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from assistant.answering import english
from assistant.answering.text import stem

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
    """Corrects words against a vocabulary, found through an index of single deletions.

    Two words within one insertion, deletion, substitution or swap of neighbours share a form that
    is at most one deletion away from each (the idea of SymSpell, Garbe 2012); the true distance is
    then checked with the optimal string alignment distance.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Take the vocabulary with how often each word occurs."""
        self._counts = dict(counts)
        self._stems = {stem(word) for word in counts}
        self._deletions: dict[str, tuple[str, ...]] = {}
        starts: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._counts:
            if _SHORTEST <= len(word) <= _LONGEST and word.isalpha():
                starts[word[0], len(word)].append(word)
                own = (word,)  # one for all forms that no other word shares: most of them
                for form in _forms(word):
                    self._deletions[form] = self._deletions.get(form, ()) + own
        self._starts = dict(starts)
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
        near = {found for form in _forms(word) for found in self._deletions.get(form, ())}
        if errors > 1:
            for length in range(len(word) - errors, len(word) + errors + 1):
                near.update(self._starts.get((word[0], length), ()))
        ranked = []
        for found in near:
            distance = OSA.distance(word, found, score_cutoff=errors)
            same_start = found[0] == word[0]
            if distance <= errors and (same_start or len(word) >= _TWO_ERRORS):
                # A swap keeps all letters, so "wahs" is "wash" sooner than "was".
                swapped = sorted(word) == sorted(found)
                usual = (-self._counts[found], found)
                ranked.append((distance + (not same_start), not same_start, not swapped, *usual))
        return min(ranked)[-1] if ranked else None

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
