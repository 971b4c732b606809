"""Links for accounts: make the first one, accept an invitation, choose a new password.

A link works once and for a while; what is kept of it opens nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.records.accounts import accounts, tokens
from assistant.records.accounts.accounts import AccountError
from assistant.records.storage.account_models import ADMIN, Account, AccountLink

INVITATION_LIFE = dt.timedelta(hours=72)
RESET_LIFE = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that still works: what it is for, and whose account, unless it makes the first."""

    purpose: str
    email: str
    name: str


def first_link(session: Session, now: dt.datetime) -> str | None:
    """Return a new token to make the first account; None when somebody has one already.

    Earlier such links stop working.
    """
    if accounts.exist(session):
        return None
    session.execute(delete(AccountLink).where(AccountLink.purpose == "first"))
    return _link(session, "first", None, now, INVITATION_LIFE)


def invite(session: Session, email: str, name: str, role: str, now: dt.datetime) -> str:
    """Add an account and return the token of its invitation, good once for 72 hours.

    Inviting somebody again who never accepted renews the invitation. Raises AccountError.
    """
    address, name = accounts.checked_email(email), accounts.checked_name(name)
    accounts.checked_role(role)
    account = accounts.by_email(session, address)
    if account is not None and account.password_hash is not None:
        raise AccountError(
            "This address has an account: reset it instead, or open it again.", "email"
        )
    if account is None:
        account = Account(email=accounts.comparable(address), created_at=now, name=name, role=role)
        session.add(account)
    account.name, account.role, account.closed_at = name, role, None
    session.flush()
    return _link(session, "invite", account.id, now, INVITATION_LIFE)


def reset(session: Session, account: Account, now: dt.datetime, *, second_step: bool) -> str:
    """Return a token to choose a new password, good once for an hour; earlier ones end.

    `second_step`: using it also removes a lost second step. Raises AccountError when closed.
    """
    if account.closed_at is not None or account.demo:
        raise AccountError("This account is closed: open it again first.")
    if account.password_hash is None:
        return _link(session, "invite", account.id, now, INVITATION_LIFE)
    return _link(session, "reset", account.id, now, RESET_LIFE, second_step=second_step)


def open_link(session: Session, token: str, now: dt.datetime) -> OpenLink | None:
    """Return what a link is for; None when it was used, is too old, or never was."""
    link = _usable(session, token, now)
    if link is None:
        return None
    account = session.get(Account, link.account_id) if link.account_id else None
    if account is None:
        return OpenLink(link.purpose, "", "")
    return OpenLink(link.purpose, account.email, account.name)


def accept(
    session: Session,
    token: str,
    password_hash: str,
    now: dt.datetime,
    *,
    email: str = "",
    name: str = "",
) -> Account:
    """Use up a link: give its account the password, end its sessions, return the account.

    `email` and `name` are for the first account, which is an admin's. Raises AccountError.
    """
    link = _usable(session, token, now, lock=True)
    if link is None:
        raise AccountError("This link has been used or is too old: ask for a new one.")
    if link.purpose == "first":
        account = _first(session, email, name, now)
    else:
        found = session.get(Account, link.account_id)
        assert found is not None  # noqa: S101  (a link goes with its account)
        account = found
        if name:
            account.name = accounts.checked_name(name)
    if link.second_step_too:
        accounts.remove_second_step(session, account)
    accounts.set_password(session, account, password_hash)
    session.execute(delete(AccountLink).where(AccountLink.token_hash == link.token_hash))
    return account


def _first(session: Session, email: str, name: str, now: dt.datetime) -> Account:
    if accounts.exist(session):
        raise AccountError("The first account exists already: sign in, or ask for an invitation.")
    address, name = accounts.checked_email(email), accounts.checked_name(name)
    account = accounts.by_email(session, address)
    if account is None:
        account = Account(email=accounts.comparable(address), created_at=now, name=name, role=ADMIN)
        session.add(account)
    account.name, account.role, account.closed_at = name, ADMIN, None
    session.flush()
    return account


def _usable(
    session: Session, token: str, now: dt.datetime, *, lock: bool = False
) -> AccountLink | None:
    found = select(AccountLink).where(
        AccountLink.token_hash == tokens.digest(token), AccountLink.expires_at > now
    )
    return session.scalar(found.with_for_update() if lock else found)


def _link(
    session: Session,
    purpose: str,
    account_id: int | None,
    now: dt.datetime,
    life: dt.timedelta,
    *,
    second_step: bool = False,
) -> str:
    token, token_hash = tokens.new()
    if account_id is not None:
        session.execute(delete(AccountLink).where(AccountLink.account_id == account_id))
    session.add(
        AccountLink(
            token_hash=token_hash,
            purpose=purpose,
            account_id=account_id,
            second_step_too=second_step,
            created_at=now,
            expires_at=now + life,
        )
    )
    return token
