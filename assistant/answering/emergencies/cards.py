"""The urgent-care card of an alarm."""

from __future__ import annotations

import re
from typing import Protocol

from assistant.answering.blocks import Action, Card
from assistant.answering.emergencies.look import Alarm
from assistant.answering.emergencies.red_flags import Safety

_DIALABLE = re.compile(r"\+?\d[\d \-()]+\d")


class Numbers(Protocol):
    """The clinic's numbers that a card may name; an empty one is not set."""

    @property
    def emergency_number(self) -> str: ...
    @property
    def crisis_line(self) -> str: ...
    @property
    def phone(self) -> str: ...


def card(safety: Safety, alarm: Alarm, numbers: Numbers) -> Card:
    """Return the card of an alarm, with a button that fits its level.

    Where the level's own number is not set, the card's `otherwise` says whom to go to, or the
    emergency number stands in. A number that cannot be dialled is named in the label only.
    """
    emergency = numbers.emergency_number
    own = {"now": emergency, "crisis": numbers.crisis_line, "today": numbers.phone}[alarm.level]
    content, number = safety.cards[alarm.level], own or emergency
    text = tuple(line.format(number=number, emergency=emergency) for line in content.text)
    if own or not content.otherwise:
        action = _call(content.action, number)
    else:
        action = Action(label=content.otherwise)
    return Card(level=alarm.level, title=content.title, text=text, actions=(action,))


def _call(label: str, number: str) -> Action:
    dialled = _DIALABLE.search(number)
    href = "tel:" + re.sub(r"[^\d+]", "", dialled[0]) if dialled else None
    return Action(label=label.format(number=number), href=href)
