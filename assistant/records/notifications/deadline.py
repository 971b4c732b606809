"""A limit on a whole network exchange, which a timeout per read or write is not."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def deadline(connection: Callable[[], socket.socket | None], seconds: float) -> Iterator[None]:
    """End the connection after so many seconds, however slowly the other side drips.

    It is asked for only then: TLS puts another socket in the place of the first.
    """
    timer = threading.Timer(seconds, _end, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(connection: Callable[[], socket.socket | None]) -> None:
    found = connection()
    if found is not None:
        with contextlib.suppress(OSError):
            found.shutdown(socket.SHUT_RDWR)
