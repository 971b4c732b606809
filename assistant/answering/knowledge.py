"""Reads and checks the knowledge folder into one frozen object."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Frozen):
    """One question and its vetted answer, named by its id."""

    id: str
    question: str
    phrasings: tuple[str, ...] = ()
    must_not_match: tuple[str, ...] = ()
    answer: str
    facts: tuple[str, ...] = ()
    section: str = ""
    related: tuple[str, ...] = ()
    author: str = ""
    review_by: dt.date = dt.date.max


class Boundary(_Frozen):
    """Something a question may be about that only the named entries (often none) speak of."""

    id: str
    kind: Literal["circumstance", "treatment", "body-part", "subject"]
    words: tuple[str, ...]
    entries: tuple[str, ...] = ()


class Words(_Frozen):
    """What a language's and a field's words mean to the matcher; empty for a bare question set."""

    stop_words: frozenset[str] = frozenset()
    field_words: frozenset[str] = frozenset()
    concepts: dict[str, tuple[str, ...]] = {}
    boundaries: tuple[Boundary, ...] = ()
