"""What the clinic may say, as frozen objects: the shapes of the files in knowledge/."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from assistant.answering.emergencies.red_flags import Safety
from assistant.answering.learnt.opinion import Opinion

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
BOOKING = "book-consultation"
"""The entry for who asks for a person, an appointment or how to reach the clinic."""
Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def minutes(hours: str) -> tuple[int, int]:
    """Return when "9:00-17:00" begins and ends, in minutes after midnight; raise ValueError.

    24:00 ends a day (ISO 8601).
    """
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)", hours.replace(" ", ""))
    start, end = (60 * int(found[n]) + int(found[n + 1]) for n in (1, 3)) if found else (0, 0)
    if not start < end <= 24 * 60:
        raise ValueError("write opening hours as 9:00-17:00, the later time last")
    return start, end


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # an unknown one is a KeyError
        raise ValueError("write a time zone's name such as America/Toronto") from None
    return name


def _known_hours(hours: str) -> str:
    minutes(hours)
    return hours


Hours = Annotated[str, AfterValidator(_known_hours)]
Zone = Annotated[str, AfterValidator(_known_zone)]


class Frozen(BaseModel):
    """A checked table of a knowledge file; unknown keys are errors, so that a slip shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(Frozen):
    """One question and its vetted answer, named by its id."""

    id: Id
    question: Annotated[Line, StringConstraints(max_length=70)]
    phrasings: tuple[Line, ...] = ()
    must_not_match: tuple[Line, ...] = ()
    answer: Line
    facts: tuple[Id, ...] = ()
    section: str = ""
    for_everybody: bool = False
    """Whether the answer is the same whoever asks, such as a price."""
    a_plan: bool = False
    """Whether it tells a usual plan, which a circumstance told before may change."""
    related: tuple[Id, ...] = ()
    author: str = ""
    review_by: dt.date = dt.date.max


class Boundary(Frozen):
    """Something a question may be about that only the named entries (often none) speak of."""

    id: Id
    kind: Literal["circumstance", "treatment", "body-part", "subject", "idiom"]
    """An idiom only hides the words that stand in it from the other boundaries."""
    words: tuple[Line, ...]
    entries: tuple[Id, ...] = ()
    unless: tuple[str, ...] = ()
    """Concepts beside which the words mean something else: "money back" from an insurance."""
    fully: bool = False
    """Whether an entry must explain all of a question: it names Botox, not how long Botox lasts."""


class Words(Frozen):
    """What a language's and a field's words mean to the matcher; empty for a bare question set."""

    stop_words: frozenset[str] = frozenset()
    field_words: frozenset[str] = frozenset()
    concepts: dict[str, tuple[Line, ...]] = {}
    boundaries: tuple[Boundary, ...] = ()


class Grammar(Frozen):
    """How a language's sentences ask, join and refer back."""

    openers: tuple[Line, ...]
    before_openers: tuple[Line, ...] = ()
    within: tuple[Line, ...] = ()
    joints: tuple[Line, ...] = ()
    lists: tuple[Line, ...] = ()
    refers_back: frozenset[str] = frozenset()
    goes_on: tuple[Line, ...] = ()
    points: frozenset[str] = frozenset()
    """Words that may mean either of two things just compared: "how much is that?"."""
    pairs: tuple[Line, ...] = ()
    """Words after which "and" joins two things, not two questions: "between"."""
    conditions: tuple[Line, ...] = ()
    """Words that lead up to a question unless a verb comes next: "when my patch has grown, must
    I …", but "when can I wash it"."""
    verbs: tuple[Line, ...] = ()
    unbroken: tuple[Line, ...] = ()
    """Expressions that a joint within does not cut: "before and after"."""
    fillers: frozenset[str] = frozenset()
    """Words that change nothing in a short question: "so how often exactly?"."""
    own: frozenset[str] = frozenset()
    """Words by which people speak of themselves."""


class ShortQuestion(Frozen):
    """What a few words ask for just after an answer: "how often?"."""

    said: tuple[Line, ...]
    after: dict[Id, Id] = {}
    """The entry asked for by the one just answered; others make it unclear, and none is given."""
    otherwise: Id | None = None
    """The entry asked for after all others but those of `unclear`."""
    unclear: frozenset[Id] = frozenset()


class Source(Frozen):
    """Where the answers come from."""

    title: str
    url: str = ""


class Theme(Frozen):
    """How the widget looks when the page does not say."""

    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0b6e6e"


class Clinic(Frozen):
    """The clinic's own facts; an empty one is unknown, never invented and never shown."""

    name: Line
    phone: str = ""
    email: str = ""
    address: str = ""
    website: str = ""
    privacy_url: str = ""
    time_zone: Zone = "UTC"
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "CA"
    emergency_number: Line = "112 or your local emergency number"
    crisis_line: str = ""
    reply_time: str = ""
    reply_target_hours: Annotated[float, Field(gt=0)] = 4
    hours: dict[Day, Hours] = {}
    source: Source
    theme: Theme = Theme()


class SmallTalk(Frozen):
    """One kind of small talk: how people say it and what is said back."""

    id: Id
    phrasings: tuple[Line, ...]
    reply: Line
    offers_form: bool = False
    """Whether a person is the next helpful step."""


class Fact(Frozen):
    """One fact of the source, in our words, and how to recognise it in an answer."""

    id: Id
    section: str
    text: Line
    numbers: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    left_out: str = ""


_SAID = {
    *("unknown", "unknown_part", "second_miss", "suggest", "overdue_entry", "other_language"),
    *("contact_removed", "distress", "patient", "busy", "told", "conclusion"),
    *("not_over", "misread"),
}
"""The texts that a reply may need."""


class Replies(Frozen):
    """What the assistant says itself, and every text of its forms and its widget."""

    texts: dict[str, Line]
    small_talk: tuple[SmallTalk, ...]
    beside_small_talk: tuple[Line, ...] = ()
    """Words that change nothing beside small talk."""
    person: tuple[Line, ...]
    """Phrasings that ask for a person or an appointment."""
    patient: tuple[Line, ...] = ()
    """Phrasings of somebody who has had the treatment already."""
    others: frozenset[str] = frozenset()
    """Words just before such a phrasing that make it somebody else's: "my friend had it done"."""
    distress: tuple[Line, ...] = ()
    """Phrasings of somebody in despair, without a sign of danger."""
    agreements: tuple[Line, ...] = ()
    """Ways to say yes to what was offered."""
    picks: tuple[tuple[Line, ...], ...] = ()
    """Ways to pick the first of what was offered, the second, the third."""
    conclusions: tuple[Line, ...] = ()
    """Small talk that draws a conclusion, which nobody here may confirm: "so that's fine"."""
    form: dict[str, Line] = {}
    consent: dict[str, Line] = {}
    widget: dict[str, Line] = {}
    starters: tuple[Id, ...] = ()
    """The entries whose questions the widget offers first; empty: the first of all."""

    @field_validator("texts")
    @classmethod
    def _check_texts(cls, texts: dict[str, str]) -> dict[str, str]:
        if missing := sorted(_SAID - texts.keys()):
            raise ValueError(f"{', '.join(missing)} missing: copy from the shipped knowledge")
        return texts


class Edition(Frozen):
    """The knowledge in one language."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    language: str
    direction: Literal["ltr", "rtl"] = "ltr"
    entries: tuple[Entry, ...]
    short_questions: tuple[ShortQuestion, ...] = ()
    words: Words
    grammar: Grammar
    safety: Safety
    tone: Opinion | None = None
    """How emergencies and small talk sound; without it only red flags and phrasings are known."""
    opinion: Opinion | None = None
    """Which entry messages ask for; without it only the matcher says."""
    replies: Replies

    def entry(self, entry_id: str) -> Entry | None:
        """Return the entry of that id, or None."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)


class Knowledge(Frozen):
    """Everything in the knowledge folder, and the version it is known by."""

    version: str
    """SHA-256 over the files, the first 12 hex digits."""
    clinic: Clinic
    editions: dict[str, Edition]
    facts: tuple[Fact, ...] = ()
    default_language: str = "en"

    def edition(self, language: str | None = None) -> Edition:
        """Return the edition of that language, of its base language, or the default one."""
        wanted = (language or self.default_language).lower()
        for tag in (wanted, wanted.split("-")[0]):
            if tag in self.editions:
                return self.editions[tag]
        return self.editions[self.default_language]
