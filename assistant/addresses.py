"""Addresses as settings give them, in their normal form or refused with what to write instead."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pydantic import SecretStr

_LOOPBACK_TWINS = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}


def origin_and_twin(site: str) -> list[str]:
    """Return the origin of `site`; for a loopback host also that of its other name."""
    first = origin(site.strip())
    host = urlsplit(first).hostname or ""
    twin = _LOOPBACK_TWINS.get(host)
    return [first, first.replace(host, twin)] if twin else [first]


def origin(site: str) -> str:
    """Return scheme, host and port of `site` as browsers write an Origin (RFC 6454).

    Raises ValueError with the remedy.
    """
    remedy = "write each site as https://host or https://host:port, without path, *, or user"
    try:
        parts = urlsplit(site)
        port = parts.port
    except ValueError:
        raise ValueError(remedy) from None
    host = parts.hostname or ""
    extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not host or "*" in host or extra:
        raise ValueError(remedy)
    if ":" in host:
        host = f"[{ipaddress.IPv6Address(host)}]"
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


def with_scheme(value: SecretStr | None, *schemes: str) -> SecretStr | None:
    """Return `value`; raises ValueError with the remedy when its scheme is not of `schemes`."""
    if value is not None and urlsplit(value.get_secret_value()).scheme not in schemes:
        raise ValueError("write it as " + " or ".join(f"{scheme}://…" for scheme in schemes))
    return value
