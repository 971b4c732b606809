"""Turns a clinic's knowledge and labelled questions into a question set for the benchmarks."""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.answering.content.loading import load

# Kinds with one question and no earlier messages; the rest is not a matter of search alone.
_KINDS = ("paraphrase", "typo", "short", "long", "none")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST = 4  # letters of a word that gets a typing error
_SEED = 7


def main(arguments: Sequence[str] | None = None) -> None:
    """Write faqs.jsonl, words.json, queries.jsonl and queries_typos.jsonl."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.clinic",
        description=__doc__,
        epilog="example: python -m benchmarks.clinic knowledge tests/questions.jsonl sets/clinic",
    )
    parser.add_argument("knowledge", type=Path)
    parser.add_argument("questions", type=Path, help="labelled questions, one JSON object a line")
    parser.add_argument("folder", type=Path, help="is made")
    options = parser.parse_args(arguments)
    edition = load(options.knowledge).edition("en")
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines if line.strip()]
    queries = [{"text": q["text"], "accept": q["accept"]} for q in asked if q["kind"] in _KINDS]
    chance = random.Random(_SEED)
    slips = [query | {"text": misspell(query["text"], chance)} for query in queries]
    options.folder.mkdir(parents=True, exist_ok=True)
    _write(options.folder / "faqs.jsonl", (_faq(entry) for entry in edition.entries))
    _write(options.folder / "queries.jsonl", queries)
    _write(options.folder / "queries_typos.jsonl", slips)
    words = edition.words.model_dump_json()
    (options.folder / "words.json").write_text(words, encoding="utf-8")


def misspell(text: str, chance: random.Random) -> str:
    """Return `text`, half of the time with one typing error in a word of at least four letters.

    A neighbouring key, a letter left out, or two swapped; never the first letter.
    """
    parts = text.split(" ")
    long = [at for at, word in enumerate(parts) if len(word) >= _SHORTEST and word.isalpha()]
    if not long or chance.random() < 0.5:
        return text
    at = chance.choice(long)
    word = parts[at]
    place = chance.randrange(1, len(word) - 1)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    slip = word[:place] + _neighbour(word[place], chance) + word[place + 1 :]
    parts[at] = chance.choice([swapped, slip, word[:place] + word[place + 1 :]])
    return " ".join(parts)


def _neighbour(letter: str, chance: random.Random) -> str:
    for row in _KEYS:
        at = row.find(letter.lower())
        if at >= 0:
            return chance.choice([row[near] for near in (at - 1, at + 1) if 0 <= near < len(row)])
    return letter


def _faq(entry: Any) -> dict[str, Any]:
    return {
        "id": entry.id,
        "question": entry.question,
        "variants": entry.phrasings,
        "must_not_match": entry.must_not_match,
        "answer": entry.answer,
    }


def _write(path: Path, rows: Iterable[Any]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
