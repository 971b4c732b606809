"""Tells greetings, thanks and goodbyes from questions, and takes them off a question's front."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from assistant.answering.knowledge import SmallTalk
from assistant.answering.phrases import Phrases
from assistant.answering.reading import NEGATIONS


class SmallTalker:
    """Recognises a language's small talk."""

    def __init__(
        self,
        kinds: Sequence[SmallTalk],
        filler: Collection[str],
        key: Callable[[str], Sequence[str]],
        asks: Callable[[str], bool],
    ) -> None:
        """`kinds` in the order in which one outranks another; `filler` is nothing beside them."""
        self._order = [kind.id for kind in kinds]
        self._replies = {kind.id: kind.reply for kind in kinds}
        self._filler = frozenset(filler)
        self._phrases = Phrases({kind.id: kind.phrasings for kind in kinds}, key)
        said = {word for kind in kinds for text in kind.phrasings for word in key(text)}
        self._harmless = (said | self._filler) - NEGATIONS
        self._key = key
        self._asks = asks

    def reply(self, message: str) -> str | None:
        """Return what is said back when the message is small talk only, else None."""
        names, rest = self._phrases.take(self._key(message))
        if not names or any(word not in self._filler for word in rest):
            return None
        if rest and self._asks(message):
            return None
        return self._replies[min(names, key=self._order.index)]

    def sounds_like(self, message: str) -> str | None:
        """Return what is said back to small talk with more of its words around it.

        Looser than `reply`, so only for what turned out to ask for nothing. One word that small
        talk does not know, or a "no", and it may be a cry for help.
        """
        names, rest = self._phrases.take(self._key(message))
        if not names or any(word not in self._harmless for word in rest):
            return None
        return self._replies[min(names, key=self._order.index)]

    def is_only_small_talk(self, sentence: str) -> bool:
        """Return whether nothing but small talk is in the sentence."""
        return self.reply(sentence) is not None
