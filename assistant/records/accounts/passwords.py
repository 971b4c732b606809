"""Passwords of staff: hashed with Argon2id, and checked against those everybody tries first."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

import gevent
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent import monkey

SHORTEST = 12
LONGEST = 200
# OWASP's password storage sheet: 19 MiB, two passes, one lane; about 30 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_COMMON = Path(__file__).parent / "common_passwords.txt"
_LOOK_ALIKES = str.maketrans("@4301!|5$7+8", "aaeoiilssttb")
_FEWEST_CHARACTERS = 5

P = ParamSpec("P")
T = TypeVar("T")


def hashed(password: str) -> str:
    """Return the Argon2id hash of `password`, salt and cost included."""
    return _aside(_HASHER.hash, _normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Return whether `password` is the one that was hashed.

    Without a stored hash it is compared with one that nothing matches, so that an unknown
    account takes as long as a known one.
    """
    return _aside(_verify, stored or _of_nobody(), _normal(password)) and stored is not None


def weakness(password: str, *own: str) -> str | None:
    """Return what is wrong with a new password and how to do better; None when it will do.

    `own` are words that its owner is known by: name, e-mail address, clinic.
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three or four random words work well."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    stem = _stem(password)
    if len(set(password.casefold())) < _FEWEST_CHARACTERS or len(stem) < 4:
        return "Use more different letters: this is one of the first that a stranger would try."
    if stem in _common():
        return "Choose another: a common password with something added is easily guessed."
    if stem in {_stem(part) for word in own for part in (word, *word.replace("@", " ").split())}:
        return "Leave your name, your e-mail address and the clinic out of it."
    return None


def _stem(password: str) -> str:
    """Return the word inside `password`: "P@ssw0rd2024!" has the stem "password"."""
    letters = _normal(password).casefold().strip("0123456789!?.,-_#*$&+ ")
    word = "".join(c for c in letters.translate(_LOOK_ALIKES) if c.isalpha())
    for length in range(1, len(word) // 2 + 1):
        if word == word[:length] * (len(word) // length):
            return word[:length]
    return word


def _normal(password: str) -> str:
    # One password whatever keyboard it is typed on (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _aside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do slow work in a real thread, so that a gevent server serves others meanwhile."""
    if not monkey.is_module_patched("threading"):
        return work(*args, **kwargs)
    result: T = gevent.get_hub().threadpool.apply(work, args, kwargs)
    return result


@cache
def _of_nobody() -> str:
    return hashed("nobody's password")


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
