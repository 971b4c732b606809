"""One page of the list: the leads of a view, how many there are, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.records.leads import inbox, search
from assistant.records.leads.inbox import PAGE, Place
from assistant.records.storage.lead_models import Lead
from assistant.web.desk import desk
from assistant.web.staff.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXPORTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of leads; `next` and `previous` are the places to go on from."""

    leads: tuple[Lead, ...]
    total: int
    searched_all: bool = True
    next: Place | None = None
    previous: Place | None = None


class Selection:
    """The leads that a page's filters select, for a member of staff at this moment."""

    def __init__(self, filters: Filters, member: int) -> None:
        clinic = desk().knowledge.clinic
        self._view, self._search = filters.view(
            member=member,
            overdue_since=desk().overdue_since(),
            zone=desk().zone,
            region=clinic.country,
        )

    def page(self, rows: Session, after: Place | None, before: Place | None) -> Listing:
        """Return the page after or before a place, by default the first."""
        exact = self._by_reference(rows)
        if exact is not None:
            return Listing((exact,), 1)
        if self._search.words:
            return self._found(rows, after, before)
        keyring = desk().keyring
        leads = inbox.page(rows, keyring, self._view, after=after, before=before, size=PAGE + 1)
        total = inbox.count(rows, keyring, self._view)
        return _listing(leads, total, after, before)

    def neighbours(self, rows: Session, lead: Lead) -> tuple[str | None, str | None]:
        """Return the references of the leads before and after this one."""
        place = Place.of(lead)
        if self._search.words or self._search.reference:
            found = self._matching(rows)
            if lead.id not in found.ids:
                return None, None
            earlier = _load(rows, found.before(rows, place, 1))
            later = _load(rows, found.after(rows, place, 1))
        else:
            earlier = inbox.page(rows, desk().keyring, self._view, before=place, size=1)
            later = inbox.page(rows, desk().keyring, self._view, after=place, size=1)
        return tuple(leads[0].reference if leads else None for leads in (earlier, later))  # type: ignore[return-value]

    def all(self, rows: Session) -> Iterator[Lead]:
        """Yield every selected lead in inbox order, a few hundred at a time."""
        exact = self._by_reference(rows)
        if exact is not None:
            yield exact
            return
        if self._search.words:
            ids = self._matching(rows).ids
            for start in range(0, len(ids), _EXPORTED_AT_ONCE):
                yield from _load(rows, ids[start : start + _EXPORTED_AT_ONCE])
            return
        place: Place | None = None
        while True:
            leads = inbox.page(
                rows, desk().keyring, self._view, after=place, size=_EXPORTED_AT_ONCE
            )
            yield from leads
            if len(leads) < _EXPORTED_AT_ONCE:
                return
            place = Place.of(leads[-1])
            rows.expunge_all()

    def _by_reference(self, rows: Session) -> Lead | None:
        return inbox.find(rows, self._search.reference) if self._search.reference else None

    def _matching(self, rows: Session) -> search.Found:
        return search.search(rows, desk().keyring, self._view, self._search.words)

    def _found(self, rows: Session, after: Place | None, before: Place | None) -> Listing:
        found = self._matching(rows)
        size = PAGE + 1
        ids = found.before(rows, before, size) if before else found.after(rows, after, size)
        listing = _listing(_load(rows, ids), len(found.ids), after, before)
        return Listing(listing.leads, listing.total, found.complete, listing.next, listing.previous)


def _listing(
    leads: Sequence[Lead], total: int, after: Place | None, before: Place | None
) -> Listing:
    """Return the page without the one lead more that tells whether there is another page."""
    more = len(leads) > PAGE
    if before is not None:
        shown = leads[1:] if more else leads
        earlier, later = more, True
    else:
        shown = leads[:PAGE]
        earlier, later = after is not None, more
    return Listing(
        tuple(shown),
        total,
        next=Place.of(shown[-1]) if shown and later else None,
        previous=Place.of(shown[0]) if shown and earlier else None,
    )


def _load(rows: Session, ids: Sequence[int]) -> list[Lead]:
    """Return the leads of these ids, in this order."""
    found = {lead.id: lead for lead in rows.scalars(select(Lead).where(Lead.id.in_(ids)))}
    return [found[number] for number in ids if number in found]
