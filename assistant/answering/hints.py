"""A cheap first look: whether a message can hold any sign at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache, reduce
from operator import or_

from assistant.answering.disguise import REMEMBERED, Reader
from assistant.answering.signs import LONG, Phrase


class Hints:
    """Tells cheaply, by single words, whether a message can name all groups of any sign."""

    def __init__(
        self,
        reader: Reader,
        phrases: Iterable[Phrase],
        needs: Iterable[Collection[str]],
        mistakable: Collection[str],
    ) -> None:
        bits: dict[str, int] = {}
        self._bits: dict[str, int] = {}
        self._long: dict[str, int] = {}
        for phrase in phrases:
            bit = bits.setdefault(phrase.name, 1 << len(bits))
            key = phrase.key
            self._bits[key] = self._bits.get(key, 0) | bit
            if len(phrase.words) >= LONG:
                self._long[key] = self._long.get(key, 0) | bit
        wanted = {sum(bits[name] for name in names) for names in needs}
        self._needs = [one for one in wanted if not any(o & one == o != one for o in wanted)]
        self._mistakable = {0, *(bits[name] for name in mistakable if name in bits)}
        self._reader = reader
        self._named = lru_cache(maxsize=REMEMBERED)(self._name)
        self._enough = lru_cache(maxsize=REMEMBERED)(self._suffice)

    def suffice(self, pieces: Iterable[tuple[str, int]], doubting: bool) -> bool:
        """Return False only if no sign can be read in `pieces`."""
        surely = perhaps = 0
        for piece, _ in pieces:
            sure, slips = self._named(piece, doubting)
            surely |= sure
            perhaps |= slips
        return self._enough(surely, perhaps)

    def _name(self, piece: str, doubting: bool) -> tuple[int, int]:
        """Return the groups that `piece` names surely, and as a slip."""
        sure = slips = 0
        for word in self._reader.words(piece, doubting):
            sure |= self._bits.get(word.forms[0], 0)
            believed = self._long if word.slip > 1 else self._bits
            others = reduce(or_, (believed.get(form, 0) for form in word.forms[1:]), 0)
            sure, slips = (sure, slips | others) if word.slip else (sure | others, slips)
        return sure, slips

    def _suffice(self, surely: int, perhaps: int) -> bool:
        either = surely | perhaps
        return any(
            needed & ~surely in self._mistakable
            for needed in self._needs
            if needed & either == needed
        )
