"""What the widget costs a page, beside other chat widgets measured the same way.

    .venv/bin/python -m benchmarks.widget [--peers] [--json]

Each is embedded in the same small page, as its documentation says, from its published package and
compressed by gzip; --peers fetches the packages with npm into benchmarks/.peers first. Sizes are
bodies as they travel. Tasks are measured with the processor slowed down four times.
"""

from __future__ import annotations

import argparse
import gzip
import http.server
import json
import mimetypes
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from assistant import config
from assistant.app import create_app
from assistant.records.storage import schema
from assistant.records.storage.database import Database

PEERS = Path(__file__).parent / ".peers"
ROUNDS = 5
WATCH = """
window.found = {shift: 0, tasks: []};
new PerformanceObserver((list) => { for (const it of list.getEntries()) found.shift += it.value; })
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver((list) => {
  for (const it of list.getEntries()) found.tasks.push(it.duration);
}).observe({type: 'longtask', buffered: true});
addEventListener('click', () => { window.clicked = performance.now(); }, true);
"""
UNTIL = """(selector) => new Promise((resolve) => {
  const deep = (root) => {
    const hit = root.querySelector(selector);
    if (hit && hit.getBoundingClientRect().height) return hit;
    for (const it of root.querySelectorAll('*')) {
      const inner = it.shadowRoot && deep(it.shadowRoot);
      if (inner) return inner;
    }
  };
  const look = () => deep(document) ? resolve(performance.now() - (window.clicked ?? 0))
                                    : requestAnimationFrame(look);
  look();
})"""


@dataclass(frozen=True)
class Subject:
    """A widget: its package, how a page embeds it, what opens it and what shows that it is open."""

    name: str
    package: str
    html: str
    launcher: str
    ready: str


SUBJECTS = [
    Subject(
        "deep-chat",
        "deep-chat@2.4.2",
        "<script type=module src=/deep-chat/dist/deepChat.bundle.js></script>"
        '<deep-chat demo=true introMessage=\'{"text": "Hello"}\'></deep-chat>',
        "",
        "#text-input",
    ),
    Subject(
        "@n8n/chat",
        "@n8n/chat@1.37.0",
        "<link rel=stylesheet href=/n8n-chat/dist/style.css><script type=module>"
        "import {createChat} from '/n8n-chat/dist/chat.bundle.es.js';"
        "createChat({webhookUrl: '/none', loadPreviousSession: false});</script>",
        ".chat-window-toggle",
        ".chat-message",
    ),
    Subject(
        "@typebot.io/js",
        "@typebot.io/js@0.10.7",
        "<script type=module>import Typebot from '/typebot.io-js/dist/web.js';"
        "Typebot.initBubble({typebot: 'none', apiHost: location.origin});</script>",
        "button",
        "[part=bot]",
    ),
]


class Silent(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Measure and print a table, or one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--peers", action="store_true", help="fetch and measure the others too")
    options = parser.parse_args()
    if options.peers:
        fetch_peers()
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with site() as pages, clinic(pages[0]) as ours, sync_playwright() as playwright:
        here = Subject("this one", "", f"<script async src={ours}/widget.js></script>", "", "")
        here = Subject(here.name, "", here.html, "clinic-chat .launcher", ".scroller .us p")
        subjects = [here, *(SUBJECTS if PEERS.exists() else [])]
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        results = {it.name: measure(browser, pages, it) for it in subjects}
        browser.close()
    if options.json:
        print(json.dumps(results))
    else:
        print_table(results)


def fetch_peers() -> None:
    """Fetch the published packages, without what they depend on: their bundles carry it."""
    PEERS.mkdir(exist_ok=True)
    for subject in SUBJECTS:
        packed = subprocess.run(
            ["npm", "pack", "--silent", subject.package],
            cwd=PEERS, check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        folder = PEERS / packed.rpartition("-")[0]
        folder.mkdir(exist_ok=True)
        shutil.unpack_archive(PEERS / packed, folder, "gztar", filter="data")
        print(f"Fetched {subject.package}", file=sys.stderr)


@contextmanager
def clinic(origin: str) -> Iterator[str]:
    """The real application on a temporary database, open to `origin`; yields its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/widget.sqlite3"
        database = Database(url)
        schema.upgrade(database)
        settings: dict[str, Any] = {"database_url": url, "allowed_origins": [origin.rstrip("/")]}
        app = create_app(config.load(instance=Path(folder), **settings))
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
        app.extensions["desk"].repliers  # noqa: B018  (built before anything is measured)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        database.engine.dispose()


@contextmanager
def site() -> Iterator[tuple[str, dict[str, str]]]:
    """A host page and the packages' files, as its origin and the page's changing body."""
    page = {"body": ""}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("?")[0].lstrip("/")
            package = name.partition("/")[0]
            file = PEERS / package / "package" / name.partition("/")[2]
            if not name:
                text = "<main><h1>Clinic</h1>" + "<p>A page of the clinic.</p>" * 40
                html = f"<!doctype html><html lang=en><title>x</title>{text}{page['body']}"
                self.give(html.encode(), "page.html")
            elif file.is_file():
                self.give(file.read_bytes(), name)
            else:
                self.send_error(404)

        def give(self, body: bytes, name: str) -> None:
            packed = gzip.compress(body)
            self.send_response(200)
            kind = "text/javascript" if name.endswith("js") else mimetypes.guess_type(name)[0]
            self.send_header("Content-Type", kind or "application/octet-stream")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/", page
    server.shutdown()


def measure(
    browser: Browser, pages: tuple[str, dict[str, str]], subject: Subject
) -> dict[str, float | None]:
    """Return the subject's figures: bytes, milliseconds and counts; None where it has none."""
    url, page = pages
    page["body"] = subject.html
    rounds = [one_round(browser, url, subject, slowdown=4) for _ in range(ROUNDS)]
    brisk = [one_round(browser, url, subject, slowdown=1) for _ in range(ROUNDS)]
    print(f"Measured {subject.name}", file=sys.stderr)
    figures = {name: _median([it[name] for it in rounds]) for name in rounds[0]}
    return figures | {"open_ms": _median([it["open_ms"] for it in brisk])}


def one_round(
    browser: Browser, url: str, subject: Subject, slowdown: int
) -> dict[str, float | None]:
    """Return the figures of one visit with an empty cache."""
    context = browser.new_context(viewport={"width": 1000, "height": 760})
    page = context.new_page()
    page.add_init_script(WATCH)
    answers: list[Response] = []
    page.on("response", lambda it: answers.append(it) if it.url != url else None)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.goto(url)
    page.wait_for_load_state("networkidle")
    figures: dict[str, float | None] = {
        "bytes_before": _bytes(answers),
        "requests_before": sum("favicon" not in it.url for it in answers),
        "stored_before": _stored(page),
    }
    figures["open_ms"] = _open(page, subject)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)
    figures |= {
        "bytes_in_all": _bytes(answers),
        "stored_after_opening": _stored(page),
        "layout_shift": round(float(page.evaluate("found.shift")), 3),
        "long_tasks": len(page.evaluate("found.tasks")),
        "longest_task_ms": max(page.evaluate("found.tasks"), default=0),
        "axe_violations": len(Axe().run(page).response["violations"]),
    }
    context.close()
    return figures


def _open(page: Page, subject: Subject) -> float | None:
    """Return the milliseconds from the click to the greeting; None without a launcher."""
    if subject.launcher:
        page.locator(subject.launcher).first.click()
    try:
        took = page.evaluate(
            f"(it) => Promise.race([({UNTIL})(it), new Promise((late) => setTimeout(late, 8e3))])",
            subject.ready,
        )
    except Exception:
        return None
    return round(float(took)) if took and subject.launcher else None


def _bytes(answers: list[Response]) -> int:
    """Return what scripts and style sheets weigh on the wire."""
    code = [it for it in answers if it.request.resource_type in ("script", "stylesheet", "fetch")]
    code = [it for it in code if it.ok and "/api/" not in it.url]
    return sum(it.request.sizes()["responseBodySize"] for it in code)


def _stored(page: Page) -> int:
    return int(
        page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length")
    )


def _median(values: list[float | None]) -> float | None:
    known = [it for it in values if it is not None]
    return statistics.median(known) if known else None


def print_table(results: dict[str, dict[str, float | None]]) -> None:
    """Print a Markdown table, a column for each widget."""
    names = list(results)
    print("| |", " | ".join(names), "|")
    print("|---" * (len(names) + 1) + "|")
    for row in results[names[0]]:
        cells = ("–" if it[row] is None else f"{it[row]:,.4g}" for it in results.values())
        if row.startswith("bytes"):
            cells = (f"{it[row]:,.0f}" for it in results.values())
        print("|", row.replace("_", " "), "|", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
