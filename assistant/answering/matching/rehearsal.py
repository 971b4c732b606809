"""Asks the knowledge its own phrasings, each hidden from it, to learn how far to trust a score."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from assistant.answering.matching.confidence import Calibration, calibrate, evidence
from assistant.answering.matching.coverage import Coverage
from assistant.answering.matching.nearest import Nearest
from assistant.answering.matching.reading import Question
from assistant.answering.matching.ridge import Ridge

COVERAGE_BONUS = 0.1  # what full coverage adds to an entry's score
_MOST = 600  # texts asked: enough for a curve, and building stays quick

Texts = npt.NDArray[np.intp]


def rehearse(
    scorer: Ridge | Nearest, coverage: Coverage, questions: Sequence[Question], owners: Texts
) -> Calibration:
    """Return the curve from evidence to probability that the entries' own texts teach.

    Each text is asked twice: hidden alone (its entry should still be found), and with its whole
    entry hidden (whatever is found then is wrong).
    """
    step = max(1, len(questions) // _MOST)
    chosen = range(0, len(questions), step)
    evidences: list[float] = []
    right: list[bool] = []
    for owner, group in groupby(chosen, key=lambda at: int(owners[at])):
        asked = list(group)
        own = np.arange(*np.searchsorted(owners, (owner, owner + 1)))
        absent = scorer.without(own, asked)
        absent[:, owner] = -np.inf
        covered = np.array([coverage.of(questions[at])[0] for at in asked])
        covered[:, owner] = [coverage.among_others(questions[at], owner) for at in asked]
        information = [sum(questions[at].information) for at in asked]
        for scores in (scorer.alone(asked), absent):
            total = scores + COVERAGE_BONUS * covered
            best = total.argmax(axis=1)
            row = np.arange(len(asked))
            found = zip(
                total[row, best].tolist(), covered[row, best].tolist(), information, strict=True
            )
            evidences += [evidence(*each) for each in found]
            right += (best == owner).tolist()
    known = np.isfinite(evidences)  # where the only entry is hidden, nothing is left
    return calibrate(np.array(evidences)[known], np.array(right, bool)[known])
