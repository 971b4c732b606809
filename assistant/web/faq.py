"""The current answers of a language, as its page and search engines show them."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from flask import render_template, url_for

from assistant.answering.blocks import parse, plain
from assistant.answering.content.knowledge import Edition, Entry
from assistant.answering.messages import blocks_json
from assistant.web.desk import desk


@dataclass(frozen=True, slots=True)
class Faq:
    """The answers as HTML, and as schema.org's FAQPage for a script element."""

    answers: str
    structured: str
    digest: str
    """The script's hash for a Content-Security-Policy, such as `sha256-…`."""


def faq(edition: Edition) -> Faq:
    """Return the answers that are not past their review date today."""
    return _faq(desk().knowledge.version, edition.language, desk().today())


@lru_cache(maxsize=32)
def _faq(_version: str, language: str, today: dt.date) -> Faq:
    # Put together once a day: at each visit it would cost 30 ms, which anybody can ask for.
    edition = desk().knowledge.edition(language)
    current = [entry for entry in edition.entries if entry.review_by >= today]
    shown = [(entry, blocks_json(parse(entry.answer))) for entry in current]
    answers = render_template("answers.html", edition=edition, entries=shown)
    structured = _structured(language, current)
    digest = base64.b64encode(hashlib.sha256(structured.encode()).digest()).decode()
    return Faq(answers, structured, f"sha256-{digest}")


def _structured(language: str, entries: list[Entry]) -> str:
    """Return the answers as JSON-LD, safe inside a script element."""
    questions = [
        {
            "@type": "Question",
            "name": entry.question,
            "url": url_for("help.show", language=language, _anchor=entry.id),
            "acceptedAnswer": {"@type": "Answer", "text": plain(parse(entry.answer))},
        }
        for entry in entries
    ]
    page = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": language,
        "mainEntity": questions,
    }
    return json.dumps(page, ensure_ascii=False).replace("<", "\\u003c")
