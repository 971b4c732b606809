"""The pages for people: the demo page on which a question can be asked without any script."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assistant.answering.messages import Context, Reply
from assistant.web.desk import desk
from assistant.web.schemas import LONGEST_QUESTION, LONGEST_TEXT

pages = Blueprint("pages", __name__)


@pages.get("/")
def demo() -> ResponseReturnValue:
    """Show an imaginary article with the desk beside it."""
    return _page()


@pages.post("/")
def ask() -> ResponseReturnValue:
    """Answer the demo page's form, for those without JavaScript; nothing is kept of it."""
    question = request.form.get("question", "").strip()
    wait = desk().limits.exceeded("messages")
    reply = _reply(question, request.form.get("choose", ""), over_limit=wait > 0)
    return _page(question, reply, wait)


def _reply(question: str, chosen: str, *, over_limit: bool) -> Reply | None:
    _, replier = desk().replier(None)
    if over_limit or len(question) > LONGEST_QUESTION:
        return replier.alarm(question[:LONGEST_TEXT])
    if chosen:
        return replier.choose(chosen, desk().today())
    return replier.reply(question, Context(), desk().today()) if question else None


def _page(question: str = "", reply: Reply | None = None, wait: int = 0) -> ResponseReturnValue:
    knowledge = desk().knowledge
    page = render_template(
        "demo.html",
        clinic=knowledge.clinic,
        edition=knowledge.edition(),
        question=question,
        reply=reply,
        wait=wait,
    )
    return page, 429 if wait and reply is None else 200
