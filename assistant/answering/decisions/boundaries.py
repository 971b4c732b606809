"""What a question is about that only some entries, often none, speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answering.content.knowledge import Boundary
from assistant.answering.language.phrases import Found, Phrases
from assistant.answering.language.text import words
from assistant.answering.matching.reading import Question

PERSONAL, IDIOM = "circumstance", "idiom"


@dataclass(frozen=True, slots=True)
class Limits:
    """The boundaries that a text touches."""

    touched: tuple[Boundary, ...] = ()

    @property
    def beyond(self) -> tuple[str, ...]:
        """Ids of those that no entry speaks of."""
        return tuple(boundary.id for boundary in self.touched if not boundary.entries)

    @property
    def entries(self) -> frozenset[str] | None:
        """The entries that speak of all that is touched; None when nothing is."""
        allowed = [frozenset(boundary.entries) for boundary in self.touched if boundary.entries]
        return frozenset.intersection(*allowed) if allowed else None

    def open_to(self, entries: Iterable[str]) -> set[str]:
        """Return those of the entries that speak of all that is touched."""
        spoken = self.entries
        return {entry for entry in entries if spoken is None or entry in spoken}

    def personal(self) -> Limits:
        """Return only what is said of the person."""
        return Limits(tuple(b for b in self.touched if b.kind == PERSONAL))

    def __or__(self, other: Limits) -> Limits:
        return Limits(tuple(dict.fromkeys((*self.touched, *other.touched))))


class Boundaries:
    """Finds a language's boundaries in a text."""

    def __init__(self, boundaries: Sequence[Boundary]) -> None:
        self._by_id = {boundary.id: boundary for boundary in boundaries}
        self._phrases = Phrases(
            {b.id: b.words for b in boundaries}, lambda text: [singular(w) for w in words(text)]
        )

    def touched(self, question: Question) -> Limits:
        """Return the boundaries touched; an expression within a longer one does not count.

        So a turn of phrase ("raised an eyebrow"), which is no boundary itself, hides a word in it.

        A doubtful correction ("vain" read as "vein") touches nothing.
        """
        typed = frozenset(question.typed)
        said = zip(question.words, question.trust, strict=True)
        sure = [singular(word) for word, trust in said if trust == 1 or word in typed]
        found = self._phrases.find(sure)
        outer = [one for one in found if not any(_within(one, other) for other in found)]
        meant = {concept.name for concept in question.concepts}
        named = (self._by_id[name] for name in dict.fromkeys(one.name for one in outer))
        touched = (each for each in named if each.kind != IDIOM)
        return Limits(tuple(each for each in touched if meant.isdisjoint(each.unless)))


def singular(word: str) -> str:
    """Return a word without a plural's s: a stem would make one of "tips" and "tipping"."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _within(inner: Found, outer: Found) -> bool:
    longer = outer.end - outer.start > inner.end - inner.start
    return longer and outer.start <= inner.start and inner.end <= outer.end
