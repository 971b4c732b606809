"""Notifications that could not be sent, and sending them again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from assistant.records.notifications import outbox
from assistant.web.desk import desk
from assistant.web.staff.blueprint import staff


@staff.get("/notifications", endpoint="notifications")
def notifications_page() -> ResponseReturnValue:
    """List what was given up after 72 hours of trying."""
    with desk().database.read() as rows:
        return render_template("staff/notifications.html", failed=outbox.failed(rows))


@staff.post("/notifications/<row:row_id>/resend", endpoint="resend")
def resend(row_id: int) -> ResponseReturnValue:
    """Put one back into the outbox."""
    with desk().database.write() as rows:
        again = outbox.resend(rows, row_id, desk().now())
    flash("It is being sent again." if again else "It has been sent, or is being sent, already.")
    return redirect(url_for("staff.notifications"), 303)
