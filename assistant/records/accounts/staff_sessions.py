"""Where staff are signed in: one row per device, which anybody may end who owns it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from assistant.records.accounts import tokens
from assistant.records.storage.account_models import Account, StaffSession

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
_NOTICED_EVERY = dt.timedelta(minutes=1)

_BROWSERS = (
    ("Edge", r"Edg(A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who uses a session; `session_id` names the device."""

    session_id: int
    account_id: int
    name: str
    email: str
    role: str
    second_step: bool
    seen_at: dt.datetime


def begin(session: Session, account: Account, user_agent: str, now: dt.datetime) -> str:
    """Sign a device in and return its token; only the token's hash is kept."""
    token, token_hash = tokens.new()
    session.add(
        StaffSession(
            token_hash=token_hash,
            account_id=account.id,
            device=device(user_agent),
            created_at=now,
            seen_at=now,
        )
    )
    return token


def find(session: Session, token: str, now: dt.datetime) -> SignedIn | None:
    """Return who a token signs in; None once it idled 30 minutes, is 12 hours old, or ended."""
    row = session.execute(
        select(StaffSession, Account)
        .join(Account, Account.id == StaffSession.account_id)
        .where(
            StaffSession.token_hash == tokens.digest(token),
            StaffSession.seen_at > now - IDLE,
            StaffSession.created_at > now - LONGEST,
            Account.closed_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    device, account = row
    return SignedIn(
        session_id=device.id,
        account_id=account.id,
        name=account.name,
        email=account.email,
        role=account.role,
        second_step=account.second_step,
        seen_at=device.seen_at,
    )


def is_worth_noting(seen_at: dt.datetime, now: dt.datetime) -> bool:
    """Return whether a use is to be noted: once a minute is enough."""
    return now - seen_at > _NOTICED_EVERY


def notice(session: Session, session_id: int, now: dt.datetime) -> None:
    """Remember that a device was used just now."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def devices(session: Session, account_id: int, now: dt.datetime) -> list[StaffSession]:
    """Return where an account is signed in, the device used last first."""
    alive = (
        StaffSession.account_id == account_id,
        StaffSession.seen_at > now - IDLE,
        StaffSession.created_at > now - LONGEST,
    )
    return list(
        session.scalars(select(StaffSession).where(*alive).order_by(StaffSession.seen_at.desc()))
    )


def end(session: Session, session_id: int, account_id: int) -> bool:
    """Sign one device of an account out; False when it is not one of that account."""
    ended = session.execute(
        delete(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.account_id == account_id)
        .returning(StaffSession.id)
    )
    return ended.first() is not None


def end_all(session: Session, account_id: int) -> None:
    """Sign an account out everywhere."""
    session.execute(delete(StaffSession).where(StaffSession.account_id == account_id))


def purge(session: Session, now: dt.datetime) -> None:
    """Delete the sessions that have run out."""
    over = or_(StaffSession.seen_at <= now - IDLE, StaffSession.created_at <= now - LONGEST)
    session.execute(delete(StaffSession).where(over))


def device(user_agent: str) -> str:
    """Return browser and system of a User-Agent in words: "Firefox on Android"."""
    browser = _first(_BROWSERS, user_agent) or "Unknown browser"
    system = _first(_SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(kinds: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for name, mark in kinds if re.search(mark, user_agent)), None)
