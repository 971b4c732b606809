"""Where word groups are named in a message, and where they stand near enough to be a sign."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.answering import english
from assistant.answering.disguise import SENTENCE, Word

ANY = "*"
_TERM = re.compile(r"\s*([+>])\s*")
_REACH, _FRAGMENT = 7, 2


class Span(NamedTuple):
    """Words `start` to `end` (exclusive); `slips` of them count only as typing errors."""

    start: int
    end: int
    slips: int = 0


Found = dict[str, list[Span]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """An expression of group `name`; with `opens` only at the start of a clause."""

    name: str
    words: tuple[str, ...]
    opens: bool = False

    @property
    def key(self) -> str:
        """The rarest word, which is looked for first."""
        return min(self.words, key=lambda word: (word == ANY, english.frequency(word), word))


class Phrasebook:
    """Finds the expressions of many groups, indexed by the rarest word of each."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_key: dict[str, list[tuple[int, Phrase]]] = {}
        for phrase in phrases:
            at = phrase.words.index(phrase.key)
            self._by_key.setdefault(phrase.key, []).append((at, phrase))

    def find(self, words: Sequence[Word]) -> list[tuple[str, Span]]:
        """Return each expression's group and place; none goes across a comma or a full stop."""
        return [
            (phrase.name, span)
            for at, word in enumerate(words)
            for form in word.forms
            for offset, phrase in self._by_key.get(form, ())
            if (span := _stands(phrase, words, at - offset))
        ]


class Hints:
    """Tells cheaply, by single words, whether a message can name all groups of any sign."""

    def __init__(self, phrases: Iterable[Phrase], needs: Iterable[Collection[str]]) -> None:
        bits: dict[str, int] = {}
        self._bits: dict[str, int] = {}
        for phrase in phrases:
            bit = bits.setdefault(phrase.name, 1 << len(bits))
            self._bits[phrase.key] = self._bits.get(phrase.key, 0) | bit
        self._needs = {sum(bits[name] for name in names) for names in needs}

    def suffice(self, words: Iterable[Word]) -> bool:
        """Return False only if no sign can be in `words`."""
        named = 0
        for word in words:
            for form in word.forms:
                named |= self._bits.get(form, 0)
        return any(named & needed == needed for needed in self._needs)


@dataclass(frozen=True, slots=True)
class Sign:
    """Groups that must be named within `reach` words of each other, in one sentence."""

    groups: tuple[str, ...]
    ordered: bool
    reach: int
    needed: frozenset[str]

    @classmethod
    def read(cls, text: str) -> Sign:
        """Read "a + b" (any order) or "a > b" (in this order), and "within 4" after either."""
        terms, _, reach = text.partition(" within ")
        groups = tuple(_TERM.split(terms.strip())[::2])
        return cls(groups, ">" in terms, int(reach) if reach else _REACH, frozenset(groups))

    def places(self, found: Mapping[str, list[Span]], sentences: list[int]) -> Iterator[list[Span]]:
        """Yield where all groups stand near enough, the nearest words taken for each."""
        first, *rest = self.groups
        for anchor in found[first]:
            place = [anchor]
            for group in rest:
                near = [s for s in found[group] if self._fits(s, place, sentences)]
                if not near:
                    break
                last = place[-1].start
                place.append(min(near, key=lambda s: (s.slips, abs(s.start - last))))
            else:
                yield place

    def _fits(self, span: Span, place: list[Span], sentences: list[int]) -> bool:
        low, high = extent(place)
        return (
            max(high, span.end) - min(low, span.start) <= self.reach
            and sentences[span.start] == sentences[low]
            and (span.start >= high if self.ordered else apart(span, place))
        )


def extent(place: Collection[Span]) -> tuple[int, int]:
    """Return the first word of a place and the one behind its last."""
    return min(span.start for span in place), max(span.end for span in place)


def apart(span: Span, place: Iterable[Span]) -> bool:
    """Tell whether `span` shares no word with `place`."""
    return all(span.end <= other.start or span.start >= other.end for other in place)


def sentence_numbers(words: Sequence[Word]) -> list[int]:
    """Return each word's sentence; a fragment joins the one before ("My throat. Closing.")."""
    starts = [at for at, word in enumerate(words) if at and word.after == SENTENCE]
    numbers, start, number = [0] * len(words), 0, 0
    for begin, end in zip(starts, [*starts[1:], len(words)], strict=False):
        if begin - start > _FRAGMENT and end - begin > _FRAGMENT:
            start, number = begin, number + 1
        numbers[begin:end] = [number] * (end - begin)
    return numbers


def without(words: list[Word], fillers: set[tuple[str, ...]]) -> list[Word]:
    """Return the words without fillers; a filler's break goes to the word behind it."""
    spoken, after = [], 0
    for word in words:
        after = max(after, word.after)
        if word.forms[:1] not in fillers:
            spoken.append(word._replace(after=after) if after != word.after else word)
            after = 0
    return spoken


def certain(span: Span, words: list[Word]) -> bool:
    """Whether the words of `span` can only be read so."""
    row = words[span.start : span.end]
    return not span.slips and all(word.slip or len(word.forms) == 1 for word in row)


def turns(words: list[Word], groups: Found) -> Iterator[Span]:
    """Yield where "and" or a comma leaves a clause without a symptom ("how much is it and")."""
    joiners = {span.start for span in groups.get("joiner", ()) if not span.slips}
    symptoms = {span.start for span in groups.get("symptom", ()) if not span.slips}
    start = 0
    for at, word in enumerate(words):
        if at in joiners or word.after:
            if symptoms.isdisjoint(range(start, at)):
                yield Span(at, at + 1)
            start = at


def _stands(phrase: Phrase, words: Sequence[Word], start: int) -> Span | None:
    end = start + len(phrase.words)
    if start < 0 or end > len(words):
        return None
    if phrase.opens and start and not words[start].after and words[start - 1].forms != ("and",):
        return None
    slips = 0
    for at, wanted in enumerate(phrase.words, start):
        word = words[at]
        if at > start and word.after:
            return None
        if wanted != word.forms[0] and wanted != ANY:
            if wanted not in word.forms:
                return None
            slips += word.slip
    return Span(start, end, slips)
