"""How fast messages are served, and whether slow clients disturb the others.

    .venv/bin/python -m benchmarks.serving [--json]

1. Messages per second through gunicorn on SQLite, beside a bare Flask view that inserts one row
   through the same stack (benchmarks/bare.py), in turns in one run; the median of the rounds.
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

import gevent  # noqa: E402

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
QUESTIONS = [
    "does it hurt",
    "how much does it cost",
    "how long does a session take",
    "can I go back to work after it",
    "does mesoterapy realy work for bald patches",
    "how many sessions will I need",
]
CLIENTS = 16
ROUNDS, ROUND_SECONDS = 7, 3.0
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


def throughput(folder: Path) -> dict[str, float]:
    """Return messages and bare inserts per second (medians), and the ratio of each round."""
    with server(folder / "ours.sqlite3") as ours, bare(folder / "bare.sqlite3") as yardstick:
        rounds = []
        for _ in range(ROUNDS):
            messages = rate(ours, "/api/v1/messages")
            inserts = rate(yardstick, "/insert")
            rounds.append((messages, inserts, messages / inserts))
            print(f"{messages:.0f} / {inserts:.0f} per second", file=sys.stderr)
    medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
    return {
        "messages_per_second": round(medians[0]),
        "bare_inserts_per_second": round(medians[1]),
        "ratio": round(medians[2], 2),
    }


def dripping(folder: Path) -> dict[str, float]:
    """Return how normal traffic fares beside slow connections; times in milliseconds."""
    with server(folder / "dripping.sqlite3") as port:
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
def server(database: Path) -> Iterator[int]:
    """Run the front desk on its own database; yield its port."""
    environment = _environment(database)
    upgrade = [str(BIN / "flask"), "--app", "assistant.app", "db", "upgrade"]
    subprocess.run(upgrade, env=environment, cwd=ROOT, check=True)
    with _gunicorn(environment) as port:
        yield port


@contextmanager
def bare(database: Path) -> Iterator[int]:
    """Run the yardstick on its own database with the same tables; yield its port."""
    environment = _environment(database)
    upgrade = [str(BIN / "flask"), "--app", "assistant.app", "db", "upgrade"]
    subprocess.run(upgrade, env=environment, cwd=ROOT, check=True)
    with _gunicorn(environment, "benchmarks.bare:app") as port:
        yield port


def rate(port: int, path: str) -> float:
    """Return requests per second of CLIENTS clients over one round."""
    until = time.perf_counter() + ROUND_SECONDS
    clients = [gevent.spawn(_keep_asking, port, path, until) for _ in range(CLIENTS)]
    gevent.joinall(clients, raise_error=True)
    return float(sum(client.value for client in clients)) / ROUND_SECONDS


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
def _gunicorn(environment: dict[str, str], *arguments: str) -> Iterator[int]:
    command = [str(BIN / "gunicorn"), *arguments]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    port = int(environment["PORT"])
    try:
        _wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _keep_asking(port: int, path: str, until: float) -> int:
    """Ask one question after the other, four to a conversation; return how many were answered."""
    connection = socket.create_connection(("127.0.0.1", port))
    token: str | None = None
    for count in itertools.count():
        if time.perf_counter() >= until:
            connection.close()
            return count
        body = {"text": QUESTIONS[count % len(QUESTIONS)], "conversation": token}
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
