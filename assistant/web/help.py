"""The same answers and the same form as plain pages: without JavaScript, for search engines."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from assistant.answering.blocks import parse
from assistant.answering.content.knowledge import Edition
from assistant.answering.messages import Context, Reply, blocks_json
from assistant.web.alarms import alarm, too_busy
from assistant.web.desk import desk
from assistant.web.faq import faq
from assistant.web.lead_schemas import LeadIn
from assistant.web.leads import keep, terms_of
from assistant.web.problems import Problem
from assistant.web.reading import invalid
from assistant.web.schemas import LONGEST_QUESTION, LONGEST_TEXT
from assistant.web.security import policy
from assistant.web.suspicion import form_token

TYPED = ("name", "phone", "email", "preferred_time", "message", "website", "token", "key")

pages = Blueprint("help", __name__, url_prefix="/help")


@pages.get("")
@pages.get("/<language>")
def show(language: str | None = None) -> ResponseReturnValue:
    """Show every answer in a language, the default one without."""
    return _page(_edition(language))


@pages.post("/<language>")
def ask(language: str) -> ResponseReturnValue:
    """Answer a question by the same matcher; it is in no address and nothing is kept of it."""
    edition = _edition(language)
    question = request.form.get("question", "").strip()
    if wait := desk().limits.exceeded("messages"):
        return _refused(edition, question, too_busy(edition, wait))
    return _page(edition, question=question, reply=_reply(edition, question))


@pages.post("/<language>/request")
def send(language: str) -> ResponseReturnValue:
    """Keep a consultation request, or show the form again with what is wrong."""
    edition = _edition(language)
    typed = {name: request.form.get(name, "") for name in TYPED}
    try:
        desk().limits.count("leads")
        return _page(edition, receipt=keep(_key(typed["key"]), _lead(edition, typed)))
    except ValidationError as error:
        problem = invalid(error)
    except Problem as refused:
        problem = refused
    form = edition.replies.form
    errors = {name: form.get(text, text) for name, text in (problem.errors or {}).items()}
    _, replier = desk().replier(edition.language)
    card = alarm(problem, replier, typed["message"][:LONGEST_TEXT])
    notice = "" if errors else problem.detail
    if problem.kind == "key-reused":
        typed["key"], notice = str(uuid.uuid4()), form["error_again"]
    return _page(edition, problem.status, typed=typed, errors=errors, notice=notice, reply=card)


def _edition(language: str | None) -> Edition:
    knowledge = desk().knowledge
    if language is not None and language not in knowledge.editions:
        abort(404)
    return knowledge.edition(language)


def _refused(edition: Edition, question: str, problem: Problem) -> Response:
    _, replier = desk().replier(edition.language)
    card = alarm(problem, replier, question[:LONGEST_TEXT])
    if card is not None:
        return _page(edition, question=question, reply=card)
    return _page(edition, problem.status, question=question, notice=problem.detail)


def _reply(edition: Edition, question: str) -> Reply | None:
    _, replier = desk().replier(edition.language)
    if len(question) > LONGEST_QUESTION:
        return replier.alarm(question[:LONGEST_TEXT])
    return replier.reply(question, Context(), desk().today()) if question else None


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _lead(edition: Edition, typed: Mapping[str, str]) -> LeadIn:
    """Return the form as a request; raises ValidationError with every field that is wrong."""
    agreed = {"version": request.form.get("version", ""), "given": "consent" in request.form}
    fields = {name: text for name, text in typed.items() if name != "key"}
    return LeadIn.model_validate(
        {
            **fields,
            "consent": agreed,
            "marketing": "marketing" in request.form,
            "language": edition.language,
        }
    )


def _page(edition: Edition, status: int = 200, **shown: Any) -> Response:
    answers = faq(edition)
    terms = terms_of(edition)
    fresh = {"token": form_token(desk().now()), "key": str(uuid.uuid4())}
    page = render_template(
        "help.html",
        clinic=desk().knowledge.clinic,
        languages=sorted(desk().knowledge.editions),
        edition=edition,
        faq=answers,
        consent=terms.consent,
        consent_blocks=blocks_json(parse(terms.consent.text)),
        marketing_blocks=blocks_json(parse(terms.marketing.text)),
        fresh=fresh,
        longest=LONGEST_QUESTION,
        **shown,
    )
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = policy(script_src=f"'{answers.digest}'")
    # The form's key and the time of its opening are this visitor's own.
    response.headers["Cache-Control"] = "no-store"
    return response
