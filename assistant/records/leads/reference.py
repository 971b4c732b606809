"""References: how visitor and staff call a request on the telephone."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LENGTH = 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new() -> str:
    """Return a random reference of 40 bits; it tells nothing of how many came before."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def parse(text: str) -> str | None:
    """Return the reference that somebody wrote or heard ("k7q2-9fdo"), None if it is not one."""
    found = text.strip().upper().translate(_READ_AS)
    whole = len(found) == _LENGTH and all(letter in _ALPHABET for letter in found)
    return found if whole else None
