"""Reads the knowledge folder; reports every problem at once, with file, line and remedy."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.answering.content.examples import Examples, Messages, Spoken, Talk, Tones
from assistant.answering.content.knowledge import (
    BOOKING,
    Clinic,
    Edition,
    Entry,
    Fact,
    Grammar,
    Knowledge,
    Replies,
    ShortQuestion,
    Words,
)
from assistant.answering.emergencies.red_flags import Safety
from assistant.answering.emergencies.tone import HARMLESS, LEVELS
from assistant.answering.learnt.opinion import NONE, Opinion

Model = TypeVar("Model", bound=BaseModel)
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)")


class KnowledgeError(Exception):
    """The knowledge can't be used; `problems` says where and what to do, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def load(folder: Path, *, learnt: bool = True) -> Knowledge:
    """Return the knowledge of `folder`; raise KnowledgeError with all problems found.

    Unless `learnt`, what `knowledge learn` wrote is not looked at.
    """
    if not folder.is_dir():
        raise KnowledgeError(
            [f"{folder.name}/: no such folder; set KNOWLEDGE_DIR to the right one."]
        )
    reader = _Reader(folder)
    clinic = reader.table("clinic.toml", Clinic)
    facts = reader.optional("facts.toml", "fact", Fact)
    languages = sorted(p.name for p in folder.iterdir() if (p / "topics").is_dir())
    if not languages:
        reader.problems.append(f"{folder.name}/: no language folder; add one such as en/topics/.")
    editions = {language: _edition(reader, language, learnt) for language in languages}
    if reader.problems or clinic is None:
        raise KnowledgeError(reader.problems)
    return Knowledge(
        version=reader.digest.hexdigest()[:12],
        clinic=clinic,
        editions={tag: edition for tag, edition in editions.items() if edition},
        facts=facts,
        default_language="en" if "en" in editions else languages[0],
    )


def without_dead_ends(knowledge: Knowledge) -> Knowledge:
    """Return the knowledge; raise KnowledgeError where it leads visitors to no entry."""
    problems = [
        f"{tag}/{found}; mend or remove it, `knowledge check` says where."
        for tag, edition in knowledge.editions.items()
        for found in _dead_ends(edition)
    ]
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def _dead_ends(edition: Edition) -> Iterator[str]:
    entries = {entry.id for entry in edition.entries}
    named = {"topics": {BOOKING}}
    named["words.toml"] = {e for each in edition.words.boundaries for e in each.entries}
    shorts = edition.short_questions
    said = (e for short in shorts for e in (*short.after.values(), short.otherwise))
    named["short.toml"] = {e for e in said if e is not None}
    for file, ids in named.items():
        for missing in sorted(ids - entries):
            yield f"{file}: there is no entry {missing}"


def load_tones(folder: Path, language: str) -> Tones | None:
    """Return messages of each tone, None where there are none of how emergencies sound.

    Raises KnowledgeError with all problems found.
    """
    urgency = _told(folder, f"{language}/urgency.toml", Examples)
    pleasantries = _told(folder, f"{language}/pleasantries.toml", Messages)
    return Tones(urgency, pleasantries or Messages({})) if urgency else None


def load_spoken(folder: Path, language: str) -> Spoken | None:
    """Return messages and follow-ups with what they ask for, None where there are no messages.

    Raises KnowledgeError with all problems found.
    """
    messages = _told(folder, f"{language}/messages.toml", Messages)
    talk = _told(folder, f"{language}/follow_ups.toml", Talk)
    return Spoken(messages, talk or Talk({})) if messages else None


def _told(folder: Path, name: str, model: type[Model]) -> Model | None:
    if not (folder / name).exists():
        return None
    reader = _Reader(folder)
    found = reader.table(name, model)
    if found is None:
        raise KnowledgeError(reader.problems)
    return found


def line_of(text: str, table: str, index: int, key: str = "") -> int:
    """Return the 1-based line of `key` in the `index`-th `[[table]]` of a TOML text."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if table and line.strip() == f"[[{table}]]"]
    start = starts[index] if index < len(starts) else 0
    end = next((n for n in starts if n > start), len(lines))
    pattern = re.compile(rf"\s*(?:\[+{re.escape(key)}\]+|{re.escape(key)}\s*=)")
    return 1 + next((n for n in range(start, end) if key and pattern.match(lines[n])), start)


def _edition(reader: _Reader, language: str, learnt: bool) -> Edition | None:
    topics = sorted((reader.folder / language / "topics").glob("*.toml"))
    entries = [
        entry
        for path in topics
        for entry in reader.tables(f"{language}/topics/{path.name}", "entry", Entry)
    ]
    words = reader.table(f"{language}/words.toml", Words)
    grammar = reader.table(f"{language}/grammar.toml", Grammar)
    safety = reader.table(f"{language}/safety.toml", Safety)
    replies = reader.table(f"{language}/replies.toml", Replies)
    if words is None or grammar is None or safety is None or replies is None:
        return None
    return Edition(
        language=language,
        direction="rtl" if language.split("-")[0] in ("ar", "fa", "he", "ur") else "ltr",
        entries=tuple(entries),
        short_questions=reader.optional(f"{language}/short.toml", "short", ShortQuestion),
        words=words,
        grammar=grammar,
        safety=safety,
        tone=reader.learnt(f"{language}/tone.npz", (*LEVELS, HARMLESS)) if learnt else None,
        opinion=reader.learnt(f"{language}/messages.npz", (NONE,)) if learnt else None,
        replies=replies,
    )


class _Reader:
    """Reads TOML files below a folder, gathering problems instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self.digest = hashlib.sha256()

    def table(self, name: str, model: type[Model]) -> Model | None:
        """Return the whole file as one model, or None after noting what is wrong."""
        text, data = self._read(name)
        return None if data is None else self._check(name, text, model, data, "", 0)

    def tables(self, name: str, key: str, model: type[Model]) -> tuple[Model, ...]:
        """Return each table of the array `key` in the file as a model."""
        text, data = self._read(name)
        for other in sorted(set(data or {}) - {key}):
            line = line_of(text, other, 0, other)
            self.problems.append(
                f"{name}:{line}: unknown table '{other}'; write [[{key}]] for each {key}."
            )
        rows = (data or {}).get(key, [])
        if not isinstance(rows, list):
            line = line_of(text, "", 0, key)
            self.problems.append(f"{name}:{line}: {key} is no list of tables; write [[{key}]].")
            return ()
        checked = (self._check(name, text, model, row, key, n) for n, row in enumerate(rows))
        return tuple(row for row in checked if row is not None)

    def optional(self, name: str, key: str, model: type[Model]) -> tuple[Model, ...]:
        """Return the tables of a file, none where there is no such file."""
        return self.tables(name, key, model) if (self.folder / name).exists() else ()

    def learnt(self, name: str, labels: Iterable[str]) -> Opinion | None:
        """Return what was learnt, of these labels at least, or None where nothing was."""
        if not (self.folder / name).exists():
            return None
        try:
            data = (self.folder / name).read_bytes()
            self.digest.update(data)
            found = Opinion.read(data)
            if not found.places.keys() >= set(labels):
                raise ValueError("not what `knowledge learn` writes here")
            return found
        except (OSError, ValueError) as error:
            self.problems.append(f"{name}: {error}; run `knowledge learn`.")
            return None

    def _text(self, name: str) -> str | None:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
        except OSError:
            self.problems.append(f"{name}: the file is missing or can't be read; add it.")
            return None
        except UnicodeDecodeError:
            self.problems.append(f"{name}: not UTF-8; save the file as UTF-8.")
            return None
        self.digest.update(f"{name}\0{text}\0".encode())
        return text

    def _read(self, name: str) -> tuple[str, dict[str, Any] | None]:
        text = self._text(name)
        if text is None:
            return "", None
        try:
            return text, tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            what = _AT_LINE.sub("", str(error))
            place = f"{name}:{at[1]}" if at else name
            self.problems.append(f"{place}: not valid TOML: {what}; mend that place.")
            return text, None

    def _check(
        self, name: str, text: str, model: type[Model], data: Any, table: str, index: int
    ) -> Model | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for problem in error.errors(include_url=False, include_input=False):
                where = [str(part) for part in problem["loc"]]
                line = _line_of_problem(text, table, index, where)
                named = f" ({data['id']})" if isinstance(data, dict) and "id" in data else ""
                self.problems.append(
                    f"{name}:{line}: {'.'.join(where) or 'table'}{named}: {_remedy(problem)}"
                )
            return None


def _line_of_problem(text: str, table: str, index: int, where: list[str]) -> int:
    """Return the line of a pydantic location: "boundaries", "3", "kind" is in the fourth table."""
    key, *inner = where or [""]
    if not table and inner and f"[[{key}]]" in text:
        return line_of(text, key, int(inner[0]), inner[1] if inner[1:] else "")
    return line_of(text, table, index, key)


def _remedy(problem: Any) -> str:
    kind, message = problem["type"], problem["msg"]
    if kind == "missing":
        return "is missing; add it."
    if kind == "extra_forbidden":
        return "is not a known key; remove it or mend its spelling."
    return f"{message}; change the value."
