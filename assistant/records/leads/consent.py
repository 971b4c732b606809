"""Consent texts: what visitors agree to, known by the SHA-256 of every word of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.records.storage.lead_models import ConsentText


@dataclass(frozen=True, slots=True)
class Consent:
    """A text to agree to, in the Markdown subset of the knowledge files."""

    text: str
    language: str

    @property
    def version(self) -> str:
        """The SHA-256 of the text, 64 hex digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def keep(self, session: Session, now: dt.datetime) -> str:
        """Store the text unless it is stored already, and return its version."""
        if session.get(ConsentText, self.version) is None:
            session.add(
                ConsentText(
                    version=self.version,
                    text=self.text,
                    language=self.language,
                    first_used_at=now,
                )
            )
            session.flush()
        return self.version
