"""A second opinion, learnt from people's messages, makes the matcher surer or less sure."""

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant import config
from assistant.answering import evaluation
from assistant.answering.examples import labels_of
from assistant.answering.loading import load, load_messages
from assistant.answering.opinion import NONE, Opinion
from assistant.answering.reply import Replier
from assistant.answering.text import normalise
from assistant.app import create_app

TODAY = dt.date(2026, 11, 22)
HERE = Path(__file__).parent
SHIPPED = HERE.parent / "knowledge"
MESSAGES = """\
cost = '''
what would the pocket say to the whole adventure
tell me about the pocket and the adventure
'''
none = '''
my pocket has a hole from the adventure park
'''
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge to be changed, without what was learnt of emergencies."""
    unwanted = shutil.ignore_patterns("urgency.*")
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge", ignore=unwanted))


def run(folder: Path, command: str) -> tuple[int, str]:
    settings = config.load(
        instance=folder.parent / "instance", knowledge_dir=folder, secret_key="s" * 40
    )
    result = create_app(settings).test_cli_runner().invoke(args=["knowledge", command])
    return result.exit_code, result.output


def test_the_second_opinion_answers_more_within_what_is_promised(replier: Replier) -> None:
    knowledge = load(SHIPPED)
    alone = Replier(knowledge.edition().model_copy(update={"opinion": None}), knowledge.clinic)
    with (HERE / "questions.jsonl").open(encoding="utf-8") as lines:
        questions = evaluation.read_questions(lines)
    both = evaluation.metrics(evaluation.outcomes(replier, questions, TODAY))
    one = evaluation.metrics(evaluation.outcomes(alone, questions, TODAY))
    assert both["top1"] > one["top1"]
    assert both["wrong_answers"] <= 0.01


def test_no_question_that_is_measured_was_learnt_from() -> None:
    messages = load_messages(SHIPPED, "en")
    assert messages is not None
    labels = labels_of(load(SHIPPED).edition())
    learnt = {_same(text) for label in labels for text in messages.lines(label)}
    lines = [line for file in HERE.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    asked = {_same(json.loads(line)["text"]) for line in lines}
    assert len(learnt) > 5_000
    assert len(asked) > 1_500
    assert learnt.isdisjoint(asked)


def test_learning_writes_what_the_next_start_uses(folder: Path) -> None:
    (folder / "en/messages.toml").write_text(MESSAGES, "utf-8")
    code, output = run(folder, "check")
    assert code == 1
    assert "en/messages.toml: the messages were changed since they were learnt; run" in output
    code, output = run(folder, "learn")
    assert code == 0, output
    assert "were changed" not in run(folder, "check")[1]
    learnt = load(folder).edition().opinion
    assert learnt is not None
    chances = learnt.chances(["pocket", "adventur", "the", "whole", "the pocket"])
    assert max(learnt.places, key=lambda label: chances[learnt.places[label]]) == "cost"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("messages.npz", "no archive", "en/messages.npz: not what `knowledge learn` writes; run"),
        ("messages.toml", "cost = 1\n", "en/messages.toml:1: cost"),
        ("messages.toml", "parking = 'is there any'\n", "there is no entry 'parking'; mend"),
        (
            "messages.toml",
            MESSAGES.replace("my pocket has a hole from the adventure park", "a pocket\na pocket"),
            'en/messages.toml:6: "a pocket" stands twice; remove one.',
        ),
    ],
)
def test_what_cannot_be_learnt_or_used_is_told(
    folder: Path, name: str, text: str, told: str
) -> None:
    (folder / "en" / name).write_text(text, "utf-8")
    code, output = run(folder, "check")
    assert code == 1
    assert told in output


def test_an_entry_written_since_keeps_its_own_confidence(replier: Replier) -> None:
    opinion = load(SHIPPED).edition().opinion
    assert opinion is not None
    fewer = {label: at for label, at in opinion.places.items() if label != "pain"}
    knowledge = load(SHIPPED)
    changed = {"opinion": replace(opinion, places=fewer)}
    newer = Replier(knowledge.edition().model_copy(update=changed), knowledge.clinic)
    alone = Replier(knowledge.edition().model_copy(update={"opinion": None}), knowledge.clinic)

    def sure(replier: Replier) -> float:
        case = replier.decider.case("does it hurt")
        return next(c.confidence for c in case.ranking.candidates if c.entry == "pain")

    assert sure(newer) == sure(alone) != sure(replier)


def test_what_was_learnt_is_read_as_data_only(folder: Path) -> None:
    labels = np.array([NONE, object()], dtype=object)
    np.savez(folder / "en/messages.npz", labels=labels, keys=[], weights=[], examples="")
    with pytest.raises(ValueError, match="not what"):
        Opinion.read((folder / "en/messages.npz").read_bytes())


def _same(text: str) -> str:
    return normalise(text).strip(" ?!.")
