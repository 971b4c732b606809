"""What staff do with a lead: each step is checked, counted and written into its history.

Every function works in the caller's transaction: `with database.write() as session: …`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from assistant.records.notifications.outbox import Schedule, enqueue, told
from assistant.records.storage.lead_models import STATUSES, Lead, LeadEvent

CLOSED_REASONS = ("no-answer", "not-suitable", "price", "elsewhere", "duplicate", "other")
_ANSWERED = ("attempted", "reached", "booked", "closed")
_UNDOABLE = ("status", "urgent", "assigned")


class LeadNotFoundError(Exception):
    """There is no lead of that reference."""


class ConflictError(Exception):
    """Somebody else changed the lead since it was read; nothing was changed now."""


class UndoError(Exception):
    """This step cannot be undone: it was already, or a later one of its kind stands on it."""


def edit(session: Session, reference: str, version: int | None = None) -> Lead:
    """Return the lead, locked until the transaction ends.

    With the `version` that the editor saw, raises ConflictError when it is no longer that;
    raises LeadNotFoundError.
    """
    found = session.scalar(select(Lead).where(Lead.reference == reference).with_for_update())
    if found is None:
        raise LeadNotFoundError
    if version is not None and found.version != version:
        raise ConflictError
    return found


def set_status(
    session: Session,
    lead: Lead,
    status: str,
    *,
    actor: int | None,
    now: dt.datetime,
    reason: str | None = None,
    channels: Iterable[str] = (),
) -> None:
    """Move the lead on; `reason` is one of CLOSED_REASONS, for `closed` only.

    Out of `held` it is told to staff by `channels` like any new one. Raises ValueError for
    another status or reason; `held` itself is the server's to give.
    """
    if status not in STATUSES or status == "held":
        raise ValueError("not a status that staff give")
    if (reason is not None) != (status == "closed") or reason not in (None, *CLOSED_REASONS):
        raise ValueError("closed needs one of the reasons, nothing else has one")
    old, was_held = _state(lead), lead.status == "held"
    if _apply_state(lead, f"{status}/{reason}" if reason else status, now) == old:
        return
    _record(session, lead, "status", old, _state(lead), actor, now)
    if was_held and status == "new":
        enqueue(session, lead, set(channels) - told(session, lead), now, Schedule())


def set_urgent(
    session: Session, lead: Lead, urgent: bool, *, actor: int | None, now: dt.datetime
) -> None:
    """Flag the lead as urgent, or take the flag away; the visitor's card stays on record."""
    if lead.urgent != urgent:
        old, lead.urgent = lead.urgent, urgent
        _record(session, lead, "urgent", _yes_no(old), _yes_no(urgent), actor, now)


def assign(
    session: Session, lead: Lead, to: int | None, *, actor: int | None, now: dt.datetime
) -> None:
    """Give the lead to a member of staff, or to nobody."""
    if lead.assigned_to != to:
        old, lead.assigned_to = lead.assigned_to, to
        _record(session, lead, "assigned", _text(old), _text(to), actor, now)


def add_note(
    session: Session, lead: Lead, text: str, *, actor: int | None, now: dt.datetime
) -> None:
    """Add a note; it changes nothing else, so it never conflicts."""
    session.add(LeadEvent(lead_id=lead.id, at=now, actor_id=actor, kind="note", note=text))


def undo(
    session: Session, lead: Lead, event_id: int, *, actor: int | None, now: dt.datetime
) -> None:
    """Take back a step of the lead's history, the latest of its kind first; raises UndoError."""
    step = session.get(LeadEvent, event_id)
    if step is None or step.id not in undoable(session, lead):
        raise UndoError
    if step.kind == "status":
        _apply_state(lead, step.old or "new", now)
    elif step.kind == "urgent":
        lead.urgent = step.old == "yes"
    else:
        lead.assigned_to = int(step.old) if step.old else None
    _record(session, lead, step.kind, step.new, step.old, actor, now, undoes=step.id)


def undoable(session: Session, lead: Lead) -> set[int]:
    """Return the ids of the steps that `undo` takes now: the latest standing one of each kind."""
    undoing = aliased(LeadEvent)
    standing = session.execute(
        select(LeadEvent.kind, LeadEvent.id)
        .where(
            LeadEvent.lead_id == lead.id,
            LeadEvent.kind.in_(_UNDOABLE),
            LeadEvent.undoes_id.is_(None),
            ~exists().where(undoing.undoes_id == LeadEvent.id),
        )
        .order_by(LeadEvent.id)
    )
    return set(dict(standing.all()).values())


def history(session: Session, lead: Lead) -> list[LeadEvent]:
    """Return every step of the lead and every note, oldest first."""
    steps = select(LeadEvent).where(LeadEvent.lead_id == lead.id).order_by(LeadEvent.id)
    return list(session.scalars(steps))


def _state(lead: Lead) -> str:
    return f"{lead.status}/{lead.closed_reason}" if lead.closed_reason else lead.status


def _apply_state(lead: Lead, state: str, now: dt.datetime) -> str:
    status, _, reason = state.partition("/")
    lead.status, lead.closed_reason = status, reason or None
    if status == "new":
        lead.first_response_at = None
    elif status in _ANSWERED and lead.first_response_at is None:
        lead.first_response_at = now
    return _state(lead)


def _record(
    session: Session,
    lead: Lead,
    kind: str,
    old: str | None,
    new: str | None,
    actor: int | None,
    now: dt.datetime,
    undoes: int | None = None,
) -> None:
    lead.version += 1
    session.add(
        LeadEvent(
            lead_id=lead.id, at=now, actor_id=actor, kind=kind, old=old, new=new, undoes_id=undoes
        )
    )


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
