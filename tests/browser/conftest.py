"""A real browser on a clinic's site of another origin, with the real server behind the widget."""

from __future__ import annotations

import base64
import contextlib
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import create_engine, text

from assistant import config
from assistant.records.storage import schema
from assistant.records.storage.database import Database
from tests.conftest import need

PHONE = "+1 416 555 0134"
EMERGENCY = "112 or your local emergency number"
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium as the system has it; as root it has no sandbox."""
    program = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if program is None:
        need("Chromium", "install the package chromium")
    return {**browser_type_launch_args, "executable_path": program, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def base_url() -> str:
    """None: pytest-playwright's own fixture is of a kind that pytest has deprecated."""
    return ""


class Clinic:
    """The server, on a port of its own; it can be killed and started again."""

    def __init__(self, folder: Path, knowledge: Path, origins: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.database_url = f"sqlite:///{folder / 'clinic.sqlite3'}"
        self.printed = folder / "printed.txt"
        self._env = {
            **os.environ,
            "PORT": str(self.port),
            "DATABASE_URL": self.database_url,
            "KNOWLEDGE_DIR": str(knowledge),
            "ALLOWED_ORIGINS": origins,
            "RATE_LIMITS": "off",
            "SECRET_KEY": "s" * 40,
            "DATA_KEY": base64.urlsafe_b64encode(bytes(range(32))).decode(),
        }
        database = Database(self.database_url)
        schema.upgrade(database)
        database.engine.dispose()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start gunicorn as `make run` does and wait until it is ready."""
        program = Path(sys.executable).with_name("gunicorn")
        with self.printed.open("wb") as printed:
            self._process = subprocess.Popen(
                [str(program)], env=self._env, cwd=config.ROOT, stdout=printed
            )
        for _ in range(1200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/readyz").close()
                return
            time.sleep(0.1)
        self.kill()
        raise TimeoutError("The server does not get ready.")

    def kill(self) -> None:
        """End the server at once, workers first, as a power cut would."""
        if self._process is None:
            return
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        for pid in [*children.read_text().split(), str(self._process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), 9)
        self._process.wait()
        self._process = None

    def count(self, table: str) -> int:
        """Return how many rows `table` has."""
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        engine.dispose()
        return int(found)


class Site:
    """The clinic's own site: pages under a chosen path, served from another origin."""

    def __init__(self) -> None:
        pages: dict[str, tuple[dict[str, str], str]] = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers, html = pages.get(self.path.split("?")[0], ({}, ""))
                self.send_response(200 if html else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_: Any) -> None:
                """Stay silent."""

        self.pages = pages
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped knowledge of a clinic with a telephone, and its twin in a right-to-left language.

    The twin's words are English: only its direction is tested.
    """
    folder = tmp_path_factory.mktemp("knowledge")
    shutil.copytree(config.ROOT / "knowledge", folder, dirs_exist_ok=True)
    shutil.copytree(folder / "en", folder / "he")
    clinic = (folder / "clinic.toml").read_text()
    clinic = clinic.replace('phone = ""', f'phone = "{PHONE}"', 1)
    clinic = clinic.replace('privacy_url = ""', 'privacy_url = "https://clinic.example/privacy"', 1)
    (folder / "clinic.toml").write_text(clinic)
    return folder


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The clinic's site."""
    it = Site()
    yield it
    it.stop()


@pytest.fixture(scope="session")
def clinic(
    tmp_path_factory: pytest.TempPathFactory, knowledge: Path, site: Site
) -> Iterator[Clinic]:
    """The server that most tests share."""
    it = Clinic(tmp_path_factory.mktemp("clinic"), knowledge, site.url)
    it.start()
    yield it
    it.kill()


@pytest.fixture
def own_clinic(tmp_path: Path, knowledge: Path, site: Site) -> Iterator[Clinic]:
    """A server of the test's own, to be killed."""
    it = Clinic(tmp_path, knowledge, site.url)
    it.start()
    yield it
    it.kill()


class Visitor:
    """What a visitor does on a page with the widget."""

    def __init__(self, page: Page, site: Site, clinic: Clinic) -> None:
        self.page = page
        self.site = site
        self.clinic = clinic
        self.launcher = page.locator("clinic-chat .launcher")
        self.panel = page.get_by_role("dialog")
        self.field = page.get_by_role("textbox", name="Your question").and_(
            page.get_by_placeholder("Type your question")
        )
        self.log = page.get_by_role("log")
        self.form = page.get_by_role("form", name="Ask the clinic")

    def visits(
        self,
        attributes: str = "",
        body: str = "<h1>Our clinic</h1><p>Welcome.</p>",
        head: str = "",
        headers: dict[str, str] | None = None,
        path: str = "/",
    ) -> None:
        """Go to a page of the clinic's site that embeds the widget with these attributes."""
        script = f'<script async src="{self.clinic.url}/widget.js" {attributes}></script>'
        html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clinic</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"{head}</head><body><main>{body}</main>{script}</body></html>"
        )
        self.site.pages[path] = (headers or {}, html)
        self.page.goto(self.site.url + path)

    def opens(self) -> None:
        self.launcher.click()
        expect(self.field).to_be_visible()

    def says(self, words: str) -> None:
        """Send a message and wait for what comes back."""
        lines = self.page.locator("clinic-chat .log > *")
        before = lines.count()
        self.field.fill(words)
        self.field.press("Enter")
        expect(lines).to_have_count(before + 2)

    def fills_form(self) -> None:
        """Fill in what the consultation form requires."""
        self.form.get_by_label("Your name").fill("Robin Sample")
        self.form.get_by_label("Phone").fill("+1 416 555 0199")
        self.form.get_by_label("I agree").check()

    @property
    def last(self) -> Locator:
        return self.page.locator("clinic-chat .log > *").last

    def stored(self) -> dict[str, str]:
        """What the page's origin keeps in the browser, its cookies included."""
        found: dict[str, str] = self.page.evaluate(
            "() => ({...localStorage, ...sessionStorage, ...(document.cookie && {cookie: 1})})"
        )
        return found


@pytest.fixture
def visitor(page: Page, site: Site, clinic: Clinic) -> Visitor:
    """A visitor at a desktop."""
    page.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    return Visitor(page, site, clinic)


@pytest.fixture
def new_visitor(
    new_context: Callable[..., BrowserContext], site: Site, clinic: Clinic
) -> Callable[..., Visitor]:
    """Make a visitor with a screen, a colour scheme … of their own."""
    expect.set_options(timeout=15_000)

    def make(**settings: Any) -> Visitor:
        page = new_context(**settings).new_page()
        page.set_default_timeout(15_000)
        return Visitor(page, site, clinic)

    return make
