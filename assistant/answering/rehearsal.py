"""Asks the knowledge its own phrasings, each hidden from it, to learn how far to trust a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.answering.confidence import Calibration, calibrate, evidence
from assistant.answering.coverage import Coverage, among_others, spoken
from assistant.answering.index import Array
from assistant.answering.reading import Question
from assistant.answering.ridge import Ridge

COVERAGE_BONUS = 0.1  # what full coverage adds to an entry's score
_MOST = 600  # texts asked: enough for a curve, and building stays quick

Texts = npt.NDArray[np.intp]


def rehearse(
    ridge: Ridge, coverage: Coverage, questions: Sequence[Question], owners: Texts
) -> Calibration:
    """Return the curve from evidence to probability that the entries' own texts teach.

    Each text is asked twice: hidden alone (its entry should still be found), and with its whole
    entry hidden (whatever is found then is wrong).
    """
    step = max(1, len(questions) // _MOST)
    evidences: list[float] = []
    right: list[bool] = []
    for owner in np.unique(owners):
        texts = np.flatnonzero(owners == owner).tolist()
        counts = Counter(feature for at in texts for feature in set(spoken(questions[at])))
        absent = ridge.without(np.array(texts))
        for place, at in enumerate(texts):
            if at % step:
                continue
            question = questions[at]
            information = sum(question.information)
            covered, _ = coverage.of(question)
            covered[owner] = among_others(question, counts)
            alone = ridge.without(np.array([at]))[0]
            for scores in (alone, _hide(absent[place], owner)):
                best = int(np.argmax(scores + COVERAGE_BONUS * covered))
                total = float(scores[best] + COVERAGE_BONUS * covered[best])
                evidences.append(evidence(total, float(covered[best]), information))
                right.append(best == owner and scores is alone)
    return calibrate(np.array(evidences), np.array(right, bool))


def _hide(scores: Array, owner: int) -> Array:
    hidden = scores.copy()
    hidden[owner] = -np.inf
    return hidden
