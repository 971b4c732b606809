"""Scores the matcher on a folder with faqs.jsonl and queries.jsonl (queries_typos.jsonl)."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answering.content.knowledge import Entry, Words
from assistant.answering.matching.matcher import Matcher

NONE = "none"
_PROGRESS_EVERY = 500


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the ids of the entries that answer it, or ("none",)."""

    text: str
    accept: tuple[str, ...]
    far: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What one method said to one query: ids best first, the top score, and the time it took."""

    ids: tuple[str, ...]
    score: float
    seconds: float = 0.0


def load_entries(folder: Path) -> list[Entry]:
    """Return the entries of `folder`/faqs.jsonl, unchecked: their ids are not a clinic's."""
    rows = _rows(folder / "faqs.jsonl")
    return [
        Entry.model_construct(
            id=row["id"],
            question=row["question"],
            phrasings=tuple(row.get("variants", ())),
            must_not_match=tuple(row.get("must_not_match", ())),
            answer=row.get("answer") or "",
        )
        for row in rows
    ]


def load_words(folder: Path) -> Words:
    """Return the meanings in `folder`/words.json; none where there is no such file."""
    path = folder / "words.json"
    return Words.model_validate_json(path.read_bytes()) if path.exists() else Words()


def load_queries(folder: Path, typos: bool = False) -> list[Query]:
    """Return the queries of `folder`, with typing errors where `typos` is set."""
    rows = _rows(folder / ("queries_typos.jsonl" if typos else "queries.jsonl"))
    return [Query(row["text"], tuple(row["accept"]), row.get("kind") == "far") for row in rows]


def run(matcher: Matcher, queries: Sequence[Query]) -> list[Result]:
    """Ask each query once and return the results; progress goes to stderr."""
    results = []
    for done, query in enumerate(queries, 1):
        start = time.perf_counter()
        best = matcher.rank(query.text).candidates
        seconds = time.perf_counter() - start
        top = best[0].confidence if best else 0.0
        results.append(Result(tuple(each.entry for each in best), top, seconds))
        if done % _PROGRESS_EVERY == 0 or done == len(queries):
            print(f"\r{done}/{len(queries)} queries", end="", file=sys.stderr)
    print(file=sys.stderr)
    return results


def metrics(queries: Sequence[Query], results: Sequence[Result]) -> dict[str, float]:
    """Return top1, hit3, mrr10 over queries in scope, ans5, ans20 and auroc (shares, 0 to 1).

    ans5 is the share of queries in scope that are answered and right at the threshold at which 5 %
    of the near "none" queries get an answer (of the far ones where there are no near ones).
    """
    inside = [(q, r) for q, r in zip(queries, results, strict=True) if q.accept != (NONE,)]
    outside = [(q, r) for q, r in zip(queries, results, strict=True) if q.accept == (NONE,)]
    near = [r.score for q, r in outside if not q.far] or [r.score for _, r in outside]
    ranks = np.array([_place(q, r) for q, r in inside])
    scores = np.array([r.score for _, r in inside])
    return {
        "top1": float(np.mean(ranks == 1)),
        "hit3": float(np.mean(ranks <= 3)),
        "mrr10": float(np.mean(np.where(ranks <= 10, 1 / ranks, 0))),
        "ans5": _answered(ranks == 1, scores, near, 0.05),
        "ans20": _answered(ranks == 1, scores, near, 0.20),
        "auroc": _auroc(scores, np.array([r.score for _, r in outside])),
    }


def _place(query: Query, result: Result) -> float:
    hits = [place for place, each in enumerate(result.ids, 1) if each in query.accept]
    return hits[0] if hits else float("inf")


def _answered(right: Any, scores: Any, near: Sequence[float], share: float) -> float:
    """Take the threshold that the allowed share of `near` scores is above, ties left out."""
    if not near:
        return float("nan")
    allowed = int(share * len(near))
    threshold = sorted(near, reverse=True)[min(allowed, len(near) - 1)]
    return float(np.mean(right & (scores > threshold)))


def _auroc(inside: Any, outside: Any) -> float:
    """Return the chance that a query in scope scores above one outside (ties count a half)."""
    if not len(outside) or not len(inside):
        return float("nan")
    below = np.searchsorted(np.sort(outside), inside, side="left")
    upto = np.searchsorted(np.sort(outside), inside, side="right")
    return float(np.mean(below + upto) / 2 / len(outside))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.matching",
        description=__doc__,
        epilog="example: python -m benchmarks.matching sets/vira --typos --json",
    )
    parser.add_argument("folder", type=Path, help="holds faqs.jsonl and queries.jsonl")
    parser.add_argument("--typos", action="store_true", help="ask queries_typos.jsonl instead")
    parser.add_argument("--json", action="store_true", help="print one JSON object only")
    options = parser.parse_args(arguments)
    try:
        entries = load_entries(options.folder)
        queries = load_queries(options.folder, options.typos)
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"cannot read the question set in {options.folder}: {error!r}")
    start = time.perf_counter()
    matcher = Matcher(entries, load_words(options.folder))
    built = time.perf_counter() - start
    results = run(matcher, queries)
    milliseconds = np.array([r.seconds for r in results]) * 1000
    report = metrics(queries, results) | {
        "ms_median": float(np.median(milliseconds)),
        "ms_p99": float(np.percentile(milliseconds, 99)),
        "build_s": built,
    }
    report = {name: round(value, 4) for name, value in report.items()}
    if options.json:
        print(json.dumps(report))
    else:
        print("\n".join(f"{name:10} {value:8.4f}" for name, value in report.items()))


if __name__ == "__main__":
    main()
