"""Checks that ids are unique, that links lead somewhere, and that no topic is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from assistant.answering.blocks import SCHEMES
from assistant.answering.checks.problems import Draft, Problem
from assistant.answering.content.knowledge import BOOKING, Edition

MOST_RELATED = 6
_HREF = re.compile(r"\]\(\s*<?([^)>\s]*)|(http://\S*)")


def check(draft: Draft, topics: tuple[str, ...]) -> Iterator[Problem]:
    """Yield doubled ids, dead links, wrong hrefs and `topics` without an entry."""
    yield from _doubled_facts(draft)
    for edition in draft.editions:
        yield from _doubled_entries(draft, edition)
        yield from _missing(draft, edition, topics)
        yield from _dead(draft, edition)
        yield from _dead_after(draft, edition)
        yield from _hrefs(draft, edition)


def _doubled_entries(draft: Draft, edition: Edition) -> Iterator[Problem]:
    for id_, count in Counter(entry.id for entry in edition.entries).items():
        if count > 1:
            first, *rest = draft.places.find(f"{edition.language}/topics/", "entry", id_, "id")
            for place in rest:
                text = f"id ({id_}): is also the id of the entry at {first}; choose another."
                yield Problem(place, text)


def _doubled_facts(draft: Draft) -> Iterator[Problem]:
    for id_, count in Counter(fact.id for fact in draft.knowledge.facts).items():
        if count > 1:
            first, *rest = draft.places.find("facts.toml", "fact", id_, "id")
            for place in rest:
                yield Problem(place, f"id ({id_}): is also the id at {first}; choose another.")


def _missing(draft: Draft, edition: Edition, topics: tuple[str, ...]) -> Iterator[Problem]:
    for topic in dict.fromkeys((*topics, BOOKING)):
        if edition.entry(topic) is None:
            place = draft.places.line("topics.txt", topic)
            folder = f"{edition.language}/topics/"
            yield Problem(place, f"no entry '{topic}' in {folder}; write it, or drop the topic.")


def _dead(draft: Draft, edition: Edition) -> Iterator[Problem]:
    entries = {entry.id for entry in edition.entries}
    facts = {fact.id for fact in draft.knowledge.facts}
    for entry in edition.entries:
        for key, ids, known in (("related", entry.related, entries), ("facts", entry.facts, facts)):
            for id_ in ids:
                if id_ not in known:
                    text = f"there is no '{id_}'; mend its spelling or remove it."
                    yield draft.in_entry(edition, entry, key, text, f'"{id_}"')
        if entry.id in entry.related or len(set(entry.related)) < len(entry.related):
            text = "names itself or an entry twice; remove that."
            yield draft.in_entry(edition, entry, "related", text)
        if not 1 <= len(entry.related) <= MOST_RELATED:
            text = f"has {len(entry.related)}; name 1 to {MOST_RELATED}, the first three are shown."
            yield draft.in_entry(edition, entry, "related", text, warning=True)
    for boundary in edition.words.boundaries:
        for id_ in boundary.entries:
            if id_ not in entries:
                file = f"{edition.language}/words.toml"
                place = draft.places.find(file, "boundaries", boundary.id, "entries", f'"{id_}"')[0]
                text = f"entries ({boundary.id}): there is no '{id_}'; mend or remove it."
                yield Problem(place, text)


def _dead_after(draft: Draft, edition: Edition) -> Iterator[Problem]:
    entries = {entry.id for entry in edition.entries}
    for short in edition.short_questions:
        named = {*short.after, *short.after.values(), *short.unclear, short.otherwise or BOOKING}
        for id_ in sorted(named - entries):
            first = short.said[0].split(" / ")[0]
            text = f"\"{first}\" asks for '{id_}', which there is not; mend or remove it."
            yield Problem(f"{edition.language}/short.toml", text)


def _hrefs(draft: Draft, edition: Edition) -> Iterator[Problem]:
    for entry in edition.entries:
        for match in _HREF.finditer(entry.answer):
            href = match[1] or match[2] or ""
            if not href.startswith(SCHEMES):
                text = f"the link '{href}' must begin with {', '.join(SCHEMES)}; mend it."
                yield draft.in_entry(edition, entry, "answer", text, href)
