"""Emergencies that no red flag foresaw are heard by how they sound; what is harmless is not.

`emergencies.jsonl` was written by people who knew neither the red flags nor the examples, and
nothing of it was learnt: 240 emergencies, and 240 harmless messages made to sound like them.
`disputed.jsonl` is harder, and was not learnt either: 200 emergencies told as questions, fears or
asides, and 449 harmless questions, fears, memories and sayings that name the very same dangers.
"""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from flask import Flask

from assistant.answering.content.loading import load, load_tones
from assistant.answering.emergencies import tone
from assistant.answering.emergencies.tone import LEVELS
from assistant.answering.messages import Context
from assistant.answering.reply import Replier
from tests.knowledge_stories import SHIPPED, run, same

TODAY = dt.date(2026, 11, 22)
HERE = Path(__file__).parent
EXAMPLES = """\
now = '''
the ceiling fell on grandpa
the ceiling fell on my aunt
the ceiling fell and he bleeds
'''
crisis = '''
nobody needs me here
nobody needs me at all
'''
today = '''
the spot is green since the visit
the spot is green and hot
'''
harmless = '''
the ceiling is nice
nobody needs an appointment
the spot is on the left
'''
"""


def messages(kind: str, file: str = "emergencies.jsonl") -> list[str]:
    rows = map(json.loads, (HERE / file).read_text("utf-8").splitlines())
    return [row["text"] for row in rows if row["kind"] == kind]


def carded(replier: Replier, text: str) -> bool:
    return replier.reply(text, Context(), TODAY).kind == "emergency"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge to be changed, without what visitors ask for."""
    unwanted = shutil.ignore_patterns("messages.*")
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge", ignore=unwanted))


def test_most_emergencies_of_strangers_get_the_card(replier: Replier) -> None:
    texts = messages("emergency")
    caught = sum(carded(replier, text) for text in texts)
    assert len(texts) == 240
    assert caught / len(texts) >= 0.84


def test_harmless_messages_that_sound_alarming_seldom_do(replier: Replier) -> None:
    texts = messages("harmless")
    cards = sum(carded(replier, text) for text in texts)
    assert len(texts) == 240
    assert cards / len(texts) <= 0.10


@pytest.mark.parametrize(
    "beside",
    [
        "{}",
        "Hello, how much does one session cost? {}",
        "I have had thin hair since my twenties. {} Can I still come tomorrow?",
    ],
)
def test_what_is_asked_beside_an_emergency_seldom_hides_it(replier: Replier, beside: str) -> None:
    texts = messages("emergency")
    assert sum(carded(replier, beside.format(text)) for text in texts) / len(texts) >= 0.75


def test_most_emergencies_told_as_questions_and_fears_get_the_card(replier: Replier) -> None:
    texts = messages("emergency", "disputed.jsonl")
    assert len(texts) == 200
    assert sum(carded(replier, text) for text in texts) / len(texts) >= 0.72


def test_most_questions_and_fears_that_name_a_danger_get_no_card(replier: Replier) -> None:
    texts = messages("harmless", "disputed.jsonl")
    assert len(texts) == 449
    assert sum(carded(replier, text) for text in texts) / len(texts) <= 0.17


def test_everyday_questions_with_alarming_words_get_no_card(replier: Replier) -> None:
    texts = (HERE / "harmless.txt").read_text("utf-8").splitlines()
    assert len(texts) >= 1_000
    assert sum(carded(replier, text) for text in texts) / len(texts) <= 0.01


def test_no_message_that_is_measured_was_learnt_from() -> None:
    tones = load_tones(SHIPPED, "en")
    assert tones is not None
    learnt = {same(text) for level in (*LEVELS, None) for text in tones.urgency.lines(level)}
    learnt.update(text for text in map(same, tones.pleasantries.all()) if len(text.split()) > 3)
    lines = [line for file in HERE.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    sets = [json.loads(line)["text"] for line in lines]
    sets += (HERE / "harmless.txt").read_text("utf-8").splitlines()
    assert len(sets) > 3_000
    assert learnt.isdisjoint(map(same, sets))


def test_the_reasons_are_explained(app: Flask) -> None:
    said = "my brother drank the weed killer and he is on the kitchen floor shaking"
    output = app.test_cli_runner().invoke(args=["ask", "--explain", said]).output
    assert output.startswith("emergency")
    assert "red flag: " in output


def test_a_calm_after_it_gets_the_card_again(replier: Replier) -> None:
    replies = (replier.reply(text, Context(), TODAY) for text in messages("emergency"))
    heard = next(r for r in replies if r.rules[0].startswith("red flag: sounds like"))
    assert replier.reply("ok thanks", Context().after(heard), TODAY).kind == "emergency"


def test_learning_writes_what_the_next_start_uses(folder: Path) -> None:
    (folder / "en/urgency.toml").write_text(EXAMPLES, "utf-8")
    code, output = run(folder, "check")
    assert code == 1
    assert "en/urgency.toml: the messages were changed since they were learnt; run" in output
    code, output = run(folder, "learn")
    assert code == 0, output
    assert "were changed" not in run(folder, "check")[1]
    learnt = load(folder).edition().tone
    assert learnt is not None
    near = tone.chances(learnt, ["the", "ceiling", "fell", "on", "her"])
    assert near["now"] > 0.5 > tone.chances(learnt, ["a", "nice", "ceiling"])["now"]
    assert "fall" in tone.reasons(learnt, ["the", "ceiling", "fell"], "now")


def test_learning_twice_gives_the_same(folder: Path) -> None:
    (folder / "en/urgency.toml").write_text(EXAMPLES, "utf-8")
    run(folder, "learn")
    first = (folder / "en/tone.npz").read_bytes()
    run(folder, "learn")
    assert (folder / "en/tone.npz").read_bytes() == first


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("tone.npz", "no archive", "en/tone.npz: not what `knowledge learn` writes; run"),
        ("urgency.toml", "now = 1\n", "en/urgency.toml"),
        ("pleasantries.toml", "yodel = 'o ho'\n", "there is no small talk 'yodel'; mend or"),
        ("urgency.toml", EXAMPLES + "later = ''\n", "later: is not a known key"),
        (
            "urgency.toml",
            EXAMPLES.replace("nobody needs an appointment", "nobody needs me here"),
            'en/urgency.toml:7: "nobody needs me here" stands twice; remove one.',
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
    if "stands twice" not in told and name == "urgency.toml":
        assert run(folder, "learn")[0] == 1


def test_without_examples_only_red_flags_are_known(folder: Path) -> None:
    (folder / "en/urgency.toml").unlink()
    (folder / "en/tone.npz").unlink()
    assert "no urgency.toml or messages.toml, so nothing to learn" in run(folder, "learn")[1]
    knowledge = load(folder)
    replier = Replier(knowledge.edition(), knowledge.clinic)
    assert carded(replier, "I can't breathe")
    assert not carded(replier, "she leapt into the canal and she has not come up")
