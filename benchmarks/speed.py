"""Measures how long the matcher takes to build and to answer, and its memory, at several sizes.

Times are the thread's processor time, so that what else the machine does hardly counts. Bases are
put together from the texts of the given question sets.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import psutil

from assistant.answering.content.knowledge import Entry
from assistant.answering.matching.matcher import Matcher
from benchmarks.matching import load_entries, load_queries

_PHRASINGS = 5  # per entry of the bases put together
_SIZES = (1_000, 1_500, 100_000)
_QUESTIONS = 1_000
_LONGEST = 500  # characters of an accepted message


def texts_of(folders: Sequence[Path], count: int) -> list[str]:
    """Return `count` different texts; past the sets' own, two of them joined."""
    entries = [entry for folder in folders for entry in load_entries(folder)]
    own = list(dict.fromkeys(t for e in entries for t in (e.question, *e.phrasings)))
    mixed = np.random.default_rng(7).permutation(len(own)).tolist()
    texts = [own[at] for at in mixed]
    pairs = (f"{own[a]} {own[(a + jump) % len(own)]}" for jump in range(1, len(own)) for a in mixed)
    return texts[:count] + list(islice(pairs, max(0, count - len(texts))))


def base_of(texts: Sequence[str]) -> list[Entry]:
    """Return entries of five phrasings each."""
    groups = [texts[at : at + _PHRASINGS] for at in range(0, len(texts), _PHRASINGS)]
    return [
        Entry.model_construct(id=str(at), question=group[0], phrasings=tuple(group[1:]), answer="")
        for at, group in enumerate(groups)
    ]


def measure(texts: Sequence[str], questions: Sequence[str]) -> str:
    """Return one Markdown row: build seconds, megabytes, median, p99 and worst milliseconds."""
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    entries = base_of(texts)
    start = time.thread_time()
    matcher = Matcher(entries)
    built = time.thread_time() - start
    gc.collect()
    memory = (process.memory_info().rss - before) / 2**20
    usual = _milliseconds(matcher, questions)
    longest = _milliseconds(matcher, _worst(texts))
    return (
        f"| {len(texts):,} | {built:.2f} | {memory:.0f} | {np.median(usual):.2f} "
        f"| {np.percentile(usual, 99):.2f} | {max(longest):.1f} |"
    )


def _worst(texts: Sequence[str]) -> list[str]:
    """Return messages of the greatest accepted length, made of real words, slips and noise."""
    words = list(islice(cycle(" ".join(texts[:200]).split()), 400))
    slips = [word[:2] + word[3:] + "q" for word in words]
    noise = ["".join(chr(97 + (at * 7 + i * i) % 26) for i in range(9)) for at in range(80)]
    short = [chr(97 + at % 26) + chr(97 + at // 26 % 26) for at in range(400)]
    return [" ".join(each)[:_LONGEST] for each in (words, slips, noise, short)]


def _milliseconds(matcher: Matcher, questions: Sequence[str]) -> list[float]:
    found = []
    for question in questions:
        start = time.thread_time()
        matcher.rank(question)
        found.append((time.thread_time() - start) * 1000)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed",
        description=__doc__,
        epilog="example: OPENBLAS_NUM_THREADS=1 python -m benchmarks.speed sets/vira sets/clinc",
    )
    parser.add_argument("folders", type=Path, nargs="+", help="each holds a question set")
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, help="numbers of texts")
    options = parser.parse_args(arguments)
    asked = [query.text for folder in options.folders for query in load_queries(folder)]
    questions = asked[:: max(1, len(asked) // _QUESTIONS)]
    print("| texts | build s | MB | median ms | p99 ms | worst of 500 characters ms |")
    print("|---|---|---|---|---|---|")
    for size in options.sizes:
        print(measure(texts_of(options.folders, size), questions), flush=True)


if __name__ == "__main__":
    main()
