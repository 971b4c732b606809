"""How often one address may ask, counted where a view says so: after the red-flag check."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import math
import time
from functools import cached_property
from typing import Any

from flask import request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from assistant.web.problems import Problem

LIMITS = {
    "messages": "30 per minute; 400 per hour",
    # Beyond that, red flags alone are looked for, in up to 60 ms; beyond this nothing is read.
    "red flags": "180 per minute",
    "suggestions": "180 per minute",
    "feedback": "60 per minute",
    "leads": "60 per minute",
    # Beyond this a request is held for a look, not refused.
    "new leads": "5 per 10 minutes",
    "erasures": "30 per minute",
}
_REST_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Limits:
    """Counters per address; in Redis when several processes share them, else in memory.

    While Redis does not answer, each process counts by itself: limits get looser, requests go on.
    """

    def __init__(self, *, enabled: bool, secret: str, redis_url: str | None = None) -> None:
        """`secret` keys the hashes that stand for addresses, so that none is kept anywhere."""
        self.enabled = enabled
        self._secret = secret.encode()
        self._shared = redis_url and FixedWindowRateLimiter(
            storage_from_string(redis_url, **_redis_options())
        )
        self._redis_rests_until = 0.0
        self._items = {name: tuple(parse_many(limit)) for name, limit in LIMITS.items()}

    @cached_property
    def _own(self) -> FixedWindowRateLimiter:
        # Made at the first use: its clock is a thread, which must not be forked.
        return FixedWindowRateLimiter(MemoryStorage())

    def exceeded(self, name: str) -> int:
        """Count one more of `name` by the sender; return the seconds to wait, 0 when within."""
        if not self.enabled:
            return 0
        sender = hmac.new(self._secret, address().encode(), hashlib.sha256).hexdigest()
        return max((self._hit(item, name, sender) for item in self._items[name]), default=0)

    def count(self, name: str) -> None:
        """Count one more of `name`; raises Problem 429 when that was one too many."""
        if seconds := self.exceeded(name):
            raise too_many(seconds)

    def _hit(self, item: RateLimitItem, name: str, sender: str) -> int:
        if self._shared and time.monotonic() >= self._redis_rests_until:
            try:
                return _wait(self._shared, item, name, sender)
            except Exception:  # whatever a storage's client raises
                _log.warning("Redis does not answer: limits are counted per process meanwhile")
                self._redis_rests_until = time.monotonic() + _REST_SECONDS
        return _wait(self._own, item, name, sender)


def _redis_options() -> dict[str, Any]:
    # Imported here: it takes a tenth of the time in which a server without it starts.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return {
        "socket_timeout": 0.2,
        "socket_connect_timeout": 0.2,
        "retry": Retry(NoBackoff(), 0),  # its own would keep visitors waiting for seconds
    }


def address() -> str:
    """Return the sender's address; an IPv6 /64 counts as one, since one line has all of it."""
    sender = request.remote_addr or "unknown"
    try:
        found = ipaddress.ip_address(sender.partition("%")[0])
    except ValueError:
        return sender  # some proxies add a port
    if isinstance(found, ipaddress.IPv4Address):
        return sender
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)  # as a dual-stack socket names IPv4
    return str(ipaddress.IPv6Network((found, 64), strict=False).network_address)


def too_many(seconds: int) -> Problem:
    """Return the 429 that says when to come back."""
    return Problem(429, f"Too many requests: wait {seconds} s.", retry_after=seconds)


def _wait(strategy: FixedWindowRateLimiter, item: RateLimitItem, name: str, sender: str) -> int:
    if strategy.hit(item, name, sender):
        return 0
    reset = strategy.get_window_stats(item, name, sender).reset_time
    return max(1, math.ceil(reset - time.time()))
