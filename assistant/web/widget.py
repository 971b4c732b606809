"""The widget's files: the loader and, once a visitor acts, its modules and style sheet."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

_HOME = Path(__file__).resolve().parents[2] / "widget"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_FIVE_MINUTES = 300

widget = Blueprint("widget", __name__)


@dataclass(frozen=True)
class File:
    """A file of the widget, as it is and compressed."""

    plain: bytes
    packed: bytes
    etag: str
    content_type: str

    @classmethod
    def read(cls, path: Path) -> File:
        """Return the file at `path`, compressed once (RFC 1952, without a time stamp)."""
        plain = path.read_bytes()
        packed = gzip.compress(plain, mtime=0)
        return cls(plain, packed, hashlib.sha256(plain).hexdigest()[:16], _TYPES[path.suffix])


def _read() -> dict[str, File]:
    paths = [_HOME / "widget.js", _HOME / "chat.css", *sorted(_HOME.glob("chat/*.js"))]
    return {path.relative_to(_HOME).as_posix(): File.read(path) for path in paths}


_FILES = _read()


@widget.get("/widget.js")
def loader() -> ResponseReturnValue:
    """Give the loader, the one script that a site embeds."""
    return _give(_FILES["widget.js"])


@widget.get("/widget/<path:name>")
@widget.get("/widget/<int:tries>/<path:name>")
def module(name: str, tries: int = 0) -> ResponseReturnValue:
    """Give a module or the style sheet; what else lies in the folder is not served.

    `tries` only makes other addresses: browsers remember that one could not be loaded.
    """
    if name not in _FILES:
        abort(404)
    return _give(_FILES[name])


def _give(file: File) -> ResponseReturnValue:
    packed = request.accept_encodings.find("gzip") >= 0
    response = Response(file.packed if packed else file.plain, content_type=file.content_type)
    if packed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{file.etag}{'-gzip' if packed else ''}")
    response.cache_control.public = True
    response.cache_control.max_age = _FIVE_MINUTES
    # Any site may load these public files; which sites may ask is up to the API.
    response.access_control_allow_origin = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response.make_conditional(request)
