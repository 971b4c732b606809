"""How fast messages are served, and whether slow clients disturb the others.

    .venv/bin/python -m benchmarks.serving [--json]

1. Messages per second through gunicorn on SQLite, beside a Flask view that inserts one row, in
   turns in one run; the median of the rounds. The view (benchmarks/bare.py) is served twice: bare,
   in an application of its own with the same server, database and settings of it, and inside of
   the front desk, with the headers, log and limits of every other view. The server's processor time
   per request is given as well: it hardly depends on what else the machine does.
2. 1,300 connections that drip one byte a second of a request, beside normal traffic.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager, suppress  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import NamedTuple  # noqa: E402

import gevent  # noqa: E402
import psutil  # noqa: E402

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
# Different ones, as visitors ask them: what was just asked would be in every cache.
QUESTIONS = [
    json.loads(line)["text"]
    for line in (ROOT / "tests" / "development.jsonl").read_text(encoding="utf-8").splitlines()
]
CLIENTS = 16
ROUNDS, ROUND_SECONDS = 25, 1.0  # short: other work on the machine then hits neighbours alike
DRIPPING, DRIP_SECONDS, NORMAL_PER_SECOND = 1300, 15.0, 50


def main() -> None:
    """Run both parts and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--only", choices=["throughput", "dripping"], help="one of the two parts")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        parts = [part for part in (throughput, dripping) if options.only in (None, part.__name__)]
        figures = {name: value for part in parts for name, value in part(Path(folder)).items()}
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:32} {value}")


class Server(NamedTuple):
    """A server that runs: its port and its one worker."""

    port: int
    worker: psutil.Process


class Load(NamedTuple):
    """What came of one round: requests per second, processor milliseconds per request."""

    rate: float
    cost: float


def throughput(folder: Path) -> dict[str, float]:
    """Return the medians of requests per second, of their costs, and of the rounds' ratios."""
    with (
        server(folder / "ours.sqlite3") as ours,
        server(folder / "bare.sqlite3", "benchmarks.bare:alone()") as bare,
        server(folder / "inside.sqlite3", "benchmarks.bare:inside()") as inside,
    ):
        rounds = []
        for _ in range(ROUNDS):
            turn = (
                load(ours, "/api/v1/messages"),
                load(bare, "/api/v1/insert"),
                load(inside, "/api/v1/insert"),
            )
            rounds.append(turn)
            print(" / ".join(f"{each.rate:.0f}" for each in turn), "per second", file=sys.stderr)
    names = ("messages", "bare_inserts", "inserts_inside")
    figures: dict[str, float] = {}
    for name, turns in zip(names, zip(*rounds, strict=True), strict=True):
        figures[f"{name}_per_second"] = round(statistics.median(each.rate for each in turns))
        figures[f"{name}_cpu_ms"] = round(statistics.median(each.cost for each in turns), 2)
    for name, at in (("ratio", 1), ("ratio_inside", 2)):
        ratios = [turn[0].rate / turn[at].rate for turn in rounds]
        figures[name] = round(statistics.median(ratios), 2)
    return figures


def dripping(folder: Path) -> dict[str, float]:
    """Return how normal traffic fares beside slow connections; times in milliseconds."""
    with server(folder / "dripping.sqlite3") as (port, _):
        drips = [gevent.spawn(_drip, port) for _ in range(DRIPPING)]
        gevent.sleep(2)
        normal = [
            gevent.spawn_later(n / NORMAL_PER_SECOND, _timed, port)
            for n in range(int(DRIP_SECONDS * NORMAL_PER_SECOND))
        ]
        gevent.joinall(normal)
        gevent.killall(drips)
    times = sorted(each.value for each in normal if each.value is not None)
    return {
        "dripping_connections": len(drips),
        "normal_requests": len(normal),
        "normal_failures": len(normal) - len(times),
        "normal_p50_ms": round(times[len(times) // 2] * 1000, 1),
        "normal_p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
    }


@contextmanager
def server(database: Path, *application: str) -> Iterator[Server]:
    """Run the front desk, or another application, on a database of its own."""
    environment = _environment(database)
    upgrade = [str(BIN / "flask"), "--app", "assistant.app", "db", "upgrade"]
    subprocess.run(upgrade, env=environment, cwd=ROOT, check=True)
    with _gunicorn(environment, *application) as process:
        port = int(environment["PORT"])
        yield Server(port, _worker(psutil.Process(process.pid), port))


def load(served: Server, path: str) -> Load:
    """Return what CLIENTS clients get in one round."""
    spent = _seconds(served.worker)
    until = time.perf_counter() + ROUND_SECONDS
    clients = [
        gevent.spawn(_keep_asking, served.port, path, until, number) for number in range(CLIENTS)
    ]
    gevent.joinall(clients, raise_error=True)
    answered = sum(client.value for client in clients)
    return Load(answered / ROUND_SECONDS, (_seconds(served.worker) - spent) * 1000 / answered)


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _environment(database: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        **os.environ,
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{database}",
        "RATE_LIMITS": "off",
    }


@contextmanager
def _gunicorn(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(BIN / "gunicorn"), *arguments]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _worker(master: psutil.Process, port: int) -> psutil.Process:
    """Return the worker once the server answers."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as asking:
            asking.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            if _some(asking):
                (worker,) = master.children()
                return worker
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _keep_asking(port: int, path: str, until: float, number: int) -> int:
    """Ask one question after the other, four to a conversation; return how many were answered."""
    first = number * len(QUESTIONS) // CLIENTS
    connection = socket.create_connection(("127.0.0.1", port))
    token: str | None = None
    for count in itertools.count():
        if time.perf_counter() >= until:
            connection.close()
            return count
        body = {"text": QUESTIONS[(first + count) % len(QUESTIONS)], "conversation": token}
        answer = _post(connection, path, body)
        token = answer.get("conversation") if count % 4 != 3 else None
    return 0


def _post(connection: socket.socket, path: str, body: dict[str, str | None]) -> dict[str, str]:
    """Send one request on a kept connection and return the JSON of its answer."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    connection.sendall(head.encode() + content)
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head_received, _, rest = received.partition(b"\r\n\r\n")
    if b" 200 " not in head_received.splitlines()[0]:
        raise RuntimeError(head_received.decode())
    length = int(head_received.lower().partition(b"content-length:")[2].split()[0])
    while len(rest) < length:
        rest += _some(connection)
    answer: dict[str, str] = json.loads(rest)
    return answer


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("closed by the server")
    return data


def _drip(port: int) -> None:
    """Hold a place by sending a request a byte a second; once cut off, begin again."""
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as connection:
            for byte in itertools.chain(b"POST / HTTP/1.1\r\nX: ", itertools.repeat(97)):
                connection.sendall(bytes([byte]))
                gevent.sleep(1)
        gevent.sleep(0.1)


def _timed(port: int) -> float | None:
    """Return the seconds of one message on a new connection, None when it failed."""
    begun = time.perf_counter()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            _post(connection, "/api/v1/messages", {"text": QUESTIONS[0]})
    except (OSError, RuntimeError):
        return None
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
