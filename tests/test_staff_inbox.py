"""The list of requests: its order, filters, search, pages, and setting several at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from assistant.records.contact import Phone
from assistant.records.leads.inbox import Place
from assistant.records.storage.lead_models import Lead
from assistant.web.staff.filters import read_place, write_place
from tests.staff_stories import Clinic, Person, goes_to, words


@pytest.fixture
def clinic(both_app: Flask) -> Clinic:
    """A clinic on each database."""
    return Clinic(both_app)


@pytest.fixture
def robin(clinic: Clinic) -> Person:
    """A member of staff, signed in."""
    return clinic.person()


def names(person: Person, query: str = "") -> list[str]:
    """Return the names on a page of the list, in order."""
    page = person.opens(f"/staff/leads?{query}").text
    return re.findall(r'<a class="open"[^>]*>([^<]+)</a>', page)


def test_urgent_ones_come_first_then_new_then_the_longest_waiting(
    clinic: Clinic, robin: Person
) -> None:
    tried = clinic.receives(name="Tried")
    robin.sends(f"/staff/leads/{tried}", {"state": "attempted", "version": "1"})
    for name, level in (("Older", None), ("Newer", None), ("Urgent", "today")):
        clinic.clock.forward(minutes=1)
        clinic.receives(name=name, urgent_level=level)
    assert names(robin) == ["Urgent", "Older", "Newer", "Tried"]


def test_the_address_is_the_view(clinic: Clinic, robin: Person) -> None:
    clinic.receives(name="Mine", urgent_level="now")
    clinic.receives(name="Other")
    mine = clinic.lead(_reference(robin, "Mine"))
    account = clinic.account(robin.email).id
    form = {"state": "new", "urgent": "yes", "assigned_to": str(account), "version": "1"}
    robin.sends(f"/staff/leads/{mine.reference}", form)
    assert names(robin, "mine=yes") == ["Mine"]
    assert names(robin, "urgent=yes") == ["Mine"]
    assert names(robin, "status=booked") == []
    assert sorted(names(robin, "status=all")) == ["Mine", "Other"]


def test_days_are_the_clinics_days(clinic: Clinic, robin: Person) -> None:
    clinic.clock.now = clinic.clock.now.replace(day=3, hour=4, minute=30)  # 23:30 the day before
    clinic.receives(name="Late")
    robin.walks_in()
    assert names(robin, "from=2026-03-02&until=2026-03-02") == ["Late"]
    assert names(robin, "from=2026-03-03") == []


def test_a_day_that_is_none_is_named_and_left_out(clinic: Clinic, robin: Person) -> None:
    clinic.receives(name="Somebody")
    page = robin.opens("/staff/leads?from=31.3.2026&until=99999-01-01").text
    assert page.count("Write the day as year-month-day") == 2
    assert "Somebody" in page


def test_overdue_ones_stand_out_and_can_be_filtered(clinic: Clinic, robin: Person) -> None:
    clinic.receives(name="Early")
    clinic.clock.forward(hours=3)
    clinic.receives(name="Late")
    clinic.clock.forward(hours=2)
    robin.walks_in()
    assert names(robin, "overdue=yes") == ["Early"]
    assert robin.sees("/staff/leads").count("Overdue") == 2  # the filter's name and the mark


def test_how_long_each_waits_is_visible(clinic: Clinic, robin: Person) -> None:
    clinic.receives()
    clinic.clock.forward(hours=2, minutes=5)
    robin.walks_in()
    assert "waiting 2 h 5 min" in robin.sees("/staff/leads")


@pytest.mark.parametrize(
    "search",
    ["416 555 0134", "+14165550134", "ANN@example.com", "ann botany", "séssions", "BOTANY ann"],
)
def test_search_finds_by_contact_and_by_words(clinic: Clinic, robin: Person, search: str) -> None:
    clinic.receives(
        name="Ann Botany", email="ann@example.com", message="How many sessions?",
        phone=Phone("+14165550134", "416 555 0134"),
    )  # fmt: skip
    clinic.receives(
        name="Bob Marsh", email="bob@example.com", message="Does it hurt?",
        phone=Phone("+14165550199", "416 555 0199"),
    )  # fmt: skip
    assert names(robin, f"q={search.replace('+', '%2B')}") == ["Ann Botany"]


def test_search_finds_a_reference_whatever_the_filter(clinic: Clinic, robin: Person) -> None:
    reference = clinic.receives(name="Ann")
    clinic.receives(name="Bob")
    typed = f"{reference[:4].lower()}-{reference[4:].lower()}"
    assert names(robin, f"status=booked&q={typed}") == ["Ann"]


def test_eight_letters_that_are_no_reference_are_words(clinic: Clinic, robin: Person) -> None:
    clinic.receives(name="Redbeard Sample")
    assert names(robin, "q=redbeard") == ["Redbeard Sample"]


def test_pages_hold_fifty_and_lead_to_each_other(clinic: Clinic, robin: Person) -> None:
    for number in range(120):
        clinic.clock.forward(seconds=1)
        clinic.receives(name=f"N{number:03}", email=None, phone=Phone(f"+1416556{number:04}", ""))
    path, seen = "/staff/leads", []
    while path:
        page = robin.opens(path).text
        seen.append(re.findall(r'<a class="open"[^>]*>([^<]+)</a>', page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        last, path = path, following[1].replace("&amp;", "&") if following else ""
    assert [len(part) for part in seen] == [50, 50, 20]
    assert [name for part in seen for name in part] == [f"N{number:03}" for number in range(120)]
    back = re.search(r'rel="prev" href="([^"]+)"', robin.opens(last).text)
    assert back
    assert names(robin, back[1].split("?")[1].replace("&amp;", "&")) == seen[1]


def test_searched_pages_lead_to_each_other_too(clinic: Clinic, robin: Person) -> None:
    for number in range(60):
        clinic.clock.forward(seconds=1)
        clinic.receives(
            name=f"Ann {number:03}", email=None, phone=Phone(f"+1416556{number:04}", "")
        )
    page = robin.opens("/staff/leads?q=ann").text
    following = re.search(r'rel="next" href="[^"]+\?([^"]+)"', page)
    assert following
    assert names(robin, following[1].replace("&amp;", "&")) == [
        f"Ann {n:03}" for n in range(50, 60)
    ]


@pytest.mark.parametrize("place", ["x", "1~nonsense~2", "9~9999-12-31T23:59:59Z~999999999999", ""])
def test_a_broken_place_starts_at_the_top(clinic: Clinic, robin: Person, place: str) -> None:
    clinic.receives(name="Ann")
    assert names(robin, f"after={place}") == ["Ann"]


def test_several_are_set_at_once(clinic: Clinic, robin: Person) -> None:
    ticked = [f"{clinic.receives()}.1" for _ in range(3)]
    form = {"lead": ticked, "state": "closed/no-answer", "view": "status=new"}
    answer = robin.sends("/staff/leads", form)
    assert answer.headers["Location"] == "/staff/leads?status=new"
    assert "3 requests set" in robin.sees("/staff/leads")
    for value in ticked:
        lead = clinic.lead(value.split(".")[0])
        assert (lead.status, lead.closed_reason) == ("closed", "no-answer")


def test_one_that_changed_meanwhile_is_left_alone_and_named(clinic: Clinic, robin: Person) -> None:
    first, second = clinic.receives(), clinic.receives()
    robin.sends(f"/staff/leads/{first}", {"state": "booked", "version": "1"})
    form = {"lead": [f"{first}.1", f"{second}.1"], "state": "spam"}
    robin.sends("/staff/leads", form)
    assert f"changed meanwhile: {first}" in robin.sees("/staff/leads")
    assert [clinic.lead(reference).status for reference in (first, second)] == ["booked", "spam"]


@pytest.mark.parametrize("form", [{}, {"lead": ["x"]}, {"state": "booked"}])
def test_setting_nothing_says_what_is_missing(
    clinic: Clinic, robin: Person, form: dict[str, list[str] | str]
) -> None:
    assert goes_to(robin.sends("/staff/leads", form)) == "/staff/leads"
    assert re.search("Tick one|Choose", robin.sees("/staff/leads"))


def test_an_open_page_learns_of_new_requests(clinic: Clinic, robin: Person) -> None:
    before = robin.opens("/staff/leads/pulse").json
    clinic.receives()
    after = robin.opens("/staff/leads/pulse").json
    assert (before["new"], after["new"]) == (0, 1)
    assert before["newest"] != after["newest"]


def test_counts_and_title_say_how_many_are_new(clinic: Clinic, robin: Person) -> None:
    clinic.receives()
    clinic.receives(held_reason="trap")
    page = robin.opens("/staff/leads").text
    assert "<title>(1) Requests" in page
    assert "Held 1" in words(page)


def test_who_wrote_before_is_marked(clinic: Clinic, robin: Person) -> None:
    clinic.receives(name="First")
    clinic.receives(name="Again")
    clinic.receives(name="Other", phone=Phone("+14165550199", ""), email=None)
    assert robin.sees("/staff/leads").count("Wrote before") == 2


def test_the_overview_shows_what_waits_and_how_fast_people_were_answered(
    clinic: Clinic, robin: Person
) -> None:
    reference = clinic.receives()
    clinic.receives(urgent_level="today")
    clinic.clock.forward(minutes=90)
    robin.walks_in()
    robin.sends(f"/staff/leads/{reference}", {"state": "reached", "version": "1"})
    page = robin.sees("/staff/")
    assert "1 new 0 overdue 1 urgent" in page
    assert "1 h 30 min median this week" in page
    assert "2 requests, at most 2 a day" in page


def _reference(person: Person, name: str) -> str:
    page = person.opens("/staff/leads").text
    found = re.search(rf'href="/staff/leads/(\w+)"[^>]*>{name}<', page)
    assert found
    return found[1]


def test_place_of_a_lead_is_kept_in_the_address(clinic: Clinic) -> None:
    lead: Lead = clinic.lead(clinic.receives())
    assert read_place(write_place(Place.of(lead))) == Place.of(lead)


def test_the_way_back_holds_no_line_break(clinic: Clinic, robin: Person) -> None:
    form = {"state": "booked", "lead": "x", "view": "status=new\r\nX-Evil: 1\n&q=Ann%0AB"}
    answer = robin.sends("/staff/leads", form, page="/staff/leads")
    assert goes_to(answer) == "/staff/leads"
    assert "X-Evil" not in answer.headers
    assert robin.opens(answer.headers["Location"]).status_code == 200


def test_a_version_of_any_length_is_just_not_the_current_one(clinic: Clinic, robin: Person) -> None:
    reference = clinic.receives()
    form = {"state": "booked", "lead": f"{reference}.{'9' * 5000}"}
    assert goes_to(robin.sends("/staff/leads", form, page="/staff/leads")) == "/staff/leads"
    assert clinic.lead(reference).status == "new"
