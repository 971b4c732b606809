"""A second opinion, learnt from people's messages, makes the matcher surer or less sure."""

import datetime as dt
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.answering import evaluation
from assistant.answering.content.loading import load, load_spoken
from assistant.answering.learnt.opinion import Opinion
from assistant.answering.messages import Context
from assistant.answering.reply import Replier
from tests.knowledge_stories import SHIPPED, run, same
from tests.reply_stories import entries, talk

TODAY = dt.date(2026, 11, 22)
HERE = Path(__file__).parent
MESSAGES = """\
cost = '''
what would the pocket say to the whole adventure
tell me about the pocket and the adventure
how deep is the pocket for the whole adventure
'''
none = '''
my pocket has a hole from the adventure park
'''
"""

ONE_ENTRY = """[[entry]]
id = "book-consultation"
question = "Where?"
phrasings = ["booking"]
answer = "Here."
section = "Where"
author = "us"
review_by = 2028-01-01
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge to be changed, without what was learnt of emergencies."""
    unwanted = shutil.ignore_patterns("urgency.*", "tone.*", "follow_ups.toml")
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge", ignore=unwanted))


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
    spoken = load_spoken(SHIPPED, "en")
    assert spoken is not None
    learnt = {same(text) for text in spoken.messages.all()}
    lines = [line for file in HERE.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    asked = {same(json.loads(line)["text"]) for line in lines}
    assert len(learnt) > 10_000
    assert len(asked) > 1_500
    assert learnt.isdisjoint(asked)


def test_no_follow_up_that_is_measured_was_learnt_from() -> None:
    spoken = load_spoken(SHIPPED, "en")
    assert spoken is not None
    learnt = {same(text) for said in spoken.talk.root.values() for text in said.all()}
    lines = [line for file in HERE.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    rows = map(json.loads, lines)
    asked = {same(row["text"]) for row in rows if row["kind"] == "followup"}
    # Two or three words are anybody's: "how often?" is learnt whoever asked it.
    assert len(learnt) > 2_000
    assert not {text for text in learnt & asked if len(text.split()) > 3}


def test_a_few_words_mean_what_was_learnt_to_be_asked_after_an_answer(replier: Replier) -> None:
    def after(first: str, then: str) -> list[str]:
        context = Context().after(replier.reply(first, Context(), TODAY))
        return [answer.entry for answer in replier.reply(then, context, TODAY).answers]

    assert after("is it safe", "who shouldn't then?") == ["contraindications"]
    assert after("how many sessions do I need", "and how far apart?") == ["number-of-sessions"]
    assert after("will it last for ever", "what will those cost me a year?") == ["cost"]


def test_learning_writes_what_the_next_start_uses(folder: Path) -> None:
    (folder / "en/messages.toml").write_text(MESSAGES, "utf-8")
    code, output = run(folder, "check")
    assert code == 1
    assert "en/messages.toml: the messages were changed since they were learnt; run" in output
    (folder / "en/messages.npz").write_text("half of a file", "utf-8")  # learning mends that, too
    code, output = run(folder, "learn")
    assert code == 0, output
    assert "80/80 steps\n" in output
    assert "were changed" not in run(folder, "check")[1]
    learnt = load(folder).edition().opinion
    assert learnt is not None
    chances = learnt.chances(["whole", "pocket"], [(1.0, ["pocket", "adventur", "the pocket"])])
    assert max(learnt.places, key=lambda label: chances[learnt.places[label]]) == "cost"


def test_a_knowledge_too_small_to_learn_from_is_told(folder: Path) -> None:
    for file in (folder / "en/topics").iterdir():
        file.unlink()
    (folder / "en/short.toml").unlink()
    (folder / "en/topics/visit.toml").write_text(ONE_ENTRY, "utf-8")
    (folder / "en/messages.toml").write_text("book-consultation = 'whither'\n", "utf-8")
    learnt = (folder / "en/messages.npz").read_bytes()
    code, output = run(folder, "learn")
    assert code == 1
    assert "Error: too few messages: 3 must share a word; write more" in output
    assert (folder / "en/messages.npz").read_bytes() == learnt


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("messages.npz", "no archive", "en/messages.npz: not what `knowledge learn` writes; run"),
        ("messages.toml", "cost = 1\n", "en/messages.toml:1: cost"),
        ("messages.toml", "parking = 'is there any'\n", "there is no entry 'parking'; mend"),
        ("follow_ups.toml", "[cost]\nparking = 'and there'\n", "there is no entry 'parking'; mend"),
        (
            "follow_ups.toml",
            '[cost]\npain = """\nso?\nso?\n"""\n',
            'follow_ups.toml:3: "so?" stands twice; remove one.',
        ),
        (
            "messages.toml",
            MESSAGES.replace("my pocket has a hole from the adventure park", "a pocket\na pocket"),
            'en/messages.toml:7: "a pocket" stands twice; remove one.',
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
    knowledge = load(SHIPPED)
    changed = {"opinion": opinion.among(opinion.places.keys() - {"pain"})}
    newer = Replier(knowledge.edition().model_copy(update=changed), knowledge.clinic)
    alone = Replier(knowledge.edition().model_copy(update={"opinion": None}), knowledge.clinic)

    def sure(replier: Replier) -> float:
        case = replier.decider.case("does it hurt")
        return next(c.confidence for c in case.ranking.candidates if c.entry == "pain")

    assert sure(newer) == sure(alone) != sure(replier)


def test_an_entry_taken_away_since_is_not_given() -> None:
    knowledge = load(SHIPPED)
    edition = knowledge.edition()
    kept = tuple(entry for entry in edition.entries if entry.id != "pain")
    fewer = Replier(edition.model_copy(update={"entries": kept}), knowledge.clinic)
    context = Context()
    for message in ("does it hurt", "what happens during the session", "and does that hurt?"):
        reply = fewer.reply(message, context, TODAY)
        context = context.after(reply)
        assert "pain" not in [answer.entry for answer in reply.answers]


def test_what_was_learnt_is_read_as_data_only(folder: Path) -> None:
    path = folder / "en/messages.npz"
    with np.load(path) as saved:
        learnt = dict(saved)
    np.savez(path, **learnt | {"labels": learnt["labels"].astype(object)})  # pickled
    with pytest.raises(ValueError, match="not what"):
        Opinion.read(path.read_bytes())
    np.savez(path, **learnt)
    assert Opinion.read(path.read_bytes()).places


def test_what_does_not_fit_together_is_not_read(folder: Path) -> None:
    path = folder / "en/messages.npz"
    with np.load(path) as saved:
        learnt = dict(saved)
    for name, other in (("bias", np.float32(1)), ("step", np.ones(2)), ("steps", learnt["bias"])):
        np.savez(path, **learnt | {name: other})
        with pytest.raises(ValueError, match="not what"):
            Opinion.read(path.read_bytes())


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("how fast will you reply", "book-consultation"),
        ("how fast does it work", "time-to-results"),
        ("what happens after i send it", "book-consultation"),
        ("Can grief do that to hair?", "what-is-alopecia-areata"),
    ],
)
def test_the_way_to_the_clinic_is_not_taken_for_the_way_of_the_treatment(
    replier: Replier, message: str, entry: str
) -> None:
    assert entries(talk(replier, message)) == [entry]
