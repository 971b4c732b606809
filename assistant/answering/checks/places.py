"""Where in the knowledge folder something is written, for messages that point there."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path


class Places:
    """The lines of every file in a knowledge folder."""

    def __init__(self, folder: Path) -> None:
        """Read the folder's files as they are now."""
        self._lines = {
            path.relative_to(folder).as_posix(): path.read_text("utf-8", "replace").splitlines()
            for path in sorted((*folder.rglob("*.toml"), *folder.glob("*.txt")))
        }

    def find(self, files: str, table: str, id_: str, key: str = "", value: str = "") -> list[str]:
        """Return "file:line" for each `[[table]]` of that id, in the files whose name begins so.

        The line is that of `value` in `key`, else of `key`, else of the table.
        """
        named = re.compile(rf'id\s*=\s*"{re.escape(id_)}"')
        return [
            f"{name}:{start + _line(lines[start:end], key, value)}"
            for name, lines in self._lines.items()
            if name.startswith(files)
            for start, end in _tables(lines, table)
            if any(named.match(line) for line in lines[start:end])
        ]

    def line(self, name: str, text: str) -> str:
        """Return "file:line" of the first line that is `text`, or of the file's first."""
        lines = self._lines.get(name, [])
        return f"{name}:{lines.index(text) + 1 if text in lines else 1}"


def _tables(lines: list[str], table: str) -> list[tuple[int, int]]:
    starts = [n for n, line in enumerate(lines) if line.strip() == f"[[{table}]]"]
    return list(pairwise([*starts, len(lines)])) if starts else []


def _line(table: list[str], key: str, value: str) -> int:
    at = next((n for n, line in enumerate(table) if re.match(rf"{key}\s*=", line)), 0) if key else 0
    if not value:
        return at + 1
    written = (value, json.dumps(value, ensure_ascii=False)[1:-1])
    rest = enumerate(table[at:], at)
    return 1 + next((n for n, line in rest if any(each in line for each in written)), at)
