"""E-mail: tells staff of a lead, and the visitor, if the clinic wants it, that it arrived."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from assistant.records.notifications.deadline import deadline
from assistant.records.notifications.outbox import CONFIRMATION, DeliveryError, Notice

_TIMEOUT_SECONDS = 10
_DEADLINE_SECONDS = 60
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, from SMTP_URL, and the address it comes from."""

    url: str
    sender: str
    tls: ssl.SSLContext | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand in one message; raises DeliveryError."""
        try:
            self._send(message)
        except smtplib.SMTPResponseException as error:
            # The server's own words may repeat an address, its code does not.
            raise DeliveryError(f"The mail server answered {error.smtp_code}.") from None
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"The mail server failed: {type(error).__name__}.") from None

    def _send(self, message: EmailMessage) -> None:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        tls = self.tls or ssl.create_default_context()
        at_once = parts.scheme == "smtps"
        smtp = (
            smtplib.SMTP_SSL(host, parts.port or 465, timeout=_TIMEOUT_SECONDS, context=tls)
            if at_once
            else smtplib.SMTP(host, parts.port or 587, timeout=_TIMEOUT_SECONDS)
        )
        with contextlib.closing(smtp), deadline(lambda: smtp.sock, _DEADLINE_SECONDS):
            smtp.ehlo()
            if not at_once and smtp.has_extn("starttls"):
                smtp.starttls(context=tls)
                smtp.ehlo()
            elif not at_once and parts.username and host not in _LOOPBACK:
                raise DeliveryError("The mail server offers no TLS: no password is sent.")
            if parts.username:
                smtp.login(unquote(parts.username), unquote(parts.password or ""))
            smtp.send_message(message)
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()  # the message is already theirs

    def blank(self, notice: Notice, to: str, subject: str, text: str) -> EmailMessage:
        """Return a message whose Message-ID is the same at every try (RFC 5322, 3.6.4)."""
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = self.sender
        message["To"] = to
        message["Date"] = format_datetime(notice.received_at)
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        message["Message-ID"] = f"<{notice.event_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
        message.set_content(text)
        return message


@dataclass(frozen=True, slots=True)
class StaffMail:
    """Tells staff that a lead came: its reference, its urgency and a link, nothing else."""

    server: MailServer
    to: str
    staff_url: str | None = None
    name: str = "email"

    def send(self, notice: Notice) -> None:
        """Deliver one notice; raises DeliveryError."""
        subject = f"New request {notice.reference}"
        lines = [f"A new consultation request came in: {notice.reference}."]
        if notice.urgent:
            subject = f"URGENT: {subject}"
            lines.append(
                "It may speak of an emergency. The visitor was shown whom to call, "
                "and was not promised that anybody reads it now."
            )
        lines.append(f"Received {notice.received_at:%Y-%m-%d %H:%M} UTC.")
        lines.append(
            f"Open it: {self.staff_url}/leads/{notice.reference}"
            if self.staff_url
            else "Open it in the staff area. (With PUBLIC_URL set, there is a link here.)"
        )
        lines.append("For privacy, this message has neither the person's name nor their words.")
        text = "\n\n".join(lines) + "\n"
        self.server.send(self.server.blank(notice, self.to, subject, text))


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Tells the visitor that the request arrived; nothing that was typed, nothing of health."""

    server: MailServer
    texts: Callable[[str], Mapping[str, str]]
    """Gives `mail_subject` and `mail_text` of a language, each with `{reference}`."""
    name: str = CONFIRMATION

    def send(self, notice: Notice) -> None:
        """Deliver one notice; raises DeliveryError."""
        if notice.email is None:
            raise DeliveryError("There is no address to confirm to.")
        texts = self.texts(notice.language)
        subject = texts["mail_subject"].format(reference=notice.reference)
        text = texts["mail_text"].format(reference=notice.reference) + "\n"
        self.server.send(self.server.blank(notice, notice.email, subject, text))
