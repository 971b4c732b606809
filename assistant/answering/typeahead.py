"""Offers entries while a visitor is still typing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from assistant.answering.content.knowledge import Entry
from assistant.answering.language.text import stem, words


class TypeAhead:
    """Finds entries by whole words and by the beginning of the last one."""

    def __init__(self, entries: Sequence[Entry], unspecific: frozenset[str]) -> None:
        """Take the entries; `unspecific` words are looked for only at the end of the typing."""
        self._unspecific = unspecific
        self._spoken = {entry.id: _Spoken(self._weights(entry)) for entry in entries}

    def _weights(self, entry: Entry) -> dict[str, float]:
        weights: dict[str, float] = defaultdict(float)
        for text in (entry.question, *entry.phrasings):
            said = set(words(text)) - self._unspecific
            for word in said:
                weights[word] += (2.0 if text == entry.question else 1.0) / len(said)
        return dict(weights)

    def find(self, typed: str, limit: int = 3) -> tuple[str, ...]:
        """Return the ids of the entries that go best with what is typed so far, best first."""
        said = words(typed)
        if not said:
            return ()
        whole = {stem(word) for word in said[:-1] if word not in self._unspecific}
        scores = {name: spoken.score(whole, said[-1]) for name, spoken in self._spoken.items()}
        best = sorted((-score, name) for name, score in scores.items() if score > 0)
        return tuple(name for _, name in best[:limit])


class _Spoken:
    """What an entry speaks of: the weights of its words, and of their stems."""

    def __init__(self, words: Mapping[str, float]) -> None:
        self._words = words
        self._stems: dict[str, float] = defaultdict(float)
        for word, weight in words.items():
            self._stems[stem(word)] += weight

    def score(self, whole: set[str], last: str) -> float:
        """Return how much of the typing the entry speaks of: 0 when one word is not in it."""
        if not whole <= self._stems.keys():
            return 0.0
        begun = (weight for word, weight in self._words.items() if word.startswith(last))
        return sum(self._stems[each] for each in whole) + max(begun, default=0.0)
