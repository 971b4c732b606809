"""The staff area, put together: its pages, its guard, its sessions."""

from __future__ import annotations

from flask import Flask, abort
from flask.typing import ResponseReturnValue

from assistant.web.staff import (
    account,
    blueprint,
    export,
    guard,
    identity,
    inbox,
    lead,
    links,
    notifications,
    overview,
    people,
    sign_in,
    wording,
)
from assistant.web.staff.blueprint import staff

PAGES = (sign_in, links, account, people, overview, inbox, lead, export, notifications)


def init_app(app: Flask) -> None:
    """Add the staff area to the application."""
    identity.init_app(app)
    guard.init_app(app)
    wording.init_app(app)
    blueprint.init_app(app)
    app.register_blueprint(staff)


@staff.route("/<path:rest>", methods=["GET", "POST"], endpoint="nowhere")
def nowhere(rest: str) -> ResponseReturnValue:
    """Answer every other address below /staff like a page: sign in first, then 404."""
    abort(404)
