"""Checks that visitors' wordings lead to their own entry, and near misses do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.answering.checks.problems import Draft, Problem
from assistant.answering.content.knowledge import Edition, Entry
from assistant.answering.decisions.decision import Decider
from assistant.answering.language.text import stem, words

PHRASINGS = (15, 40)
NEAR_MISSES = (3, 10)
Wording = tuple[Entry, str, str]  # entry, key, text
Reading = tuple[str, ...]


def check(draft: Draft) -> Iterator[Problem]:
    """Yield wordings that are too few, shared, lost, or answered though they must not be."""
    for edition in draft.editions:
        yield from _counts(draft, edition)
        yield from _shared(draft, edition, list(_asked(edition.entries)))
        decider = Decider(edition)
        yield from _lost(draft, edition, decider)
        yield from _near_misses(draft, edition, decider)


def _asked(entries: Iterable[Entry]) -> Iterator[Wording]:
    for entry in entries:
        yield entry, "question", entry.question
        yield from ((entry, "phrasings", text) for text in entry.phrasings)


def _counts(draft: Draft, edition: Edition) -> Iterator[Problem]:
    for entry in edition.entries:
        for key, texts, (least, most) in (
            ("phrasings", entry.phrasings, PHRASINGS),
            ("must_not_match", entry.must_not_match, NEAR_MISSES),
        ):
            if not least <= len(texts) <= most:
                text = f"there are {len(texts)}; write {least} to {most}, each in different words."
                yield draft.in_entry(edition, entry, key, text, warning=True)


def _shared(draft: Draft, edition: Edition, wordings: list[Wording]) -> Iterator[Problem]:
    told = set()
    for same, read in (("words", words), ("word stems", _stems)):
        first: dict[Reading, int] = {}
        for place, (entry, key, text) in enumerate(wordings):
            before = first.setdefault(read(text), place)
            other, _, spoken = wordings[before]
            if before == place or place in told or (other is entry and same != "words"):
                continue
            told.add(place)
            what = f'"{text}" has the same {same} as "{spoken}" of {other.id}; reword one.'
            yield draft.in_entry(edition, entry, key, what, text)


def _stems(text: str) -> Reading:
    return tuple(sorted(map(stem, words(text))))


def _lost(draft: Draft, edition: Edition, decider: Decider) -> Iterator[Problem]:
    for entry, key, text in _asked(edition.entries):
        if why := _loss(entry, text, decider):
            yield draft.in_entry(edition, entry, key, f'"{text}" {why}; reword it.', text)


def _loss(entry: Entry, text: str, decider: Decider) -> str:
    """Return why a text does not lead to its entry, or nothing when it does."""
    case = decider.case(text)
    outside = [each.id for each in case.limits.touched if entry.id not in each.entries]
    if outside:
        return f"touches the boundary '{outside[0]}' of words.toml, which has no '{entry.id}'"
    found = [c.entry for c in case.ranking.candidates[:1]]
    decided = decider.decide(case).entry
    wrong = [id_ for id_ in (*found, decided) if id_ not in (None, entry.id)]
    if wrong:
        return f"finds '{wrong[0]}' first"
    return "" if found else "says too little to find any entry"


def _near_misses(draft: Draft, edition: Edition, decider: Decider) -> Iterator[Problem]:
    for entry in edition.entries:
        for text in entry.must_not_match:
            if decider.decide(decider.case(text)).entry == entry.id:
                what = f'"{text}" gets this answer; give it a boundary, or an entry of its own.'
                yield draft.in_entry(edition, entry, "must_not_match", what, text)
