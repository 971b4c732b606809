"""Checks that answers and facts agree: nothing lost, nothing added, nothing changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answering.blocks import parse, plain
from assistant.answering.checks.problems import Draft, Problem
from assistant.answering.content.knowledge import Fact

_NUMBER = re.compile(r"(?<![A-Za-z0-9])\d+(?:[.,]\d+)*|[$€£¥]")


def check(draft: Draft) -> Iterator[Problem]:
    """Yield facts that no answer carries, or carries wrongly, and figures without a fact."""
    facts = {fact.id: fact for fact in draft.knowledge.facts}
    for edition in draft.editions:
        for entry in edition.entries:
            listed = [facts[id_] for id_ in entry.facts if id_ in facts]
            text = plain(parse(entry.answer))
            for fact in listed:
                for missing in lacking(fact, text):
                    what = f'lacks "{missing}" of the fact {fact.id}; write it, or drop the fact.'
                    yield draft.in_entry(edition, entry, "answer", what)
            for number in sorted(figures(text) - {n for fact in listed for n in fact.numbers}):
                what = f'"{number}" stands in none of its facts; list the fact, or remove it.'
                yield draft.in_entry(edition, entry, "answer", what, number)
        yield from _uncarried(draft, {id_ for entry in edition.entries for id_ in entry.facts})


def figures(text: str) -> set[str]:
    """Return the numbers and currency signs in a text; the 7 of "B7" is part of a name."""
    return set(_NUMBER.findall(text))


def lacking(fact: Fact, text: str) -> list[str]:
    """Return the numbers and terms of a fact that a text does not have."""
    folded = text.lower().replace("’", "'")
    found = figures(text)
    numbers = [number for number in fact.numbers if number not in found]
    return numbers + [term for term in fact.terms if term.lower() not in folded]


def _uncarried(draft: Draft, carried: set[str]) -> Iterator[Problem]:
    for fact in draft.knowledge.facts:
        if fact.left_out and fact.id in carried:
            what = "an entry carries this fact; remove this line, or the fact from the entry."
            yield draft.in_fact(fact, "left_out", what)
        if not fact.left_out and fact.id not in carried:
            what = 'no entry carries this fact; add it to one, or write left_out = "the reason".'
            yield draft.in_fact(fact, "id", what)
