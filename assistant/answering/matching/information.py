"""How much a word says: rare here and rare in general English is much."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from assistant.answering.content.knowledge import Words
from assistant.answering.language import english
from assistant.answering.language.text import stem, words

_FIELD = 0.3  # what the field's own word ("hair") is worth beside another
_LEAST = 0.1  # what the commonest English words keep


class Information:
    """Weights of stems and concepts in one knowledge base.

    A weight is the rarity among entries (inverse document frequency, Spärck Jones 1972) times the
    rarity in general English; field words weigh little.
    """

    def __init__(self, entries: Sequence[Iterable[str]], known: Words) -> None:
        """Take the stems of each entry and what words mean in the field."""
        self._count = len(entries)
        self._spread = Counter(each for stems in entries for each in set(stems))
        self._field = {stem(word) for each in known.field_words for word in words(each)}

    def of(self, word: str, stemmed: str) -> float:
        """Return the weight of `word`, whose stem is `stemmed`: 0 and up, a rare word about 6."""
        here = math.log(1 + (self._count + 1) / (self._spread[stemmed] + 0.5))
        general = _LEAST + min(english.rarity(word), english.rarity(stemmed))
        return here * general * (_FIELD if stemmed in self._field else 1.0)
