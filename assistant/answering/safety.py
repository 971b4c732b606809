"""Red flags: signs of an urgent medical problem, and the card that answers them before all else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from assistant.answering.blocks import Action, Card
from assistant.answering.disguise import SENTENCE, Reader, Word

Level = Literal["now", "crisis", "today"]
_LEVELS: tuple[Level, ...] = ("now", "crisis", "today")
_DIALABLE = re.compile(r"\+?\d[\d \-()]+\d")
_SIGN_TERM = re.compile(r"\s*([+>])\s*")
_SPAN, _FRAGMENT = 7, 2

Spans = dict[str, list[tuple[int, int]]]


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
    glue: Phrases = ()

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for flag in self.flags:
            named = {g for sign in flag.signs for g in _Sign.read(sign).groups}
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
class _Sign:
    """Groups of words that must stand within `span` words of each other, `ordered` or not."""

    groups: tuple[str, ...]
    ordered: bool
    span: int

    @classmethod
    def read(cls, sign: str) -> _Sign:
        """Read "a + b" (any order) or "a > b" (in this order), and "within 4" after either."""
        terms, _, span = sign.partition(" within ")
        groups = tuple(_SIGN_TERM.split(terms.strip())[::2])
        return cls(groups, ">" in terms, int(span) if span else _SPAN)


class Guard:
    """Looks for red flags in a message; built once from `Safety`, then only read."""

    def __init__(self, safety: Safety) -> None:
        self._safety = safety
        lists = {f"group:{name}": phrases for name, phrases in safety.groups.items()}
        lists |= {f"veto:{name}": veto.words for name, veto in safety.vetoes.items()}
        lists["idiom"] = safety.idioms
        plain = Reader(())
        self._fillers = {_folded(plain, word) for word in safety.fillers}
        self._hesitations = {_folded(plain, word) for word in safety.hesitations}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
        for name, phrases in lists.items():
            for phrase in phrases:
                words = self._without_fillers(_folded(plain, phrase))
                opens = phrase.startswith("^")
                self._phrases.setdefault(words[0], []).append((words, name, opens))
        vocabulary = {w for many in self._phrases.values() for words, *_ in many for w in words}
        self._reader = Reader(vocabulary.union(safety.glue, *self._fillers) - {"*"})
        self._signs = [
            (flag, _Sign.read(sign))
            for level in _LEVELS
            for flag in safety.flags
            if flag.level == level
            for sign in flag.signs
        ]

    def check(self, text: str) -> Alarm | None:
        """Return the most urgent red flag of `text`, or None; nothing is remembered."""
        likely, doubting = self._reader.readings(text)
        return self._alarm(self._spoken(likely)) or self._alarm(
            self._spoken([word for word in doubting if word.forms not in self._hesitations])
        )

    def _alarm(self, words: list[Word]) -> Alarm | None:
        found = self._found(words)
        sentences = _sentences(words)
        for flag, sign in self._signs:
            if not all(f"group:{g}" in found for g in (*sign.groups, *flag.context)):
                continue
            for place in _places(sign, found, sentences):
                said = [words[i] for span in place for i in range(*span)]
                slips = sum(word.slip for word in said)
                if slips > (len(said) > 1) or self._vetoed(flag, place, found, sentences):
                    continue
                return Alarm(flag.level, flag.id, tuple(word.forms[-1] for word in said))
        return None

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

    def _without_fillers(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(w for w in words if (w,) not in self._fillers) or words

    def _spoken(self, words: list[Word]) -> list[Word]:
        """Return the words without fillers; a filler's break goes to the word behind it."""
        spoken, after = [], 0
        for word in words:
            after = max(after, word.after)
            if word.forms not in self._fillers:
                spoken.append(replace(word, after=after))
                after = 0
        return spoken

    def _found(self, words: list[Word]) -> Spans:
        """Return where each group and veto is named, what is part of an idiom left out."""
        every = [
            (name, start, start + len(phrase))
            for start, word in enumerate(words)
            for form in word.forms
            for phrase, name, opens in self._phrases.get(form, ())
            if _stands(phrase, words[start : start + len(phrase)])
            and not (opens and start and not word.after and words[start - 1].forms != ("and",))
        ]
        idle = {i for name, start, end in every if name == "idiom" for i in range(start, end)}
        found: Spans = {}
        for name, start, end in every:
            if idle.isdisjoint(range(start, end)):
                found.setdefault(name, []).append((start, end))
        found["group:clause"] = [s for s in found.get("group:person", ()) if words[s[0]].after]
        found["group:turn"] = list(_turns(words, found))
        return found

    def _vetoed(
        self, flag: Flag, place: list[tuple[int, int]], found: Spans, sentences: list[int]
    ) -> bool:
        for name in flag.vetoes:
            veto = self._safety.vetoes[name]
            if f"veto:{name}" not in found:
                continue
            sentence = sentences[place[0][0]]
            here = {
                key: [span for span in found.get(key, ()) if sentences[span[0]] == sentence]
                for key in (f"veto:{name}", *(f"group:{g}" for g in (*veto.unless, *veto.ends)))
            }
            if any(here[f"group:{group}"] for group in veto.unless):
                continue
            ends = [span for group in veto.ends for span in here[f"group:{group}"]]
            if any(_bars(veto, span, place, ends) for span in here[f"veto:{name}"]):
                return True
        return False


def _folded(reader: Reader, phrase: str) -> tuple[str, ...]:
    return tuple(
        form
        for part in phrase.split()
        for form in (["*"] if part == "*" else [w.forms[0] for w in next(reader.readings(part))])
    )


def _stands(phrase: tuple[str, ...], words: list[Word]) -> bool:
    """Whether the phrase stands here, all in one clause."""
    return len(phrase) == len(words) and all(
        (wanted == "*" or wanted in word.forms) and not (number and word.after)
        for number, (wanted, word) in enumerate(zip(phrase, words, strict=True))
    )


def _sentences(words: list[Word]) -> list[int]:
    """Return each word's sentence number; a fragment of one or two words joins the sentence before
    ("My throat. Closing.")."""
    starts = [i for i, word in enumerate(words) if i and word.after == SENTENCE]
    numbers, start, number = [0] * len(words), 0, 0
    for begin, end in pairwise([*starts, len(words)]):
        if begin - start > _FRAGMENT and end - begin > _FRAGMENT:
            start, number = begin, number + 1
        for i in range(begin, end):
            numbers[i] = number
    return numbers


def _turns(words: list[Word], found: Spans) -> Iterator[tuple[int, int]]:
    """Yield where "and" or a comma leaves a clause that spoke of no symptom ("how much is it and")."""
    joiners = {start for start, _ in found.get("group:joiner", ())}
    symptoms = {start for start, _ in found.get("group:symptom", ())}
    start = 0
    for at, word in enumerate(words):
        if at in joiners or word.after:
            if symptoms.isdisjoint(range(start, at)):
                yield at, at + 1
            start = at


def _places(sign: _Sign, found: Spans, sentences: list[int]) -> Iterator[list[tuple[int, int]]]:
    """Yield the places where all groups of `sign` stand near each other in one sentence."""
    first, *rest = sign.groups
    for anchor in found[f"group:{first}"]:
        place = [anchor]
        for group in rest:
            if not (near := _nearest(place, found[f"group:{group}"], sign, sentences)):
                break
            place.append(near)
        else:
            yield place


def _nearest(
    place: list[tuple[int, int]],
    spans: list[tuple[int, int]],
    sign: _Sign,
    sentences: list[int],
) -> tuple[int, int] | None:
    """Return the span nearest to the last of `place` that the sign allows beside `place`."""
    low, high = min(place)[0], max(end for _, end in place)
    fitting = [
        (start, end)
        for start, end in spans
        if max(high, end) - min(low, start) <= sign.span
        and sentences[start] == sentences[low] == sentences[end - 1]
        and (start >= high if sign.ordered else _apart((start, end), place))
    ]
    return min(fitting, key=lambda span: abs(span[0] - place[-1][0]), default=None)


def _apart(span: tuple[int, int], place: Iterable[tuple[int, int]]) -> bool:
    return all(span[1] <= start or span[0] >= end for start, end in place)


def _bars(
    veto: Veto, span: tuple[int, int], place: list[tuple[int, int]], ends: list[tuple[int, int]]
) -> bool:
    """Whether the veto said at `span` reaches the sign at `place`."""
    low, high = min(place)[0], max(end for _, end in place)
    if any(start <= span[0] and span[1] <= end for start, end in place):
        return False
    if veto.reach == "anywhere":
        return True
    if veto.reach == "beside":
        return span[0] < low <= span[1] or (low < span[0] < high and _apart(span, place))
    return span[0] < high and not any(span[1] <= start <= low for start, _ in ends)
