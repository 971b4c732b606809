"""Telling staff: through dead servers, restarts and two senders, once, and nothing personal."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from assistant.records.notifications import outbox
from assistant.records.notifications.mail import MailServer, StaffMail
from assistant.records.notifications.outbox import DeliveryError, Notice, Sender
from assistant.records.notifications.webhook import Webhook, is_public
from assistant.records.storage.lead_models import OutboxRow
from tests.conftest import DATA_KEY, MakeApp
from tests.lead_stories import MONDAY, Visitor
from tests.receivers import Hook, Mailbox

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
NOTICE = Notice(
    event_id=uuid.UUID(int=7),
    reference="K7Q29FD0",
    urgent=False,
    received_at=MONDAY,
    language="en",
    email=None,
)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    found = Mailbox()
    yield found
    found.close()


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Hook]:
    found = Hook(tmp_path)
    yield found
    found.close()


@pytest.fixture
def visitor(make_app: MakeApp, database_url: str, mailbox: Mailbox) -> Visitor:
    """A visitor of a clinic whose staff get mail."""
    return Visitor(
        make_app(
            database_url,
            smtp_url=mailbox.url,
            notify_email="desk@clinic.example",
            mail_from="Front desk <bot@clinic.example>",
            public_url="https://desk.clinic.example",
        )
    )


def rows(visitor: Visitor) -> list[OutboxRow]:
    with visitor.desk.database.read() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def send_all(visitor: Visitor) -> None:
    for sender in visitor.desk.senders():
        while sender.send_next():
            pass


def without(text: str, *drawn: str) -> str:
    """Return a text without what was drawn by chance, which may hold any three digits."""
    for each in drawn:
        assert each in text
        text = text.replace(each, "")
    return text


def test_staff_get_the_reference_the_urgency_and_a_link_and_nothing_personal(
    visitor: Visitor, mailbox: Mailbox
) -> None:
    reference = visitor.asks(message="My throat is closing", email="zelda@example.com").json[
        "reference"
    ]
    send_all(visitor)
    (message,) = mailbox.messages
    assert message["To"] == "desk@clinic.example"
    assert message["Subject"] == f"URGENT: New request {reference}"
    assert f"https://desk.clinic.example/staff/leads/{reference}" in str(message.get_payload())
    text = without(message.as_string(), reference, message["Message-ID"])
    for personal in ("Zelda", "zelda", "416", "0134", "throat"):
        assert personal not in text


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ({}, "http://localhost:8000/staff/leads/"),
        ({"port": 8123}, "http://localhost:8123/staff/leads/"),
        ({"port": 8123, "trusted_proxies": 1}, "Open it in the staff area."),
    ],
)
def test_without_a_public_address_no_visitor_chooses_where_the_link_leads(
    make_app: MakeApp, sqlite_url: str, mailbox: Mailbox, settings: dict[str, Any], link: str
) -> None:
    mail = {"smtp_url": mailbox.url, "notify_email": "desk@clinic.example"}
    visitor = Visitor(make_app(sqlite_url, **mail, **settings))
    body = visitor.fills_in()
    visitor.sends(body, host="evil.example")
    send_all(visitor)
    (message,) = mailbox.messages
    assert link in str(message.get_payload())
    assert "evil.example" not in message.as_string()


def test_a_dead_mail_server_is_tried_again_under_the_same_id(
    visitor: Visitor, mailbox: Mailbox
) -> None:
    visitor.asks()
    mailbox.refuses = "451 try later zelda@example.com"
    send_all(visitor)
    (row,) = rows(visitor)
    assert (row.status, row.attempts, row.error) == (
        *("pending", 1),
        "The mail server answered 451.",
    )
    mailbox.refuses = ""
    send_all(visitor)
    assert mailbox.messages == []  # not before its time
    visitor.clock.forward(seconds=31)
    send_all(visitor)
    assert rows(visitor)[0].status == "sent"
    assert mailbox.messages[0]["Message-ID"] == f"<{row.event_id}@clinic.example>"


def test_pauses_grow_up_to_ten_minutes_and_vary() -> None:
    pauses = [outbox.Schedule().pause(attempts, 1.0).total_seconds() for attempts in range(1, 8)]
    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    assert outbox.Schedule().pause(7, 0.0).total_seconds() == 300


def test_after_three_days_it_is_on_a_list_from_which_staff_resend_it(
    visitor: Visitor, mailbox: Mailbox
) -> None:
    reference = visitor.asks().json["reference"]
    mailbox.refuses = "550 no"
    for _ in range(2):
        send_all(visitor)
        visitor.clock.forward(hours=72)
    with visitor.desk.database.write() as session:
        ((row, found),) = outbox.failed(session)
        assert (found, row.status) == (reference, "failed")
        assert outbox.resend(session, row.id, visitor.clock.now)
    mailbox.refuses = ""
    send_all(visitor)
    assert len(mailbox.messages) == 1
    with visitor.desk.database.read() as session:
        assert outbox.failed(session) == []


def test_two_senders_at_once_send_nothing_twice(visitor: Visitor, mailbox: Mailbox) -> None:
    for number in range(12):
        visitor.asks(phone=f"416 555 {number:04}")
    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            pool.submit(send_all, visitor)
    subjects = [message["Subject"] for message in mailbox.messages]
    assert len(subjects) == len(set(subjects)) == 12


def test_a_row_whose_sender_died_is_sent_again_when_its_lease_ends(
    visitor: Visitor, mailbox: Mailbox
) -> None:
    class Dying:
        name = "email"

        def send(self, notice: Notice) -> None:
            StaffMail(MailServer(mailbox.url, "bot@clinic.example"), "desk@clinic.example").send(
                notice
            )
            raise KeyboardInterrupt

    visitor.asks()
    with pytest.raises(KeyboardInterrupt):
        Sender(visitor.desk.database, Dying(), now=visitor.clock).send_next()
    send_all(visitor)
    assert len(mailbox.messages) == 1  # the lease still runs
    visitor.clock.forward(seconds=301)
    send_all(visitor)
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_a_confirmation_repeats_nothing_that_was_typed(
    make_app: MakeApp, sqlite_url: str, mailbox: Mailbox
) -> None:
    visitor = Visitor(
        make_app(
            sqlite_url, smtp_url=mailbox.url, mail_from="bot@clinic.example", confirm_by_mail="on"
        )
    )
    reference = visitor.asks(email="zelda@example.com").json["reference"]
    send_all(visitor)
    (message,) = mailbox.messages
    assert message["To"] == "zelda@example.com"
    assert reference in message["Subject"]
    text = without(f"{message['Subject']} {message.get_payload()}", reference)
    for typed in ("Zelda", "416", "0134", "hair", "thinning"):
        assert typed not in text


def test_a_webhook_is_signed_and_names_its_event(hook: Hook) -> None:
    channel = Webhook(hook.url, SECRET, tls=hook.trusting, allow_private=True)
    channel.send(NOTICE)
    channel.send(NOTICE)
    headers, body = hook.events[0]
    assert headers["path"] == "/clinic?key=1"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert hook.events[1][0]["webhook-id"] == headers["webhook-id"] == str(NOTICE.event_id)
    assert json.loads(body)["data"] == {"reference": "K7Q29FD0", "urgent": False, "link": None}


@pytest.mark.parametrize("status", [301, 302, 307, 400, 500])
def test_a_webhook_that_redirects_or_refuses_has_failed(hook: Hook, status: int) -> None:
    hook.status = status
    with pytest.raises(DeliveryError, match=str(status)):
        Webhook(hook.url, SECRET, tls=hook.trusting, allow_private=True).send(NOTICE)
    assert len(hook.events) == 1


def test_a_webhook_with_a_certificate_of_its_own_making_is_not_trusted(hook: Hook) -> None:
    with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
        Webhook(hook.url, SECRET, allow_private=True).send(NOTICE)
    assert hook.events == []


def test_a_name_that_leads_to_this_machine_is_refused(hook: Hook) -> None:
    with pytest.raises(DeliveryError, match="private"):
        Webhook(hook.url, SECRET, tls=hook.trusting).send(NOTICE)
    assert hook.events == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_addresses_that_are_not_on_the_open_internet_are_private(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_addresses_on_the_open_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_only_https_is_a_webhook() -> None:
    with pytest.raises(ValueError, match="https"):
        Webhook("http://hooks.example/", SECRET)


def test_a_sender_outlives_a_database_that_is_away(app: Flask, mailbox: Mailbox) -> None:
    visitor = Visitor(app)
    desk = visitor.desk
    channel = StaffMail(MailServer(mailbox.url, "bot@clinic.example"), "desk@clinic.example")
    schedule = outbox.Schedule(idle=0.05)
    stop = threading.Event()
    with desk.database.write() as session:
        session.execute(update(OutboxRow).values(status="pending"))
        session.connection().exec_driver_sql("ALTER TABLE outbox RENAME TO away")
    sender = threading.Thread(
        target=Sender(desk.database, channel, now=visitor.clock, schedule=schedule).run,
        args=(stop,),
    )
    sender.start()
    time.sleep(0.3)
    with desk.database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO outbox")
    desk.leads.to_staff = ("email",)
    visitor.asks()
    until = time.monotonic() + 20
    while not mailbox.messages and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    sender.join()
    assert len(mailbox.messages) == 1


def test_the_worker_sends_until_it_is_told_to_stop(
    make_app: MakeApp, sqlite_url: str, mailbox: Mailbox
) -> None:
    staff = {"smtp_url": mailbox.url, "notify_email": "desk@clinic.example"}
    visitor = Visitor(make_app(sqlite_url, **staff))
    visitor.clock.now = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    visitor.asks()
    settings = {**staff, "database_url": sqlite_url, "data_key": DATA_KEY, "secret_key": "s" * 40}
    environment = {name.upper(): value for name, value in settings.items()}
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "assistant.app", "worker"],
        env={**os.environ, **environment},
    ) as worker:
        until = time.monotonic() + 60
        while not mailbox.messages and time.monotonic() < until:
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert len(mailbox.messages) == 1
