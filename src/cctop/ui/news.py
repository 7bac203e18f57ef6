"""What is worth a word when it happens, once each: milestones, quarters of the budget, loops."""

from collections.abc import Iterable
from typing import NamedTuple

from cctop import figures
from cctop.alerts import loops
from cctop.alerts import words as alerts
from cctop.book.snapshot import Milestone, Session, Snapshot
from cctop.ui.words import round_tokens

MOST_MILESTONES = MOST_LOOPS = 2
"""Of more that are reached at once only the number is told: toasts stand in front of the screen."""


class Word(NamedTuple):
    """Something to be told, and whether it asks for an answer."""

    text: str
    urgent: bool = False


class News:
    """Compares pictures with what was known before. History is never news.

    `since` is when the screen opened, in ms since the epoch: what happened before then is known.
    """

    def __init__(self, since: int, daily_budget: int) -> None:
        self._since = since
        self._budget = daily_budget
        self._quarter: int | None = None
        self._milestones: dict[str, int] = {}
        self._notices: set[str] = set()

    def of(self, snapshot: Snapshot) -> list[Word]:
        """What is new in this picture, in words."""
        words = [Word(notice) for notice in snapshot.notices if notice not in self._notices]
        self._notices.update(snapshot.notices)
        if snapshot.progress.reading:
            return words
        reached = [word for session in snapshot.sessions for word in self._milestone(session)]
        if len(reached) > MOST_MILESTONES:
            reached = [Word(f"{len(reached)} sessions reached a milestone")]
        return words + reached + self._budget_quarter(snapshot.fleet.today_cost)

    def waiting(self, sessions: Iterable[Session], in_sight: str | None) -> list[Word]:
        """A word for each session that has come to wait, but for the one that is looked at."""
        return [Word(alerts.line(s), urgent=True) for s in sessions if s.id != in_sight]

    def looping(self, sessions: Iterable[Session]) -> list[Word]:
        """A word for each session that has come to be in a loop."""
        said = [Word(loops.news(s, s.streak), urgent=True) for s in sessions if s.streak]
        return (
            said if len(said) <= MOST_LOOPS else [Word(f"{len(said)} sessions are in a loop", True)]
        )

    def _milestone(self, session: Session) -> list[Word]:
        reached: Milestone | None = session.milestone
        if reached is None or self._milestones.get(session.id) == reached.tokens:
            return []
        self._milestones[session.id] = reached.tokens
        if reached.at < self._since:
            return []
        name = session.project or session.id[:8]
        cost = f", {figures.usd(reached.cost)}" if reached.cost else ""
        return [Word(f"{name}: {round_tokens(reached.tokens)} tokens{cost}")]

    def _budget_quarter(self, today: int) -> list[Word]:
        if not self._budget:
            return []
        quarter = 4 * today // self._budget
        before, self._quarter = self._quarter, quarter
        if before is None or quarter <= before:  # the first picture, or a new day
            return []
        share = f"{25 * quarter} % of today's budget"
        words = f"{share}: {figures.usd(today)} of {figures.usd(self._budget)}"
        return [Word(words, urgent=quarter >= 4)]
