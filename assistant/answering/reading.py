"""Reads a visitor's words: spelling corrected, stems, concepts, and how much each word says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.answering.information import Information
from assistant.answering.knowledge import Words
from assistant.answering.phrases import Phrases
from assistant.answering.spelling import Speller
from assistant.answering.text import stem, words

NEGATIONS = frozenset(["not", "no", "never", "without", "nor", "none", "neither"])


@dataclass(frozen=True, slots=True)
class Concept:
    """A meaning of the field found in a question, and the places of the words that say it."""

    name: str
    places: tuple[int, ...]
    weight: float

    @property
    def key(self) -> str:
        """Return the feature by which texts that speak of the concept are found."""
        return "#" + self.name


@dataclass(frozen=True, slots=True)
class Question:
    """A text as the matcher reads it; `stems`, `weights` and `trust` go with `words`.

    `typed` are the words before their spelling was corrected.
    """

    text: str
    typed: tuple[str, ...]
    words: tuple[str, ...]
    stems: tuple[str, ...]
    weights: tuple[float, ...]  # information of each word, 0 and up
    trust: tuple[float, ...]  # how surely each word was read right, 0 to 1
    corrections: tuple[tuple[str, str], ...]  # typed, read
    concepts: tuple[Concept, ...]
    negated: bool

    @property
    def information(self) -> list[float]:
        """Return how much each word says, less where its reading is in doubt."""
        return [w * t for w, t in zip(self.weights, self.trust, strict=True)]


class Reader:
    """Turns texts into questions, by one knowledge base's vocabulary."""

    def __init__(self, entries: Sequence[Sequence[str]], known: Words) -> None:
        """Learn the words of the `entries`' texts; `known` says what words mean in the field."""
        spoken = [[word for text in texts for word in words(text)] for texts in entries]
        expressions = [each for sayings in known.concepts.values() for each in sayings]
        bounds = [each for boundary in known.boundaries for each in boundary.words]
        others = {*bounds, *known.stop_words, *known.field_words, *expressions}
        vocabulary = Counter(word for each in spoken for word in each)
        cut = cache(words)  # an expression is cut twice here, and often given twice
        vocabulary.update({word for each in others for word in cut(each)})
        self._speller = Speller(vocabulary)
        self._information = Information([map(stem, each) for each in spoken], known)
        self._concepts = Phrases(known.concepts, lambda text: [stem(word) for word in cut(text)])

    def read(self, text: str) -> Question:
        """Return `text` as a question; an empty text gives a question without words."""
        typed = words(text)
        readings = [self._speller.read(word) for word in typed]
        read = [pair for reading in readings for pair in reading.words]
        stems = tuple(stem(word) for word, _ in read)
        weights = [self._information.of(w, s) for (w, _), s in zip(read, stems, strict=True)]
        concepts = [
            Concept(c.name, tuple(range(c.start, c.end)), max(weights[c.start : c.end]))
            for c in self._concepts.find(stems)
        ]
        return Question(
            text=text,
            typed=tuple(typed),
            words=tuple(word for word, _ in read),
            stems=stems,
            weights=tuple(weights),
            trust=tuple(trust for _, trust in read),
            corrections=tuple(
                (word, reading.said)
                for word, reading in zip(typed, readings, strict=True)
                if reading.words[0][0] != word
            ),
            concepts=tuple(concepts),
            negated=not NEGATIONS.isdisjoint(word for word, _ in read),
        )
