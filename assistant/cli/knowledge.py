"""`flask --app assistant.app knowledge …`: look after what the assistant says."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from assistant.answering.checks import checklist
from assistant.web.desk import desk


@click.group()
def knowledge() -> None:
    """Look after what the assistant says."""


@knowledge.command()
@click.option(
    "--source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare the facts with this text too (UTF-8, a heading a line, lists with '- ').",
)
@with_appcontext
def check(source: Path | None) -> None:
    """List all that is wrong with the knowledge, with file, line and remedy; fail if anything is.

    Warnings are listed too, but don't make it fail.
    """
    report = checklist.check(desk().knowledge_dir, desk().now().date(), source)
    click.echo(str(report))
    if not report.passed:
        raise SystemExit(1)
