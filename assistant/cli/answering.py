"""`flask --app assistant.app ask …` and `… evaluate …`: try and score the answers."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext

from assistant.answering import evaluation
from assistant.answering.blocks import plain
from assistant.answering.messages import Context, Reply
from assistant.web.desk import desk

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.argument("messages", nargs=-1, required=True)
@click.option("--explain", is_flag=True, help="Show how the reply was decided.")
@click.option("--language", help="The edition to ask, such as en.")
@click.option("--day", type=_DAY, help="Reply as on this day (YYYY-MM-DD) instead of today.")
@with_appcontext
def ask(
    messages: tuple[str, ...], explain: bool, language: str | None, day: dt.datetime | None
) -> None:
    """Ask MESSAGES, one after the other in one conversation; nothing is stored.

    Example: flask --app assistant.app ask --explain "does it hurt" "and how long does it take"
    """
    _, replier = desk().replier(language)
    context = Context()
    for message in messages:
        reply = replier.reply(message, context, day.date() if day else desk().today())
        _show(reply)
        if explain:
            click.echo("\n".join(replier.explain(message, context)), err=False)
        context = context.after(reply)


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--misses", is_flag=True, help="List what went wrong, on stderr.")
@click.option("--language", help="The edition to ask, such as en.")
@click.option("--day", type=_DAY, help="Reply as on this day (YYYY-MM-DD) instead of today.")
@with_appcontext
def evaluate(file: IO[str], misses: bool, language: str | None, day: dt.datetime | None) -> None:
    """Score the labelled questions of FILE (JSON lines); print the metrics as JSON.

    Example: flask --app assistant.app evaluate tests/questions.jsonl --misses
    """
    try:
        questions = evaluation.read_questions(file)
    except ValueError as error:
        raise click.ClickException(f"{Path(file.name).name}: {error}.") from None
    _, replier = desk().replier(language)
    today = day.date() if day else desk().today()
    with click.progressbar(length=len(questions), label="asking", file=sys.stderr) as bar:
        found = list(evaluation.outcomes(replier, questions, today, lambda: bar.update(1)))
    if misses:
        for outcome in found:
            if not outcome.right or outcome.wrong_answer:
                click.echo(_miss(outcome), err=True)
    click.echo(json.dumps(evaluation.metrics(found), indent=2))


def _show(reply: Reply) -> None:
    click.secho(reply.kind, bold=True)
    click.echo(plain(reply.blocks), nl=bool(reply.blocks))
    for answer in reply.answers:
        click.secho(f"{answer.question}  [{answer.entry}, {answer.confidence:.2f}]", bold=True)
        click.echo(plain(answer.blocks))
    for suggestion in reply.suggestions:
        click.echo(f"  ? {suggestion.question}  [{suggestion.entry}]")
    if reply.offer_form:
        click.echo("  (the consultation form is offered)")


def _miss(outcome: evaluation.Outcome) -> str:
    question, reply = outcome.question, outcome.reply
    given = [answer.entry for answer in reply.answers] or [s.entry for s in reply.suggestions]
    mark = "WRONG" if outcome.wrong_answer else "miss "
    wanted = " + ".join("/".join(inner) for inner in question.accept)
    return f"{mark} {question.kind}: {question.text!r} wanted {wanted}, got {reply.kind} {given}"
