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


_Expression = tuple[tuple[str, ...], str]  # the words of a way to say it, and its name


class Phrases:
    """Named expressions, indexed by their first two words."""

    def __init__(
        self, expressions: Mapping[str, Iterable[str]], key: Callable[[str], Sequence[str]]
    ) -> None:
        """Index the expressions; `key` cuts a text into the words they are compared by."""
        self._single: dict[str, list[_Expression]] = {}
        self._by_pair: dict[tuple[str, ...], list[_Expression]] = {}
        for name, texts in expressions.items():
            for words in {tuple(key(text)) for text in texts} - {()}:
                if len(words) == 1:
                    self._single.setdefault(words[0], []).append((words, name))
                else:
                    self._by_pair.setdefault(words[:2], []).append((words, name))
        self._first = self._single.keys() | {pair[0] for pair in self._by_pair}
        for options in (*self._single.values(), *self._by_pair.values()):
            options.sort(key=lambda option: (-len(option[0]), option))

    def find(self, words: Sequence[str]) -> list[Found]:
        """Return every expression in the words, also where one lies within another."""
        row = tuple(words)
        return [
            Found(name, start, start + len(expression))
            for start, word in enumerate(row)
            if word in self._first
            for expression, name in self._at(row, start)
        ]

    def take(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the names found from left to right, longest first, and the words left over."""
        row, names, rest, start = tuple(words), [], [], 0
        while start < len(row):
            found = self._at(row, start) if row[start] in self._first else ()
            if found:
                names.append(found[0][1])
                start += len(found[0][0])
            else:
                rest.append(row[start])
                start += 1
        return names, rest

    def _at(self, row: tuple[str, ...], start: int) -> Sequence[_Expression]:
        """Return the expressions that begin at `start`, the longest first."""
        single = self._single.get(row[start], ())
        pairs = self._by_pair.get(row[start : start + 2])
        if not pairs:
            return single
        return [each for each in pairs if row[start : start + len(each[0])] == each[0]] + [*single]
