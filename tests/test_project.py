"""The project itself: what a newcomer is told works, and what is shipped is clean."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_pinned_and_name_no_place(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if line.split("#")[0].strip()]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_every_requirement_is_pinned() -> None:
    for path in ROOT.glob("requirements*.in"):
        names = re.findall(r"^([A-Za-z0-9][A-Za-z0-9-]*)", path.read_text(), re.MULTILINE)
        pinned = path.with_suffix(".txt").read_text()
        assert [name for name in names if f"\n{name}==" not in pinned] == []


def test_make_commands_of_the_readme_exist() -> None:
    told = set(re.findall(r"\bmake ([a-z-]+)", README.read_text()))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert told - {"sure"} <= targets
    assert {"run", "test"} <= told


def test_settings_of_the_readme_are_those_of_the_code() -> None:
    from assistant.config import Settings

    told = set(re.findall(r"\b[A-Z_]{4,}\b", README.read_text()))
    assert {name.upper() for name in Settings.model_fields} - {"INSTANCE"} <= told


def test_make_help_lists_the_commands() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in ("run", "test", "check", "lock"):
        assert re.search(rf"^{name} ", shown.stdout, re.MULTILINE)


def test_no_shipped_file_names_a_private_place() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    private = re.compile(rb"/(?:home|root|work)/[a-z]|file:///[a-z]")
    found = [
        name
        for name in listed
        if (ROOT / name).is_file() and private.search((ROOT / name).read_bytes())
    ]
    assert [name for name in found if name != "tests/test_project.py"] == []
