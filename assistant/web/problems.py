"""One shape for every error of the API: application/problem+json (RFC 9457)."""

from __future__ import annotations

from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

API = "/api/"
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address takes another method.",
    413: "Send less: the body is too large.",
    429: "Too many requests: wait a moment, then try again.",
    500: "Something went wrong on our side; it was noted.",
    503: "Not available at the moment: try again shortly.",
}


class Problem(Exception):  # noqa: N818  (RFC 9457 calls it so)
    """An error of the API as the client shall see it; it never repeats what was sent."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str | None = None,
        errors: dict[str, str] | None = None,
        retry_after: int | None = None,
        more: dict[str, object] | None = None,
    ) -> None:
        """`kind` names the type, `retry_after` is in seconds, `more` are further members."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.errors = errors
        self.retry_after = retry_after
        self.more = more or {}

    def response(self) -> Response:
        """Return the problem as a response."""
        body: dict[str, object] = {
            "type": f"/problems/{self.kind}" if self.kind else "about:blank",
            "title": HTTP_STATUS_CODES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        if self.errors:
            body["errors"] = self.errors
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return Response(
            json.dumps(body),
            status=self.status,
            headers=headers,
            content_type="application/problem+json",
        )


def init_app(app: Flask) -> None:
    """Answer every error under /api/ as a problem; elsewhere errors stay pages."""
    app.register_error_handler(Problem, Problem.response)
    app.register_error_handler(HTTPException, _http_error)


def _http_error(error: HTTPException) -> HTTPException | Response:
    if not request.path.startswith(API):
        return error
    status = error.code or 500
    answer = Problem(status, _DETAILS.get(status, "This request cannot be served.")).response()
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer
