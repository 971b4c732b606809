"""Finds e-mail addresses and telephone numbers that a visitor typed, so that none is kept."""

from __future__ import annotations

import re

REMOVED = "[removed]"
# Its two parts are as long as RFC 5321 allows; "＠" and "．" are what some keyboards write.
_EMAIL = re.compile(
    r"[^\s@＠<>(),;:]{1,64}\s?[@＠]\s?[^\s@＠<>(),;:]{1,253}[.．][^\W\d_]{2,}", re.IGNORECASE
)
# Seven digits or more with the usual separators, any dash among them: the shortest subscriber
# number, ITU-T E.164 allows up to fifteen. A letter may touch them ("no.4165550134").
_APART = r"[\s().,\-/·_\u2010-\u2015]{0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?<!\d[.,])\+?\(?\d(?:{_APART}\d){{6,14}}(?!\d)(?:\s*(?:ext|x)\.?\s*\d+)?"
)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|(?:19|20)\d\d\s?[-/\u2013]\s?(?:19|20)\d\d"
)
_LEAD_IN = re.compile(
    r"(?:\b(?:and|hi|hello|hey)\b,?\s*)?\b(?:my|our|his|her|the)?\s*"
    r"(?:phone|cell|mobile|tel|telephone|number|e-?mail|mail|whatsapp|contact)"
    r"(?:\s+(?:number|address))?\s*(?:is|:|=)?\s*" + re.escape(REMOVED) + r"[,.;]?",
    re.IGNORECASE,
)
_BARE = re.compile(re.escape(REMOVED) + r"[,.;]?")


def remove(text: str) -> str:
    """Return the text with each e-mail address and telephone number replaced by `[removed]`."""
    kept = _EMAIL.sub(REMOVED, text) if "@" in text or "＠" in text else text
    return _PHONE.sub(_unless_date, kept)


def without_lead_in(text: str) -> str:
    """Return what a text from `remove` asks beside "my number is [removed]"."""
    if "[" in text:  # nothing is taken off most texts
        text = _BARE.sub(" ", _LEAD_IN.sub(" ", text))
    return text.strip()


def _unless_date(found: re.Match[str]) -> str:
    return found[0] if _DATE.fullmatch(found[0].strip()) else REMOVED
