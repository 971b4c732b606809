"""The webhook: tells a clinic's other system about a lead, signed, by https only.

Headers and signature follow Standard Webhooks (standardwebhooks.com, specification 1.0.0).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from urllib.parse import urlsplit

from assistant.records.notifications.deadline import deadline
from assistant.records.notifications.outbox import DeliveryError, Notice

_TIMEOUT_SECONDS = 10
_DEADLINE_SECONDS = 30
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last four bytes are IPv4
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Webhook:
    """Posts notices to one https address; redirects are not followed."""

    name = "webhook"

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        staff_url: str | None = None,
        tls: ssl.SSLContext | None = None,
        allow_private: bool = False,
    ) -> None:
        """`secret` signs (`whsec_` and base64, or any text); `allow_private` is for tests.

        Raises ValueError when `url` is not an https address.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError("a webhook needs an https:// address")
        self._host = parts.hostname
        self._port = parts.port or 443
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._key = _key(secret)
        self._staff_url = staff_url
        self._tls = tls or ssl.create_default_context()
        self._allow_private = allow_private

    def send(self, notice: Notice) -> None:
        """Deliver one notice; raises DeliveryError unless the answer is 2xx."""
        body = json.dumps(self._event(notice)).encode()
        moment = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "clinic-front-desk",
            "webhook-id": str(notice.event_id),
            "webhook-timestamp": moment,
            "webhook-signature": signature(self._key, str(notice.event_id), moment, body),
        }
        connection = _PinnedConnection(
            self._host, self._port, tls=self._tls, allow_private=self._allow_private
        )
        try:
            with deadline(lambda: connection.sock, _DEADLINE_SECONDS):
                connection.request("POST", self._path, body, headers)
                status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise DeliveryError(f"The webhook failed: {type(error).__name__}.") from None
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise DeliveryError(f"The webhook answered {status}.")

    def _event(self, notice: Notice) -> dict[str, object]:
        return {
            "type": "lead.received",
            "timestamp": notice.received_at.isoformat(),
            "data": {
                "reference": notice.reference,
                "urgent": notice.urgent,
                "link": self._staff_url and f"{self._staff_url}/leads/{notice.reference}",
            },
        }


def signature(key: bytes, event_id: str, moment: str, body: bytes) -> str:
    """Return `v1,` and the base64 HMAC-SHA256 of id, Unix time in seconds, and body."""
    signed = hmac.new(key, f"{event_id}.{moment}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def is_public(address: _Address) -> bool:
    """Return whether an address is on the open internet (IANA special-purpose registries)."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


class _PinnedConnection(http.client.HTTPSConnection):
    """Connects to the very address that was checked, so that a second DNS answer is of no use."""

    def __init__(self, host: str, port: int, *, tls: ssl.SSLContext, allow_private: bool) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_SECONDS, context=tls)
        self._tls = tls
        self._allow_private = allow_private

    def connect(self) -> None:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if not self._allow_private and not all(
            is_public(ipaddress.ip_address(address.partition("%")[0])) for address in addresses
        ):
            raise DeliveryError("The webhook's address is private: only public ones are used.")
        raw = socket.create_connection((addresses[0], self.port), _TIMEOUT_SECONDS)
        self.sock = self._tls.wrap_socket(
            raw, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("a webhook secret with whsec_ goes on in base64") from None
