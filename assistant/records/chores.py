"""Chores: what a server does again and again beside answering."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)


def begin(name: str, seconds: float, chore: Callable[[], object]) -> threading.Thread:
    """Do `chore` every `seconds` in a thread until the process ends; a failure is logged.

    The first time comes within a tenth of `seconds`, at random, so that several processes do not
    do it all at once.
    """
    thread = threading.Thread(target=_repeat, args=(name, seconds, chore), name=name, daemon=True)
    thread.start()
    return thread


def _repeat(name: str, seconds: float, chore: Callable[[], object]) -> None:
    time.sleep(random.uniform(0, seconds / 10))  # noqa: S311
    while True:
        try:
            chore()
        except Exception:
            _log.warning("Chore failed, it is tried again later: %s", name, exc_info=True)
        time.sleep(seconds)
