"""Whether a consultation request is ever lost or doubled while the server is killed at random.

    .venv/bin/python -m benchmarks.intake
    .venv/bin/python -m benchmarks.intake --requests 200 --kills 5 --json
    DATABASE_URL=postgresql://… .venv/bin/python -m benchmarks.intake

1. 16 clients send every request three times, in mixed order, each until it gets a 201, while the
   server (all its processes, or one worker) is killed with SIGKILL at random. Then the database
   is counted: one lead and one outbox row per channel for each request, every 201 kept.
2. Leads per second without kills, beside the fsyncs per second of the same disk.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, text

from assistant.config import normal_database_url

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CLIENTS, SENDS = 16, 3
CHANNELS = ("email", "webhook")
_UNREACHABLE = (OSError, http.client.HTTPException)


def main() -> None:
    """Run both parts and print their figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10, help="of the second part")
    parser.add_argument("--json", action="store_true", help="print one object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/intake.sqlite3"
        figures = survive(url, options.requests, options.kills)
        if options.seconds:
            figures |= speed(url, Path(folder), options.seconds)
    print(json.dumps(figures) if options.json else _table(figures))
    if figures["lost"] or figures["leads"] != options.requests:
        sys.exit("requests were lost or doubled")


def survive(url: str, requests: int, kills: int) -> dict[str, float]:
    """Return what is left in the database after all the kills, and what was acknowledged."""
    begun = time.monotonic()
    with Server(url) as server:
        form = server.opened_form()
        bodies = [_body(form, number) for number in range(requests)]
        keys = [str(uuid.uuid4()) for _ in range(requests)]
        work = [number for number in range(requests) for _ in range(SENDS)]
        random.shuffle(work)
        told: list[set[str]] = [set() for _ in range(requests)]
        progress = Progress(len(work))

        def send(number: int) -> None:
            told[number].add(server.send_until_kept(bodies[number], keys[number], progress))

        killer = threading.Thread(target=_kill_at_random, args=(server, progress, kills))
        killer.start()
        _in_threads(work, send, progress)
        killer.join()
    kept = _kept(url)
    acknowledged = {reference for references in told for reference in references}
    return {
        "requests": requests,
        "sends": len(work),
        "tries": progress.tries,
        "kills": kills,
        "leads": len(kept["leads"]),
        **{f"outbox_{channel}": kept["outbox"].get(channel, 0) for channel in CHANNELS},
        "acknowledged": len(acknowledged),
        "lost": len(acknowledged - kept["leads"]),
        "told_two_references": sum(len(references) != 1 for references in told),
        "seconds": round(time.monotonic() - begun),
    }


def speed(url: str, folder: Path, seconds: float) -> dict[str, float]:
    """Return leads and fsyncs per second on the same disk."""
    fsyncs = _fsyncs(folder)
    with Server(url) as server:
        form = server.opened_form()
        until = time.monotonic() + seconds
        progress = Progress(0)

        def send(_: int) -> None:
            while time.monotonic() < until:
                number = secrets.randbelow(10**7)
                server.send_until_kept(_body(form, number), str(uuid.uuid4()), progress)

        _in_threads(list(range(CLIENTS)), send, progress)
    rate = progress.tries / seconds
    return {
        "leads_per_second": round(rate),
        "fsyncs_per_second": round(fsyncs),
        "leads_per_fsync": round(rate / fsyncs, 2),
    }


class Progress:
    """How far the sends are, shown as they go."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.tries = 0
        self._lock = threading.Lock()

    def tried(self) -> None:
        """Count one try."""
        with self._lock:
            self.tries += 1

    def finished(self) -> None:
        """Count one send that is through."""
        with self._lock:
            self.done += 1
            if self.total >= 20 and self.done % (self.total // 20) == 0:
                print(f"{self.done} of {self.total} sends, {self.tries} tries", file=sys.stderr)


class Server:
    """The front desk under gunicorn, to be killed and started again on one port."""

    def __init__(self, url: str, **settings: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        # Nothing answers here: notifications wait in the outbox.
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "DATABASE_URL": url,
            "RATE_LIMITS": "off",
            "SECRET_KEY": secrets.token_urlsafe(32),
            "DATA_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "SMTP_URL": "smtp://127.0.0.1:9",
            "NOTIFY_EMAIL": "desk@clinic.example",
            "WEBHOOK_URL": "https://localhost:9/",
            "WEBHOOK_SECRET": secrets.token_urlsafe(32),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        upgrade = [str(BIN / "flask"), "--app", "assistant.app", "db", "upgrade"]
        subprocess.run(upgrade, env=self._environment, cwd=ROOT, check=True)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._process = subprocess.Popen(
            [str(BIN / "gunicorn")],
            env=self._environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                self.ask("GET", "/healthz")
                return
            except _UNREACHABLE:
                time.sleep(0.05)
        raise TimeoutError("the server did not start")

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_a_worker(self) -> None:
        """End one worker; gunicorn replaces it."""
        if workers := self.master().children():
            random.choice(workers).send_signal(signal.SIGKILL)

    def master(self) -> psutil.Process:
        """Return the process whose children serve."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def opened_form(self) -> dict[str, Any]:
        """Return what a form gets, old enough to be sent."""
        found: dict[str, Any] = json.loads(self.ask("GET", "/api/v1/form")[1])
        time.sleep(2.1)
        return found

    def send_until_kept(self, body: bytes, key: str, progress: Progress) -> str:
        """Send the request until it gets a 201, and return its reference."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        until = time.monotonic() + 120
        while time.monotonic() < until:
            progress.tried()
            try:
                status, answer = self.ask("POST", "/api/v1/leads", body, headers)
            except _UNREACHABLE:
                time.sleep(random.uniform(0.02, 0.2))
                continue
            if status == 201:
                return str(json.loads(answer)["reference"])
            if status < 500:
                raise RuntimeError(f"{status}: {answer.decode()}")
            time.sleep(random.uniform(0.02, 0.2))
        raise TimeoutError("a request was not taken within two minutes")

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Return status and body of the answer to one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _kill_at_random(server: Server, progress: Progress, kills: int) -> None:
    """Kill at random points of the way, every fourth time the whole server."""
    points = sorted(random.sample(range(1, progress.total), kills))
    for count, point in enumerate(points):
        while progress.done < point:
            time.sleep(0.002)
        if count % 4 == 0:
            server.kill()
            server.start()
        else:
            server.kill_a_worker()


def _in_threads(work: list[int], send: Callable[[int], None], progress: Progress) -> None:
    todo = iter(work)
    lock = threading.Lock()
    errors: list[Exception] = []

    def run() -> None:
        for number in _shared(todo, lock):
            try:
                send(number)
            except Exception as error:
                errors.append(error)
            progress.finished()

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _shared(todo: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    while True:
        with lock:
            number = next(todo, None)
        if number is None:
            return
        yield number


def _body(form: dict[str, Any], number: int) -> bytes:
    fields = {
        "name": f"Visitor {number}",
        "phone": f"+1416{number % 10**7:07}",
        "message": f"Question {number}",
        "consent": {"version": form["consent"]["version"], "given": True},
        "token": form["token"],
    }
    return json.dumps(fields).encode()


def _kept(url: str) -> dict[str, Any]:
    engine = create_engine(normal_database_url(url))
    with engine.connect() as connection:
        leads = connection.execute(text("SELECT reference FROM leads WHERE status = 'new'"))
        references = {reference for (reference,) in leads}
        rows = connection.execute(text("SELECT channel, count(*) FROM outbox GROUP BY channel"))
        outbox: dict[str, int] = dict(rows.all())
    engine.dispose()
    return {"leads": references, "outbox": outbox}


@contextmanager
def _scratch(folder: Path) -> Iterator[int]:
    path = folder / "fsync"
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)
    yield handle
    os.close(handle)
    path.unlink()


def _fsyncs(folder: Path, seconds: float = 3) -> float:
    """Return how often 4 KiB can be appended and synced, one after the other, per second."""
    count, begun = 0, time.monotonic()
    with _scratch(folder) as handle:
        while time.monotonic() - begun < seconds:
            os.write(handle, bytes(4096))
            os.fsync(handle)
            count += 1
    return count / (time.monotonic() - begun)


def _table(figures: dict[str, float]) -> str:
    return "\n".join(f"{name:24} {value}" for name, value in figures.items())


if __name__ == "__main__":
    main()
