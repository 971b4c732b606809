"""Questions that look like an entry's but must not be answered by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answering.knowledge import Entry
from assistant.answering.matcher import Ranking
from assistant.answering.reading import Question

ALIKE = 0.8
"""From this likeness on a question is taken for a near miss, unless a phrasing is nearer."""


class NearMisses:
    """The entries' near misses, as the matcher reads them."""

    def __init__(self, entries: Sequence[Entry], read: Callable[[str], Question]) -> None:
        self._read = read
        self._known = {e.id: [_stems(read(text)) for text in e.must_not_match] for e in entries}

    def hold(self, ranking: Ranking, entry: str | None) -> bool:
        """Return whether a question is nearer to a near miss of `entry` than to its phrasings."""
        asked = _stems(ranking.question)
        known = self._known.get(entry or "", ())
        nearest = max((_likeness(asked, each) for each in known), default=0.0)
        phrasings = [c.phrasing for c in ranking.candidates if c.entry == entry]
        own = max((_likeness(asked, _stems(self._read(text))) for text in phrasings), default=0.0)
        return nearest >= ALIKE and nearest > own


def _stems(question: Question) -> dict[str, float]:
    return dict(zip(question.stems, question.weights, strict=True))


def _likeness(one: dict[str, float], other: dict[str, float]) -> float:
    """Return the share of information that two texts have in common, 0 to 1 (Dice 1945)."""
    common = sum(one[stem] + other[stem] for stem in one.keys() & other.keys())
    return common / (sum(one.values()) + sum(other.values()) or 1.0)
