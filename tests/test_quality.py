"""How well visitors are answered: labelled questions, held to the numbers we promise.

`development.jsonl` is what the answers were tuned with. `questions.jsonl` was written by people
who saw only the article; docs/answers.md tells how it did before anything was tuned on it.
"""

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask

from assistant.answering import evaluation
from assistant.answering.evaluation import Question
from assistant.answering.reply import Replier
from tests.knowledge_stories import same

TODAY = dt.date(2026, 11, 22)
HERE = Path(__file__).parent
SETS = ("development.jsonl", "questions.jsonl")


def questions(name: str) -> tuple[Question, ...]:
    with (HERE / name).open(encoding="utf-8") as lines:
        return evaluation.read_questions(lines)


@pytest.mark.parametrize("name", SETS)
def test_the_promises_hold(replier: Replier, name: str) -> None:
    found = evaluation.metrics(evaluation.outcomes(replier, questions(name), TODAY))
    assert found["emergency_recall"] == 1.0
    assert found["false_alarms"] == 0
    # Stricter than the promise on small talk: a word it does not know may be a cry for help.
    assert found["smalltalk"] == 1.0 or (name == "questions.jsonl" and found["smalltalk"] >= 0.95)
    assert found["wrong_answers"] <= 0.01
    assert found["refusal_rate"] >= 0.95
    assert found["top1"] >= 0.95


@pytest.mark.parametrize("name", SETS)
def test_no_question_of_a_set_is_a_wording(app: Flask, name: str) -> None:
    edition = app.extensions["desk"].knowledge.edition("en")
    wordings = {
        same(wording)
        for entry in edition.entries
        for line in (*entry.phrasings, *entry.must_not_match)
        for wording in line.split(" / ")
    }
    asked = {same(question.text) for question in questions(name)}
    assert not wordings & asked


def test_a_line_that_is_no_question_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        evaluation.read_questions(['{"text": "a", "accept": ["cost"], "kind": "short"}', "{}"])


def test_metrics_tell_right_wrong_and_refused_apart(replier: Replier) -> None:
    rows = [
        '{"text": "how much does a session cost", "accept": ["cost"], "kind": "short"}',
        '{"text": "how much does a session cost", "accept": ["pain"], "kind": "short"}',
        '{"text": "how much does a session cost", "accept": ["none"], "kind": "none"}',
        '{"text": "who won the cup", "accept": ["none"], "kind": "none"}',
    ]
    asked = evaluation.read_questions(rows)
    found = evaluation.metrics(evaluation.outcomes(replier, asked, TODAY))
    assert found["top1"] == 0.5
    assert found["refusal_rate"] == 0.5
    assert found["wrong_answers"] == 0.5
