"""What a question is made of for the matcher: its stems, concepts and synonym groups."""

from __future__ import annotations

from assistant.answering.matching.reading import Question

_CONCEPT = 0.5  # what a concept says beside its weightiest word
_FLATNESS = 0.25  # the power of the information: a rare word leads, common ones still count
_NEGATION = 1.5  # the information in that something is denied
_SYNONYM = 0.8  # what a shared general synonym is worth beside the word itself


def words_of(question: Question) -> dict[str, float]:
    """Return stems, concepts and synonym groups, each by a low power of its information."""
    found: dict[str, float] = {}
    heard = found.get
    words = zip(question.stems, question.synonyms, question.information, strict=True)
    for stem, groups, information in words:
        if information > heard(stem, 0.0):
            found[stem] = information
        for group in groups:
            shared = _SYNONYM * information / len(groups) ** 0.5
            if shared > heard(group, 0.0):
                found[group] = shared
    if question.negated:
        found["¬"] = _NEGATION
    for concept in question.concepts:
        found[concept.key] = max(found.get(concept.key, 0.0), _CONCEPT * concept.weight)
    return {feature: value**_FLATNESS for feature, value in found.items()}
