"""Tells in words how a question was decided."""

from __future__ import annotations

from assistant.answering.decisions.decision import Decision
from assistant.answering.matching.matcher import Candidate

_MOST = 4


def lines(decision: Decision) -> list[str]:
    """Return the reasons of a decision, one line each."""
    question = decision.case.ranking.question
    touched = [boundary.id for boundary in decision.case.limits.touched]
    told = [
        f"question:    {decision.case.text}",
        f"read as:     {' '.join(question.words)}",
        f"corrections: {', '.join(f'{typed} → {read}' for typed, read in question.corrections)}",
        f"concepts:    {', '.join(dict.fromkeys(concept.name for concept in question.concepts))}",
        f"touches:     {', '.join(touched)}",
        f"rule:        {decision.rule}",
        f"outcome:     {decision.entry or ', '.join(decision.near) or 'unknown'}",
    ]
    return told + [_candidate(c) for c in decision.case.ranking.candidates[:_MOST]]


def _candidate(candidate: Candidate) -> str:
    matched, missing = ", ".join(candidate.matched), ", ".join(candidate.missing)
    return (
        f"  {candidate.confidence:.2f} {candidate.entry}: covers {candidate.coverage:.2f}, "
        f"margin {candidate.margin:+.2f}, nearest “{candidate.phrasing}”, "
        f"matched {matched or '-'}, missing {missing or '-'}"
    )
