"""`flask --app assistant.app knowledge …`: look after what the assistant says."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from assistant.answering.checks import checklist
from assistant.answering.content.loading import KnowledgeError, load, load_spoken, load_tones
from assistant.answering.learning import learn_tone, learn_topics
from assistant.answering.learnt.regression import TooFewMessagesError
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
    """Learn how emergencies and small talk sound, and from people's messages what they ask for.

    Writes tone.npz and messages.npz beside them, which the server reads when it starts.

    Example: flask --app assistant.app knowledge learn
    """
    folder = desk().knowledge_dir
    try:
        for language, edition in load(folder, learnt=False).editions.items():
            tones, spoken = load_tones(folder, language), load_spoken(folder, language)
            if tones:
                click.echo(
                    f"{language}: learning the tone of messages, which takes three minutes …"
                )
                data = learn_tone(tones, spoken, edition, _shown)
                _write(folder / language / "tone.npz", data)
            if spoken:
                click.echo(f"{language}: learning from messages.toml, which takes two minutes …")
                data = learn_topics(spoken, edition, _shown)
                _write(folder / language / "messages.npz", data)
            if not tones and not spoken:
                click.echo(f"{language}: no urgency.toml or messages.toml, so nothing to learn.")
    except (KnowledgeError, TooFewMessagesError) as error:
        raise click.ClickException(str(error)) from None
    click.echo("Done. Restart the server to use it.")


def _shown(done: int, of: int) -> None:
    click.echo(f"\r{done}/{of} steps", nl=done == of, err=True)


def _write(path: Path, data: bytes) -> None:
    """Write the whole file or nothing: a server may be starting."""
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
