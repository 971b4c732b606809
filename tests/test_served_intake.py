"""The intake as it is served: by gunicorn, with the senders running beside the visitors."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.intake import Server
from tests.receivers import Mailbox

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    found = Mailbox()
    yield found
    found.close()


def request(server: Server) -> bytes:
    form = server.opened_form()
    fields = {
        "name": "Zelda Quartz",
        "phone": "416 555 0134",
        "consent": {"version": form["consent"]["version"], "given": True},
        "token": form["token"],
    }
    return json.dumps(fields).encode()


def test_a_request_reaches_staff_by_mail_without_another_process(
    sqlite_url: str, mailbox: Mailbox
) -> None:
    with Server(sqlite_url, SMTP_URL=mailbox.url) as server:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        status, answer = server.ask("POST", "/api/v1/leads", request(server), {**JSON, **key})
        assert status == 201
        until = time.monotonic() + 60
        while not mailbox.messages and time.monotonic() < until:
            time.sleep(0.1)
    (message,) = mailbox.messages
    assert json.loads(answer)["reference"] in message["Subject"]


def test_other_visitors_are_answered_while_a_request_waits_for_a_locked_database(
    sqlite_url: str, tmp_path: Path
) -> None:
    with Server(sqlite_url) as server, ThreadPoolExecutor(1) as pool:
        body = request(server)
        key = {"Idempotency-Key": str(uuid.uuid4())}
        lock = sqlite3.connect(tmp_path / "test.sqlite3")
        lock.execute("BEGIN IMMEDIATE")
        waiting = pool.submit(server.ask, "POST", "/api/v1/leads", body, {**JSON, **key})
        question = json.dumps({"text": "does it hurt"}).encode()
        for _ in range(2):
            status, answer = server.ask("POST", "/api/v1/messages", question, JSON)
            assert (status, json.loads(answer)["reply"]["kind"]) == (200, "answer")
        assert not waiting.done()
        lock.rollback()
        lock.close()
        assert waiting.result(60)[0] == 201


def test_the_server_forks_without_an_open_database(sqlite_url: str, tmp_path: Path) -> None:
    with Server(sqlite_url) as server:
        server.ask("GET", "/readyz")
        (worker,) = server.master().children()
        database = str(tmp_path / "test.sqlite3")
        assert database in {file.path for file in worker.open_files()}
        assert database not in {file.path for file in server.master().open_files()}
