"""The pages for people: the demo page on which a question can be asked without any script."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assistant.answering.messages import Context, Reply
from assistant.web.desk import desk

pages = Blueprint("pages", __name__)
_LONGEST_QUESTION = 500


@pages.get("/")
def demo() -> ResponseReturnValue:
    """Show an imaginary article with the desk beside it."""
    return _page()


@pages.post("/")
def ask() -> ResponseReturnValue:
    """Answer the question of the demo page's form; nothing is kept of it."""
    question = request.form.get("question", "").strip()[:_LONGEST_QUESTION]
    _, replier = desk().replier(None)
    wait = desk().limits.exceeded("messages")
    if wait or not question:
        return _page(question, replier.alarm(question), wait)
    return _page(question, replier.reply(question, Context(), desk().today()), 0)


def _page(question: str = "", reply: Reply | None = None, wait: int = 0) -> ResponseReturnValue:
    edition = desk().knowledge.edition()
    page = render_template(
        "demo.html",
        clinic=desk().knowledge.clinic,
        edition=edition,
        question=question,
        reply=reply,
        wait=wait,
    )
    return page, 429 if wait and reply is None else 200
