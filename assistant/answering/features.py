"""What a question is made of for the matcher: its words, their order, and their letters."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise

from assistant.answering import english
from assistant.answering.reading import Question

_SYNONYM = 0.8  # what a shared general synonym is worth beside the word itself
_LETTERS = (2, 3, 4)


def words_of(question: Question) -> dict[str, float]:
    """Return stems, concepts and synonym groups, each with the square root of its information."""
    found: dict[str, float] = {}
    for stem, weight, trust in zip(question.stems, question.weights, question.trust, strict=True):
        information = weight * trust
        found[stem] = max(found.get(stem, 0.0), information)
        groups = english.synonym_groups(stem)
        for group in groups:
            shared = _SYNONYM * information / len(groups) ** 0.5
            found[group] = max(found.get(group, 0.0), shared)
    for concept in question.concepts:
        found[concept.key] = max(found.get(concept.key, 0.0), concept.weight)
    return {feature: value**0.5 for feature, value in found.items() if value > 0}


def order_of(question: Question) -> dict[str, float]:
    """Return the pairs of neighbouring stems, and of those with one word between."""
    stems = ("^", *question.stems, "$")
    pairs = [f"{one} {two}" for one, two in pairwise(stems)]
    pairs += [f"{one} _ {two}" for one, two in zip(stems, stems[2:], strict=False)]
    return dict.fromkeys(pairs, 1.0)


def letters_of(question: Question) -> dict[str, float]:
    """Return the character n-grams of the words, counted on a logarithmic scale."""
    counts = Counter(gram for word in question.words for gram in _grams(word))
    return {gram: _LOG[min(count, len(_LOG) - 1)] for gram, count in counts.items()}


_LOG = (0.0, 1.0, 1.69, 2.1, 2.39, 2.61)  # 1 + ln(count)


@lru_cache(maxsize=10_000)
def _grams(word: str) -> tuple[str, ...]:
    framed = f"<{word}>"
    return tuple(
        framed[at : at + size] for size in _LETTERS for at in range(len(framed) - size + 1)
    )
