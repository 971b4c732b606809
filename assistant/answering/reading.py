"""Reads a visitor's words: spelling corrected, stems, concepts, and how much each word says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assistant.answering.knowledge import Words
from assistant.answering.spelling import Speller
from assistant.answering.text import stem, words

NEGATIONS = frozenset(["not", "no", "never", "without", "nor", "none", "neither", "cannot"])
_LONGEST_EXPRESSION = 6


@dataclass(frozen=True, slots=True)
class Question:
    """A text as the matcher reads it; `stems`, `weights` and `trust` go with `words`."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    weights: tuple[float, ...]  # information of each word, 0 and up
    trust: tuple[float, ...]  # how surely each word was read right, 0 to 1
    corrections: tuple[tuple[str, str], ...]  # typed, read
    concepts: tuple[tuple[str, tuple[int, ...]], ...]  # concept, places of its words in `words`
    negated: bool


class Reader:
    """Turns texts into questions, by one knowledge base's vocabulary."""

    def __init__(
        self, vocabulary: Counter[str], weigh: Callable[[str, str], float], known: Words
    ) -> None:
        expressions = [(name, each) for name, all_ in known.concepts.items() for each in all_]
        spoken = [word for _, each in expressions for word in words(each)]
        own = [
            word for boundary in known.boundaries for each in boundary.words for word in words(each)
        ]
        others = {*spoken, *own, *known.stop_words, *known.field_words}
        self._speller = Speller(vocabulary + Counter(others))
        self._weigh = weigh
        self._concepts = _by_first_stem(expressions)

    def read(self, text: str) -> Question:
        """Return `text` as a question; an empty text gives a question without words."""
        read: list[tuple[str, float]] = []
        corrections = []
        for typed in words(text):
            reading = self._speller.read(typed)
            read.extend((word, reading.trust) for word in reading.words)
            if reading.words != (typed,):
                corrections.append((typed, " ".join(reading.words)))
        stems = tuple(stem(word) for word, _ in read)
        return Question(
            text=text,
            words=tuple(word for word, _ in read),
            stems=stems,
            weights=tuple(
                self._weigh(word, each) for (word, _), each in zip(read, stems, strict=True)
            ),
            trust=tuple(trust for _, trust in read),
            corrections=tuple(corrections),
            concepts=tuple(self._find_concepts(stems)),
            negated=any(word in NEGATIONS for word, _ in read),
        )

    def _find_concepts(self, stems: tuple[str, ...]) -> Iterable[tuple[str, tuple[int, ...]]]:
        for start, first in enumerate(stems):
            for name, expression in self._concepts.get(first, ()):
                end = start + len(expression)
                if stems[start:end] == expression:
                    yield name, tuple(range(start, end))


def _by_first_stem(
    expressions: Iterable[tuple[str, str]],
) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    found: dict[str, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for name, expression in expressions:
        stems = tuple(stem(word) for word in words(expression))[:_LONGEST_EXPRESSION]
        if stems:
            found[stems[0]].add((name, stems))
    return {first: tuple(sorted(rest)) for first, rest in found.items()}
