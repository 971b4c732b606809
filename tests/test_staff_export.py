"""The list as a file for a spreadsheet: complete, readable everywhere, and never a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask

from assistant.records.contact import Phone
from assistant.web.staff.export import safe
from tests.staff_stories import Clinic, Person


@pytest.fixture
def clinic(both_app: Flask) -> Clinic:
    """A clinic on each database."""
    return Clinic(both_app)


def exported(person: Person, query: str = "") -> list[dict[str, str]]:
    """Return the rows of the file."""
    answer = person.opens(f"/staff/leads.csv?{query}")
    assert answer.mimetype == "text/csv"
    text = answer.data.decode("utf-8-sig")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_a_request_in_the_order_of_the_list(clinic: Clinic) -> None:
    robin = clinic.person()
    clinic.receives(name="Zoë Größe", message='Says "hi",\nthen more; عربي')
    clinic.clock.forward(minutes=1)
    clinic.receives(name="Second", urgent_level="now", phone=None)
    second, first = exported(robin)
    assert first["name"] == "Zoë Größe"
    assert first["message"] == 'Says "hi",\nthen more; عربي'
    assert first["received"] == "2026-03-02 10:00-05:00"
    assert (second["urgent"], second["phone"]) == ("yes", "")


def test_the_filters_hold_for_the_file_too(clinic: Clinic) -> None:
    robin = clinic.person()
    clinic.receives(name="Ann")
    clinic.receives(name="Bob", message="the word is lilac")
    reference = clinic.receives(name="Eve", held_reason="trap")
    assert [row["name"] for row in exported(robin, "q=lilac")] == ["Bob"]
    assert [row["name"] for row in exported(robin, "status=held")] == ["Eve"]
    assert [row["name"] for row in exported(robin, f"q={reference}")] == ["Eve"]
    assert exported(robin, "status=spam") == []


def test_more_than_one_portion_is_complete(clinic: Clinic) -> None:
    robin = clinic.person()
    for number in range(510):
        clinic.receives(name=f"N{number}", email=None, phone=Phone(f"+1416556{number:04}", ""))
    assert len({row["reference"] for row in exported(robin)}) == 510


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1 416", "-5", "@sum(a1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＋1", "－1", "＠a",
     "\u00a0=1", "\u200b=1", "'=1", '"=1', "%0A=1", "|calc"],
)  # fmt: skip
def test_nothing_starts_a_formula(text: str) -> None:
    assert safe(text).startswith("'")


@pytest.mark.parametrize("text", ["Ann;=1+1", "Ann; =1", 'Ann;"=1', "Ann\t@sum(a1)"])
def test_nothing_starts_a_formula_where_semicolons_part_cells(text: str) -> None:
    assert re.search(r"'[=@]", safe(text))


@pytest.mark.parametrize("text", ["", "Ann", "one; two", "a=1", "5 - 3", "عربي"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_a_name_that_is_a_formula_is_text_in_the_file(clinic: Clinic) -> None:
    robin = clinic.person()
    clinic.receives(name="=HYPERLINK(1)", message="\tx\n=cmd")
    [row] = exported(robin)
    assert row["name"] == "'=HYPERLINK(1)"
    assert row["message"].startswith("'")
    assert row["phone"] == "'+14165550134"
