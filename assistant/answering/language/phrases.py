"""Finds known expressions in a row of words, the longest first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

_ONE = (1,)  # any word may be an expression by itself


class Found(NamedTuple):
    """An expression of `name` that covers words `start` to `end` (exclusive)."""

    name: str
    start: int
    end: int


class Phrases:
    """Named expressions, indexed by themselves; their first two words tell how long they may be."""

    def __init__(
        self, expressions: Mapping[str, Iterable[str]], key: Callable[[str], Sequence[str]]
    ) -> None:
        """Index the expressions; `key` cuts a text into the words they are compared by."""
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        lengths: dict[tuple[str, ...], set[int]] = {}
        for name in sorted(expressions):
            own = (name,)
            for words in {tuple(map(sys.intern, key(text))) for text in expressions[name]} - {()}:
                self._names[words] = self._names.get(words, ()) + own
                if len(words) > 1:
                    lengths.setdefault(words[:2], set()).add(len(words))
        self._lengths = {
            pair: (*sorted(each, reverse=True), *_ONE) for pair, each in lengths.items()
        }
        self._first = {words[0] for words in self._names}

    def find(self, words: Sequence[str]) -> list[Found]:
        """Return every expression in the words, also where one lies within another."""
        row = tuple(words)
        starts = [start for start, word in enumerate(row) if word in self._first]
        found = []
        for start in starts:
            for length in self._lengths.get(row[start : start + 2], _ONE):
                end = start + length
                for name in self._names.get(row[start:end], ()):
                    if end <= len(row):
                        found.append(Found(name, start, end))
        return found

    def take(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the names found from left to right, longest first, and the words left over."""
        longest: dict[int, Found] = {}
        for each in self.find(words):
            longest.setdefault(each.start, each)
        names, rest, start = [], [], 0
        while start < len(words):
            if start in longest:
                names.append(longest[start].name)
                start = longest[start].end
            else:
                rest.append(words[start])
                start += 1
        return names, rest
