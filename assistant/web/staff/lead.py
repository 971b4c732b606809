"""One request: everything about it on one page, and every step that staff take with it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from assistant.records.accounts import accounts
from assistant.records.leads import inbox, triage
from assistant.records.leads.reference import parse
from assistant.records.storage.lead_models import ConsentText, Lead
from assistant.web.desk import desk
from assistant.web.staff import identity
from assistant.web.staff.blueprint import staff
from assistant.web.staff.chat import chat, why_handed_over
from assistant.web.staff.filters import Filters, read_version
from assistant.web.staff.listing import Selection

LONGEST_NOTE = 4000
_CHANGES = ("status", "urgent", "assigned")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is about to save: the form as it was typed."""

    state: str
    assigned_to: str
    urgent: bool
    note: str
    version: int

    @classmethod
    def of(cls, lead: Lead) -> Draft:
        """Return the draft that changes nothing."""
        state = f"closed/{lead.closed_reason}" if lead.closed_reason else lead.status
        return cls(state, str(lead.assigned_to or ""), lead.urgent, "", lead.version)

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Draft:
        """Return what was sent."""
        state = form.get("state", "")
        if state == "closed":
            state = f"closed/{form.get('reason', '')}"
        return cls(
            state,
            form.get("assigned_to", ""),
            form.get("urgent") == "yes",
            form.get("note", "").strip()[:LONGEST_NOTE],
            read_version(form.get("version", "")),
        )


@staff.get("/leads/<reference>", endpoint="lead")
def lead_page(reference: str) -> ResponseReturnValue:
    """Show a request."""
    with desk().database.read() as rows:
        lead = inbox.find(rows, parse(reference) or "")
        if lead is None:
            abort(404)
        return _page(rows, lead, Draft.of(lead))


@staff.post("/leads/<reference>", endpoint="save_lead")
def save_lead(reference: str) -> ResponseReturnValue:
    """Save status, assignment, urgency and note together; 409 when somebody was faster."""
    draft = Draft.read(request.form)
    following = _following(reference) if request.form.get("then") == "next" else None
    try:
        with desk().database.write() as rows:
            _save(rows, triage.edit(rows, reference, draft.version), draft)
    except triage.LeadNotFoundError:
        abort(404)
    except triage.ConflictError:
        return _conflict(reference, draft)
    except ValueError:
        return _again(reference, draft)
    flash(f"{reference} is saved.")
    return redirect(_address(following or reference), 303)


@staff.post("/leads/<reference>/undo/<row:event_id>", endpoint="undo")
def undo(reference: str, event_id: int) -> ResponseReturnValue:
    """Take a step of the history back."""
    draft = Draft.read(request.form)
    try:
        with desk().database.write() as rows:
            lead = triage.edit(rows, reference, draft.version)
            triage.undo(rows, lead, event_id, actor=identity.member().id, now=desk().now())
    except triage.LeadNotFoundError:
        abort(404)
    except triage.ConflictError:
        return _conflict(reference, None, draft.version)
    except triage.UndoError:
        flash("That step has been undone already, or a later one stands on it.")
        return redirect(_address(reference), 303)
    flash("The step is undone.")
    return redirect(_address(reference), 303)


def _save(rows: Session, lead: Lead, draft: Draft) -> None:
    actor, now = identity.member().id, desk().now()
    if draft.note:
        triage.add_note(rows, lead, draft.note, actor=actor, now=now)
    status, _, reason = draft.state.partition("/")
    if draft.state != "held" or lead.status != "held":
        triage.set_status(
            rows,
            lead,
            status,
            reason=reason or None,
            actor=actor,
            now=now,
            channels=desk().leads.to_staff,
        )
    triage.set_urgent(rows, lead, draft.urgent, actor=actor, now=now)
    if draft.assigned_to != str(lead.assigned_to or ""):
        to = _colleague(rows, draft.assigned_to)
        triage.assign(rows, lead, to, actor=actor, now=now)


def _colleague(rows: Session, typed: str) -> int | None:
    if not typed:
        return None
    for number, _ in accounts.colleagues(rows):
        if str(number) == typed:
            return number
    raise ValueError("nobody who can be given work")


def _conflict(reference: str, draft: Draft | None, seen: int = -1) -> ResponseReturnValue:
    """Show what changed meanwhile, with what was typed still in the form."""
    with desk().database.read() as rows:
        lead = inbox.find(rows, reference)
        if lead is None:
            abort(404)
        seen = draft.version if draft else seen
        steps = [step for step in triage.history(rows, lead) if step.kind in _CHANGES]
        missed = steps[-max(lead.version - seen, 0) :] if 0 < seen < lead.version else steps
        shown = draft or Draft.of(lead)
        return _page(rows, lead, shown, missed=missed), 409


def _again(reference: str, draft: Draft) -> ResponseReturnValue:
    with desk().database.read() as rows:
        lead = inbox.find(rows, reference)
        if lead is None:
            abort(404)
        problem = "Choose a status from the list; closed needs a reason."
        return _page(rows, lead, draft, problem=problem), 422


def _following(reference: str) -> str | None:
    """Return the reference that comes after this one in the list it was opened from."""
    with desk().database.read() as rows:
        lead = inbox.find(rows, reference)
        return _selection().neighbours(rows, lead)[1] if lead else None


def _page(rows: Session, lead: Lead, draft: Draft, **more: object) -> str:
    previous, following = _selection().neighbours(rows, lead)
    exchanges = chat(rows, lead)
    marketing = lead.marketing_version and rows.get(ConsentText, lead.marketing_version)
    return render_template(
        "staff/lead.html",
        lead=lead,
        draft=draft,
        previous=previous,
        following=following,
        view=request.args.get("view", ""),
        address=_address,
        exchanges=exchanges,
        why=why_handed_over(exchanges) if exchanges else "",
        consent=rows.get(ConsentText, lead.consent_version),
        marketing=marketing,
        others=inbox.same_contact(rows, desk().keyring, lead),
        history=triage.history(rows, lead)[::-1],
        undoable=triage.undoable(rows, lead),
        names=accounts.names(rows),
        colleagues=accounts.colleagues(rows),
        longest_note=LONGEST_NOTE,
        **more,
    )


def _selection() -> Selection:
    return Selection(Filters.read(MultiDict(_view_parts())), identity.member().id)


def _view_parts() -> list[tuple[str, str]]:
    return parse_qsl(request.args.get("view", ""))


def _address(reference: str) -> str:
    """Return the page of a request that remembers the list it was opened from."""
    return url_for("staff.lead", reference=reference, view=request.args.get("view") or None)
