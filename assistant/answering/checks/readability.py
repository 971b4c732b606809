"""How hard a text is to read."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.answering.language.text import stem

_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(
    r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[^aeiouydlt])ed$|(?<=[^aeiouycghlsxz])es$"
)


def grade(text: str, known: Collection[str] = ()) -> float:
    """Return the school grade (US) a text needs: grade 8 is read at about 13, 6 at about 11.

    A line end ends a sentence, as in lists. `known` holds stems of terms that a reader of this text
    has to meet, such as "mesotherapy": they count two syllables at most, or every text about the
    treatment would seem hard, however plainly it is told.
    Source: J. P. Kincaid and others, Derivation of New Readability Formulas, 1975.
    """
    sentences = [_WORD.findall(each) for each in _SENTENCE_END.split(text.lower())]
    sentences = [each for each in sentences if each]
    spoken = [word for each in sentences for word in each]
    if not spoken:
        return 0.0
    sounds = sum(min(2, _syllables(w)) if stem(w) in known else _syllables(w) for w in spoken)
    return 0.39 * len(spoken) / len(sentences) + 11.8 * sounds / len(spoken) - 15.59


def _syllables(word: str) -> int:
    """Return a word's syllables, estimated by its groups of vowels."""
    return max(1, len(_VOWELS.findall(_SILENT_END.sub("", word))))
