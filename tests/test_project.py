"""The project itself: what a newcomer is told works, and what is shipped is clean."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click import Group
from flask import Flask

from assistant.config import Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCUMENTS = [
    README,
    ROOT / "knowledge" / "README.md",
    ROOT / "widget" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
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


def test_commands_of_the_documents_exist(app: Flask) -> None:
    said = re.compile(r"flask --app assistant\.app ([a-z]+)(?: ([a-z]+))?")
    for path in DOCUMENTS:
        for name, part in said.findall(path.read_text()):
            command = app.cli.commands.get(name)
            assert command, f"{path.name}: {name}"
            if isinstance(command, Group):
                assert part in command.commands, f"{path.name}: {name} {part}"


def test_settings_of_the_readme_are_those_of_the_code() -> None:
    table = README.read_text().partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert told == {name.upper() for name in Settings.model_fields} - {"INSTANCE"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_the_documents_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = path.parent / file if file else path
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)", found.read_text(), re.MULTILINE)
            assert anchor in [_anchor(heading) for heading in headings], target


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


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
