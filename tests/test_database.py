"""The database: its schema, its locks, both kinds alike."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from assistant.records.storage import schema
from assistant.records.storage.database import Database, DatabaseUnavailableError
from tests.conftest import MakeApp


def test_migrations_make_the_tables_that_the_code_expects(both_app: Flask) -> None:
    run = both_app.test_cli_runner().invoke(args=["db", "check"])
    assert run.exit_code == 0, run.output


def test_an_empty_database_is_named_with_the_command_that_helps(
    make_app: MakeApp, database_url: str
) -> None:
    app = make_app(database_url, migrate=False)
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["db", "check"])
    assert refused.exit_code == 1
    assert "db upgrade" in refused.output
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert runner.invoke(args=["db", "check"]).exit_code == 0


def test_a_database_of_a_newer_version_is_left_alone(both_app: Flask) -> None:
    with both_app.extensions["desk"].database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    runner = both_app.test_cli_runner()
    refused = runner.invoke(args=["db", "upgrade"])
    assert refused.exit_code == 1
    assert "newer version" in refused.output
    assert "9999" in runner.invoke(args=["db", "current"]).output


def test_two_upgrades_at_once_both_succeed(make_app: MakeApp, database_url: str) -> None:
    apps = [make_app(database_url, migrate=False) for _ in range(2)]
    errors: list[Exception] = []

    def upgrade(app: Flask) -> None:
        try:
            schema.upgrade(app.extensions["desk"].database)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=upgrade, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_failed_write_leaves_nothing_behind(both_app: Flask) -> None:
    database: Database = both_app.extensions["desk"].database
    with pytest.raises(RuntimeError), database.write() as session:
        session.execute(text("DELETE FROM alembic_version"))
        raise RuntimeError
    assert schema.revision(database) == schema.newest()


def test_a_locked_sqlite_file_is_waited_for_as_long_as_asked(app: Flask, tmp_path: Path) -> None:
    database: Database = app.extensions["desk"].database
    other = sqlite3.connect(
        tmp_path / "test.sqlite3", isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailableError), database.write(patience=0.05):
        pytest.fail("the lock was not seen")
    threading.Timer(0.2, other.rollback).start()
    with database.write(patience=5) as session:
        session.execute(text("DELETE FROM conversations"))
    other.close()
