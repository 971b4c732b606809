"""Which requests are held for a look by staff; whoever sent one is not told."""

from __future__ import annotations

import datetime as dt

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from assistant.web.desk import desk
from assistant.web.lead_schemas import LeadIn

_TOKEN_LIFE = dt.timedelta(days=7)
_FASTEST = dt.timedelta(seconds=2)
_MILLISECOND = dt.timedelta(milliseconds=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def form_token(now: dt.datetime) -> str:
    """Return the signed time at which a form was opened."""
    return str(_signer().dumps((now - _EPOCH) // _MILLISECOND))


def held_reason(body: LeadIn, now: dt.datetime) -> str | None:
    """Return why the request is held, the first that applies; None lets it through."""
    if body.website:
        return "trap"
    age = _age(body.token, now)
    if age is None or age > _TOKEN_LIFE:
        return "token"
    if age < _FASTEST:
        return "speed"
    return "address" if desk().limits.exceeded("new leads") else None


def _age(token: str | None, now: dt.datetime) -> dt.timedelta | None:
    try:
        opened: int = _signer().loads(token or "")
    except BadSignature:
        return None
    return now - (_EPOCH + opened * _MILLISECOND)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="consultation form")
