"""Decides one question: an ordered list of rules, the safest first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from assistant.answering.content.knowledge import BOOKING, Edition
from assistant.answering.decisions import revision
from assistant.answering.decisions.boundaries import Boundaries, Limits
from assistant.answering.language.phrases import Phrases
from assistant.answering.language.text import stem, words
from assistant.answering.learnt.opinion import NONE
from assistant.answering.matching.matcher import Candidate, Matcher, Ranking
from assistant.answering.matching.reading import Question, Reader

SURE, ALONE = 0.4, 0.12
"""From this confidence on the best candidate is given as the answer (docs/answers.md), and where no
second opinion was learnt: then a less certain one must stand out, too."""
NEAR = 0.05
"""From this confidence on a candidate is worth a "did you mean"."""
_RIVAL = 0.65
"""How sure, beside a less certain candidate, the next one must be to be its rival."""
_SHOWN = 3
_WEIGHED = 7
"""Candidates of the matcher's that are weighed: no labelled question turned on one ranked lower."""
CERTAIN = 0.4
"""From this confidence on it does not matter how much of the question stays unexplained."""
EXPLAINED = 0.4
"""The least share of the question's information that a less certain answer must explain."""

_BY_ITSELF = 0.3
"""What a question in a story counts by itself; the whole story counts the rest."""
_TOLD = 0.3
"""From this average of both on it is answered, where a second opinion was learnt."""
_FOREIGN = 0.9
"""From which probability of no answer on, a word such as "email" asks for nobody here."""
_HARDLY = 0.001
"""Below which probability of it nobody asks for a person: "am I signing up for a saga?"."""

_PERSONAL = 0.5
"""The confidence of what is said of a person (98 in 100 were right, docs/answers.md)."""

MOST_QUESTIONS = 3
NOWHERE = Limits()


@dataclass(frozen=True, slots=True)
class Case:
    """One question with all that decides it."""

    text: str
    ranking: Ranking
    limits: Limits

    @property
    def allowed(self) -> list[Candidate]:
        """The candidates that speak of everything the question touches, best first."""
        found = self.ranking.candidates
        open_to = self.limits.open_to(c.entry for c in found)
        return [c for c in found if c.entry in open_to]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a question: an entry with its confidence, or near ones, or neither."""

    rule: str
    case: Case
    entry: str | None = None
    confidence: float = 0.0
    near: tuple[str, ...] = ()


def stems(text: str) -> list[str]:
    """Return the stems by which expressions are found in a text."""
    return [stem(word) for word in words(text)]


class Decider:
    """Decides questions by one edition of the knowledge."""

    def __init__(self, edition: Edition) -> None:
        self._matcher = Matcher(edition.entries, edition.words)
        ids = {entry.id for entry in edition.entries}
        self._opinion = edition.opinion and edition.opinion.among(ids | {NONE})
        self._least = SURE if edition.opinion else ALONE
        self._stop_words = edition.words.stop_words
        self._boundaries = Boundaries(edition.words.boundaries)
        self._person = Phrases({BOOKING: edition.replies.person}, stems)
        self._rules: tuple[Callable[[Case], Decision | None], ...] = (
            self._beyond_the_knowledge,
            self._asks_for_a_person,
            self._about_the_person,
            self._sure,
            self._near,
        )

    @property
    def reader(self) -> Reader:
        """What reads questions by the edition's words."""
        return self._matcher.reader

    def about(self, limits: Limits) -> Decision | None:
        """Return the decision for what a message says of the person without asking."""
        if not limits.touched:
            return None
        return self._about_the_person(Case("", self._matcher.rank(""), limits))

    def case(self, text: str, about: Limits = NOWHERE) -> Case:
        """Return the question ready to be decided; `about` is what its message touches."""
        question = self._matcher.read(text)
        limits = self.limits(question)
        if self._opinion is None:
            return Case(text, self._matcher.rank(question, _WEIGHED), limits | about)
        chances = revision.ask(self._opinion, question, limits, ())
        ranked = self._matcher.rank(question, _WEIGHED, revision.believed(chances))
        ranking = revision.revise(ranked, chances)
        return Case(text, ranking, revision.narrow(limits, ranking, chances) | about)

    def after(self, case: Case, last: Collection[str]) -> list[tuple[float, str]]:
        """Return how probably, 0 to 1, a question asks for each entry just after those of `last`.

        The likeliest first; only entries that speak of all it touches; none without what is learnt.
        """
        if self._opinion is None:
            return []
        chances = revision.ask(self._opinion, case.ranking.question, case.limits, last or (NONE,))
        open_to = case.limits.open_to(chances) - case.ranking.banned - {NONE}
        return sorted(((chances[each], each) for each in open_to), reverse=True)

    def wants_a_person(self, text: str) -> bool:
        """Tell whether a text asks for a person or an appointment."""
        return bool(self._person.find(stems(text)))

    def touched(self, text: str) -> Limits:
        """Return the boundaries that a text touches."""
        return self.limits(self._matcher.read(text))

    def told(self, text: str) -> Limits:
        """Return what a sentence that asks for nothing says of the person."""
        question = self._matcher.read(text)
        limits = self.limits(question)
        personal = limits.personal()
        if self._opinion is None or not personal.touched:
            return personal
        chances = revision.ask(self._opinion, question, limits, ())
        return Limits(tuple(b for b in personal.touched if revision.meant(chances, b.entries)))

    def limits(self, question: Question) -> Limits:
        """Return the boundaries that a question touches."""
        return self._boundaries.touched(question)

    def both(self, decision: Decision, story: Case) -> Decision:
        """Return what a question in a story asks for by itself and in view of the whole story.

        Both opinions of each entry are averaged by weight (linear opinion pool, Stone 1961).
        """
        case = decision.case
        shares = ((_BY_ITSELF, case.ranking), (1 - _BY_ITSELF, story.ranking))
        pooled: dict[str, float] = {}
        for share, ranking in shares:
            for c in ranking.candidates:
                pooled[c.entry] = pooled.get(c.entry, 0.0) + share * c.confidence
        open_to = case.limits.open_to(pooled) - case.ranking.banned
        confidence, best = max(((pooled[each], each) for each in open_to), default=(0.0, None))
        if confidence >= min(_TOLD, self._least):
            return Decision("sure in the story", case, best, confidence)
        near = tuple(c.entry for c in case.allowed[:_SHOWN] if c.confidence >= NEAR)
        return Decision("the story is about something else", case, near=near)

    def decide(self, case: Case) -> Decision:
        """Return what the first rule that applies says of the question.

        A rule is passed over when the entry it gives must not match the question.
        """
        for rule in self._rules:
            decision = rule(case)
            if decision and decision.entry not in case.ranking.banned:
                return decision
        return Decision("unknown", case)

    def _beyond_the_knowledge(self, case: Case) -> Decision | None:
        beyond = case.limits.beyond
        return Decision(f"beyond: {', '.join(beyond)}", case) if beyond else None

    def _asks_for_a_person(self, case: Case) -> Decision | None:
        heard = case.ranking.heard
        if heard.get(NONE, 0.0) >= _FOREIGN or heard.get(BOOKING, 1.0) < _HARDLY:
            return None
        wanted = self._person.find(case.ranking.question.stems)
        return Decision("asks for a person", case, BOOKING, 1.0) if wanted else None

    def _about_the_person(self, case: Case) -> Decision | None:
        """Whether a price or a pregnancy was asked about: first what the pregnancy means."""
        personal = next((b for b in case.limits.personal().touched if b.entries), None)
        if personal is None or not revision.meant(case.ranking.heard, personal.entries):
            return None
        near = (c.entry for c in case.allowed if c.confidence >= NEAR)
        entry = next(near, personal.entries[0])
        return Decision("speaks of the person", case, entry, _PERSONAL)

    def _sure(self, case: Case) -> Decision | None:
        best = next(iter(case.ranking.candidates), None)
        if best is None or best.confidence < self._least or best not in case.allowed:
            return None
        if best.confidence < CERTAIN and not self._stands_out(best, case):
            return None
        named = any(each.fully for each in case.limits.touched)
        certain = revision.certain(case.ranking.heard, best.entry)
        if named and not certain and self._left_open(best, case):
            return None
        return Decision("sure", case, best.entry, best.confidence)

    def _left_open(self, best: Candidate, case: Case) -> bool:
        """Tell whether the question asks for more than the candidate speaks of."""
        others = any(c.confidence >= self._least for c in case.ranking.candidates if c is not best)
        return others or any(word not in self._stop_words for word in best.missing)

    def _stands_out(self, best: Candidate, case: Case) -> bool:
        """Tell whether a less certain candidate explains the question and leaves others behind."""
        second = case.ranking.candidates[1:2]
        rivals = any(other.confidence > _RIVAL * best.confidence for other in second)
        return best.coverage >= EXPLAINED and not rivals

    def _near(self, case: Case) -> Decision | None:
        near = tuple(c.entry for c in case.allowed if c.confidence >= NEAR)[:_SHOWN]
        return Decision("near", case, near=near) if near else None


def distinct(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions for a message, each entry once, at most three."""
    seen: dict[object, Decision] = {}
    for number, decision in enumerate(decisions):
        seen.setdefault(decision.entry or number, decision)
    return tuple(seen.values())[:MOST_QUESTIONS]
