"""When the clinic is open: honest reply times, and waiting counted in opening hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from assistant.answering.content.knowledge import Day, minutes

_DAYS: tuple[Day, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_ONE_DAY = dt.timedelta(days=1)


class Opening:
    """The opening hours of a week in the clinic's time zone; every moment handed in is aware."""

    def __init__(self, hours: Mapping[Day, str], time_zone: str) -> None:
        """`hours` has a line such as `"9:00-17:00"` for each open day; raises ValueError."""
        self._zone = ZoneInfo(time_zone)
        self._hours = {_DAYS.index(day): minutes(line) for day, line in hours.items()}

    @property
    def known(self) -> bool:
        """Whether the clinic has said when it is open."""
        return bool(self._hours)

    def opens(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the clinic opens next, in its own time; None if open now or not known."""
        if not self.known:
            return None
        for start, end in self._spans(self._day(now), _ONE_DAY):
            if start <= now < end:
                return None
            if now < start:
                return start.astimezone(self._zone)
        raise AssertionError("a week with hours has a next opening")

    def days_until(self, moment: dt.datetime, now: dt.datetime) -> int:
        """Return how many midnights of the clinic lie between the two."""
        return (self._day(moment) - self._day(now)).days

    def waited(self, since: dt.datetime, now: dt.datetime) -> dt.timedelta:
        """Return how much opening time has passed; all time while the hours are not known."""
        if not self.known:
            return max(now - since, dt.timedelta())
        total = dt.timedelta()
        for start, end in self._spans(self._day(since), _ONE_DAY):
            if start >= now:
                return total
            total += max(min(end, now) - max(start, since), dt.timedelta())
        return total

    def before(self, now: dt.datetime, target: dt.timedelta) -> dt.datetime:
        """Return the moment since when `target` of opening time has passed.

        What came before it and is still unanswered is overdue.
        """
        if not self.known:
            return now - target
        left = target
        for start, end in self._spans(self._day(now), -_ONE_DAY):
            length = max(min(end, now) - start, dt.timedelta())
            if length >= left:
                return min(end, now) - left
            left -= length
        raise AssertionError("a week with hours goes back for ever")

    def _day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(self._zone).date()

    def _spans(self, day: dt.date, step: dt.timedelta) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Yield the opening times from `day` on, day by day, in UTC (days of 23 hours exist)."""
        while True:
            if day.weekday() in self._hours:
                start, end = self._hours[day.weekday()]
                yield self._moment(day, start), self._moment(day, end)
            day += step

    def _moment(self, day: dt.date, minutes: int) -> dt.datetime:
        midnight = dt.datetime.combine(day, dt.time())
        wall = midnight + dt.timedelta(minutes=minutes)
        return wall.replace(tzinfo=self._zone).astimezone(dt.UTC)


def reply_promise(
    opening: Opening, reply_time: str, now: dt.datetime, texts: Mapping[str, str]
) -> str | None:
    """Return when the clinic says it replies, and when it opens if it is closed now.

    None while the clinic promises nothing and is open, or its hours are not known.
    `texts` holds the sentences `reply_within` ({time}), `opens_today` ({time}),
    `opens_tomorrow` ({time}), `opens_on` ({day}, {time}) and the names of the days.
    """
    sentences = []
    if reply_time:
        sentences.append(texts["reply_within"].format(time=reply_time))
    opens = opening.opens(now)
    if opens is not None:
        key = {0: "opens_today", 1: "opens_tomorrow"}.get(
            opening.days_until(opens, now), "opens_on"
        )
        time = f"{opens.hour}:{opens.minute:02}"
        sentences.append(texts[key].format(day=texts[_DAYS[opens.weekday()]], time=time))
    return " ".join(sentences) or None
