"""What counts as the same words: Unicode folded, tokens cut, nothing of any script thrown away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from functools import lru_cache

import Stemmer

from assistant.answering.language.forms import CONTRACTIONS, FORMS

# Letters of other scripts that look like Latin ones, and signs used in their place
# (Unicode TR 39 "confusables", the ones that occur in typed and pasted Latin text).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁԛԝһӏьαεορυιντκχɑɡıℓ",
    "aeopcyxijsdqwhlbaeopuivtkxagil",
)
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′＇‛", "'"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# Signs for whole phrases, which NFKC writes out: 500 of them would be 2,000 words.
_PHRASES = str.maketrans("ﷺﷻ", "  ")
_PLAIN = re.compile(r"[a-z ]*")  # most expressions: nothing to fold, words between spaces
_TOKEN = re.compile(r"\w+(?:'\w+)*")
_LATIN = re.compile(r"[a-z]")
_LONGEST = 48  # letters of a word that are read
_STEMMER = Stemmer.Stemmer("english")
_ISE = re.compile(r"(?<=[a-z]{4})is(?=(?:e|ed|es|ing|ation|ations|er)$)")
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Return `text` folded to the form in which words are compared.

    NFKC, case folding, accents of Latin letters dropped, invisible characters removed, look-alike
    letters inside Latin words made Latin, one kind of apostrophe and dash, single spaces. Words of
    other scripts are kept as they are.
    """
    if text.isascii():  # most texts: nothing to fold but case, one apostrophe and spaces
        return " ".join(text.lower().replace("`", "'").split())
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text.translate(_PHRASES)))
    folded = folded.casefold()
    folded = folded.translate(_APOSTROPHES).translate(_DASHES)
    if not folded.isascii():
        folded = " ".join(_fold_word(word) for word in folded.split())
    return _SPACE.sub(" ", folded).strip()


def tokens(text: str) -> list[str]:
    """Return the words of an already normalised text, apostrophes inside words kept."""
    return _TOKEN.findall(text.replace("_", " "))


def _fold_word(word: str) -> str:
    if word.isascii():
        return word
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    if not _LATIN.search(plain):
        return word
    return plain.translate(_LOOKALIKES)


# The commonest slip that is a word itself: "dose it hurt".
_DOSE = re.compile(r"\bdose(?= (?:it|this|that|the|they|he|she|insur\w*|meso\w*)\b)")


@lru_cache(maxsize=64)  # a message is cut for small talk, for distress, for its questions
def words(text: str) -> tuple[str, ...]:
    """Return the words of a raw text, contractions written out ("don't" is "do", "not")."""
    simple = _PLAIN.fullmatch(text)
    plain = text if simple else normalise(text)
    if "dose" in plain:
        plain = _DOSE.sub("does", plain)
    cut = plain.split() if simple else tokens(plain)
    if len(plain) > _LONGEST:  # what is longer is no word, and many such would fill every cache
        cut = [word[:_LONGEST] for word in cut]
    if "'" not in plain and CONTRACTIONS.keys().isdisjoint(cut):
        return tuple(cut)  # most expressions
    found: list[str] = []
    for token in cut:
        if "'" in token or token in CONTRACTIONS:
            spoken = CONTRACTIONS.get(token, token).split()
            found += [word.removesuffix("'s") for word in spoken]
        else:
            found.append(token)
    return tuple(found)


def bare(said: Sequence[str], fillers: Container[str]) -> tuple[str, ...]:
    """Return the words that are no fillers; all of them where nothing else is said."""
    return tuple(word for word in said if word not in fillers) or tuple(said)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return what all forms of a word share: "losing", "lost" and "loses" are "lose".

    Irregular forms come from a table, regular ones from the Snowball English stemmer (Porter2).
    """
    plain = FORMS.get(word, word)
    return str(_STEMMER.stemWord(_ISE.sub("iz", plain)))
