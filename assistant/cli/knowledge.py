"""`flask --app assistant.app knowledge …`: look after what the assistant says."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from assistant.answering.checks import checklist
from assistant.answering.learning import learn as learn_examples
from assistant.answering.loading import KnowledgeError, load, load_examples
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


@knowledge.command()
@with_appcontext
def learn() -> None:
    """Learn how emergencies sound from the examples in urgency.toml, and write urgency.json.

    Example: flask --app assistant.app knowledge learn
    """
    folder = desk().knowledge_dir
    try:
        editions = load(folder).editions
        found = {language: load_examples(folder, language) for language in editions}
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from None
    for language, examples in found.items():
        if examples is None:
            click.echo(f"{language}: no urgency.toml, so nothing to learn.")
            continue
        click.echo(f"{language}: learning, which takes some seconds …")
        text = learn_examples(examples, editions[language])
        (folder / language / "urgency.json").write_text(text, encoding="utf-8")
        click.echo(f"{language}: written to urgency.json; restart the server to use it.")
