"""One reading of a message: what is named in it, and in which sentences."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.answering import english
from assistant.answering.disguise import Word
from assistant.answering.signs import Found, Span

COMMON = 4.0
"""Zipf frequency of a word that needs support to pass for a typing error."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One reading of a message: where groups and vetoes are named, and in which sentences."""

    words: list[Word]
    groups: Found
    vetoes: Found
    sentences: list[int]
    _said: dict[tuple[bool, tuple[str, ...], int], list[Span]] = field(default_factory=dict)

    def plain(self, span: Span) -> bool:
        """Tell whether a doubted word of `span` is good English that is used a lot."""
        doubted = (word.forms[0] for word in self.words[span.start : span.end] if word.slip)
        return any(english.frequency(word) >= COMMON for word in doubted)

    def named(self, groups: tuple[str, ...], at: int) -> list[Span]:
        """Return where `groups` are surely named in the sentence of word `at`, in order."""
        return self._near(self.groups, groups, at)

    def denied(self, veto: str, at: int) -> list[Span]:
        """Return where `veto` is surely said in the sentence of word `at`, in order."""
        return self._near(self.vetoes, (veto,), at)

    def _near(self, found: Found, names: tuple[str, ...], at: int) -> list[Span]:
        here = self.sentences[at]
        key = (found is self.vetoes, names, here)
        if key not in self._said:
            said = (span for name in names for span in found.get(name, ()) if not span.slips)
            self._said[key] = sorted(s for s in said if self.sentences[s.start] == here)
        return self._said[key]
