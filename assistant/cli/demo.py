"""`flask --app assistant.app demo`: a staff area with something in it."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from assistant.answering.messages import Context, Reply
from assistant.cli.writing import writing
from assistant.records import demo as invented
from assistant.records.leads.consent import Consent
from assistant.web.desk import desk


@click.command()
@click.option("--remove", is_flag=True, help="Take the invented rows away again.")
@with_appcontext
def demo(remove: bool) -> None:
    """Add invented visitors, chats and 300 requests over 60 days, all marked as demo."""
    with writing(patience=30) as rows:
        count = invented.remove(rows) if remove else _demo().fill(rows)
    if remove:
        click.echo(f"{count} invented requests are gone, with their chats and staff.")
    elif count:
        click.echo(f"{count} invented requests are there. `demo --remove` takes them away.")
    else:
        raise click.ClickException("There is a demo already: `demo --remove` takes it away.")


def _demo() -> invented.Demo:
    language, replier = desk().replier(None)
    consent = desk().knowledge.edition().replies.consent
    today = desk().today()

    def reply(text: str, context: Context) -> Reply:
        return replier.reply(text, context, today)

    return invented.Demo(
        keyring=desk().keyring,
        consent=Consent(consent["text"], language),
        marketing=Consent(consent["marketing"], language),
        reply=reply,
        knowledge_version=desk().knowledge.version,
        now=desk().now(),
    )
