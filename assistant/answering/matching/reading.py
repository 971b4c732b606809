"""Reads a visitor's words: spelling corrected, stems, concepts, and how much each word says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from assistant.answering.content.knowledge import Words
from assistant.answering.language.english import synonym_groups
from assistant.answering.language.phrases import Phrases
from assistant.answering.language.spelling import Speller
from assistant.answering.language.text import stem, words
from assistant.answering.matching.information import Information

NEGATIONS = frozenset(["not", "no", "never", "without", "nor", "none", "neither"])
_REMEMBERED = 4096  # words whose reading is kept


class Concept(NamedTuple):
    """A meaning of the field in a question, said by its words `start` to `end` (exclusive)."""

    name: str
    start: int
    end: int
    weight: float  # of its weightiest word

    @property
    def key(self) -> str:
        """Return the feature by which texts that speak of the concept are found."""
        return "#" + self.name


class _Meant(NamedTuple):
    """A word as read; its information is its weight, less where the reading is in doubt."""

    word: str
    stem: str
    synonyms: tuple[str, ...]
    weight: float
    trust: float
    information: float


@dataclass(frozen=True, slots=True)
class Question:
    """A text as the matcher reads it; `stems` to `information` go with `words`.

    `typed` are the words before their spelling was corrected.
    """

    text: str
    typed: tuple[str, ...]
    words: tuple[str, ...]
    stems: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...]  # names of the groups of synonyms each word is in
    trust: tuple[float, ...]  # how surely each word was read right, 0 to 1
    information: tuple[float, ...]  # how much each word says, 0 and up, less where it is in doubt
    corrections: tuple[tuple[str, str], ...]  # typed, read
    concepts: tuple[Concept, ...]
    negated: bool


class Reader:
    """Turns texts into questions, by one knowledge base's vocabulary."""

    def __init__(self, entries: Sequence[Sequence[Sequence[str]]], known: Words) -> None:
        """Learn the `entries`' texts, each cut into words; `known` says what words mean."""
        spoken = [list(chain.from_iterable(texts)) for texts in entries]
        expressions = [each for sayings in known.concepts.values() for each in sayings]
        bounds = [each for boundary in known.boundaries for each in boundary.words]
        others = {*bounds, *known.stop_words, *known.field_words, *expressions}
        cut = {text: words(text) for text in others}
        counts = Counter(chain.from_iterable(spoken))
        counts.update(set(chain.from_iterable(cut.values())))
        self._speller = Speller(counts)
        self._information = Information([map(stem, each) for each in spoken], known)
        self._concepts = Phrases(known.concepts, lambda text: [stem(word) for word in cut[text]])
        self._meant = lru_cache(maxsize=_REMEMBERED)(self._mean)

    def read(self, text: str, typed: Sequence[str] | None = None) -> Question:
        """Return `text` as a question; an empty text gives a question without words.

        `typed` are its words, where it has been cut into them already.
        """
        typed = tuple(words(text) if typed is None else typed)
        meant = [self._meant(word) for word in typed]
        columns = tuple(zip(*chain.from_iterable(meant), strict=True))
        said, stems, synonyms, weights, trust, information = columns or ((),) * 6
        concepts = [
            Concept(name, start, end, max(weights[start:end]))
            for name, start, end in self._concepts.find(stems)
        ]
        return Question(
            text=text,
            typed=typed,
            words=said,
            stems=stems,
            synonyms=synonyms,
            trust=trust,
            information=information,
            corrections=() if said == typed else self._corrections(typed, meant),
            concepts=tuple(concepts),
            negated=not NEGATIONS.isdisjoint(said),
        )

    def _corrections(
        self, typed: Sequence[str], meant: Sequence[tuple[_Meant, ...]]
    ) -> tuple[tuple[str, str], ...]:
        return tuple(
            (word, self._speller.read(word).said)
            for word, (first, *_) in zip(typed, meant, strict=True)
            if first.word != word
        )

    def _mean(self, typed: str) -> tuple[_Meant, ...]:
        """Return what a typed word is read as: often itself, sometimes two words."""
        found = []
        for word, trust in self._speller.read(typed).words:
            stemmed = stem(word)
            synonyms, weight = synonym_groups(stemmed), self._information.of(word, stemmed)
            found.append(_Meant(word, stemmed, synonyms, weight, trust, weight * trust))
        return tuple(found)
