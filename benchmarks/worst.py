"""Searches for the message that takes longest, and measures what the knowledge costs in memory."""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from hypothesis import HealthCheck, Phase, given, settings, strategies, target

from assistant.answering.content.knowledge import Edition
from assistant.answering.content.loading import load
from assistant.answering.language.text import words
from assistant.answering.messages import Context
from assistant.answering.reply import Replier

_LONGEST = 500  # characters of an accepted message
_LONGEST_CHECKED = 4000  # characters that are looked at for red flags
_DAY = dt.date(2026, 1, 1)
_JOINTS = (" ", " ", " and ", ", ", "? ", ". ", " or ", "", "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print processor milliseconds of the slowest messages found, and megabytes."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.worst",
        description=__doc__,
        epilog="example: OPENBLAS_NUM_THREADS=1 python -m benchmarks.worst knowledge",
    )
    parser.add_argument("knowledge", type=Path)
    parser.add_argument("--examples", type=int, default=1500, help="messages tried for each")
    options = parser.parse_args(arguments)
    gc.collect()
    before, start = psutil.Process().memory_full_info().uss, time.process_time()
    knowledge = load(options.knowledge)
    edition = knowledge.edition("en")
    replier = Replier(edition, knowledge.clinic)
    built = time.process_time() - start
    gc.collect()
    print(f"loaded and built in {built:.2f} s, {_megabytes_since(before):.0f} MB")
    for entry in edition.entries:
        for text in (entry.question, *entry.phrasings):
            replier.reply(text, Context(), _DAY)
    print(f"after every phrasing was asked, {_megabytes_since(before):.0f} MB")
    found = strategies.lists(
        strategies.tuples(strategies.sampled_from(_JOINTS), _pieces(edition)), max_size=400
    ).map(lambda parts: "".join(joint + piece for joint, piece in parts))
    decided = _worst(
        lambda text: replier.reply(_filled(text, _LONGEST), Context(), _DAY),
        found,
        options.examples,
    )
    print(f"a whole reply to {_LONGEST} characters: {decided:.1f} ms")
    checked = _worst(
        lambda text: replier.alarm(_filled(text, _LONGEST_CHECKED)), found, options.examples
    )
    print(f"the red-flag check of {_LONGEST_CHECKED} characters: {checked:.1f} ms")


def _megabytes_since(before: int) -> float:
    return float(psutil.Process().memory_full_info().uss - before) / 2**20


def _filled(text: str, length: int) -> str:
    """Return the text repeated up to the greatest accepted length: longer is slower."""
    return (text * (length // max(1, len(text)) + 1))[:length]


def _pieces(edition: Edition) -> strategies.SearchStrategy[str]:
    """Return words of the knowledge, alone, repeated and run together, and noise of all scripts."""
    texts = [text for e in edition.entries for text in (e.question, *e.phrasings)]
    flags = [text for group in edition.safety.groups.values() for text in group]
    known = sorted({word for text in (*texts, *flags) for word in words(text)})
    word = strategies.sampled_from(known)
    return strategies.one_of(
        word,
        strategies.sampled_from(texts + flags),
        strategies.builds(lambda one, times: one * times, word, strategies.integers(2, 60)),
        strategies.builds(lambda one, times: f"{one} " * times, word, strategies.integers(2, 99)),
        strategies.text(max_size=60),
        strategies.text("0123456789+-. ()@", max_size=60),
    )


def _worst(
    act: Callable[[str], object], found: strategies.SearchStrategy[str], examples: int
) -> float:
    """Return the milliseconds of the slowest text found; each slow one is timed three times."""
    worst = 0.0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.target],
        suppress_health_check=list(HealthCheck),
    )
    @given(found)
    def search(text: str) -> None:
        nonlocal worst
        took = _milliseconds(act, text)
        if took > worst:
            took = min(took, _milliseconds(act, text), _milliseconds(act, text))
        target(took)
        worst = max(worst, took)

    search()
    return worst


def _milliseconds(act: Callable[[str], object], text: str) -> float:
    start = time.thread_time()
    act(text)
    return (time.thread_time() - start) * 1000


if __name__ == "__main__":
    main()
