"""Finds known expressions in a row of words, the longest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """An expression of `name` that covers words `start` to `end` (exclusive)."""

    name: str
    start: int
    end: int


class Phrases:
    """Named expressions, indexed by their first word."""

    def __init__(
        self, expressions: Mapping[str, Iterable[str]], key: Callable[[str], Sequence[str]]
    ) -> None:
        """Index the expressions; `key` cuts a text into the words they are compared by."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, texts in expressions.items():
            for words in {tuple(key(text)) for text in texts} - {()}:
                self._by_first.setdefault(words[0], []).append((words, name))
        for options in self._by_first.values():
            options.sort(key=lambda option: (-len(option[0]), option))

    def find(self, words: Sequence[str]) -> list[Found]:
        """Return every expression in the words, also where one lies within another."""
        row = tuple(words)
        return [
            Found(name, start, start + len(expression))
            for start, word in enumerate(row)
            for expression, name in self._by_first.get(word, ())
            if row[start : start + len(expression)] == expression
        ]

    def take(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the names found from left to right, longest first, and the words left over."""
        row, names, rest, start = tuple(words), [], [], 0
        while start < len(row):
            for expression, name in self._by_first.get(row[start], ()):
                if row[start : start + len(expression)] == expression:
                    names.append(name)
                    start += len(expression)
                    break
            else:
                rest.append(row[start])
                start += 1
        return names, rest
