"""Whether a notification is ever lost while its receivers are down and its sender is killed.

    .venv/bin/python -m benchmarks.outbox
    .venv/bin/python -m benchmarks.outbox --events 100 --kills 5 --json

The mail server is off and the webhook answers 500 for an hour, compressed to 30 seconds with every
pause of the schedule; then both come back. All the while the process that sends is killed with
SIGKILL at random and started again. Each event must arrive by both channels; one that arrives
twice (killed between sending and marking) has the same id.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import json
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

from sqlalchemy import func, select

from assistant.records.contact import Phone
from assistant.records.leads.consent import Consent
from assistant.records.leads.leads import Leads, Request, Terms
from assistant.records.notifications.mail import MailServer, StaffMail
from assistant.records.notifications.outbox import Channel, Schedule, Sender
from assistant.records.notifications.webhook import Webhook
from assistant.records.storage import encryption, schema
from assistant.records.storage.database import Database
from assistant.records.storage.encryption import Keyring
from assistant.records.storage.lead_models import OutboxRow
from tests.receivers import Hook, Mailbox

ROOT = Path(__file__).parent.parent
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # of this benchmark's database only
COMPRESSED = 120
AN_HOUR = 3600 / COMPRESSED
SCHEDULE = Schedule(
    first=30 / COMPRESSED, longest=600 / COMPRESSED, lease=300 / COMPRESSED, idle=2 / COMPRESSED
)
CHANNELS = ("email", "webhook")


def main() -> None:
    """Run, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--send", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send:
        send(*options.send)
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = survive(Path(folder), options.events, options.kills)
    print(json.dumps(figures) if options.json else _table(figures))
    if figures["lost"] or figures["duplicates"] > options.kills:
        sys.exit("notifications were lost, or doubled more often than the sender was killed")


def survive(folder: Path, events: int, kills: int, down: float = AN_HOUR) -> dict[str, float]:
    """Return what arrived after `down` seconds of failure and so many kills."""
    begun = time.monotonic()
    url = f"sqlite:///{folder}/outbox.sqlite3"
    expected = _fill(url, events)
    mailbox, hook = Mailbox(), Hook(folder)
    mailbox.refuses, hook.status = "421 closing", 500
    child = _Child([url, mailbox.url, hook.url, str(folder / "localhost.pem")])
    killer = threading.Thread(target=child.die_at_random, args=(kills, down * 2))
    killer.start()
    time.sleep(down)
    tried = len(hook.events)
    hook.events.clear()
    mailbox.refuses, hook.status = "", 204
    print(f"the receivers are back after {tried} webhook tries", file=sys.stderr)
    left = _wait_until_sent(url)
    killer.join()
    child.stop()
    mails = collections.Counter(str(message["Message-ID"])[1:37] for message in mailbox.messages)
    hooks = collections.Counter(headers["webhook-id"] for headers, _ in hook.events)
    mailbox.close()
    hook.close()
    arrived = {"email": set(mails), "webhook": set(hooks)}
    return {
        "events": events,
        "kills": kills,
        "arrived_by_email": len(mails),
        "arrived_by_webhook": len(hooks),
        "lost": sum(len(expected[channel] - arrived[channel]) for channel in CHANNELS),
        "unknown_ids": sum(len(arrived[channel] - expected[channel]) for channel in CHANNELS),
        "duplicates": mails.total() - len(mails) + hooks.total() - len(hooks),
        "unsent_rows": left,
        "seconds": round(time.monotonic() - begun),
    }


def send(url: str, smtp_url: str, webhook_url: str, certificate: str) -> None:
    """Send what the outbox holds by both channels, until killed."""
    database = _database(url)
    trusting = ssl.create_default_context(cafile=certificate)
    channels: list[Channel] = [
        StaffMail(MailServer(smtp_url, "bot@clinic.example"), "desk@clinic.example"),
        Webhook(webhook_url, "s" * 32, tls=trusting, allow_private=True),
    ]
    for channel in channels:
        sender = Sender(database, channel, now=lambda: dt.datetime.now(dt.UTC), schedule=SCHEDULE)
        threading.Thread(target=sender.run, args=(threading.Event(),)).start()


class _Child:
    """The process that sends."""

    def __init__(self, arguments: list[str]) -> None:
        self._command = [sys.executable, "-m", "benchmarks.outbox", "--send", *arguments]
        self._process = self._started()

    def die_at_random(self, kills: int, seconds: float) -> None:
        """Kill the process so many times and start it again, on average over so many seconds."""
        for count in range(1, kills + 1):
            time.sleep(random.uniform(0, 2 * seconds / kills))
            self.stop()
            self._process = self._started()
            if count % 10 == 0:
                print(f"{count} of {kills} kills", file=sys.stderr)

    def stop(self) -> None:
        """Kill the process."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, cwd=ROOT, stderr=subprocess.DEVNULL)


def _database(url: str) -> Database:
    database = Database(url)
    encryption.install(database.engine, Keyring(KEY))
    return database


def _fill(url: str, events: int) -> dict[str, set[str]]:
    """Take so many requests; return the event ids of each channel."""
    database = _database(url)
    schema.upgrade(database)
    leads = Leads(database, Keyring(KEY), to_staff=CHANNELS, holds_by_count=False)
    terms = Terms(Consent("Yes.", "en"), Consent("News.", "en"))
    for number in range(events):
        request = Request(
            name=f"Visitor {number}",
            phone=Phone(f"+1416{number:07}", ""),
            email=None,
            preferred_time=None,
            message=None,
            language="en",
            page=None,
            conversation=None,
            agreed_to=terms.consent.version,
            marketing=False,
            urgent_level=None,
            held_reason=None,
        )
        leads.take(uuid.uuid4(), "", request, terms, {}, dt.datetime.now(dt.UTC))
    with database.read() as session:
        rows = session.execute(select(OutboxRow.channel, OutboxRow.event_id)).all()
    database.engine.dispose()
    return {
        name: {str(event_id) for channel, event_id in rows if channel == name} for name in CHANNELS
    }


def _wait_until_sent(url: str) -> int:
    """Wait until nothing is left to send, at most three minutes; return what is left."""
    database = _database(url)
    until = time.monotonic() + 180
    left, shown = -1, 0.0
    while left and time.monotonic() < until:
        time.sleep(0.2)
        with database.read() as session:
            unsent = select(func.count()).where(OutboxRow.status != "sent")
            left = session.scalar(unsent) or 0
        if time.monotonic() - shown > 2:
            shown = time.monotonic()
            print(f"{left} to send", file=sys.stderr)
    database.engine.dispose()
    return left


def _table(figures: dict[str, float]) -> str:
    return "\n".join(f"{name:24} {value}" for name, value in figures.items())


if __name__ == "__main__":
    main()
