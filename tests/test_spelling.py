"""A misspelt word is read as what was meant, and a right one is left alone."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.answering.language.spelling import Speller

SPELLER = Speller(
    Counter(["mesotherapy", "alopecia", "needle", "home", "hair", "hair", "loss", "clinic", "side"])
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mesotheraphy", "mesotherapy"),
        ("mezotherapi", "mesotherapy"),
        ("alopicea", "alopecia"),
        ("needel", "needle"),
        ("neddle", "needle"),
        ("esotherapy", "mesotherapy"),
        ("hairloss", "hair loss"),
    ],
)
def test_a_misspelt_word_is_read_as_the_word_meant(typed: str, meant: str) -> None:
    assert SPELLER.read(typed).said == meant


@pytest.mark.parametrize(
    "word", ["chemotherapy", "hormone", "sight", "fair", "2015", "الشعر", "abc"]
)
def test_a_word_that_may_well_be_meant_stays(word: str) -> None:
    assert word in [read for read, _ in SPELLER.read(word).words]


def test_chemotherapy_is_never_mesotherapy() -> None:
    for typed in ("chemotherapy", "chemoterapy", "chemotheraphy", "kemotherapy"):
        assert "mesotherapy" not in [read for read, _ in SPELLER.read(typed).words]


def test_a_correction_of_an_english_word_is_half_trusted() -> None:
    reading = SPELLER.read("cynic")
    assert reading.words in ((("cynic", 1.0),), (("clinic", 0.5), ("cynic", 0.5)))
