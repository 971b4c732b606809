"""Finds known expressions in a row of words, the longest first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple


class Found(NamedTuple):
    """An expression of `name` that covers words `start` to `end` (exclusive)."""

    name: str
    start: int
    end: int


_Expression = tuple[tuple[str, ...], str]  # the words of a way to say it, and its name


class Phrases:
    """Named expressions, indexed by their first two words."""

    def __init__(
        self, expressions: Mapping[str, Iterable[str]], key: Callable[[str], Sequence[str]]
    ) -> None:
        """Index the expressions; `key` cuts a text into the words they are compared by."""
        single: dict[str, list[_Expression]] = {}
        by_pair: dict[tuple[str, ...], list[_Expression]] = {}
        for name, texts in expressions.items():
            for words in {tuple(map(sys.intern, key(text))) for text in texts} - {()}:
                if len(words) == 1:
                    single.setdefault(words[0], []).append((words, name))
                else:
                    by_pair.setdefault(words[:2], []).append((words, name))
        self._single = {word: _longest_first(options) for word, options in single.items()}
        self._by_pair = {pair: _longest_first(options) for pair, options in by_pair.items()}
        self._first = single.keys() | {pair[0] for pair in by_pair}

    def find(self, words: Sequence[str]) -> list[Found]:
        """Return every expression in the words, also where one lies within another."""
        row = tuple(words)
        found = []
        for start, word in enumerate(row):
            if word in self._first:
                for expression, name in self._by_pair.get(row[start : start + 2], ()):
                    end = start + len(expression)
                    if row[start:end] == expression:
                        found.append(Found(name, start, end))
                for _, name in self._single.get(word, ()):
                    found.append(Found(name, start, start + 1))
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


def _longest_first(options: list[_Expression]) -> tuple[_Expression, ...]:
    return tuple(sorted(options, key=lambda option: (-len(option[0]), option)))
