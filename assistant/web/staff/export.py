"""The list as a CSV file (RFC 4180) that opens in any spreadsheet and starts no formula there."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterable, Iterator

from flask import Response, request, stream_with_context

from assistant.records.accounts import accounts
from assistant.records.storage.lead_models import Lead
from assistant.web.desk import desk
from assistant.web.staff import identity
from assistant.web.staff.blueprint import staff
from assistant.web.staff.filters import Filters
from assistant.web.staff.listing import Selection

_log = logging.getLogger(__name__)
_BYTE_ORDER_MARK = "\ufeff"
# What starts a formula in a spreadsheet, the full-width forms that some read alike included, and
# what they skip before it. See OWASP's page on CSV injection.
_STARTS_FORMULA = frozenset("=+-@|%＝＋－﹣−＠﹢﹦﹫\t\r\n")
_SKIPPED = " \u00a0\u200b\u200c\u200d\u2060\ufeff\"'"
# Where lists are written with semicolons, a spreadsheet may begin a new cell inside a text.
_CELL_WITHIN = re.compile(rf"([;\t][\s{_SKIPPED}]*)(?=[{re.escape(''.join(_STARTS_FORMULA))}])")
_COLUMNS = (
    "reference", "received", "status", "reason", "urgent", "name", "phone", "phone as typed",
    "email", "preferred time", "message", "assigned to", "first response", "language", "page",
    "marketing", "demo",
)  # fmt: skip


@staff.get("/leads.csv", endpoint="export")
def export() -> Response:
    """Stream the filtered list, one row a request."""
    selection = Selection(Filters.read(request.args), identity.member().id)
    _log.info("the list of requests is exported by account %s", identity.member().id)
    name = f"requests-{desk().today().isoformat()}.csv"
    return Response(
        stream_with_context(_lines(selection)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def safe(value: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula: an apostrophe before it."""
    tidy = _CELL_WITHIN.sub(r"\1'", value.replace("\r\n", "\n").replace("\r", "\n"))
    start = tidy.lstrip(_SKIPPED)[:1]
    return f"'{tidy}" if start in _STARTS_FORMULA and start else tidy


def _lines(selection: Selection) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    yield _BYTE_ORDER_MARK
    writer.writerow(_COLUMNS)
    with desk().database.read() as rows:
        names = accounts.names(rows)
        for number, lead in enumerate(selection.all(rows), 1):
            writer.writerow([safe(cell) for cell in _cells(lead, names)])
            if number % 200 == 0:
                yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _cells(lead: Lead, names: dict[int, str]) -> Iterable[str]:
    zone = desk().zone
    answered = lead.first_response_at
    return (
        lead.reference,
        lead.received_at.astimezone(zone).isoformat(" ", "minutes"),
        lead.status,
        lead.closed_reason or "",
        "yes" if lead.urgent else "no",
        lead.name,
        lead.phone or "",
        lead.phone_typed or "",
        lead.email or "",
        lead.preferred_time or "",
        lead.message or "",
        names.get(lead.assigned_to or 0, ""),
        answered.astimezone(zone).isoformat(" ", "minutes") if answered else "",
        lead.language,
        lead.page or "",
        "yes" if lead.marketing_version else "no",
        "yes" if lead.demo else "no",
    )
