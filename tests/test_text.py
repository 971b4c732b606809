"""The same words are the same however they are typed."""

from __future__ import annotations

import pytest

from assistant.answering.language.text import normalise, stem, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ＨＡＩＲ  loss", "hair loss"),
        ("ha\u200bir", "hair"),
        ("hаir", "hair"),  # a Cyrillic а
        ("naïve café", "naive cafe"),
        ("don’t", "don't"),
    ],
)
def test_disguises_are_folded(typed: str, read: str) -> None:
    assert normalise(typed) == read


def test_words_of_any_script_are_kept_and_emoji_are_not_words() -> None:
    assert words("هل العلاج مؤلم؟ 😀 больно ли") == ("هل", "العلاج", "مؤلم", "больно", "ли")


@pytest.mark.parametrize("typed", ["don't", "dont", "DON’T", "do not"])
def test_contractions_are_written_out(typed: str) -> None:
    assert words(typed) == ("do", "not")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lost", "losing"),
        ("children", "child"),
        ("colour", "color"),
        ("organise", "organizing"),
        ("two", "2"),
        ("bought", "buy"),
    ],
)
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_signs_for_whole_phrases_do_not_multiply_a_message() -> None:
    assert words("how ﷺ much") == ("how", "much")
