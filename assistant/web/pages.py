"""The demo page: what a fresh install shows at its root."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from assistant.web.desk import desk
from assistant.web.security import policy

_TWINS = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}

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
    here = urlsplit(request.host_url)
    host = _TWINS.get(here.hostname or "", here.hostname)
    return f"{here.scheme}://{host}:{here.port}" if here.port else f"{here.scheme}://{host}"
