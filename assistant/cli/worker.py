"""`flask --app assistant.app worker`: sends notifications in a process of its own."""

from __future__ import annotations

import signal
import threading

import click
from flask.cli import with_appcontext

from assistant.web.desk import desk


@click.command()
@with_appcontext
def worker() -> None:
    """Send what the outbox holds until stopped; any number of these may run beside the server."""
    senders = desk().senders()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=sender.run, args=(stop,)) for sender in senders]
    for thread in threads:
        thread.start()
    names = ", ".join(sender.channel for sender in senders)
    click.echo(f"Sending by {names}." if names else "No channel is set up: see the settings.")
    stop.wait()
    for thread in threads:
        thread.join()
