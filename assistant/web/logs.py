"""Logs as JSON, one line each; never what visitors wrote, their address, tokens or queries."""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import time
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = logging.getLogger("assistant.requests")
_ROUTE = "assistant.route"
_REQUEST_ID = "assistant.request_id"
_PEER_ADDRESS = "Invalid request from ip="


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object; of an error only its type and places, not its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(
                "T", "milliseconds"
            ),
            "level": record.levelname.lower(),
        }
        fields = getattr(record, "fields", None)
        if fields is not None:
            line |= fields
        else:
            line |= {"logger": record.name, "message": _harmless(record)}
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            frames = traceback.extract_tb(trace)
            line["error"] = kind.__name__
            line["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line)


def _harmless(record: logging.LogRecord) -> str:
    """Return the message, without values where a request or its sender may be among them."""
    if record.exc_info:
        return str(record.msg)
    message = record.getMessage()
    return "Invalid request" if message.startswith(_PEER_ADDRESS) else message


def init_app(app: Flask) -> None:
    """Log each request in one line and give it an id that the response carries too."""
    app.before_request(_remember_route)
    app.log_exception = _log_exception  # type: ignore[method-assign]
    app.wsgi_app = RequestLog(app.wsgi_app)  # type: ignore[method-assign]


def request_id() -> str:
    """Return the id of the current request."""
    return str(request.environ.get(_REQUEST_ID, ""))


class RequestLog:
    """WSGI middleware: one line per request with method, route, status, milliseconds and id."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve the request and log it once its response begins."""
        begun = time.perf_counter()
        environ[_REQUEST_ID] = secrets.token_hex(8)

        def logged(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            _log.info("", extra={"fields": _line(environ, status, begun)})
            marked = [*headers, ("X-Request-ID", environ[_REQUEST_ID])]
            return start_response(status, marked, error)

        return self._app(environ, logged)


def _line(environ: WSGIEnvironment, status: str, begun: float) -> dict[str, Any]:
    return {
        "method": environ["REQUEST_METHOD"],
        "route": environ.get(_ROUTE),
        "status": int(status[:3]),
        "ms": round((time.perf_counter() - begun) * 1000, 2),
        "request": environ[_REQUEST_ID],
    }


def _remember_route() -> None:
    if request.url_rule is not None:
        request.environ[_ROUTE] = request.url_rule.rule


def _log_exception(
    exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
) -> None:
    # Flask's own names the path, and the path of a staff link is the key to an account.
    route = request.environ.get(_ROUTE)
    _log.error(f"Exception on {request.method} {route}", exc_info=exc_info[1])
