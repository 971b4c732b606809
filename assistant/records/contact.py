"""Telephone numbers and e-mail addresses as people type them, checked and made comparable."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from rapidfuzz.distance import OSA

# Providers that people mistype, and near namesakes that are right as they are.
_PROVIDERS = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "outlook.com",
    "outlook.fr", "live.com", "live.ca", "live.co.uk", "msn.com", "yahoo.com", "yahoo.ca",
    "yahoo.co.uk", "yahoo.fr", "yahoo.co.in", "ymail.com", "rocketmail.com", "icloud.com",
    "me.com", "mac.com", "aol.com", "proton.me", "protonmail.com", "mail.com", "email.com",
    "gmx.com", "gmx.de", "gmx.net", "web.de", "zoho.com", "fastmail.com", "hey.com", "yandex.com",
    "rogers.com", "bell.net", "sympatico.ca", "shaw.ca", "telus.net", "videotron.ca",
    "btinternet.com", "comcast.net", "verizon.net", "att.net",
)  # fmt: skip
# A number with words around it, and RFC 5321's longest path; what is far longer only costs time.
_LONGEST_PHONE, _LONGEST_EMAIL = 200, 254
_MISTYPED_ENDS = {"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "coom": "com"}


class ContactError(ValueError):
    """A contact that cannot be used; the message says what to type instead."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: in E.164 (no extension), and as it was typed."""

    e164: str
    typed: str


def phone(typed: str, region: str) -> Phone:
    """Return the number; without a country code it is read as one of `region` (ISO 3166-1).

    Any number of a possible length is taken, words around it too ("call 416 555 0134 after 6"):
    refusing a real one would lose a person. Raises ContactError.
    """
    international = "+" + typed[2:] if typed.startswith("00") else typed
    readings = (typed, international) if len(typed) <= _LONGEST_PHONE else ()
    for attempt in dict.fromkeys(readings):
        for match in phonenumbers.PhoneNumberMatcher(
            attempt, region, leniency=phonenumbers.Leniency.POSSIBLE
        ):
            if _is_whole(match.number):
                e164 = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
                return Phone(e164, typed)
    raise ContactError(
        "Check the number: write all its digits, with the area code, "
        "or with + and the country code from abroad."
    )


def _is_whole(number: phonenumbers.PhoneNumber) -> bool:
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def email(typed: str) -> str:
    """Return the address in its normal form (IDNA domain, NFC); no DNS is asked.

    An address that mail programs take for an encoded word (RFC 2047) and read as another one, or
    as a line break, is refused. Raises ContactError.
    """
    if len(typed) <= _LONGEST_EMAIL and "=?" not in typed:
        with suppress(EmailNotValidError):
            return validate_email(typed, check_deliverability=False).normalized
    raise ContactError("Write the whole address, such as name@example.com.")


def comparable_email(address: str) -> str:
    """Return what two spellings of one mailbox share; nobody tells Ann@ from ann@."""
    return address.casefold()


def better_email(address: str) -> str | None:
    """Return what was probably meant when the domain looks mistyped ("gmial.con"), else None."""
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in _PROVIDERS:
        return None
    nearest = min(_PROVIDERS, key=lambda provider: OSA.distance(domain, provider))
    if OSA.distance(domain, nearest) <= (2 if len(nearest) > 8 else 1):
        return f"{local}@{nearest}"
    host, _, end = domain.rpartition(".")
    return f"{local}@{host}.{_MISTYPED_ENDS[end]}" if end in _MISTYPED_ENDS else None
