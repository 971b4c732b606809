"""The demo page: what a fresh install shows at its root."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from assistant.addresses import origin_and_twin
from assistant.web.desk import desk
from assistant.web.security import policy

pages = Blueprint("pages", __name__)


@pages.get("/")
def demo() -> ResponseReturnValue:
    """Show an imaginary article with the widget in it, on a loopback host from its twin."""
    origin = _other_origin()
    page = make_response(render_template("demo.html", clinic=desk().knowledge.clinic, desk=origin))
    page.headers["Content-Security-Policy"] = policy(script_src=origin, connect_src=origin)
    return page


def _other_origin() -> str:
    """Return this server's origin; by its other name on a loopback host, as on a real site."""
    try:
        return origin_and_twin(request.host_url)[-1]
    except ValueError:  # a Host that is none
        abort(400)
