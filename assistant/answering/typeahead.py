"""Offers entries while a visitor is still typing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from assistant.answering.knowledge import Entry
from assistant.answering.text import stem, words


class TypeAhead:
    """Finds entries by whole words and by the beginning of the last one."""

    def __init__(self, entries: Sequence[Entry], unspecific: frozenset[str]) -> None:
        """Take the entries; `unspecific` words are looked for only at the end of the typing."""
        self._entries = entries
        self._unspecific = unspecific

    @cached_property
    def _spoken(self) -> dict[str, dict[str, float]]:
        """The weights of each entry's words; worked out at the first typing, not at the start."""
        return {entry.id: self._weights(entry) for entry in self._entries}

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
        scores = {name: _score(whole, said[-1], spoken) for name, spoken in self._spoken.items()}
        best = sorted((-score, name) for name, score in scores.items() if score > 0)
        return tuple(name for _, name in best[:limit])


def _score(whole: set[str], last: str, spoken: dict[str, float]) -> float:
    """Return how much of the typing an entry speaks of: 0 when one word is not in it."""
    begun = max((weight for word, weight in spoken.items() if word.startswith(last)), default=0.0)
    if not whole:
        return begun
    known: dict[str, float] = defaultdict(float)
    for word, weight in spoken.items():
        known[stem(word)] += weight
    if not whole <= known.keys():
        return 0.0
    return sum(known[each] for each in whole) + begun
