"""What guards every response: headers, and which other sites may call the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_BODY = 64 * 1024
PAGE_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in PAGE_POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: the check of staff forms over https needs the Referer.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_OVER_HTTPS = {"Strict-Transport-Security": f"max-age={365 * 24 * 3600}"}
_OF_THE_API = {"Cache-Control": "no-store"}


def policy(**changes: str) -> str:
    """Return the pages' Content-Security-Policy with directives changed: `script_src="…"`."""
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in {**PAGE_POLICY, **changed}.items())


def init_app(app: Flask, *, origins: tuple[str, ...], trusted_proxies: int) -> None:
    """Add the headers to every response and let exactly `origins` call the API."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.wsgi_app = Guard(app.wsgi_app)  # type: ignore[method-assign]
    CORS(
        app,
        resources={r"/api/v1/.*": {"origins": list(origins)}},
        methods=["GET", "POST"],
        allow_headers=["Content-Type", "Idempotency-Key"],
        expose_headers=["Retry-After"],
        max_age=86400,
        send_wildcard=False,
    )
    for hop in reversed(range(trusted_proxies)):
        app.wsgi_app = _behind(app.wsgi_app, hop + 1, trusted_proxies)  # type: ignore[method-assign]


class Guard:
    """WSGI middleware: adds to each response those of the headers that it has not set itself."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve the request with the headers that belong to its address."""
        due = _HEADERS
        if environ["wsgi.url_scheme"] == "https":
            due = due | _OVER_HTTPS
        if environ["PATH_INFO"].startswith("/api/"):
            due = due | _OF_THE_API

        def guarded(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            own = {name.title() for name, _ in headers}
            more = [header for header in due.items() if header[0] not in own]
            return start_response(status, headers + more, error)

        return self._app(environ, guarded)


def _behind(served: WSGIApplication, hop: int, hops: int) -> ProxyFix:
    """Return `served` reading what the proxies in front of it say of the visitor.

    Each proxy adds to X-Forwarded-For, so the visitor's address is the one `hops` from its end.
    X-Forwarded-Proto is most often written anew by each, so it may have fewer values than there
    are hops: the farthest value that is there counts, each hop being looked at in turn.
    """
    return ProxyFix(served, x_for=hops if hop == hops else 0, x_proto=hop)
