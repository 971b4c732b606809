"""Random tokens that open something: handed out once, kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new() -> tuple[str, bytes]:
    """Return a token of 256 random bits in URL-safe base64, and its hash."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> bytes:
    """Return the SHA-256 of a token: with so many random bits there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
