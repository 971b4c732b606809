"""The tables of staff: who may sign in, with what, and where they are signed in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from assistant.records.storage.encryption import EncryptedText
from assistant.records.storage.models import Base

STAFF, ADMIN = "staff", "admin"
ROLES = (STAFF, ADMIN)


class Account(Base):
    """One member of staff; kept when they leave, so that history still names them."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case: what they sign in with."""
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2id; None until the invitation is accepted."""
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText("accounts.totp_secret"))
    totp_since: Mapped[dt.datetime | None]
    """When the first code was confirmed; until then the secret is only an offer."""
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    """The time step of the last code used, so that none works twice (RFC 6238, 5.2)."""
    created_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    """When the account was closed; nobody signs in with it any more."""
    demo: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Made by the demo command; nobody can sign in with it."""

    @property
    def second_step(self) -> bool:
        """Whether signing in needs a code as well."""
        return self.totp_since is not None


class RecoveryCode(Base):
    """One code for the day the authenticator is lost; only its SHA-256 is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[dt.datetime | None]


class StaffSession(Base):
    """One device on which a member of staff is signed in; deleting it signs the device out."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    device: Mapped[str] = mapped_column(String(60))
    """Browser and system in words, such as "Firefox on Android"."""
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime] = mapped_column(index=True)


class AccountLink(Base):
    """A link that lets its holder choose a password, once; only the token's SHA-256 is kept."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purpose: Mapped[str] = mapped_column(String(10))
    """first (make the first account), invite, or reset."""
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    second_step_too: Mapped[bool] = mapped_column(default=False)
    """Whether the reset also takes a lost second step away."""
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]


class SignInFailure(Base):
    """How often signing in failed lately, per account and address; the key is their SHA-256."""

    __tablename__ = "sign_in_failures"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[dt.datetime] = mapped_column(index=True)
