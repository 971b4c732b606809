"""Opening hours: honest reply times, and waiting that counts only while the clinic is open."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from assistant.answering.content.knowledge import Day
from assistant.answering.content.opening import Opening, reply_promise

ZONE = ZoneInfo("America/Toronto")
WEEK: dict[Day, str] = {"monday": "9:00-17:00", "tuesday": "9:00-17:00", "friday": "9:30-12:00"}
TEXTS = {
    "reply_within": "We aim to reply {time}.",
    "opens_today": "We open today at {time}.",
    "opens_tomorrow": "We open tomorrow at {time}.",
    "opens_on": "We open on {day} at {time}.",
    "monday": "Monday",
    "tuesday": "Tuesday",
    "friday": "Friday",
}
HOUR = dt.timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of June 2026 at the clinic; the 1st is a Monday."""
    return dt.datetime(2026, 6, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (at(1, 10), None),
        (at(1, 8), "We open today at 9:00."),
        (at(1, 17), "We open tomorrow at 9:00."),
        (at(2, 18), "We open on Friday at 9:30."),
        (at(5, 12), "We open on Monday at 9:00."),
    ],
)
def test_a_closed_clinic_says_when_it_opens(now: dt.datetime, said: str | None) -> None:
    utc = now.astimezone(dt.UTC)
    assert reply_promise(Opening(WEEK, "America/Toronto"), "", utc, TEXTS) == said


def test_the_promise_comes_first() -> None:
    opening = Opening(WEEK, "America/Toronto")
    said = reply_promise(opening, "within one working day", at(1, 8), TEXTS)
    assert said == "We aim to reply within one working day. We open today at 9:00."


def test_nothing_is_promised_while_nothing_is_known() -> None:
    assert reply_promise(Opening({}, "America/Toronto"), "", at(1, 3), TEXTS) is None


def test_waiting_counts_opening_hours_only() -> None:
    opening = Opening(WEEK, "America/Toronto")
    assert opening.waited(at(2, 16), at(2, 23)) == HOUR
    assert opening.waited(at(2, 16), at(5, 10, 30)) == 2 * HOUR
    assert opening.waited(at(6, 10), at(7, 10)) == 0 * HOUR


def test_what_came_before_a_moment_has_waited_too_long() -> None:
    opening = Opening(WEEK, "America/Toronto")
    for now in (at(1, 11), at(5, 10), at(6, 20), at(8, 9)):
        moment = opening.before(now, 4 * HOUR)
        assert opening.waited(moment, now) == 4 * HOUR
        assert opening.waited(moment - HOUR / 60, now) >= 4 * HOUR


def test_without_hours_all_time_counts() -> None:
    opening = Opening({}, "America/Toronto")
    assert opening.waited(at(1, 3), at(1, 5)) == 2 * HOUR
    assert opening.before(at(1, 5), 2 * HOUR) == at(1, 3)


def test_a_day_on_which_the_clocks_change_has_its_real_length() -> None:
    opening = Opening({"sunday": "0:00-24:00"}, "America/Toronto")
    before, after = (dt.datetime(2026, 3, day, 12, tzinfo=ZONE) for day in (7, 9))
    assert opening.waited(before, after) == 23 * HOUR


@pytest.mark.parametrize("line", ["17:00-9:00", "9:00-25:00", "9:00-9:00"])
def test_hours_that_cannot_be_are_refused(line: str) -> None:
    with pytest.raises(ValueError, match="9:00-17:00"):
        Opening({"monday": line}, "UTC")
