"""The staff area's blueprint, to which each group of pages adds its own."""

from __future__ import annotations

from flask import Blueprint

staff = Blueprint("staff", __name__, url_prefix="/staff")
