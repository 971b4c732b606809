"""One reading of a message: what is named in it, and in which sentences."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from assistant.answering.emergencies.signs import JOINER, Found, Span
from assistant.answering.language import english
from assistant.answering.language.disguise import Word

COMMON = 4.0
"""Zipf frequency of a word that needs support to pass for a typing error."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One reading of a message: where groups and vetoes are named, and in which sentences."""

    words: list[Word]
    groups: Found
    sentences: list[int]
    _named: dict[tuple[tuple[str, ...], int], list[Span]] = field(default_factory=dict)
    _joints: set[int] = field(init=False)

    def __post_init__(self) -> None:
        joiners = self.groups.get(JOINER, ())
        joints = {at for span in joiners for at in range(span.start, span.end)}
        object.__setattr__(self, "_joints", joints)

    def plain(self, span: Span) -> bool:
        """Tell whether a doubted word of `span` is good English that is used a lot."""
        doubted = (word.forms[0] for word in self.words[span.start : span.end] if word.slip)
        return any(english.frequency(word) >= COMMON for word in doubted)

    def named(self, groups: tuple[str, ...], at: int) -> list[Span]:
        """Return where `groups` are surely named in the sentence of word `at`, in order."""
        key = (groups, self.sentences[at])
        if key not in self._named:
            said = (s for name in groups for s in self.groups.get(name, ()) if not s.slips)
            self._named[key] = sorted(s for s in said if self.sentences[s.start] == key[1])
        return self._named[key]

    def sentence(self, at: int) -> range:
        """Return where the words of the sentence of word `at` stand."""
        number = self.sentences[at]
        return range(bisect_left(self.sentences, number), bisect_right(self.sentences, number))

    def clause(self, first: int, last: int) -> range:
        """Return where the words around `first` to `last` stand that go with them.

        Up to a comma or a word such as "and" on either side.
        """
        whole = self.sentence(first)
        joints = self._joints
        start, end = first, last + 1
        while start > whole.start and not self.words[start].after and start - 1 not in joints:
            start -= 1
        while end < whole.stop and not self.words[end].after and end not in joints:
            end += 1
        return range(start, end)
