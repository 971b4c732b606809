"""Finds known expressions in a row of words, the longest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """An expression of `name` that covers words `start` to `end` (exclusive)."""

    name: str
    start: int
    end: int


class Phrases:
    """Named expressions, indexed by their first two words."""

    def __init__(
        self, expressions: Mapping[str, Iterable[str]], key: Callable[[str], Sequence[str]]
    ) -> None:
        """Index the expressions; `key` cuts a text into the words they are compared by."""
        self._by_start: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = {}
        for name, texts in expressions.items():
            for words in {tuple(key(text)) for text in texts} - {()}:
                self._by_start.setdefault(words[:2], []).append((words, name))
        for options in self._by_start.values():
            options.sort(key=lambda option: (-len(option[0]), option))

    def find(self, words: Sequence[str]) -> list[Found]:
        """Return every expression in the words, also where one lies within another."""
        row = tuple(words)
        return [
            Found(name, start, start + len(expression))
            for start in range(len(row))
            for expression, name in self._at(row, start)
        ]

    def take(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the names found from left to right, longest first, and the words left over."""
        row, names, rest, start = tuple(words), [], [], 0
        while start < len(row):
            found = next(self._at(row, start), None)
            if found:
                names.append(found[1])
                start += len(found[0])
            else:
                rest.append(row[start])
                start += 1
        return names, rest

    def _at(self, row: tuple[str, ...], start: int) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the expressions that begin at `start`, the longest first."""
        for width in (2, 1):
            for expression, name in self._by_start.get(row[start : start + width], ()):
                if row[start : start + len(expression)] == expression:
                    yield expression, name
