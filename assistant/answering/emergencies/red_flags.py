"""The content of safety.toml: red flags, the words that name them, and their cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator, model_validator

from assistant.answering.emergencies.signs import Sign

Level = Literal["now", "crisis", "today"]
CLAUSE, TURN = "clause", "turn"
"""Groups that no list of words makes: a person after a comma, and what turns a sentence."""


def _listed(value: object) -> object:
    """Return comma-separated `value` as a list, so that long word lists stay readable."""
    if not isinstance(value, str):
        return value
    return [part for item in value.split(",") if (part := " ".join(item.split()))]


Phrases = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardText(_Frozen):
    """What a visitor with a red flag reads.

    `{number}` stands for the number of its action, `{emergency}` for the emergency number.
    `otherwise` is the action's label where the level has no number of its own; without it the
    emergency number is called.
    """

    title: str
    text: tuple[str, ...]
    action: str
    otherwise: str = ""


class Veto(_Frozen):
    """Words that make a sign a mere question, a memory, a fear or a denial."""

    words: Phrases
    reach: Literal["before", "anywhere", "beside"] = "before"
    ends: Phrases = ()
    unless: Phrases = ()


class Flag(_Frozen):
    """One red flag: any of its `signs`, said without any of its `vetoes`, in its `context`."""

    id: str
    level: Level
    signs: tuple[str, ...]
    vetoes: Phrases
    context: Phrases = ()


class Safety(_Frozen):
    """The content of safety.toml: the cards, the words and how they make red flags."""

    cards: Mapping[Level, CardText]
    groups: Mapping[str, Phrases]
    vetoes: Mapping[str, Veto]
    flags: tuple[Flag, ...]
    idioms: Phrases = ()
    fillers: Phrases = ()
    hesitations: Phrases = ()
    mistakable: Phrases = ()
    support: Phrases = ()
    glue: Phrases = ()

    @field_validator("cards")
    @classmethod
    def _check_cards(cls, cards: Mapping[Level, CardText]) -> Mapping[Level, CardText]:
        """Find before a visitor in danger does what is missing, or a slip such as {emergncy}."""
        if missing := set(get_args(Level)) - cards.keys():
            raise ValueError(f"no card for {', '.join(sorted(missing))}")
        for level, card in cards.items():
            try:
                card.action.format(number="")
                for text in card.text:
                    text.format(number="", emergency="")
            except (KeyError, IndexError, ValueError):
                filled = "{number}, and {emergency} outside of its action"
                raise ValueError(f"{level}: only {filled}, are filled in") from None
        return cards

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        used = {name for veto in self.vetoes.values() for name in (*veto.ends, *veto.unless)}
        known = self.groups.keys() | {CLAUSE, TURN}
        if unknown := used.union(self.mistakable, self.support) - known:
            raise ValueError(f"no such group: {', '.join(sorted(unknown))}")
        for flag in self.flags:
            named = {g for sign in flag.signs for g in Sign.read(sign).groups}
            if unknown := named.union(flag.context) - self.groups.keys():
                raise ValueError(f"flag {flag.id}: no such group: {', '.join(sorted(unknown))}")
            if unknown := set(flag.vetoes) - self.vetoes.keys():
                raise ValueError(f"flag {flag.id}: no such veto: {', '.join(sorted(unknown))}")
        return self
