"""Scores a labelled question set against a Replier."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.answering.messages import Context, Reply
from assistant.answering.reply import Replier

ANSWERED_KINDS = (
    "paraphrase",
    "typo",
    "short",
    "long",
    "compound",
    "followup",
    "emergency_near",
)
_SPECIAL = {"none", "emergency", "smalltalk"}


@dataclass(frozen=True, slots=True)
class Question:
    """One labelled message; `accept` holds a list of accepted ids for each question in it."""

    text: str
    accept: tuple[tuple[str, ...], ...]
    kind: str
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question got: whether that was right, and whether it was a wrong answer."""

    question: Question
    reply: Reply
    right: bool
    wrong_answer: bool


def read_questions(lines: Iterable[str]) -> tuple[Question, ...]:
    """Return the questions of a JSONL file; raise ValueError naming the line that is amiss."""
    return tuple(_read(number, line) for number, line in enumerate(lines, 1) if line.strip())


def outcomes(
    replier: Replier,
    questions: Iterable[Question],
    today: dt.date,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Outcome]:
    """Yield the outcome of each question, its context sent first in the same conversation."""
    for question in questions:
        context = Context()
        for earlier in question.context:
            context = context.after(replier.reply(earlier, context, today))
        yield _judge(question, replier.reply(question.text, context, today))
        progress()


def metrics(results: Iterable[Outcome]) -> dict[str, Any]:
    """Return the share of right outcomes by kind, and the metrics named in README's words.

    Shares are 0 to 1. `wrong_answers` is over all messages; `false_alarms` counts urgent-care
    cards over all kinds but `emergency`.
    """
    every = tuple(results)
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in every:
        by_kind[outcome.question.kind].append(outcome)
    answered = [o for kind in ANSWERED_KINDS for o in by_kind[kind]]
    alarms = Counter(
        o.question.kind
        for o in every
        if o.reply.kind == "emergency" and o.question.kind != "emergency"
    )
    return {
        "count": len(every),
        "top1": _share(answered),
        "refusal_rate": _share(by_kind["none"]),
        "emergency_recall": _share(by_kind["emergency"]),
        "false_alarms": sum(alarms.values()),
        "smalltalk": _share(by_kind["smalltalk"]),
        "wrong_answers": sum(o.wrong_answer for o in every) / len(every) if every else None,
        "by_kind": {kind: _share(found) for kind, found in sorted(by_kind.items())},
    }


def _read(number: int, line: str) -> Question:
    try:
        row = json.loads(line)
        accept = row["accept"]
        nested = accept if isinstance(accept[0], list) else [accept]
        return Question(
            text=row["text"],
            accept=tuple(tuple(inner) for inner in nested),
            kind=row["kind"],
            context=tuple(row.get("context", ())),
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ValueError(
            f"line {number}: not a labelled question; it needs text, accept and kind"
        ) from error


def _judge(question: Question, reply: Reply) -> Outcome:
    given = [answer.entry for answer in reply.answers][: len(question.accept)]
    accepted = {entry for inner in question.accept for entry in inner}
    wrong = any(entry not in accepted for entry in given)
    if question.kind == "emergency":
        right = reply.kind == "emergency"
    elif question.kind == "smalltalk":
        right = reply.kind == "smalltalk"
    elif "none" in accepted:
        right = reply.kind != "emergency" and not wrong
    else:
        right = reply.kind == "answer" and all(
            any(entry in inner for entry in given) for inner in question.accept
        )
    return Outcome(question, reply, right, wrong)


def _share(found: list[Outcome]) -> float | None:
    return sum(o.right for o in found) / len(found) if found else None
