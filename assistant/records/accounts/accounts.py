"""Accounts of staff: invited by link, given a password by their owner, never deleted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.records import contact
from assistant.records.accounts import passwords, staff_sessions
from assistant.records.storage.account_models import (
    ADMIN,
    ROLES,
    Account,
    AccountLink,
    RecoveryCode,
)

LONGEST_NAME = 100


class AccountError(ValueError):
    """Something about accounts that cannot be done; `field` is the one to correct, if any."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def exist(session: Session) -> bool:
    """Return whether anybody has a password yet."""
    having = select(Account.id).where(Account.password_hash.is_not(None)).limit(1)
    return session.scalar(having) is not None


def everybody(session: Session) -> list[Account]:
    """Return the accounts: open ones first, each by name."""
    order = (Account.closed_at.is_not(None), func.lower(Account.name), Account.id)
    return list(session.scalars(select(Account).where(Account.demo.is_(False)).order_by(*order)))


def names(session: Session) -> dict[int, str]:
    """Return the name of every account, closed ones included, by id."""
    rows = session.execute(select(Account.id, Account.name))
    return {row.id: row.name for row in rows}


def colleagues(session: Session) -> list[tuple[int, str]]:
    """Return id and name of everybody who can be given work, by name."""
    able = (Account.closed_at.is_(None), Account.password_hash.is_not(None))
    found = select(Account.id, Account.name).where(*able).order_by(func.lower(Account.name))
    return [(number, name) for number, name in session.execute(found)]


def by_email(session: Session, email: str) -> Account | None:
    """Return the account that signs in with `email`."""
    return session.scalar(select(Account).where(Account.email == comparable(email)))


def set_password(session: Session, account: Account, password_hash: str) -> None:
    """Give an account a password: every session and every other link of it ends."""
    account.password_hash = password_hash
    staff_sessions.end_all(session, account.id)
    session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))


def change_role(session: Session, account: Account, role: str) -> None:
    """Make somebody staff or admin; raises AccountError for the last admin."""
    if checked_role(role) != ADMIN:
        _require_another_admin(session, account)
    account.role = role


def close(session: Session, account: Account, now: dt.datetime) -> None:
    """End an account and its sessions and links; raises AccountError for the last admin."""
    _require_another_admin(session, account)
    account.closed_at = now
    staff_sessions.end_all(session, account.id)
    session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))


def reopen(session: Session, account: Account) -> None:
    """Let a closed account sign in again, with the password it had."""
    account.closed_at = None


def remove_second_step(session: Session, account: Account) -> None:
    """Forget the authenticator and the recovery codes of an account."""
    account.totp_secret = account.totp_since = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def checked_name(name: str) -> str:
    """Return a name without outer or doubled spaces; raises AccountError."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME:
        raise AccountError("Write the name that colleagues know, up to 100 characters.", "name")
    return tidy


def checked_role(role: str) -> str:
    """Return a role; raises AccountError for anything else."""
    if role not in ROLES:
        raise AccountError("Choose one of the roles: " + ", ".join(ROLES) + ".", "role")
    return role


def checked_email(email: str) -> str:
    """Return an address in its normal form; raises AccountError."""
    try:
        return contact.email(email.strip())
    except contact.ContactError as error:
        raise AccountError(str(error), "email") from None


def check_password(password: str, *own: str) -> None:
    """Raise AccountError unless a new password will do; `own` are its owner's words."""
    problem = passwords.weakness(password, *own)
    if problem:
        raise AccountError(problem, "password")


def _require_another_admin(session: Session, account: Account) -> None:
    others = select(Account.id).where(
        Account.role == ADMIN,
        Account.closed_at.is_(None),
        Account.password_hash.is_not(None),
        Account.id != account.id,
    )
    if account.role == ADMIN and session.scalar(others.limit(1)) is None:
        raise AccountError("This is the only admin: make somebody else admin first.")


def comparable(email: str) -> str:
    """Return what accounts are known by: an address without its case."""
    return contact.comparable_email(email.strip())
