"""Compares the list of facts with the text that they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.answering.checks.coverage import figures, lacking
from assistant.answering.checks.problems import Draft, Problem
from assistant.answering.content.knowledge import Fact

_STRAIGHT = str.maketrans("’‘“”", "''\"\"")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the article and the lines below it, each with its number."""

    heading: str
    lines: list[tuple[int, str]]

    @property
    def text(self) -> str:
        """The section's words, heading first."""
        return "\n".join([self.heading, *(line for _, line in self.lines)])


def check(draft: Draft, name: str, text: str) -> Iterator[Problem]:
    """Yield what the facts lack of the article `text`, called `name`, and say beyond it."""
    facts = draft.knowledge.facts
    sections = _sections(text, {fact.section for fact in facts})
    for fact in facts:
        if fact.section in sections:
            yield from _beyond(draft, fact, sections[fact.section])
    for fact in {fact.section: fact for fact in reversed(facts)}.values():
        if fact.section not in sections:
            what = f'{name} has no heading "{fact.section}"; write it as it stands there.'
            yield draft.in_fact(fact, "section", what)
    for heading, section in sections.items():
        yield from _unlisted(section, [fact for fact in facts if fact.section == heading], name)


def _sections(text: str, headings: set[str]) -> dict[str, Section]:
    """Return the sections that facts name; a heading that none names belongs to the one before."""
    section = Section("", [])
    found = {"": section}
    for number, raw in enumerate(text.translate(_STRAIGHT).splitlines(), 1):
        line = raw.strip()
        heading = line.removesuffix(":")
        if heading in headings:
            section = found.setdefault(heading, Section(heading, []))
        elif line:
            section.lines.append((number, line))
    return found


def _beyond(draft: Draft, fact: Fact, section: Section) -> Iterator[Problem]:
    where = f'under "{section.heading}" of the article'
    for missing in lacking(fact, section.text):
        key = "numbers" if missing in fact.numbers else "terms"
        yield draft.in_fact(fact, key, f'"{missing}" does not stand {where}; mend it.')
    together = any(figures(line) >= set(fact.numbers) for _, line in section.lines)
    if not together and not lacking(fact, section.text):
        yield draft.in_fact(fact, "numbers", f"do not stand in one line {where}; mend them.")


def _unlisted(section: Section, facts: list[Fact], name: str) -> Iterator[Problem]:
    for number, line in section.lines:
        told = [fact for fact in facts if _tells_of(fact, section.heading, line)]
        rest = figures(line) - {each for fact in told for each in fact.numbers}
        if rest:
            what = f"no fact of this section and line has {', '.join(sorted(rest))}"
        elif line.startswith("- ") and not told:
            what = "no fact of this section tells of this list item"
        else:
            continue
        yield Problem(f"{name}:{number}", f"{what}; add one to facts.toml.")


def _tells_of(fact: Fact, heading: str, line: str) -> bool:
    """Whether a fact is about a line: its terms stand there, the heading helping out."""
    named = [term for term in fact.terms if term.lower() in line.lower()]
    return bool(named) and not lacking(
        fact.model_copy(update={"numbers": ()}), f"{heading}\n{line}"
    )
