"""Reads what clients send: bytes to one JSON object, strictly, and that to a model."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from werkzeug.wrappers import Request

from assistant.web.problems import Problem

M = TypeVar("M", bound="Body")
_DEEPEST = 20
_MESSAGES = {
    "missing": "This is required.",
    "string_type": "Write this as text.",
    "bool_type": "Write this as true or false.",
    "string_too_short": "Write at least {min_length} characters.",
    "string_too_long": "Write at most {max_length} characters.",
    "string_pattern_mismatch": "This does not have the right form.",
}


class Body(BaseModel):
    """What a request may hold: texts are trimmed, empty optional ones absent, extras ignored."""

    model_config = ConfigDict(strict=True, str_strip_whitespace=True, extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {
            name: value
            for name, value in data.items()
            if not (name in optional and (value is None or _is_blank(value)))
        }


def read(request: Request, model: type[M]) -> M:
    """Return the request's body as `model`; raises Problem 400, 413, 415 or 422."""
    if request.mimetype != "application/json":
        raise Problem(415, "Send the body as application/json.")
    fields = parse_object(request.get_data(cache=False))
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid(error) from None


def parse_object(raw: bytes) -> dict[str, Any]:
    """Return the one JSON object in `raw` (RFC 8259, I-JSON of RFC 7493 as to keys and text).

    Raises Problem 400 for anything else: other encodings than UTF-8, duplicate keys, NaN or
    infinite numbers, lone surrogates, NUL, deep nesting, or another kind of value.
    """
    try:
        found = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_float=_finite,
        )
        if b"\\u" in raw:
            _check_text(found)
        _check_depth(found, _DEEPEST)
    except (ValueError, RecursionError):
        raise Problem(400, "Send one JSON object in UTF-8, each key once.") from None
    if not isinstance(found, dict):
        raise Problem(400, "Send one JSON object.")
    return found


def invalid(error: ValidationError) -> Problem:
    """Return the 422 with one message per field, all at once, without what was sent."""
    errors: dict[str, str] = {}
    for problem in error.errors(include_input=False, include_url=False):
        field = ".".join(str(part) for part in problem["loc"]) or "body"
        errors.setdefault(field, _message(problem["type"], problem["msg"], problem.get("ctx", {})))
    return Problem(422, "Some fields need another value.", kind="validation", errors=errors)


def _message(kind: str, text: str, context: dict[str, Any]) -> str:
    if kind.startswith("ours."):
        return text
    return _MESSAGES.get(kind, "This cannot be used.").format(**context)


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError
    return number


def _check_text(found: object) -> None:
    """Raise ValueError for what UTF-8 or a database cannot hold: lone surrogates, NUL."""
    written = json.dumps(found, ensure_ascii=False)
    written.encode("utf-8")
    if "\\u0000" in written.replace("\\\\", ""):
        raise ValueError


def _check_depth(found: object, left: int) -> None:
    if left == 0:
        raise ValueError
    inner: Iterable[object] = ()
    if isinstance(found, dict):
        inner = found.values()
    elif isinstance(found, list):
        inner = found
    for value in inner:
        if isinstance(value, dict | list):
            _check_depth(value, left - 1)
