"""The commands for staff: invitations and resets from the server's side, and the demo."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import func, select

from assistant.app import first_account_link
from assistant.records.storage.lead_models import Lead
from tests.conftest import MakeApp
from tests.staff_stories import OTHER_PASSWORD, Clinic, Person, goes_to


def run(app: Flask, *words: str) -> str:
    """Return what a command prints."""
    result = app.test_cli_runner().invoke(args=list(words))
    return str(result.output)


def test_an_invitation_from_the_command_line_makes_an_account(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    link = run(both_app, "staff", "invite", "ann@example.com", "--role", "admin").strip()
    assert goes_to(Person(clinic, "ann@example.com").accepts(urlsplit(link).path)) == "/staff/"
    assert clinic.account("ann@example.com").role == "admin"


def test_a_reset_from_the_command_line_helps_the_owner_in(app: Flask) -> None:
    clinic = Clinic(app)
    robin = clinic.person()
    robin.sets_up_second_step()
    link = run(app, "staff", "reset", robin.email, "--second-step").strip()
    robin.accepts(urlsplit(link).path, OTHER_PASSWORD)
    assert goes_to(Person(clinic).signs_in(OTHER_PASSWORD)) == "/staff/"


def test_commands_say_what_is_wrong(app: Flask) -> None:
    assert "There is no account" in run(app, "staff", "reset", "nobody@example.com")
    assert "whole address" in run(app, "staff", "invite", "nobody")


def test_a_database_without_tables_names_the_command_that_helps(
    make_app: MakeApp, database_url: str
) -> None:
    app = make_app(database_url, migrate=False)
    assert "db upgrade" in run(app, "staff", "invite", "ann@example.com")


def test_links_lead_to_the_public_address(make_app: MakeApp, sqlite_url: str) -> None:
    app = make_app(sqlite_url, public_url="https://desk.clinic.example")
    link = run(app, "staff", "invite", "ann@example.com")
    assert link.startswith("https://desk.clinic.example/staff/link/")


def test_the_server_offers_the_first_account_until_there_is_one(app: Flask) -> None:
    clinic = Clinic(app)
    first = first_account_link(app, "http://localhost:8000")
    second = first_account_link(app, "http://localhost:8000")
    assert first
    assert second
    assert Person(clinic).opens(urlsplit(first).path).status_code == 410
    assert Person(clinic).opens(urlsplit(second).path).status_code == 200
    clinic.person()
    assert first_account_link(app, "http://localhost:8000") is None


def test_the_demo_fills_the_area_and_goes_without_a_trace(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    robin = clinic.person()
    real = clinic.receives(name="Somebody Real")
    run(both_app, "demo")
    assert _count(clinic) == 301
    page = robin.opens("/staff/leads?status=all").text
    assert len(re.findall(r'class="chip demo"', page)) >= 49
    assert "already" in run(both_app, "demo")
    run(both_app, "demo", "--remove")
    assert _count(clinic) == 1
    assert clinic.lead(real).name == "Somebody Real"
    assert "Demo" not in robin.sees("/staff/leads?status=all")


def _count(clinic: Clinic) -> int:
    with clinic.desk.database.read() as session:
        return session.scalar(select(func.count()).select_from(Lead)) or 0
