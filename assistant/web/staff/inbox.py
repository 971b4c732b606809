"""The list of requests: filtered, counted, set several at once; its address is the view."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assistant.records.accounts import accounts
from assistant.records.leads import inbox, statistics, triage
from assistant.records.storage.lead_models import OPEN, Lead
from assistant.web.desk import desk
from assistant.web.staff import identity
from assistant.web.staff.blueprint import staff
from assistant.web.staff.filters import Filters, read_place, read_version, write_place
from assistant.web.staff.listing import Selection

_MOST_AT_ONCE = 200
COUNTED = (*OPEN, "held")
"""What still wants attention: counting what is done would only make the page slow."""


@staff.get("/leads", endpoint="inbox")
def inbox_page() -> ResponseReturnValue:
    """Show a page of the list."""
    filters = Filters.read(request.args)
    after, before = (read_place(request.args.get(name)) for name in ("after", "before"))
    with desk().database.read() as rows:
        listing = Selection(filters, identity.member().id).page(rows, after, before)
        return render_template(
            "staff/inbox.html",
            filters=filters,
            listing=listing,
            counts=inbox.counts(rows, COUNTED),
            again=inbox.repeated(rows, listing.leads),
            names=accounts.names(rows),
            newest=statistics.newest(rows),
            write_place=write_place,
        )


@staff.get("/leads/pulse", endpoint="pulse")
def pulse() -> ResponseReturnValue:
    """Tell an open page how many requests are new, and whether it is behind."""
    with desk().database.read() as rows:
        new = inbox.counts(rows, ("new",)).get("new", 0)
        return jsonify({"new": new, "newest": statistics.newest(rows)})


@staff.post("/leads", endpoint="set_several")
def set_several() -> ResponseReturnValue:
    """Set the status of the ticked requests; those that changed meanwhile are left alone."""
    # Written anew: what is in the form could hold a line break, which no header takes.
    view = urlencode(parse_qsl(request.form.get("view", "")))
    back = redirect(f"{url_for('staff.inbox')}?{view}", 303)
    ticked = request.form.getlist("lead")[:_MOST_AT_ONCE]
    state = request.form.get("state", "")
    if not ticked or not state:
        flash("Tick one or more requests and choose a status." if not ticked else _CHOOSE)
        return back
    done, left = 0, []
    with desk().database.write() as rows:
        for reference, version in (_reference_and_version(value) for value in sorted(ticked)):
            try:
                lead = triage.edit(rows, reference, version)
                _set_state(rows, lead, state)
                done += 1
            except (triage.ConflictError, triage.LeadNotFoundError, ValueError):
                left.append(reference)
    flash(_result(done, left))
    return back


_CHOOSE = "Choose the status that the ticked requests shall have."


def _set_state(rows: Session, lead: Lead, state: str) -> None:
    status, _, reason = state.partition("/")
    triage.set_status(
        rows,
        lead,
        status,
        reason=reason or None,
        actor=identity.member().id,
        now=desk().now(),
        channels=desk().leads.to_staff,
    )


def _reference_and_version(value: str) -> tuple[str, int]:
    reference, _, version = value.partition(".")
    return reference, read_version(version)


def _result(done: int, left: list[str]) -> str:
    changed = f"{done} request{'' if done == 1 else 's'} set."
    if not left:
        return changed
    return f"{changed} Left alone because they had changed meanwhile: {', '.join(left)}."
