"""Group commit: what several visitors wait for at once is written in one transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
_MOST = 64  # a group of them is written in a few milliseconds


class GroupCommit(Generic[Item, Outcome]):
    """Hands items that come together to `write` together; each caller waits until that is done.

    To begin and to commit costs far more than another row (DeWitt et al., "Implementation
    techniques for main memory database systems", SIGMOD 1984, name it group commit).
    """

    def __init__(self, write: Callable[[list[Item]], Outcome]) -> None:
        """`write` gets at most 64 items, in the order they came; one call of it runs at a time."""
        self._write = write
        self._open = _Group[Item, Outcome]()
        self._joining = threading.Lock()
        self._writing = threading.Lock()

    def add(self, item: Item) -> Outcome:
        """Return the outcome of the `write` that had `item` among its items, or raise its error."""
        with self._joining:
            if len(self._open.items) == _MOST:
                self._open = _Group()
            group = self._open
            group.items.append(item)
            leads = len(group.items) == 1
        if leads:
            self._lead(group)
        return group.outcome.result()

    def _lead(self, group: _Group[Item, Outcome]) -> None:
        try:
            with self._writing:
                time.sleep(0)  # lets those join whose turn it is now
                self._close(group)
                outcome = self._write(group.items)
        except BaseException as error:
            self._close(group)
            group.outcome.set_exception(error)
            raise
        group.outcome.set_result(outcome)

    def _close(self, group: _Group[Item, Outcome]) -> None:
        with self._joining:
            if self._open is group:
                self._open = _Group()


class _Group(Generic[Item, Outcome]):
    def __init__(self) -> None:
        self.items: list[Item] = []
        self.outcome: Future[Outcome] = Future()
