"""What the visitor API takes and gives, as models: the source of its OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from assistant.answering.blocks import Block
from assistant.answering.messages import Kind
from assistant.records.conversations import TOKEN
from assistant.web.reading import Body

LONGEST_QUESTION = 500
"""Code points of a message; a longer one is only checked for red flags."""
LONGEST_TEXT = 4000
Token = Annotated[str, StringConstraints(pattern=f"^{TOKEN.pattern}$")]
Language = Annotated[str, StringConstraints(max_length=35)]
LONGEST_PAGE = 2000
"""Code points of a page's address that are kept."""
EntryId = Annotated[str, StringConstraints(max_length=64)]
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class MessageIn(Body):
    """A message: `text`, or `choose` with the id of an entry."""

    text: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] | None = None
    choose: EntryId | None = None
    conversation: Token | None = None
    language: Language | None = None
    page: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> MessageIn:
        if (self.text is None) == (self.choose is None):
            raise PydanticCustomError(
                "ours.one", "Send text, the question, or choose, an entry's id: one of the two."
            )
        return self


class SuggestionsIn(Body):
    """What was typed so far."""

    q: Annotated[str, StringConstraints(min_length=2, max_length=100)]
    language: Language | None = None


class FeedbackIn(Body):
    """Whether the reply to a message helped."""

    conversation: Token
    message: Annotated[str, StringConstraints(pattern=_UUID)]
    helpful: bool


class EraseIn(Body):
    """The conversation to erase."""

    conversation: Token


class Suggested(BaseModel):
    """An entry offered by its question."""

    entry: str
    question: str


class Source(BaseModel):
    """Where an answer comes from."""

    title: str
    section: str
    url: str | None


class Answered(BaseModel):
    """An entry given as an answer; `confidence` is 0 to 1."""

    entry: str
    question: str
    blocks: list[Block]
    source: Source
    confidence: float
    related: list[Suggested]


class ReplyOut(BaseModel):
    """What the assistant says to a message."""

    kind: Kind
    blocks: list[Block]
    answers: list[Answered]
    suggestions: list[Suggested]
    offer_form: bool


class MessageOut(BaseModel):
    """The reply, and where it was noted; null while the database is down."""

    conversation: str | None
    message: str | None
    language: str
    reply: ReplyOut


class SuggestionsOut(BaseModel):
    """At most three entries."""

    suggestions: list[Suggested]


class ClinicOut(BaseModel):
    """The clinic's facts that the widget shows; null where they are not known."""

    name: str
    phone: str | None
    emergency_number: str
    reply_time: str | None
    privacy_url: str | None


class ThemeOut(BaseModel):
    """Colours."""

    accent: str


class WidgetOut(BaseModel):
    """What the widget needs before the first message."""

    clinic: ClinicOut
    language: str
    direction: Literal["ltr", "rtl"]
    languages: list[str]
    greeting: list[Block]
    starters: list[Suggested]
    texts: dict[str, str]
    theme: ThemeOut
