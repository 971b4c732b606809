"""Which channels there are, by what the clinic has set up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.records.notifications.mail import Confirmation, MailServer, StaffMail
from assistant.records.notifications.outbox import CONFIRMATION, Channel
from assistant.records.notifications.webhook import Webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The clinic's settings of notifications; None is not set up."""

    smtp_url: str | None = None
    mail_from: str | None = None
    notify_email: str | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
    staff_url: str | None = None
    """Where the staff area is, for links."""
    confirms: bool = False
    """Whether visitors get a confirmation by e-mail."""

    @property
    def to_staff(self) -> tuple[str, ...]:
        """The names of the channels that tell staff of a new lead."""
        mail = self.smtp_url and self.notify_email
        return (*(["email"] if mail else []), *(["webhook"] if self.webhook_url else []))

    @property
    def to_visitor(self) -> tuple[str, ...]:
        """The name of the channel that confirms to visitors, if they are told."""
        return (CONFIRMATION,) if self.confirms and self.smtp_url else ()

    def channels(self, texts: Callable[[str], Mapping[str, str]]) -> list[Channel]:
        """Return the channels; `texts` gives the form's texts in a language."""
        found: list[Channel] = []
        sender = self.mail_from or self.notify_email
        if self.smtp_url and sender:
            server = MailServer(self.smtp_url, sender)
            if self.notify_email:
                found.append(StaffMail(server, self.notify_email, self.staff_url))
            if self.confirms:
                found.append(Confirmation(server, texts))
        if self.webhook_url and self.webhook_secret:
            found.append(Webhook(self.webhook_url, self.webhook_secret, staff_url=self.staff_url))
        return found
