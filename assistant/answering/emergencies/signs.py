"""Where word groups are named in a message, and where they stand near enough to be a sign."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.answering.language import english
from assistant.answering.language.disguise import SENTENCE, Word

ANY = "*"
JOINER, _SYMPTOM = "joiner", "symptom"  # groups that tell where a clause ends
LONG = 4  # words of an expression that is known even with an everyday word for another
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


_Uses = Sequence[tuple[int, Phrase]]  # expressions, and the place in each of the word looked up


class _Entry(NamedTuple):
    """What begins with a look at one word."""

    names: Sequence[str]  # groups it names alone
    keyed: _Uses  # expressions whose rarest word it is
    after: Mapping[str, _Uses]  # those in which it is the second of a pair, by the first


_NOTHING: Mapping[str, _Uses] = {}


class Phrasebook:
    """Finds the expressions of many groups, indexed by the rarest word of each and the one beside.

    An expression with a gap beside its rarest word, or bound to the start of a clause, is indexed
    by that word alone.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        names: dict[str, list[str]] = {}
        keyed: dict[str, list[tuple[int, Phrase]]] = {}
        after: dict[str, dict[str, list[tuple[int, Phrase]]]] = {}
        for phrase in phrases:
            words, key = phrase.words, phrase.key
            at = words.index(key)
            pair = words[at - 1 : at + 1] if at else words[:2]
            if len(words) == 1 and not phrase.opens:
                names.setdefault(key, []).append(phrase.name)
            elif len(pair) == 1 or ANY in pair:
                keyed.setdefault(key, []).append((at, phrase))
            else:
                firsts = after.setdefault(pair[1], {})
                firsts.setdefault(pair[0], []).append((max(at, 1), phrase))
        self._entries = {
            word: _Entry(names.get(word, ()), keyed.get(word, ()), after.get(word, _NOTHING))
            for word in (*names, *keyed, *after)
        }

    def find(self, words: Sequence[Word], places: Iterable[int]) -> list[tuple[str, Span]]:
        """Return each expression's group and place; none goes across a comma or a full stop."""
        found: list[tuple[str, Span]] = []
        entry_of = self._entries.get
        for at in places:
            forms, gap, slip = words[at]
            before = words[at - 1].forms if at and not gap else ()
            for form in forms:
                entry = entry_of(form)
                if entry is None:
                    continue
                names, keyed, after = entry
                if names and (slip <= 1 or form is forms[0]):
                    span = Span(at, at + 1, 0 if form is forms[0] else slip)
                    found += [(name, span) for name in names]
                if keyed:
                    found += _standing(keyed, words, at)
                for first in before:
                    if first in after:
                        found += _standing(after[first], words, at)
        return found


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

    def perhaps(self, found: Mapping[str, list[Span]], sentences: list[int]) -> bool:
        """Tell cheaply whether the sign may be found; False only if it is not."""
        pair = len(self.groups) == 2  # of more, some may be idle and others then be the nearest
        return not pair or any(True for _ in self.places(found, sentences))

    def places(self, found: Mapping[str, list[Span]], sentences: list[int]) -> Iterator[list[Span]]:
        """Yield where all groups stand near enough, the nearest words taken for each."""
        first, *rest = self.groups
        for anchor in found[first]:
            place = [anchor]
            for group in rest:
                spans = found[group]  # in order
                low, high = extent(place)
                begin = bisect_left(spans, (low - self.reach,))
                close = spans[begin : bisect_left(spans, (high + self.reach,))]
                near = [s for s in close if self._fits(s, place, sentences)]
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


def in_order(named: Iterable[tuple[str, Span]]) -> Found:
    """Return where each group is named, in order."""
    found: Found = {}
    for name, span in named:
        found.setdefault(name, []).append(span)
    for spans in found.values():
        spans.sort()
    return found


def extent(place: Collection[Span]) -> tuple[int, int]:
    """Return the first word of a place and the one behind its last."""
    return min(span.start for span in place), max(span.end for span in place)


def apart(span: Span, place: Iterable[Span]) -> bool:
    """Tell whether `span` shares no word with `place`."""
    return all(span.end <= other.start or span.start >= other.end for other in place)


def sentence_numbers(words: Sequence[Word]) -> list[int]:
    """Return each word's sentence; a fragment joins the one before ("My throat. Closing.")."""
    starts = [at for at, (_, after, _) in enumerate(words) if after == SENTENCE and at]
    numbers, start, number = [0] * len(words), 0, 0
    for begin, end in zip(starts, [*starts[1:], len(words)], strict=False):
        if begin - start > _FRAGMENT and end - begin > _FRAGMENT:
            start, number = begin, number + 1
        numbers[begin:end] = [number] * (end - begin)
    return numbers


def without(words: list[Word], fillers: Collection[str]) -> list[Word]:
    """Return the words without fillers; a filler's break goes to the word behind it."""
    spoken, gap = [], 0
    for word in words:
        forms, after, slip = word
        if forms[0] in fillers:
            gap = max(gap, after)
        elif gap > after:
            spoken.append(Word(forms, gap, slip))
            gap = 0
        else:
            spoken.append(word)
            gap = 0
    return spoken


def certain(span: Span, words: list[Word]) -> bool:
    """Whether the words of `span` can only be read so."""
    row = words[span.start : span.end]
    return not span.slips and all(word.slip or len(word.forms) == 1 for word in row)


def turns(words: list[Word], groups: Found) -> Iterator[Span]:
    """Yield where "and" or a comma leaves a clause without a symptom ("how much is it and")."""
    joiners = {span.start for span in groups.get(JOINER, ()) if not span.slips}
    symptoms = {span.start for span in groups.get(_SYMPTOM, ()) if not span.slips}
    start = 0
    for at, word in enumerate(words):
        if at in joiners or word.after:
            if symptoms.isdisjoint(range(start, at)):
                yield Span(at, at + 1)
            start = at


def _standing(uses: _Uses, words: Sequence[Word], at: int) -> list[tuple[str, Span]]:
    """Return those of the expressions that stand around word `at`."""
    spans = [(phrase.name, _stands(phrase, words, at - offset)) for offset, phrase in uses]
    return [(name, span) for name, span in spans if span]


def _stands(phrase: Phrase, words: Sequence[Word], start: int) -> Span | None:
    end = start + len(phrase.words)
    if start < 0 or end > len(words):
        return None
    if phrase.opens and start and not words[start].after and words[start - 1].forms != ("and",):
        return None
    slips = 0
    for at, wanted in enumerate(phrase.words, start):
        forms, after, slip = words[at]
        if after and at > start:
            return None
        if wanted != forms[0] and wanted != ANY:
            if wanted not in forms:
                return None
            if slip > 1 and len(phrase.words) < LONG:
                return None
            slips += bool(slip)
    return Span(start, end, slips)
