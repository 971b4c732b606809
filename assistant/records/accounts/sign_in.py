"""Signing in: who may come in, and how long a guesser waits between two tries.

Failures count per account and address, so a stranger who guesses slows only their own address
down. A browser that has signed in before is counted by itself, so that not even a guesser at the
next desk can keep the owner out. While an account is guessed at from everywhere, each new address
has one try instead of five before it waits; nobody's first try is ever refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from contextlib import suppress

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.records.storage.account_models import Account, SignInFailure

_FREE_TRIES = 5
_FREE_TRIES_UNDER_ATTACK = 1
_ATTACK = 50
_SPRAYING = 30
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 900.0
_FORGOTTEN = dt.timedelta(hours=1)


class Tries:
    """The failures that count for one try: by an account's name, an address and a device."""

    def __init__(self, email: str, address: str, device: str | None) -> None:
        """`device` is the mark of a browser that has signed in to this account before."""
        email = email.strip().casefold()
        self._here = _key("device", email, device) if device else _key("pair", email, address)
        self._account = _key("account", email)
        self._address = _key("address", address)
        self._keys = sorted((self._here, self._account, self._address))
        self._trusted = device is not None

    def begin(self, session: Session, now: dt.datetime) -> int:
        """Return how many seconds to wait before the next try; 0 when it may be made now.

        A try that may be made counts as failed until it `succeeded`, so that many at once don't
        slip through together.
        """
        # Looked at before anything is written: who is only told to wait leaves no rows behind.
        if wait := self._wait(session, now):
            return wait
        for key in self._keys:
            if session.get(SignInFailure, key) is None:
                # Another try may add it at the same moment: then that one is used.
                with suppress(IntegrityError), session.begin_nested():
                    session.add(SignInFailure(key=key, count=0, last_at=now))
        if wait := self._wait(session, now):
            return wait
        for row in self._rows(session).values():
            row.count, row.last_at = _failures(row, now) + 1, now
        return 0

    def succeeded(self, session: Session) -> None:
        """Forget this try, and the earlier failures of this person here."""
        session.execute(delete(SignInFailure).where(SignInFailure.key == self._here))
        others = SignInFailure.key.in_((self._account, self._address))
        session.execute(update(SignInFailure).where(others).values(count=SignInFailure.count - 1))

    def _wait(self, session: Session, now: dt.datetime) -> int:
        rows = self._rows(session)
        attacked = _failures(rows.get(self._account), now) >= _ATTACK and not self._trusted
        free = _FREE_TRIES_UNDER_ATTACK if attacked else _FREE_TRIES
        wait = _left(rows.get(self._here), free, now)
        return wait if self._trusted else max(wait, _left(rows.get(self._address), _SPRAYING, now))

    def _rows(self, session: Session) -> dict[bytes, SignInFailure]:
        """Return the counts that there are, as they are now, locked until the transaction ends."""
        found = session.scalars(
            select(SignInFailure)
            .where(SignInFailure.key.in_(self._keys))
            .order_by(SignInFailure.key)
            .with_for_update(),
            execution_options={"populate_existing": True},
        )
        return {row.key: row for row in found}


def may_sign_in(account: Account | None) -> bool:
    """Return whether an account is open and has a password."""
    return (
        account is not None
        and account.password_hash is not None
        and account.closed_at is None
        and not account.demo
    )


def purge(session: Session, now: dt.datetime) -> None:
    """Forget the failures of more than an hour ago."""
    session.execute(delete(SignInFailure).where(SignInFailure.last_at <= now - _FORGOTTEN))


def _failures(row: SignInFailure | None, now: dt.datetime) -> int:
    """Return how often it failed, of which long ago does not count."""
    return 0 if row is None or row.last_at <= now - _FORGOTTEN else row.count


def _left(row: SignInFailure | None, free: int, now: dt.datetime) -> int:
    failures = _failures(row, now)
    if row is None or failures < free:
        return 0
    pause = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(failures - free, 20))
    until = row.last_at + dt.timedelta(seconds=pause)
    return max(0, math.ceil((until - now).total_seconds()))


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()
