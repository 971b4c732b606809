"""Red flags: signs of an urgent medical problem, and the card that answers them before all else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import inf

from assistant.answering.emergencies.look import SIGN, Alarm, Look
from assistant.answering.emergencies.red_flags import CLAUSE, TURN, Flag, Level, Safety, Veto
from assistant.answering.emergencies.sighting import Sighting
from assistant.answering.emergencies.signs import (
    ANY,
    LONG,
    Phrase,
    Phrasebook,
    Sign,
    Span,
    apart,
    certain,
    extent,
    in_order,
    sentence_numbers,
    turns,
    without,
)
from assistant.answering.language.disguise import SENTENCE, Reader, Word, plain_words

_LEVELS: tuple[Level, ...] = ("now", "crisis", "today")
_VETO, _IDIOM = "veto ", "idiom"
_FEW = 2  # words of an expression too short to be believed with a typing error


class Guard:
    """Looks for red flags in a message; built once from `Safety`, then only read."""

    def __init__(self, safety: Safety) -> None:
        self._safety = safety
        fillers = [_folded(word) for word in safety.fillers]
        hesitations = [*fillers, *map(_folded, safety.hesitations)]
        self._fillers = {row[0] for row in fillers if len(row) == 1}
        self._hesitations = {row[0] for row in hesitations if len(row) == 1}
        self._mistakable = frozenset(safety.mistakable)
        flags = sorted(safety.flags, key=lambda flag: _LEVELS.index(flag.level))
        self._signs = [(flag, Sign.read(sign)) for flag in flags for sign in flag.signs]
        signalling = {name for flag, sign in self._signs for name in (*sign.groups, *flag.context)}
        phrases = list(self._phrases(safety.groups))
        signals = [phrase for phrase in phrases if phrase.name in signalling]
        others = [phrase for phrase in phrases if phrase.name not in signalling]
        words = {_VETO + name: veto.words for name, veto in safety.vetoes.items()}
        vetoes, idioms = list(self._phrases(words)), list(self._phrases({_IDIOM: safety.idioms}))
        self._signals, self._others = Phrasebook(signals), Phrasebook([*others, *vetoes, *idioms])
        self._longest_veto = max((len(veto.words) for veto in vetoes), default=0)
        spoken = {word for p in (*phrases, *vetoes, *idioms) for word in p.words} - {ANY}
        self._reader = Reader(spoken.union(safety.glue, *fillers))
        self._by_group: dict[str, list[tuple[int, frozenset[str]]]] = {}
        for number, (_, sign) in enumerate(self._signs):
            self._by_group.setdefault(sign.groups[0], []).append((number, sign.needed))

    def check(self, text: str) -> Alarm | None:
        """Return the most urgent red flag of `text`, or None; nothing is remembered."""
        return self.look(text).alarm

    def look(self, text: str) -> Look:
        """Return the red flags of `text`, or those taken back, and its words."""
        pieces = self._reader.pieces(text)
        read = self._reader.read(pieces, doubting=False)
        seen = self._alarms(without(read, self._fillers))
        if all(alarm.taken_back for alarm in seen):
            doubted = self._reader.read(pieces, doubting=True)
            seen += self._alarms(without(doubted, self._hesitations))
        return Look(tuple(sorted(dict.fromkeys(seen), key=_gravest)), _sentences(read))

    def _phrases(self, lists: Mapping[str, Iterable[str]]) -> Iterator[Phrase]:
        for name, texts in lists.items():
            for text in texts:
                words = _folded(text)
                kept = tuple(word for word in words if word not in self._fillers)
                yield Phrase(name, kept or words, opens=text.startswith("^"))

    def _alarms(self, words: list[Word]) -> list[Alarm]:
        """Return the red flags, or where none stands those that a saying or a veto takes back."""
        sentences = sentence_numbers(words)
        signals = self._signals.find(words, range(len(words)))
        signs, grave = self._signs_near(signals, sentences)
        if not signs:
            return []  # as with nearly every message
        places = [at for at, sentence in enumerate(sentences) if sentence in grave]
        signals = [(name, span) for name, span in signals if sentences[span.start] in grave]
        others = self._others.find(words, places)
        standing = self._standing(signs, self._sighting(words, sentences, signals, others))
        if found := list(standing):
            return found
        literal = [(name, span) for name, span in others if name in self._safety.groups]
        named = self._standing(signs, self._sighting(words, sentences, signals, literal))
        return [replace(each, taken_back=True) for each in named]

    def _standing(self, signs: list[tuple[Flag, Sign]], sighting: Sighting) -> Iterator[Alarm]:
        """Yield the red flags whose signs stand in what was seen, each once a sentence."""
        found: set[tuple[str, int]] = set()
        for flag, sign in signs:
            if not sighting.groups.keys() >= sign.needed:
                continue
            for place in sign.places(sighting.groups, sighting.sentences):
                once = flag.id, sighting.sentences[place[0].start]
                if once in found or self._doubtful(sign, place, sighting):
                    continue
                if not self._vetoed(flag, place, sighting):
                    found.add(once)
                    yield _alarm(flag, place, sighting)

    def _signs_near(
        self, signals: list[tuple[str, Span]], sentences: list[int]
    ) -> tuple[list[tuple[Flag, Sign]], set[int]]:
        """Return the signs that may stand in a message, the gravest first, and the sentences."""
        named: dict[int, set[str]] = {}
        for name, span in signals:
            named.setdefault(sentences[span.start], set()).add(name)
        complete = [
            (at, number)
            for at, names in named.items()
            for name in names
            for number, needed in self._by_group.get(name, ())
            if needed <= names
        ]
        if not complete:
            return [], set()
        found = in_order(signals)
        surely = {name for name, span in signals if not span.slips}
        near = {
            number
            for number in {number for _, number in complete}
            if self._believable(*self._signs[number], surely)
            and self._signs[number][1].perhaps(found, sentences)
        }
        grave = {at for at, number in complete if number in near}
        return [self._signs[number] for number in sorted(near)], grave

    def _believable(self, flag: Flag, sign: Sign, surely: set[str]) -> bool:
        """Tell whether all groups of a sign, but for a mistakable one, are surely named."""
        slips = sign.needed - surely
        return len(slips) <= 1 and slips <= self._mistakable and surely.issuperset(flag.context)

    def _sighting(
        self,
        words: list[Word],
        sentences: list[int],
        signals: list[tuple[str, Span]],
        others: list[tuple[str, Span]],
    ) -> Sighting:
        """Return what is named in the grave sentences; what is part of an idiom is not seen."""
        sayings = [span for name, span in others if name == _IDIOM and certain(span, words)]
        idle = {at for span in sayings for at in range(span.start, span.end)}
        said = signals + [
            (name, span)
            for name, span in others
            if not name.startswith(_VETO) or certain(span, words)
        ]
        if idle:
            said = [each for each in said if idle.isdisjoint(range(each[1].start, each[1].end))]
        groups = in_order(said)
        groups[CLAUSE] = [s for s in groups.get("person", ()) if words[s.start].after]
        groups[TURN] = list(turns(words, groups))
        return Sighting(words, groups, sentences)

    def _doubtful(self, sign: Sign, place: list[Span], sighting: Sighting) -> bool:
        """Whether a sign rests on plain words taken for typing errors, but for a likely one."""
        slips = [name for name, span in zip(sign.groups, place, strict=True) if span.slips]
        low, high = extent(place)
        few = len(place) == 1 and high - low <= _FEW
        once = sum(span.slips for span in place) == 1
        if not slips:
            return False
        if few or not once or slips[0] not in self._mistakable:
            return True
        slipped = next(span for span in place if span.slips)
        if slipped.end - slipped.start >= LONG or not sighting.plain(slipped):
            return False
        support = sighting.named(self._safety.support, low)
        return not any(apart(span, place) for span in support)

    def _vetoed(self, flag: Flag, place: list[Span], sighting: Sighting) -> bool:
        at = place[0].start
        for name in flag.vetoes:
            veto = self._safety.vetoes[name]
            said = sighting.named((_VETO + name,), at)
            if not said or sighting.named(veto.unless, at):
                continue
            near = self._within_reach(veto, said, place, sighting.named(veto.ends, at))
            if any(_bars(veto, span, place) for span in near):
                return True
        return False

    def _within_reach(
        self, veto: Veto, said: list[Span], place: list[Span], ends: list[Span]
    ) -> Iterator[Span]:
        """Yield what of `said` reaches the sign at `place`, looking only where it can be."""
        low, high = extent(place)
        first, last, nearest = 0, len(said), 0
        if veto.reach != "anywhere":
            ended = bisect_right(ends, (low, inf))
            nearest = low if veto.reach == "beside" else ends[ended - 1].start + 1 if ended else 0
            first = bisect_left(said, (nearest - self._longest_veto,))
            last = bisect_left(said, (high,))
        for at in range(first, last):
            if said[at].end >= nearest:
                yield said[at]


def _sentences(read: Iterable[Word]) -> list[list[str]]:
    found: list[list[str]] = []
    for word in read:
        if word.after == SENTENCE or not found:
            found.append([])
        found[-1].append(word.forms[0])
    return found


def _alarm(flag: Flag, place: list[Span], sighting: Sighting) -> Alarm:
    words = sighting.words
    said = [at for span in place for at in range(span.start, span.end)]
    around, close = (
        tuple(SIGN if at == said[0] else words[at].forms[0] for at in span if at not in said[1:])
        for span in (sighting.sentence(said[0]), sighting.clause(min(said), max(said)))
    )
    return Alarm(flag.level, flag.id, tuple(words[at].forms[0] for at in said), around, close)


def _gravest(alarm: Alarm) -> tuple[bool, int]:
    return alarm.taken_back, _LEVELS.index(alarm.level)


def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(
        word for part in phrase.split() for word in ([ANY] if part == ANY else plain_words(part))
    )


def _bars(veto: Veto, span: Span, place: list[Span]) -> bool:
    """Whether the veto said at `span`, within its reach, is no part of the sign at `place`."""
    if any(part.start <= span.start and span.end <= part.end for part in place):
        return False
    low, _ = extent(place)
    return veto.reach != "beside" or span.start < low or (span.start > low and apart(span, place))
