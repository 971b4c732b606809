"""The figures of the first page: what waits, how fast people were answered, how many came."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.answering.content.opening import Opening
from assistant.records.storage.lead_models import Lead

# Said as what is left out, since a list of statuses would tempt SQLite away from the days' index.
_COUNTED = Lead.status.not_in(("held", "spam"))


def newest(session: Session) -> int:
    """Return the id of the request that came last; 0 while there is none."""
    return session.scalar(select(func.max(Lead.id))) or 0


def per_day(session: Session, midnights: Sequence[dt.datetime]) -> list[int]:
    """Return how many requests came between each two of the moments; neither held nor spam."""
    days = [
        select(func.count())
        .where(_COUNTED, Lead.received_at >= begin, Lead.received_at < end)
        .scalar_subquery()
        for begin, end in pairwise(midnights)
    ]
    return list(session.execute(select(*days)).one())


def median_response(
    session: Session, opening: Opening, begin: dt.datetime, end: dt.datetime
) -> dt.timedelta | None:
    """Return the median opening time until the first response, of requests received in between.

    Only requests that were answered count; None when there were none.
    """
    rows = session.execute(
        select(Lead.received_at, Lead.first_response_at).where(
            Lead.received_at >= begin,
            Lead.received_at < end,
            Lead.first_response_at.is_not(None),
            _COUNTED,
        )
    )
    waits = [
        opening.waited(received, answered).total_seconds()
        for received, answered in rows
        if answered
    ]
    return dt.timedelta(seconds=statistics.median(waits)) if waits else None
