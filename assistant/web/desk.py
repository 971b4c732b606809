"""The desk: what every view works with, made once per application."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app

from assistant.answering.content.knowledge import Edition, Knowledge
from assistant.answering.content.loading import load, without_dead_ends
from assistant.answering.content.opening import Opening
from assistant.answering.reply import Replier
from assistant.records.conversations import Conversations
from assistant.records.leads.leads import Leads
from assistant.records.notifications.channels import Delivery
from assistant.records.notifications.outbox import Sender
from assistant.records.storage.database import Database
from assistant.records.storage.encryption import Keyring
from assistant.web.limits import Limits


@dataclass
class Desk:
    """Knowledge, database and limits; `now` is the clock, an aware moment."""

    knowledge_dir: Path
    database: Database
    keyring: Keyring
    leads: Leads
    delivery: Delivery
    site: str | None
    """The address that visitors reach the server at, for links; None when it is not known."""
    limits: Limits
    now: Callable[[], dt.datetime]

    def __post_init__(self) -> None:
        self.conversations = Conversations(self.database)

    @cached_property
    def knowledge(self) -> Knowledge:
        """The knowledge, read at the first use; raises KnowledgeError."""
        return without_dead_ends(load(self.knowledge_dir))

    @cached_property
    def opening(self) -> Opening:
        """When the clinic is open."""
        clinic = self.knowledge.clinic
        return Opening(clinic.hours, clinic.time_zone)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.knowledge.clinic.time_zone)

    def overdue_since(self) -> dt.datetime:
        """Return the moment before which an unanswered request came too long ago."""
        target = dt.timedelta(hours=self.knowledge.clinic.reply_target_hours)
        return self.opening.before(self.now(), target)

    @cached_property
    def repliers(self) -> dict[str, Replier]:
        """A replier per language, built at the first use (about a second each)."""
        editions = self.knowledge.editions.values()
        return {edition.language: self._replier(edition) for edition in editions}

    def replier(self, language: str | None) -> tuple[str, Replier]:
        """Return the language that is used for `language`, and its replier."""
        used = self.knowledge.edition(language).language
        return used, self.repliers[used]

    def senders(self) -> list[Sender]:
        """Return a sender of notifications for each channel that is set up."""
        channels = self.delivery.channels(lambda tag: self.knowledge.edition(tag).replies.form)
        return [Sender(self.database, channel, now=self.now) for channel in channels]

    def today(self) -> dt.date:
        """Return the day it is at the clinic."""
        return self.now().astimezone(self.zone).date()

    def _replier(self, edition: Edition) -> Replier:
        return Replier(edition, self.knowledge.clinic)


def desk() -> Desk:
    """Return the desk of the current application."""
    found = current_app.extensions["desk"]
    assert isinstance(found, Desk)  # noqa: S101  (tells mypy, costs nothing)
    return found
