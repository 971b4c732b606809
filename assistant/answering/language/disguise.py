"""Reads words through what hides them: typing errors, look-alike signs, split and joined words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import inf
from typing import NamedTuple

from rapidfuzz.distance import OSA

from assistant.answering.language import english
from assistant.answering.language.deletions import Deletions
from assistant.answering.language.text import normalise

COMMA, SENTENCE = 1, 2
# Letters that `normalise` leaves alone because other scripts need them, as they look in capitals,
# and signs written for letters ("leet").
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһαεορυικχνтвнмкпгβητμσωζγøłđƒʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ",
    "aeopcyxijsdhaeopuikxvtbhmknrbhtmowzyoldfbcdeghijklmnoprtuvwyz",
)
_LEET = str.maketrans("0134578@$!|", "oieastbasil")
_SPELT_OUT = re.compile(r"(?<![\w'])(?:[^\W\d_][ .*_'\-]{1,3}){2,}[^\W\d_](?![\w'])")
# No word is longer than 60 signs; without an end, a row of apostrophes takes seconds.
_PIECE = re.compile(r"[\w'@$|!]{0,60}\w(?:[@$]+(?!\w))?|[.?!;…]+|[,:()\-–/]+")
_DIGIT = re.compile(r"\d")
_FRACTION = re.compile(r"(?<=\d)[.,]\d+")
_GAP = re.compile(r"[ .*_'\-]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_COUNTED = re.compile(
    r"(?<=\b\d\d)(?=[a-z]{3}|[cf]\b)|(?<=\b\d\d\d)(?=f\b)|(?<=[a-z]{3})(?=\d\d+\b)"
)
_LONG, _FAR = 8, 9
_RAREST, _UNREAD = 9.5, 6.0  # costs, in steps of Zipf frequency, of cutting run-together words
REMEMBERED = 20_000  # readings kept: the words of every day are read once
# Zipf frequencies from which an English word is read as it stands, then hardly ever doubted.
_SHORT, _COMMON_SHORT, _COMMON, _EVERYDAY = 4, 3.9, 3.2, 4.8


class Word(NamedTuple):
    """One word as read: what it may stand for, and the break (comma, sentence) before it.

    `slip` tells that the word is good English (1) or even everyday English (2), and only perhaps
    a typing error of its other forms.
    """

    forms: tuple[str, ...]
    after: int = 0
    slip: int = 0


class Reader:
    """Reads a message into words of `vocabulary`; common English is no typing error of it."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._vocabulary = frozenset(vocabulary)
        self._starts = {word[:end] for word in self._vocabulary for end in range(1, len(word) + 1)}
        self._longest = max(map(len, self._vocabulary), default=0) + 2
        self._near = lru_cache(maxsize=REMEMBERED)(self._nearest)
        self.words = lru_cache(maxsize=REMEMBERED)(self._words)
        mended = [word for word in sorted(self._vocabulary) if len(word) >= 4 and word.isalpha()]
        self._mended = Deletions(mended, lambda word: 2 if len(word) >= _LONG else 1)

    def pieces(self, text: str) -> list[tuple[str, int]]:
        """Return the words of `text` as written, split ones joined, and the break before each."""
        return list(self._joined(_pieces(text)))

    def read(self, pieces: Iterable[tuple[str, int]], doubting: bool) -> list[Word]:
        """Return pieces as they most likely read, or with every word doubted.

        Doubting cuts run-together words before it mends them, and takes plain English words for
        slips of the vocabulary ("chest pan").
        """
        words: list[Word] = []
        for piece, after in pieces:
            first, *rest = self.words(piece, doubting)
            words += (Word(first.forms, after, first.slip) if after else first, *rest)
        return words

    def _words(self, piece: str, doubting: bool) -> list[Word]:
        everyday = 2 if english.frequency(piece) >= _EVERYDAY else 1
        return [
            Word(forms, slip=everyday if len(forms) > 1 and forms[0] == piece else 0)
            for forms in self._forms(piece, doubting)
        ]

    def _joined(self, pieces: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        """Yield the pieces with words that were split by a space put together again."""
        at, ends = 0, [*pieces, ("", SENTENCE), ("", SENTENCE)]
        while at < len(pieces):
            (word, after), (second, gap), (third, wider) = ends[at : at + 3]
            width = 1
            if word in self._starts and gap != SENTENCE:
                if wider != SENTENCE and self._is_split(word, second, third):
                    width = 3
                elif self._is_split(word, second):
                    width = 2
            yield (word if width == 1 else "".join((word, second, third)[:width])), after
            at += width

    def _is_split(self, *parts: str) -> bool:
        whole = "".join(parts)
        if whole not in self._vocabulary:
            return False
        return len(whole) == len(parts) or (len(whole) >= 4 and not all(map(self._knows, parts)))

    def _knows(self, word: str) -> bool:
        rarest = _COMMON if len(word) > _SHORT else _COMMON_SHORT
        return word in self._vocabulary or english.frequency(word) >= rarest

    def _forms(self, piece: str, doubting: bool) -> list[tuple[str, ...]]:
        """Return the words that `piece` is read as, each with all it may stand for."""
        plainer = list(dict.fromkeys(_plainer(piece)))
        for plain in plainer:
            if self._knows(plain):
                near, distance = self._near(plain) if doubting else ((), _FAR)
                return [(plain, *near) if distance == 1 else (plain,)]
        distance, near = min((d, n) for n, d in map(self._near, plainer))
        likely = (piece, piece.removesuffix("s").removesuffix("e"))
        if distance > 1 and any(map(english.known, likely)):
            return [(piece,)]
        if distance == 1 and not doubting:
            return [near]
        parts, strange = self._parts(plainer[-1])
        if len(parts) > 1 and 3 * strange <= (0 if near or len(piece) < _LONG else len(piece)):
            return [(part,) for part in parts]
        return [near or (piece,)]

    def _nearest(self, word: str) -> tuple[tuple[str, ...], int]:
        """Return the vocabulary words one edit away, two where they are long, and that distance."""
        if not 3 <= len(word) <= self._longest:
            return (), _FAR
        found = {
            near: distance
            for near in self._mended.near(word, 2 if len(word) >= _LONG - 2 else 1)
            if 0 < (distance := OSA.distance(word, near)) <= (2 if len(near) >= _LONG else 1)
        }
        best = min(found.values(), default=_FAR)
        return tuple(sorted(near for near, distance in found.items() if distance == best)), best

    def _parts(self, word: str) -> tuple[list[str], int]:
        """Return the likeliest cut of a run-together word, and how many letters it left unread."""
        # Each entry: (cost, unread letters, start of the last part); a word costs its rarity.
        best = [(0.0, 0, 0), *[(inf, 0, 0)] * len(word)]
        for start in range(len(word)):
            cost, strange, _ = best[start]
            best[start + 1] = min(best[start + 1], (cost + _UNREAD, strange + 1, start))
            for end in range(start + 1, len(word) + 1):
                if (part := word[start:end]) not in self._starts:
                    break
                if part in self._vocabulary:
                    rarity = _RAREST - english.frequency(part)
                    best[end] = min(best[end], (cost + rarity, strange, start))
        parts, end = [], len(word)
        while end:
            start = best[end][2]
            parts.append(word[start:end])
            end = start
        return parts[::-1], best[-1][1]


@lru_cache(maxsize=REMEMBERED)
def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of `text` as they are compared, nothing mended."""
    return tuple(piece for piece, _ in _pieces(text))


def _pieces(text: str) -> list[tuple[str, int]]:
    """Return words without their apostrophes, and the strongest break before each."""
    plain = _SPELT_OUT.sub(lambda m: _GAP.sub("", m[0]), normalise(text))
    if _DIGIT.search(plain):
        plain = _COUNTED.sub(" ", _FRACTION.sub("", plain))
    found, after = [], 0
    for piece in _PIECE.findall(plain.replace("_", " ")):
        if piece[0] in ".?!;…" and not piece[-1].isalnum():
            after = after if piece in ("..", "...", "…") else SENTENCE
        elif piece[0] in ",:()-–/":
            after = max(after, COMMA)
        else:
            found.append((piece.replace("'", ""), after))
            after = 0
    return found


def _plainer(piece: str) -> Iterator[str]:
    """Yield ever plainer readings of a word; the last is the plainest."""
    plain = piece if piece.isascii() else piece.translate(_LOOKALIKES)
    yield piece
    yield plain
    if not plain.isalpha() and not plain.isdigit():
        yield (plain := plain.translate(_LEET))
    if _STRETCHED.search(plain):
        yield _STRETCHED.sub(r"\1\1", plain)
        yield (plain := _STRETCHED.sub(r"\1", plain))
