"""What the consultation form sends and gets, as models: checked all at once, per field."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from assistant.answering.blocks import Block
from assistant.records import contact
from assistant.records.contact import ContactError
from assistant.web.desk import desk
from assistant.web.reading import Body

NAME_LIMIT = 200
MESSAGE_LIMIT = 2000


def wrong(text: str) -> PydanticCustomError:
    """Return the error whose message is the form's text of that name."""
    return PydanticCustomError("ours.form", text)


def at_most(longest: int, text: str) -> Any:
    """Return what limits a text in code points."""

    def check(value: str | None) -> str | None:
        if value is not None and len(value) > longest:
            raise wrong(text)
        return value

    return (AfterValidator(check), Field(json_schema_extra={"maxLength": longest}))


class ConsentIn(Body):
    """Which consent text was shown, and whether the box was ticked."""

    version: str = ""
    given: bool = False


class LeadIn(Body):
    """A consultation request: a name, a telephone number or an e-mail address, and consent."""

    model_config = ConfigDict(json_schema_extra={"required": ["name", "consent"]})

    name: Annotated[
        str, *at_most(NAME_LIMIT, "error_name_long"), Field(default="", validate_default=True)
    ]
    # Before `phone`, which knows by it whether there is any contact.
    email: str | None = None
    phone: Annotated[str | None, Field(default=None, validate_default=True)]
    preferred_time: Annotated[str | None, *at_most(200, "error_preferred_time_long")] = None
    message: Annotated[str | None, *at_most(MESSAGE_LIMIT, "error_message_long")] = None
    consent: Annotated[ConsentIn, Field(default_factory=ConsentIn, validate_default=True)]
    marketing: bool = False
    language: str | None = None
    conversation: str | None = None
    page: str | None = None
    token: str | None = None
    website: str | None = None

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value:
            raise wrong("error_name_missing")
        return value

    @field_validator("email")
    @classmethod
    def _email(cls, value: str | None) -> str | None:
        try:
            return contact.email(value) if value else None
        except ContactError:
            raise wrong("error_email") from None

    @field_validator("phone")
    @classmethod
    def _phone(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not value:
            if info.data.get("email", "was wrong") is None:
                raise wrong("error_contact_missing")
            return None
        try:
            return contact.phone(value, desk().knowledge.clinic.country).typed
        except ContactError:
            raise wrong("error_phone") from None

    @field_validator("consent")
    @classmethod
    def _agreed(cls, value: ConsentIn) -> ConsentIn:
        if not value.given:
            raise wrong("error_consent")
        return value


class ConsentOut(BaseModel):
    """The text to agree to; its version is the SHA-256 of the text."""

    version: str
    blocks: list[Block]


class MarketingOut(BaseModel):
    """The separate, optional text about news and offers."""

    blocks: list[Block]


class LimitsOut(BaseModel):
    """The longest texts, in code points."""

    name: int
    message: int


class FormOut(BaseModel):
    """What a form needs when it opens; `reply_time` is null while nothing can be promised."""

    token: str
    consent: ConsentOut
    marketing: MarketingOut
    privacy_url: str | None
    reply_time: str | None
    limits: LimitsOut


class HintOut(BaseModel):
    """Something that was accepted and is probably mistyped."""

    field: str
    message: str


class LeadOut(BaseModel):
    """The request is kept; `urgent` is the card, when the message speaks of an emergency."""

    reference: str
    reply_time: str | None
    urgent: list[Block] | None
    hint: HintOut | None
