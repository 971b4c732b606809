"""Encryption at rest: what a stolen copy of the database gives away, and a change of keys."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from assistant.records.leads import inbox, triage
from assistant.records.storage import encryption
from assistant.records.storage.encryption import DecryptionError, EncryptedText, Keyring
from assistant.records.storage.lead_models import Lead
from assistant.records.storage.models import Base
from tests.conftest import DATA_KEY, MakeApp
from tests.lead_stories import MONDAY, desk_of, take

OTHER_KEY = base64.urlsafe_b64encode(bytes(range(32, 64))).decode()


def test_a_copy_of_database_and_journal_holds_none_of_the_texts(app: Flask, tmp_path: Path) -> None:
    desk = desk_of(app)
    reference = take(desk.leads)
    with desk.database.write() as session:
        lead = triage.edit(session, reference)
        triage.add_note(session, lead, "Prefers Wednesdays", actor=1, now=MONDAY)
    copies = b"".join(path.read_bytes() for path in tmp_path.glob("test.sqlite3*"))
    assert reference.encode() in copies
    for canary in ("Zelda", "5550134", "ext 2", "zelda@", "after six", "thinning", "Wednesdays"):
        assert canary.encode() not in copies


def test_every_encrypted_column_is_bound_to_its_own_name() -> None:
    columns = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]
    assert columns
    for column in columns:
        assert isinstance(column.type, EncryptedText)
        assert column.type.context == f"{column.table.name}.{column.name}"


def test_a_value_copied_into_another_column_is_refused(both_app: Flask) -> None:
    desk = desk_of(both_app)
    take(desk.leads)
    with desk.database.write() as session:
        session.execute(text("UPDATE leads SET name = message"))
    with desk.database.read() as session, pytest.raises(DecryptionError, match=r"leads\.name"):
        session.scalars(select(Lead)).all()


def test_after_a_change_of_keys_old_leads_are_still_read_and_found(both_app: Flask) -> None:
    desk = desk_of(both_app)
    reference = take(desk.leads)
    both = Keyring(f"{OTHER_KEY},{DATA_KEY}")
    encryption.install(desk.database.engine, both)
    with desk.database.read() as session:
        found = inbox.page(session, both, inbox.View(email="ZELDA@example.com"))
        assert [lead.reference for lead in found] == [reference]
        assert found[0].name == "Zelda Quartz"


def test_rekey_makes_the_old_key_dispensable(make_app: MakeApp, database_url: str) -> None:
    reference = take(desk_of(make_app(database_url)).leads)
    between = make_app(database_url, data_key=f"{OTHER_KEY},{DATA_KEY}")
    run = between.test_cli_runner().invoke(args=["db", "rekey"])
    assert run.exit_code == 0, run.output
    desk = desk_of(make_app(database_url, data_key=OTHER_KEY))
    with desk.database.read() as session:
        (lead,) = inbox.page(session, desk.keyring, inbox.View(phone="+14165550134"))
        assert (lead.reference, lead.name) == (reference, "Zelda Quartz")


def test_without_the_old_key_the_error_says_which_setting_lacks_it(both_app: Flask) -> None:
    desk = desk_of(both_app)
    take(desk.leads)
    encryption.install(desk.database.engine, Keyring(OTHER_KEY))
    with desk.database.read() as session, pytest.raises(DecryptionError, match="DATA_KEY"):
        session.scalars(select(Lead)).all()
