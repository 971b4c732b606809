"""The shipped knowledge is sound, and whoever breaks it is told where and what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask

from assistant.answering.checks.promises import promises
from assistant.answering.checks.readability import grade
from assistant.answering.content.loading import KnowledgeError, load, without_dead_ends
from tests.knowledge_stories import SHIPPED, run, same

WRONG_ENTRY = """\
[[entry]]
id = "wrong"
question = "Who repairs my bicycle?"
phrasings = [
  "Does it hurt?",
  "is the bicycle repair shop open",
]
must_not_match = [
  "Who repairs my bicycle?",
]
answer = \"\"\"
Thank you for asking, it is guaranteed to work for 77 coins. Read [this](javascript:alert(1)) \\
and rest assured that everybody in the neighbourhood will enjoy it very much indeed.
\"\"\"
facts = [
  "no-such-fact",
  "cost-europe",
]
related = ["no-such-entry"]
"""


NEW_FACT = """
[[fact]]
id = "new"
section = "Pros"
text = "It is new."
"""
NEW_BOUNDARY = """
[[boundaries]]
id = "zoo"
kind = "subject"
words = ["elephant house"]
entries = ["zoo-visit"]
"""
NEW_SHORT = """
[[short]]
said = ["and the giraffes / giraffes"]
otherwise = "zoo-visit"
"""
SECOND_PAIN = """
[[entry]]
id = "pain"
question = "Is it a pain in the neck?"
answer = "No."
"""
ARTICLE = """\
How Much Does Mesotherapy Cost?
Prices vary based on location, provider expertise, and the ingredients used.
General Cost Range (Per Session):
- North America: $200 – $500
- Europe: €150 – €450
- Middle East/Asia: $100 – $300
- Canada: $150 - $600
- Free parking
"""


def run_check(folder: Path, *options: str) -> tuple[int, list[str]]:
    """Run `knowledge check` on a folder; return its exit code and lines."""
    code, output = run(folder, "check", *options)
    return code, output.splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge, to be broken."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge"))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped knowledge, broken in many ways at once, and an article beside it."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("broken") / "knowledge"))
    (folder / "en/topics/wrong.toml").write_text(WRONG_ENTRY, "utf-8")
    append(folder / "topics.txt", "parking\n")
    append(folder / "facts.toml", NEW_FACT)
    append(folder / "en/words.toml", NEW_BOUNDARY)
    append(folder / "en/short.toml", NEW_SHORT)
    replace(folder / "en/topics/practical.toml", "€150 to €400", "€150 to €450")
    replace(folder / "en/topics/plan.toml", "review_by = 2028-", "review_by = 2021-")
    append(folder / "en/topics/visit.toml", SECOND_PAIN)
    (folder.parent / "article.txt").write_text(ARTICLE, "utf-8")
    return folder


@pytest.fixture(scope="module")
def report(broken: Path) -> list[str]:
    """What the check says of the broken copy."""
    code, lines = run_check(broken, "--source", str(broken.parent / "article.txt"))
    assert code == 1
    return lines


def test_the_shipped_knowledge_has_no_problems() -> None:
    code, lines = run_check(SHIPPED)
    assert (code, len(lines)) == (0, 1), "\n".join(lines)
    assert lines[0].endswith("phrasings, no problems")


@pytest.mark.parametrize(
    "expected",
    [
        "wrong.toml:4: warning: phrasings (wrong): there are 2; write 15 to 40",
        'wrong.toml:5: phrasings (wrong): "Does it hurt?" has the same words as',
        "wrong.toml:5: phrasings (wrong): \"Does it hurt?\" finds 'pain' first",
        'wrong.toml:9: must_not_match (wrong): "Who repairs my bicycle?" gets this answer',
        "wrong.toml:11: warning: answer (wrong): begins with a filler",
        'wrong.toml:11: answer (wrong): lacks "150" of the fact cost-europe',
        'wrong.toml:11: answer (wrong): lacks "Europe" of the fact cost-europe',
        'wrong.toml:12: answer (wrong): promises: "guaranteed"',
        'wrong.toml:12: answer (wrong): "77" stands in none of its facts',
        "wrong.toml:12: answer (wrong): the link 'javascript:alert(1' must begin with https:",
        "wrong.toml:16: facts (wrong): there is no 'no-such-fact'",
        "wrong.toml:19: related (wrong): there is no 'no-such-entry'",
        "wrong.toml:1: review_by (wrong): is missing",
        "wrong.toml:1: author (wrong): is missing",
    ],
)
def test_a_problem_of_an_entry_is_told_at_its_line(report: list[str], expected: str) -> None:
    assert any(line.startswith(f"en/topics/{expected}") for line in report), "\n".join(report)


def test_a_topic_without_an_entry_is_missed(report: list[str]) -> None:
    assert "topics.txt:41: no entry 'parking' in en/topics/; write it, or drop the topic." in report


def test_a_fact_that_no_entry_carries_is_missed(broken: Path, report: list[str]) -> None:
    line = line_with(broken / "facts.toml", 'id = "new"')
    expected = f"facts.toml:{line}: id (new): no entry carries this fact; "
    assert expected + 'add it to one, or write left_out = "the reason".' in report


def test_a_boundary_leads_to_entries_there_are(broken: Path, report: list[str]) -> None:
    line = line_with(broken / "en/words.toml", '"zoo-visit"')
    expected = f"en/words.toml:{line}: entries (zoo): there is no 'zoo-visit'; mend or remove it."
    assert expected in report


def test_short_questions_lead_to_entries_there_are(report: list[str]) -> None:
    asks = "\"and the giraffes\" asks for 'zoo-visit', which there is not; mend or remove it."
    assert f"en/short.toml: {asks}" in report


def test_an_answer_agrees_with_its_facts(broken: Path, report: list[str]) -> None:
    line = line_with(broken / "en/topics/practical.toml", "€150 to €450")
    told = [each for each in report if " answer (cost): " in each]
    assert 'lacks "400" of the fact cost-europe' in told[0]
    assert told[1].startswith(f'en/topics/practical.toml:{line}: answer (cost): "450" stands in')


@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        ("clinic.toml", 'time_zone = "', 'time_zone = "Mars/', "a time zone's name such as"),
        ("en/safety.toml", 'action = "Call {number}"', 'action = "{emergency}"', "now: only"),
        ("en/safety.toml", "Call {number} now, or go", "Call {nummer} now, or go", "crisis: only"),
        ("en/safety.toml", 'unless = "urgent, mine"', 'unless = "urgnt"', "no such group: urgnt"),
        ("clinic.toml", "[hours]", "[hours]\nmonday = '19:00-9:00'", "as 9:00-17:00"),
    ],
)
def test_what_only_a_visitor_in_need_would_find_is_found_before(
    folder: Path, file: str, right: str, wrong: str, told: str
) -> None:
    replace(folder / file, right, wrong)
    code, lines = run_check(folder)
    assert code == 1
    assert any(line.startswith(file) and told in line for line in lines), lines


def test_a_card_that_is_missing_is_missed(folder: Path) -> None:
    safety = folder / "en/safety.toml"
    text = safety.read_text("utf-8")
    card = text[text.index("[cards.crisis]") : text.index("[cards.today]")]
    safety.write_text(text.replace(card, ""), "utf-8")
    code, lines = run_check(folder)
    assert code == 1
    assert any("no card for crisis" in line for line in lines)


def test_knowledge_that_leads_visitors_nowhere_is_not_served(folder: Path) -> None:
    replace(folder / "en/words.toml", 'entries = ["pregnancy", ', 'entries = ["gone", ')
    with pytest.raises(KnowledgeError, match=r"en/words\.toml: there is no entry gone"):
        without_dead_ends(load(folder))


def test_a_text_that_a_reply_may_need_is_missed(folder: Path) -> None:
    replies = folder / "en/replies.toml"
    kept = [line for line in replies.read_text("utf-8").splitlines() if "Notfall" not in line]
    replies.write_text("\n".join(kept), encoding="utf-8")
    code, told = run(folder, "check")
    assert code == 1
    line = line_with(replies, "[texts]")
    assert f"en/replies.toml:{line}: texts: Value error, other_language missing: copy from" in told


def test_an_id_is_given_once(broken: Path, report: list[str]) -> None:
    first = line_with(broken / "en/topics/visit.toml", 'id = "pain"')
    last = len((broken / "en/topics/visit.toml").read_text("utf-8").splitlines())
    place = f"en/topics/visit.toml:{first}"
    expected = f"{last - 2}: id (pain): is also the id of the entry at {place}; choose another."
    assert f"en/topics/visit.toml:{expected}" in report


def test_an_answer_past_its_review_date_is_a_warning(report: list[str]) -> None:
    (told,) = [line for line in report if "so it hands over" in line]
    assert ": warning: review_by (number-of-sessions): was 2021-" in told


def test_the_facts_are_held_against_their_source(report: list[str]) -> None:
    told = [line for line in report if "numbers (cost-" in line or line.startswith("article.txt")]
    assert '(cost-europe): "400" does not stand under "How Much Does Mesotherapy' in told[0]
    assert told[1:] == [
        "article.txt:5: no fact of this section and line has 450; add one to facts.toml.",
        "article.txt:8: no fact of this section tells of this list item; add one to facts.toml.",
    ]
    assert any(
        'article.txt has no heading "Cons"; write it as it stands' in line for line in report
    )


def test_what_cannot_be_read_is_told_all_at_once(folder: Path) -> None:
    (folder / "en/replies.toml").unlink()
    (folder / "clinic.toml").write_text('name = "A"\nphone = 1 2\n', "utf-8")
    date = replace(folder / "en/topics/visit.toml", "review_by = 2028", 'review_by = "soon" # 2028')
    key = replace(folder / "en/topics/plan.toml", "related =", "relatives =")
    append(folder / "en/words.toml", NEW_BOUNDARY.replace('"subject"', '"matter"'))
    kind = line_with(folder / "en/words.toml", '"matter"')
    (folder / "en/topics/single.toml").write_text('# one\n[entry]\nid = "one"\n', "utf-8")
    code, lines = run_check(folder)
    assert code == 1
    assert lines[-1] == "6 problems"
    told = "\n".join(lines)
    assert "en/replies.toml: the file is missing or can't be read; add it." in told
    assert "clinic.toml:2: not valid TOML: " in told
    assert f"en/topics/visit.toml:{date}: review_by (before-session): " in told
    assert f"en/topics/plan.toml:{key}: relatives (number-of-sessions): is not a known key" in told
    assert f"en/words.toml:{kind}: boundaries." in told
    assert "en/topics/single.toml:2: entry is no list of tables; write [[entry]]." in told


def test_an_entry_past_its_review_date_hands_over(app: Flask) -> None:
    def ask(day: str) -> str:
        question = "How much does a mesotherapy session cost?"
        result = app.test_cli_runner().invoke(args=["ask", "--day", day, question])
        return result.output

    assert "€150 to €400" in ask("2026-11-22")
    later = ask("2029-01-01")
    assert later.startswith("unknown")
    assert "€" not in later


@pytest.mark.parametrize(
    "file", sorted(Path(__file__).parent.glob("*.jsonl")), ids=lambda file: file.name
)
def test_no_phrasing_is_a_question_the_answers_are_measured_with(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    asked = {same(json.loads(line)["text"]) for line in lines}
    edition = load(SHIPPED).edition()
    known = {same(text) for entry in edition.entries for text in entry.phrasings}
    known |= {
        same(text)
        for short in edition.short_questions
        for line in short.said
        for text in line.split(" / ")
    }
    assert len(asked) > 100
    assert known & asked == set()


@pytest.mark.parametrize(
    "text",
    [
        "It is guaranteed to work.",
        "The injections are painless.",
        "It is safe for you.",
        "There is no risk.",
        "It has 100 % success.",
        "It is not new, it cures alopecia.",
        "It does not hurt but it is permanent.",
        "Swelling is normal.",
    ],
)
def test_a_promise_is_found(text: str) -> None:
    assert list(promises(text))


@pytest.mark.parametrize(
    "text",
    [
        "It is not guaranteed to work for everyone.",
        "No, it does not cure alopecia permanently.",
        "It is not completely risk-free.",
        "It isn't painless.",
        "Nobody can say it is safe for you.",
        "The cost depends on where you live.",
    ],
)
def test_what_is_denied_is_no_promise(text: str) -> None:
    assert list(promises(text)) == []


def test_a_promise_is_granted_only_by_a_fact_that_makes_it() -> None:
    assert list(promises("It is proven.", ["A study has proven it."])) == []
    assert list(promises("It is proven.", ["It is not proven."])) == ["proven"]


def test_the_reading_age_follows_its_formula() -> None:
    # six words of one syllable in one sentence: 0.39 × 6 + 11.8 × 1 − 15.59
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45)
    # the field's own word counts two syllables instead of five
    assert grade("Mesotherapy.") - grade("Mesotherapy.", {"mesotherapi"}) == pytest.approx(35.4)


def append(file: Path, text: str) -> None:
    """Add `text` to a file."""
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def line_with(file: Path, text: str) -> int:
    """Return the first line of a file that has `text` in it."""
    lines = file.read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


def replace(file: Path, old: str, new: str) -> int:
    """Replace the first `old` in a file and return its line."""
    before = file.read_text("utf-8")
    file.write_text(before.replace(old, new, 1), "utf-8")
    return before[: before.index(old)].count("\n") + 1
