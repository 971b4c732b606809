"""Erasing a request for good, as somebody does at the server when the person asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from assistant.records.storage.models import Base
from tests.conftest import MakeApp
from tests.lead_stories import desk_of
from tests.staff_stories import Clinic

KEPT = {"leads", "lead_events", "idempotency_keys", "outbox", "conversations", "exchanges"}


@pytest.fixture
def clinic(make_app: MakeApp, database_url: str) -> Clinic:
    """A clinic that is told of each request by e-mail."""
    smtp = {"smtp_url": "smtp://127.0.0.1:1", "notify_email": "desk@clinic.example"}
    return Clinic(make_app(database_url, **smtp))


def chat(clinic: Clinic) -> str:
    """Return the token of a chat."""
    asked = {"text": "does the zebra hurt"}
    answer = clinic.app.test_client().post("/api/v1/messages", json=asked)
    assert answer.json is not None
    return str(answer.json["conversation"])


def erase(app: Flask, *words: str, says: str = "") -> Result:
    """Return what the command did; `says` is the answer to its question."""
    return app.test_cli_runner().invoke(args=["db", "erase", *words], input=says)


def rows(clinic: Clinic) -> dict[str, int]:
    """Return how many rows each table has that knows anything of requests."""
    with desk_of(clinic.app).database.read() as session:
        tables = (Base.metadata.tables[name] for name in KEPT)
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }


def test_an_erased_request_is_gone_with_all_its_rows_and_others_stay(clinic: Clinic) -> None:
    clinic.receives(conversation=chat(clinic))
    others = rows(clinic)
    assert set(others.values()) == {1}
    reference = clinic.receives(conversation=chat(clinic))
    written = f"{reference[:4]}-{reference[4:]}".lower()
    run = erase(clinic.app, written, says="y\n")
    assert (run.exit_code, rows(clinic)) == (0, others), run.output


def test_a_chat_stays_while_another_request_includes_it(clinic: Clinic) -> None:
    token = chat(clinic)
    first, second = (clinic.receives(conversation=token) for _ in range(2))
    erase(clinic.app, first, "--yes")
    assert rows(clinic)["exchanges"] == 1
    erase(clinic.app, second, "--yes")
    assert set(rows(clinic).values()) == {0}


def test_nothing_is_erased_before_somebody_says_yes(clinic: Clinic) -> None:
    reference = clinic.receives()
    run = erase(clinic.app, reference, says="\n")
    assert run.exit_code == 1
    assert f"Delete {reference} of 2026-03-02 for good?" in run.output
    assert clinic.lead(reference).status == "new"


@pytest.mark.parametrize("reference", ["00000000", "nobody", "%"])
def test_a_reference_that_is_none_is_said_so(clinic: Clinic, reference: str) -> None:
    run = erase(clinic.app, reference, "--yes")
    assert run.exit_code == 1
    assert "no such request" in run.output


def test_the_commands_help_has_an_example(app: Flask) -> None:
    assert "flask --app assistant.app db erase " in erase(app, "--help").output


def test_the_file_holds_nothing_of_what_was_erased(app: Flask, tmp_path: Path) -> None:
    clinic = Clinic(app)
    reference = clinic.receives(conversation=chat(clinic))
    erase(app, reference, "--yes")
    desk_of(app).database.engine.dispose()  # the last connection takes the journal away
    found = b"".join(path.read_bytes() for path in tmp_path.glob("test.sqlite3*"))
    assert b"exchanges" in found
    for canary in (b"zebra", reference.encode(), b"clinic.example/hair"):
        assert canary not in found
