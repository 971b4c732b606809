"""The second step of signing in: codes of an authenticator (RFC 6238), and recovery codes."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from assistant.records.storage.account_models import Account, RecoveryCode

_STEP_SECONDS = 30
_DRIFT_STEPS = (0, -1, 1)  # a phone's clock may be half a minute off
_RECOVERY_CODES = 10
# Crockford's base 32: no letter that looks like another or like a digit.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CODE_LENGTH = 16  # 80 random bits


def offer(account: Account) -> str:
    """Return the secret that an authenticator shall learn; it counts once a code confirms it."""
    if account.second_step:
        raise ValueError("the account has a second step already")
    if account.totp_secret is None:
        account.totp_secret = pyotp.random_base32()
    return account.totp_secret


def uri(account: Account, secret: str, clinic: str) -> str:
    """Return what the QR code says: secret, account and clinic (Google's Key URI format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=clinic)


def confirm(session: Session, account: Account, code: str, now: dt.datetime) -> list[str] | None:
    """Turn the offered second step on and return the recovery codes; None if the code is wrong."""
    if account.second_step or not _accept_code(account, code, now):
        return None
    account.totp_since = now
    return renew_recovery_codes(session, account)


def passes(session: Session, account: Account, typed: str, now: dt.datetime) -> bool:
    """Return whether `typed` is a current code or an unused recovery code, and use it up."""
    if not account.second_step:
        return False
    return _accept_code(account, typed, now) or _use_recovery_code(session, account, typed, now)


def renew_recovery_codes(session: Session, account: Account) -> list[str]:
    """Return ten new recovery codes to be shown once; the earlier ones stop working."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [
        "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        for _ in range(_RECOVERY_CODES)
    ]
    session.add_all(RecoveryCode(account_id=account.id, code_hash=_hash(code)) for code in codes)
    return ["-".join(code[i : i + 4] for i in range(0, _CODE_LENGTH, 4)) for code in codes]


def recovery_codes_left(session: Session, account_id: int) -> int:
    """Return how many recovery codes have not been used."""
    unused = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def _accept_code(account: Account, typed: str, now: dt.datetime) -> bool:
    code = "".join(typed.split())
    if account.totp_secret is None or not (code.isascii() and code.isdigit()):
        return False
    totp = pyotp.TOTP(account.totp_secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    for step in (current + drift for drift in _DRIFT_STEPS):
        right = secrets.compare_digest(totp.at(step * _STEP_SECONDS), code)
        if right and (account.totp_step is None or step > account.totp_step):
            account.totp_step = step
            return True
    return False


def _use_recovery_code(session: Session, account: Account, typed: str, now: dt.datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == _hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return used.first() is not None


def _hash(typed: str) -> bytes:
    code = "".join(c for c in typed.casefold() if c.isalnum())
    code = code.translate(str.maketrans("oil", "011"))  # as Crockford reads them
    return hashlib.sha256(code.encode()).digest()
