"""Tells greetings, thanks and goodbyes from questions, and takes them off a question's front."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from rapidfuzz.distance import OSA

from assistant.answering.content.knowledge import Replies
from assistant.answering.language import english
from assistant.answering.language.phrases import Phrases
from assistant.answering.language.spelling import Speller
from assistant.answering.matching.reading import NEGATIONS

_NAME = "ꟾ"  # a letter that nobody types stands for "…", any name, in a row of words
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_SHORTEST = 5  # letters of a word that is read with a typing error in it
_CAPITALISED = re.compile(r"(^|(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)[.!?]\s*)?\b([^\W\d_]+)")
_BESIDE_SIGNS = re.compile(r"[\s.!,~\u200d\ufe0f\U0001f3fb-\U0001f3ff]+")  # and shades of skin


class SmallTalker:
    """Recognises a language's small talk."""

    def __init__(
        self,
        replies: Replies,
        filler: Collection[str],
        key: Callable[[str], Sequence[str]],
        asks: Callable[[str], bool],
    ) -> None:
        """The kinds of small talk stand in the order in which one outranks another.

        `filler` is nothing beside them in what does not ask. In their phrasings "…" is any name;
        those without a word, such as a thumb up, are signs.
        """
        kinds = replies.small_talk
        self._order = [kind.id for kind in kinds]
        self._filler, self._beside = frozenset(filler), frozenset(replies.beside_small_talk)
        self._key = key
        self._asks = asks
        said = {kind.id: kind.phrasings for kind in kinds}
        self._phrases = Phrases(said, self._slots)
        self._signs = {text: kind for kind in said for text in said[kind] if not self._slots(text)}
        self._sign = re.compile("|".join(map(re.escape, self._signs)) or r"(?!)")
        spoken = [self._slots(text) for texts in said.values() for text in texts]
        self._known = (self._filler | self._beside | {_NAME}).union(*spoken)
        self._drawn_out = self._known - NEGATIONS
        alone = {row[0] for row in spoken if len(row) == 1}
        self._speller = Speller({w: 1 for w in alone if len(w) >= _SHORTEST and english.known(w)})

    def kind(self, message: str) -> str | None:
        """Return the kind of small talk that a message is and nothing else, or None."""
        row = self._row(message)
        if row is None:
            return None
        if not row:
            return self._kind_of_signs(message)
        names, rest = self._phrases.take(row)
        rest = [word for word in rest if word not in self._beside]
        if any(word not in self._filler for word in rest) or (rest and self._asks(message)):
            return None
        return self._best(names)

    def is_only_small_talk(self, sentence: str) -> bool:
        """Return whether nothing but small talk is in the sentence."""
        return self.kind(sentence) is not None

    def _best(self, kinds: Collection[str]) -> str | None:
        return min(kinds, key=self._order.index, default=None)

    def _kind_of_signs(self, message: str) -> str | None:
        """Return the kind of a message that is friendly signs only."""
        signs = self._sign.findall(message)
        rest = _BESIDE_SIGNS.sub("", self._sign.sub("", message))
        return None if rest else self._best([self._signs[sign] for sign in signs])

    def _slots(self, phrasing: str) -> Sequence[str]:
        return self._key(phrasing.replace("…", _NAME))

    def _row(self, message: str) -> list[str] | None:
        """Return the words of a message as small talk knows them, several names in a row as one.

        None at the first word that no small talk has, as in nearly every question.
        """
        names: set[str] | None = None
        row: list[str] = []
        for word in self._key(message):
            said = self._read(word)
            if said not in self._known:
                names = _names(message) if names is None else names
                if word not in names:
                    return None
                said = _NAME
            if said != _NAME or row[-1:] != [_NAME]:
                row.append(said)
        return row

    def _read(self, word: str) -> str:
        """Return the known word that was drawn out ("heyyyy") or mistyped by one error, or it.

        A word that English knows is no slip.
        """
        if word in self._known or english.known(word):
            return word
        for letters in (r"\1", r"\1\1"):
            if (short := _DRAWN_OUT.sub(letters, word)) in self._drawn_out:
                return short
        meant = self._speller.read(word).said
        return meant if OSA.distance(word, meant) <= 1 else word


def _names(message: str) -> set[str]:
    """Return the words with a capital letter, in small ones, that it marks as names.

    Where a sentence begins it does so only for a word that English does not know.
    """
    found = _CAPITALISED.findall(message)
    return {
        word.casefold()
        for start, word in found
        if word.istitle() and len(word) > 1 and not (start and english.known(word.lower()))
    }
