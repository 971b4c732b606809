"""Tells whether the halves of a sentence are two questions, in view of the sentence as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.decisions.decision import Case, Decision
from assistant.answering.decisions.segments import Cut

CLEAR = 0.8
"""From this confidence on a half is a question by itself, whatever its grammar and the whole."""
SURE = 0.5
"""How sure both halves must be for a sentence to be two questions."""
_HEARD = 0.01
"""How much the sentence as a whole must sound like both entries, if not both halves are clear."""
_FEW = 3
"""Words of a half that is hardly a question by itself ("yes or no?")."""
_FEW_SURE, _FEW_HEARD = 0.5, 0.2
"""How sure such a pair must be, or how much like both the sentence must sound."""


def least(decisions: Sequence[Decision]) -> float:
    """Return the confidence, 0 to 1, of the least sure of some decisions; 0 of none."""
    return min((decision.confidence for decision in decisions), default=0.0)


def two_questions(pair: Sequence[Decision], cut: Cut, whole: Case) -> bool:
    """Tell whether the halves of a cut, as decided in `pair`, are borne out by the whole."""
    heard = {one.entry: one.confidence for one in whole.ranking.candidates}
    both = min((heard.get(one.entry or "", 0.0) for one in pair), default=0.0)
    few = min(len(half.split()) for half in cut.halves) <= _FEW
    if few and both < _FEW_HEARD and least(pair) < _FEW_SURE:
        return False
    return both >= _HEARD or least(pair) >= CLEAR
