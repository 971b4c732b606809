"""The consultation form of the visitor API: what it needs, and the request it sends."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from assistant.answering.blocks import Card, parse
from assistant.answering.content.knowledge import Edition
from assistant.answering.content.opening import reply_promise
from assistant.answering.messages import Reply, blocks_json
from assistant.records import contact
from assistant.records.conversations import TOKEN
from assistant.records.leads.consent import Consent
from assistant.records.leads.leads import ConsentChangedError, KeyReusedError, Request, Terms
from assistant.records.storage.database import DatabaseUnavailableError
from assistant.web.alarms import alarm, too_busy
from assistant.web.desk import desk
from assistant.web.lead_schemas import MESSAGE_LIMIT, NAME_LIMIT, FormOut, LeadIn, LeadOut
from assistant.web.openapi import gives, takes
from assistant.web.problems import Problem
from assistant.web.reading import parse_object
from assistant.web.suspicion import form_token, held_reason
from assistant.web.visitor import without_query

_KEY = "Idempotency-Key"

leads = Blueprint("leads", __name__, url_prefix="/api/v1")


@leads.get("/form")
@gives({200: FormOut}, query={"language": "The visitor's language, as in BCP 47"})
def form() -> ResponseReturnValue:
    """Give what the consultation form needs when it opens."""
    edition = desk().knowledge.edition(request.args.get("language"))
    terms = terms_of(edition)
    return jsonify(
        {
            "token": form_token(desk().now()),
            "consent": _shown(terms.consent),
            "marketing": {"blocks": blocks_json(parse(terms.marketing.text))},
            "privacy_url": desk().knowledge.clinic.privacy_url or None,
            "reply_time": _reply_time(edition),
            "limits": {"name": NAME_LIMIT, "message": MESSAGE_LIMIT},
        }
    )


@leads.post("/leads")
@takes(
    LeadIn,
    answers={201: LeadOut},
    errors=(409, 429, 503),
    headers={_KEY: "A UUID, made before the first try and kept until a 201"},
)
def take(body: LeadIn) -> ResponseReturnValue:
    """Keep a consultation request."""
    return jsonify(keep(_idempotency_key(), body)), 201


def keep(key: uuid.UUID, body: LeadIn) -> Mapping[str, Any]:
    """Keep the request and return what the visitor is told; raises Problem."""
    language, replier = desk().replier(body.language)
    edition = desk().knowledge.edition(language)
    card = replier.alarm(body.message) if body.message else None
    terms = terms_of(edition)
    asked = _request(body, language, card, held_reason(body, desk().now()))
    try:
        return desk().leads.take(
            key, _comparable(body), asked, terms, _answer(edition, asked, card), desk().now()
        )
    except KeyReusedError:
        raise Problem(
            422, "Make a new Idempotency-Key for another request.", kind="key-reused"
        ) from None
    except ConsentChangedError:
        detail = edition.replies.form["error_consent_changed"]
        more: dict[str, object] = {"consent": _shown(terms.consent)}
        raise Problem(409, detail, kind="consent-changed", more=more) from None
    except DatabaseUnavailableError:
        raise Problem(503, edition.replies.form["error_again"], retry_after=5) from None


@leads.before_request
def _count() -> None:
    request.get_data()  # kept for a second look when something is wrong
    if request.method == "POST":
        desk().limits.count("leads")


@leads.errorhandler(Problem)
def _say_it_well(problem: Problem) -> Response:
    """Put the problem in the visitor's language, and an emergency's card with it."""
    try:
        sent = parse_object(request.get_data())
    except Problem:
        return problem.response()
    language = sent.get("language")
    used, replier = desk().replier(language if isinstance(language, str) else None)
    edition = desk().knowledge.edition(used)
    if problem.status == 429:
        problem = too_busy(edition, problem.retry_after or 1)
    problem.errors = {
        field: edition.replies.form.get(text, text)
        for field, text in (problem.errors or {}).items()
    }
    message = sent.get("message")
    card = alarm(problem, replier, message[:MESSAGE_LIMIT]) if isinstance(message, str) else None
    if card is not None:
        problem.more["urgent"] = blocks_json(card.blocks)
    return problem.response()


def _idempotency_key() -> uuid.UUID:
    try:
        return uuid.UUID(request.headers.get(_KEY, ""))
    except ValueError:
        errors = {_KEY: "Send a UUID, made before the first try and kept until a 201."}
        raise Problem(422, "A header is needed.", kind="validation", errors=errors) from None


def _comparable(body: LeadIn) -> str:
    """Return what makes two tries the same request."""
    fields = body.model_dump(mode="json", exclude={"token", "website"})
    return json.dumps(fields, sort_keys=True)


def _request(body: LeadIn, language: str, card: Reply | None, held: str | None) -> Request:
    country = desk().knowledge.clinic.country
    conversation = body.conversation or ""
    return Request(
        name=body.name,
        phone=contact.phone(body.phone, country) if body.phone else None,
        email=body.email,
        preferred_time=body.preferred_time,
        message=body.message,
        language=language,
        page=without_query(body.page),
        conversation=conversation if TOKEN.fullmatch(conversation) else None,
        agreed_to=body.consent.version,
        marketing=body.marketing,
        urgent_level=_level(card),
        held_reason=held,
    )


def _level(card: Reply | None) -> str | None:
    if card is None:
        return None
    return next((block.level for block in card.blocks if isinstance(block, Card)), "now")


def _answer(edition: Edition, asked: Request, card: Reply | None) -> Mapping[str, Any]:
    better = contact.better_email(asked.email) if asked.email else None
    hint = edition.replies.form["hint_email"].format(suggestion=better)
    return {
        # In an emergency nothing is promised that could be waited for.
        "reply_time": None if card else _reply_time(edition),
        "urgent": blocks_json(card.blocks) if card else None,
        "hint": {"field": "email", "message": hint} if better else None,
    }


def _reply_time(edition: Edition) -> str | None:
    clinic = desk().knowledge.clinic
    return reply_promise(desk().opening, clinic.reply_time, desk().now(), edition.replies.form)


def terms_of(edition: Edition) -> Terms:
    texts = edition.replies.consent
    language = edition.language
    return Terms(Consent(texts["text"], language), Consent(texts["marketing"], language))


def _shown(consent: Consent) -> dict[str, object]:
    return {"version": consent.version, "blocks": blocks_json(parse(consent.text))}
