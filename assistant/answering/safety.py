"""Red flags: signs of an urgent medical problem, and the card that answers them before all else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from assistant.answering.blocks import Action, Card
from assistant.answering.disguise import Reader, Word, plain_words
from assistant.answering.signs import (
    ANY,
    Found,
    Hints,
    Phrase,
    Phrasebook,
    Sign,
    Span,
    apart,
    certain,
    extent,
    sentence_numbers,
    turns,
    without,
)

Level = Literal["now", "crisis", "today"]
_LEVELS: tuple[Level, ...] = ("now", "crisis", "today")
_DIALABLE = re.compile(r"\+?\d[\d \-()]+\d")
_FEW = 2  # words of an expression too short to be believed with a typing error


def _listed(value: object) -> object:
    """Return comma-separated `value` as a list, so that long word lists stay readable."""
    if not isinstance(value, str):
        return value
    return [part for item in value.split(",") if (part := " ".join(item.split()))]


Phrases = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardText(_Frozen):
    """What a visitor with a red flag reads; `{number}` stands for the number of its action."""

    title: str
    text: tuple[str, ...]
    action: str


class Veto(_Frozen):
    """Words that make a sign a mere question, a memory, a fear or a denial."""

    words: Phrases
    reach: Literal["before", "anywhere", "beside"] = "before"
    ends: Phrases = ()
    unless: Phrases = ()


class Flag(_Frozen):
    """One red flag: any of its `signs`, said without any of its `vetoes`, in its `context`."""

    id: str
    level: Level
    signs: tuple[str, ...]
    vetoes: Phrases
    context: Phrases = ()


class Safety(_Frozen):
    """The content of safety.toml: the cards, the words and how they make red flags."""

    cards: Mapping[Level, CardText]
    groups: Mapping[str, Phrases]
    vetoes: Mapping[str, Veto]
    flags: tuple[Flag, ...]
    idioms: Phrases = ()
    fillers: Phrases = ()
    hesitations: Phrases = ()
    mistakable: Phrases = ()
    glue: Phrases = ()

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for flag in self.flags:
            named = {g for sign in flag.signs for g in Sign.read(sign).groups}
            if unknown := named.union(flag.context) - self.groups.keys():
                raise ValueError(f"flag {flag.id}: no such group: {', '.join(sorted(unknown))}")
            if unknown := set(flag.vetoes) - self.vetoes.keys():
                raise ValueError(f"flag {flag.id}: no such veto: {', '.join(sorted(unknown))}")
        return self


class Numbers(Protocol):
    """The clinic's numbers that a card may name; an empty one is not set."""

    @property
    def emergency_number(self) -> str: ...
    @property
    def crisis_line(self) -> str: ...
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Alarm:
    """A red flag found: how urgent it is, which one, and the words that gave it away."""

    level: Level
    flag: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sighting:
    """One reading of a message: where groups and vetoes are named, and in which sentences."""

    groups: Found
    vetoes: Found
    sentences: list[int]

    def near(self, spans: Found, names: Iterable[str], at: int) -> list[Span]:
        """Return where `names` are surely named in the sentence of word `at`."""
        here = self.sentences[at]
        said = (span for name in names for span in spans.get(name, ()) if not span.slips)
        return [span for span in said if self.sentences[span.start] == here]


class Guard:
    """Looks for red flags in a message; built once from `Safety`, then only read."""

    def __init__(self, safety: Safety) -> None:
        self._safety = safety
        self._fillers = {_folded(word) for word in safety.fillers}
        self._hesitations = self._fillers | {_folded(word) for word in safety.hesitations}
        self._mistakable = frozenset(safety.mistakable)
        flags = sorted(safety.flags, key=lambda flag: _LEVELS.index(flag.level))
        self._signs = [(flag, Sign.read(sign)) for flag in flags for sign in flag.signs]
        signalling = {name for flag, sign in self._signs for name in (*sign.groups, *flag.context)}
        phrases = list(self._phrases(safety.groups))
        signals = [phrase for phrase in phrases if phrase.name in signalling]
        others = [phrase for phrase in phrases if phrase.name not in signalling]
        vetoes = list(self._phrases({name: veto.words for name, veto in safety.vetoes.items()}))
        idioms = list(self._phrases({"idiom": safety.idioms}))
        self._signals, self._others = Phrasebook(signals), Phrasebook(others)
        self._vetoes, self._idioms = Phrasebook(vetoes), Phrasebook(idioms)
        spoken = {word for p in (*phrases, *vetoes, *idioms) for word in p.words} - {ANY}
        self._reader = Reader(spoken.union(safety.glue, *self._fillers))
        self._hints = Hints(signals, [{*sign.groups, *flag.context} for flag, sign in self._signs])

    def check(self, text: str) -> Alarm | None:
        """Return the most urgent red flag of `text`, or None; nothing is remembered."""
        likely, doubting = self._reader.readings(text)
        return self._alarm(likely, self._fillers) or self._alarm(doubting, self._hesitations)

    def card(self, alarm: Alarm, numbers: Numbers) -> Card:
        """Return the card of an alarm; the emergency number stands in for one that is not set.

        A number that cannot be dialled is named in the label only.
        """
        own = {"now": "", "crisis": numbers.crisis_line, "today": numbers.phone}[alarm.level]
        number = own or numbers.emergency_number
        content = self._safety.cards[alarm.level]
        dialled = _DIALABLE.search(number)
        action = Action(
            label=content.action.format(number=number),
            href="tel:" + re.sub(r"[^\d+]", "", dialled[0]) if dialled else None,
        )
        text = tuple(line.format(number=number) for line in content.text)
        return Card(level=alarm.level, title=content.title, text=text, actions=(action,))

    def _phrases(self, lists: Mapping[str, Iterable[str]]) -> Iterator[Phrase]:
        for name, texts in lists.items():
            for text in texts:
                words = _folded(text)
                kept = tuple(word for word in words if (word,) not in self._fillers)
                yield Phrase(name, kept or words, opens=text.startswith("^"))

    def _alarm(self, read: list[Word], fillers: set[tuple[str, ...]]) -> Alarm | None:
        if not self._hints.suffice(read):
            return None  # as with nearly every message
        words = without(read, fillers)
        signals = self._signals.find(words)
        names = {name for name, _ in signals}
        if not any(sign.needed <= names for _, sign in self._signs):
            return None
        sighting = self._sighting(words, signals)
        surely = {
            name for name, spans in sighting.groups.items() if not all(s.slips for s in spans)
        }
        for flag, sign in self._signs:
            if not (sighting.groups.keys() >= sign.needed and surely.issuperset(flag.context)):
                continue
            for place in sign.places(sighting.groups, sighting.sentences):
                if self._doubtful(sign, place) or self._vetoed(flag, place, sighting):
                    continue
                said = [words[at] for span in place for at in range(span.start, span.end)]
                return Alarm(flag.level, flag.id, tuple(word.forms[0] for word in said))
        return None

    def _sighting(self, words: list[Word], signals: list[tuple[str, Span]]) -> _Sighting:
        """Look closely at one reading; what is part of an idiom is not seen."""
        sayings = (span for _, span in self._idioms.find(words) if certain(span, words))
        idle = {at for span in sayings for at in range(span.start, span.end)}
        groups: Found = {}
        for name, span in (*signals, *self._others.find(words)):
            if idle.isdisjoint(range(span.start, span.end)):
                groups.setdefault(name, []).append(span)
        vetoes: Found = {}
        for name, span in self._vetoes.find(words):
            if certain(span, words) and idle.isdisjoint(range(span.start, span.end)):
                vetoes.setdefault(name, []).append(span)
        groups["clause"] = [s for s in groups.get("person", ()) if words[s.start].after]
        groups["turn"] = list(turns(words, groups))
        return _Sighting(groups, vetoes, sentence_numbers(words))

    def _doubtful(self, sign: Sign, place: list[Span]) -> bool:
        """Whether a sign rests on plain words taken for typing errors, but for a likely one."""
        slips = [name for name, span in zip(sign.groups, place, strict=True) if span.slips]
        low, high = extent(place)
        few = len(place) == 1 and high - low <= _FEW
        once = sum(span.slips for span in place) == 1
        return bool(slips) and (few or not once or slips[0] not in self._mistakable)

    def _vetoed(self, flag: Flag, place: list[Span], sighting: _Sighting) -> bool:
        at = place[0].start
        for name in flag.vetoes:
            veto = self._safety.vetoes[name]
            said = sighting.near(sighting.vetoes, (name,), at)
            if not said or sighting.near(sighting.groups, veto.unless, at):
                continue
            ends = [e.start for e in sighting.near(sighting.groups, veto.ends, at)]
            if any(_bars(veto, span, place, ends) for span in said):
                return True
        return False


def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(
        word for part in phrase.split() for word in ([ANY] if part == ANY else plain_words(part))
    )


def _bars(veto: Veto, span: Span, place: list[Span], ends: list[int]) -> bool:
    """Whether the veto said at `span` reaches the sign at `place`."""
    low, high = extent(place)
    if any(part.start <= span.start and span.end <= part.end for part in place):
        return False
    if veto.reach == "anywhere":
        return True
    if veto.reach == "beside":
        inside = low < span.start < high and apart(span, place)
        return inside or span.start < low <= span.end
    return span.start < high and not any(span.end <= end <= low for end in ends)
