"""The staff area's blueprint, to which each group of pages adds its own, and its row ids."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.routing import IntegerConverter, Map

_LARGEST_ID = 2**31 - 1  # of an INTEGER in PostgreSQL

staff = Blueprint("staff", __name__, url_prefix="/staff")


def init_app(app: Flask) -> None:
    """Let addresses name rows: `<row:event_id>`."""
    app.url_map.converters["row"] = RowId


class RowId(IntegerConverter):
    """A row's id in an address; one that no database holds is the address of nothing."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=_LARGEST_ID)
