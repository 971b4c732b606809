"""Finds e-mail addresses and telephone numbers that a visitor typed, so that none is kept."""

from __future__ import annotations

import re

REMOVED = "[removed]"
_EMAIL = re.compile(r"[^\s@<>(),;:]+\s?@\s?[^\s@<>(),;:]+\.[a-z]{2,}", re.IGNORECASE)
# Seven digits or more with the usual separators: the shortest subscriber number, ITU-T E.164
# allows up to fifteen.
_PHONE = re.compile(
    r"(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,3}\d){6,14}(?!\w)(?:\s*(?:ext|x)\.?\s*\d+)?"
)
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_LEAD_IN = re.compile(
    r"(?:\b(?:and|hi|hello|hey)\b,?\s*)?\b(?:my|our|his|her|the)?\s*"
    r"(?:phone|cell|mobile|tel|telephone|number|e-?mail|mail|whatsapp|contact)"
    r"(?:\s+(?:number|address))?\s*(?:is|:|=)?\s*" + re.escape(REMOVED) + r"[,.;]?",
    re.IGNORECASE,
)
_BARE = re.compile(re.escape(REMOVED) + r"[,.;]?")


def remove(text: str) -> str:
    """Return the text with each e-mail address and telephone number replaced by `[removed]`."""
    kept = _EMAIL.sub(REMOVED, text) if "@" in text else text
    return _PHONE.sub(_unless_date, kept)


def without_lead_in(text: str) -> str:
    """Return what a text from `remove` asks beside "my number is [removed]"."""
    if "[" in text:  # nothing is taken off most texts
        text = _BARE.sub(" ", _LEAD_IN.sub(" ", text))
    return text.strip()


def _unless_date(found: re.Match[str]) -> str:
    return found[0] if _DATE.fullmatch(found[0].strip()) else REMOVED
