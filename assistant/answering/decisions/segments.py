"""Cuts a message into its sentences and tells which of them ask for something."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from assistant.answering.content.knowledge import Grammar

_SENTENCE = re.compile(r"[^.!?\n;؟…。！？]+[.!?;؟…。！？]*")
_LETTER = re.compile(r"\w")
_MARKS = ("?", "؟", "？")
_ABBREVIATION = re.compile(r"\b(dr|mr|mrs|ms|st|e\.g|i\.e|vs|approx)\.(?=\s)", re.IGNORECASE)
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_SHIELD = "\u2024"  # a "one dot leader" stands for a dot that ends no sentence
_MOST_CUTS = 4
_FRAGMENT, _WORD = 4, 2  # words up to which all parts, or one, need not ask
_LIST = range(3, 7)  # parts that make a list; each costs a decision
_NUMBER = re.compile(r"(?:^|\s)\(?(\d)[.)]\s+")
_SLASH = re.compile(r"(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a message, and whether it asks for something."""

    text: str
    asks: bool


class Cut(NamedTuple):
    """A sentence cut in two at a joint."""

    before: str
    after: str
    joint: str

    @property
    def halves(self) -> tuple[str, str]:
        """What stands before and after the joint."""
        return self.before, self.after


class Segmenter:
    """Cuts messages by a language's grammar."""

    def __init__(self, grammar: Grammar) -> None:
        openers, before = _any(grammar.openers), _any(grammar.before_openers)
        self._asks = re.compile(rf"(?:[^:]+:\s+)?(?:{before}[\s,]+)*{openers}\b", re.IGNORECASE)
        self._within = re.compile(rf"\b{_any(grammar.within)}\b", re.IGNORECASE)
        self._pair = re.compile(rf"\b{_any(grammar.pairs)}\b", re.IGNORECASE)
        self._unbroken = re.compile(rf"\b{_any(grammar.unbroken)}\b", re.IGNORECASE)
        conditions, verbs = _any(grammar.conditions), _any(grammar.verbs)
        self._condition = re.compile(rf"{conditions}\s+(?!{verbs}\b)", re.IGNORECASE)
        self._joint, self._comma = _joint(grammar.joints), _joint(grammar.lists)

    def sentences(self, message: str) -> tuple[Sentence, ...]:
        """Return the sentences of a message in their order, those without a word left out."""
        message = _SLASH.sub(" / ", _unnumbered(message))
        if "." in message:
            message = _DECIMAL.sub(_SHIELD, _ABBREVIATION.sub(r"\1", message))
        found = [part.strip().replace(_SHIELD, ".") for part in _SENTENCE.findall(message)]
        return tuple(
            Sentence(part, self.is_question(part)) for part in found if _LETTER.search(part)
        )

    def cuts(self, sentence: str) -> tuple[Cut, ...]:
        """Return the ways to cut a sentence in two at a joint such as "and", at most four."""
        found = [
            Cut(
                sentence[: joint.start()].strip(), sentence[joint.end() :].strip(), joint[0].strip()
            )
            for joint in self._joints(self._joint, sentence)
        ]
        told = [
            cut
            for cut in found
            if all(map(self._tells, cut.halves)) and not self._names_two(*cut.halves)
        ]
        return tuple(told[:_MOST_CUTS])

    def items(self, sentence: str) -> tuple[str, ...]:
        """Return what a list of three to six short parts names ("price, pain, duration")."""
        joints = self._joints(self._comma, sentence)
        starts = [0, *(joint.end() for joint in joints)]
        ends = [*(joint.start() for joint in joints), len(sentence)]
        parts = [sentence[start:end].strip() for start, end in zip(starts, ends, strict=True)]
        found = tuple(part for part in parts if _LETTER.search(part))
        return found if len(found) in _LIST and self.stand_alone(found) else ()

    def _joints(self, joint: re.Pattern[str], sentence: str) -> list[re.Match[str]]:
        """Return where a sentence may be cut: not within an expression such as "pros and cons"."""
        whole = [found.span() for found in self._unbroken.finditer(sentence)]
        return [
            found
            for found in joint.finditer(sentence)
            if not any(start <= found.start() < end for start, end in whole)
        ]

    def _tells(self, half: str) -> bool:
        """Tell whether half a sentence is more than an expression such as "yes or no?"."""
        return bool(half) and not self._unbroken.fullmatch(half.rstrip("?!. "))

    def _names_two(self, before: str, after: str) -> bool:
        """Tell whether a joint stands in "between one thing and the other"."""
        return self._pair.search(before) is not None and not self.asks(after)

    def stand_alone(self, parts: Iterable[str]) -> bool:
        """Tell whether parts of a sentence are questions: all ask, or are as short as "pros"."""
        sizes = {part: len(part.split()) for part in parts}
        return all(size <= _FRAGMENT for size in sizes.values()) or all(
            size <= _WORD or self.asks(part) for part, size in sizes.items()
        )

    def leads_up(self, cut: Cut) -> bool:
        """Tell whether half a sentence only leads up to a question.

        "I wait and wait, when …?" or "when the patch is filled, must I …?".
        """
        condition = cut.joint == "," and self._condition.match(cut.before) is not None
        statement = condition or not self.asks(cut.before)
        return statement and len(cut.before.split()) > _WORD and self.is_question(cut.after)

    def is_question(self, sentence: str) -> bool:
        """Tell whether a sentence asks for something, by its mark or its words."""
        return sentence.endswith(_MARKS) or self.asks(sentence)

    def asks(self, part: str) -> bool:
        """Tell whether the words of a sentence, or of part of one, ask for something."""
        return self._asks.match(part) is not None or self._within.search(part) is not None


def _unnumbered(message: str) -> str:
    """Return a message with the items of "1. price 2. pain" as questions."""
    numbers = [int(found[1]) for found in _NUMBER.finditer(message)]
    counted = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    return _NUMBER.sub("?\n", message).strip() + "?" if counted else message


def _joint(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"[,;]?\s+{_any(words)}\s+|,\s+|\s+[-+/]\s+", re.IGNORECASE)


def _any(expressions: Iterable[str]) -> str:
    longest_first = sorted(expressions, key=len, reverse=True)
    if not longest_first:
        return "(?!)"  # matches nothing
    return f"(?:{'|'.join(re.escape(expression) for expression in longest_first)})"
