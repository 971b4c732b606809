"""The database: one engine, short transactions, SQLite and PostgreSQL alike."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

# SQLite's own waiting stops every other visitor of a gevent worker, so it gets next to none;
# `write` waits instead, with a sleep that lets the others run.
_SQLITE_BUSY_MS = 5
_RETRY_SECONDS = 0.01
_POOL = {"pool_size": 10, "max_overflow": 20, "pool_timeout": 2}


class DatabaseUnavailableError(Exception):
    """The database is down or cannot be written, or was locked for longer than may be waited."""


class Database:
    """Sessions on one database; nothing connects before the first of them."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        # hide_parameters: what visitors wrote must not reach a log through an error message.
        arguments: dict[str, Any] = {"hide_parameters": True, **_POOL}
        if not self.sqlite:
            arguments["connect_args"] = {"connect_timeout": 2, "tcp_user_timeout": 5000}
            arguments["pool_pre_ping"] = True
        self.engine = create_engine(url, **arguments)
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._looking = self.engine.execution_options(looks=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one moment of the database and keeps no change.

        Raises DatabaseUnavailableError.
        """
        with _translated(), Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Yield the bare connection for one statement, where each 0.1 ms counts."""
        with _translated(), self._looking.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, patience: float = 5.0, durable: bool = False) -> Iterator[Session]:
        """Yield a session whose changes are committed together at the end of the block.

        `patience` is how many seconds a lock is waited for, without stopping other visitors.
        `durable` makes the commit survive a power cut, on SQLite too (synchronous=FULL; without
        it the last moments before a power cut may be lost, never the file's consistency).
        Raises DatabaseUnavailableError.
        """
        with (
            self.begin(patience=patience, durable=durable) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def begin(self, *, patience: float = 5.0, durable: bool = False) -> Iterator[Connection]:
        """Yield the bare connection of such a transaction, for paths where each 0.1 ms counts."""
        with _translated(), self.engine.connect() as connection:
            if self.sqlite:
                connection = connection.execution_options(writes=True, durable=durable)
                _begin_patiently(connection, patience)
            else:
                connection.begin()
                milliseconds = max(1, round(patience * 1000))
                connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
            yield connection
            connection.commit()


def _begin_patiently(connection: Connection, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            connection.begin()
            return
        except OperationalError as error:
            connection.rollback()
            if not _is_busy(error) or time.monotonic() >= until:
                raise
            time.sleep(_RETRY_SECONDS)


def _is_busy(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0) or 0
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    connection.execute(f"PRAGMA busy_timeout={_SQLITE_BUSY_MS}")
    _use_wal(connection)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what was erased is not left in the file


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn on write-ahead logging, which the file remembers; only its first turning on waits."""
    for _ in range(100):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(_RETRY_SECONDS)
    raise sqlite3.OperationalError("database is locked")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("looks"):
        return  # one statement sees one moment of the database by itself
    if not options.get("writes"):
        connection.exec_driver_sql("BEGIN")
        return
    level = "FULL" if options.get("durable") else "NORMAL"
    if connection.info.get("synchronous") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info["synchronous"] = level
    # A deferred transaction that turns to writing fails at once when another wrote meanwhile.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise  # a fault of ours, not of the database
    except (DBAPIError, PoolTimeout) as error:  # down, locked, read-only after a failover, damaged
        raise DatabaseUnavailableError("the database cannot be used at the moment") from error
