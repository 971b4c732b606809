"""Red flags: recall, false alarms and cost of the screening.

A .toml file holds red flags (a text block a level, one phrasing a line), a .txt file harmless
messages, and a folder a public question set, whose out-of-scope questions (`queries.jsonl`, accept
"none") are harmless. Without arguments, the project's own two files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from assistant.answering.emergencies.alarms import Alarms
from assistant.answering.emergencies.red_flags import Safety
from assistant.answering.learnt.opinion import Opinion

ROOT = Path(__file__).parents[1]
OWN = (ROOT / "tests/red_flags.toml", ROOT / "tests/harmless.txt")
LONGEST = 4_000  # characters of the longest message that is looked at


def messages(path: Path) -> dict[str, list[str]]:
    """Return the messages of a file or folder by what they should raise ("none" or a level)."""
    if path.is_dir():
        rows = map(json.loads, (path / "queries.jsonl").read_text(encoding="utf-8").splitlines())
        return {"none": [row["text"] for row in rows if row["accept"] == ["none"]]}
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return {level: block.splitlines() for level, block in tomllib.loads(text).items()}
    return {"none": text.splitlines()}


def timed(alarms: Alarms, text: str) -> tuple[str, float]:
    """Return what `text` raises and how long that took, in milliseconds."""
    start = time.perf_counter()
    alarm = alarms.hear(text).alarm
    return (alarm.level if alarm else "none"), (time.perf_counter() - start) * 1_000


def report(alarms: Alarms, path: Path) -> list[float]:
    """Print the figures of one file or folder; return the milliseconds of each message."""
    costs = []
    for wanted, texts in messages(path).items():
        results = [timed(alarms, text) for text in texts]
        costs += [cost for _, cost in results]
        right = sum(level == wanted for level, _ in results)
        raised = sum(level != "none" for level, _ in results)
        print(
            f"{path.name:16} {wanted:7} {len(texts):6} messages, {raised} alarms, {right} as wanted"
        )
        for text, (level, _) in zip(texts, results, strict=True):
            if (level == "none") != (wanted == "none"):
                print(f"    {level}: {text}")
    return costs


def main(paths: Sequence[Path]) -> None:
    """Measure the given files and folders."""
    folder = ROOT / "knowledge/en"
    content = tomllib.loads((folder / "safety.toml").read_text(encoding="utf-8"))
    learnt = (folder / "tone.npz").read_bytes()
    start = time.perf_counter()
    alarms = Alarms(Safety.model_validate(content), Opinion.read(learnt))
    print(f"built in {time.perf_counter() - start:.2f} s")
    costs = sorted(cost for path in paths for cost in report(alarms, path))
    long = " ".join(text for texts in messages(OWN[1]).values() for text in texts)[:LONGEST]
    print(
        f"a message: median {statistics.median(costs):.3f} ms, "
        f"p99 {costs[-len(costs) // 100]:.3f} ms"
    )
    print(f"{LONGEST} characters: {min(timed(alarms, long)[1] for _ in range(5)):.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.safety",
        description=__doc__,
        epilog="example: python -m benchmarks.safety tests/red_flags.toml sets/clinc150_5",
    )
    parser.add_argument("paths", type=Path, nargs="*", default=OWN, metavar="FILE or DIR")
    main(parser.parse_args().paths)
