"""Finds what a clinic must not say: promises of a result, of no pain or of no risk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_PROMISE = re.compile(
    r"guarante\w*|pain(?:less\w*|[- ]free)|100 ?(?:%|percent|per cent)|risk[- ]free"
    r"|(?:no|without|zero|free of|free from)(?: \w+)? (?:risks?|dangers?|side effects)"
    r"|cur(?:e|es|ed|able)|permanent\w*|forever|for good|miracles?|certain to|sure to|proven"
    r"|(?:completely|perfectly|totally|entirely|absolutely|always|fully) (?:safe|normal|harmless)"
    r"|harmless|safe for you|(?:is|are|that's) normal|nothing to worry about|don't worry"
    r"|works for everyone|always works|never fails|you will (?:re)?(?:grow|see|get|have)"
    r"|the (?:best|safest) (?:treatment|choice|option|clinic)",
)
_CLAUSE = re.compile(r"[.;:!?\n,]|\b(?:but|yet|while|although|though)\b")
_NEGATION = re.compile(r"\b(?:not|no|never|nobody|none|neither|cannot|without|whether)\b|n't\b")


def promises(text: str, facts: Iterable[str] = ()) -> Iterator[str]:
    """Yield the promises in a text that its clause does not negate and none of `facts` makes."""
    granted = {found for fact in facts for found in _promised(fact)}
    yield from (found for found in _promised(text) if found not in granted)


def _promised(text: str) -> Iterator[str]:
    for clause in _CLAUSE.split(text.lower().replace("’", "'").replace("\u00a0", " ")):
        for match in re.finditer(rf"\b(?:{_PROMISE.pattern})(?!\w)", clause):
            if not _NEGATION.search(clause[: match.start()]):
                yield match[0]
