"""How a session looks: a row of the table, a card on a narrow screen, or a line on the smallest."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple

from cctop import figures
from cctop.book.snapshot import Session, Status
from cctop.ui import health
from cctop.ui.ages import ago, is_young
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.draw import bar, braille, resample
from cctop.ui.widgets.parts import Cell, Part, Parts, Tone
from cctop.ui.widgets.table import Row
from cctop.ui.words import (
    LOOP,
    STATUS,
    cost_of,
    doing,
    prompt_tokens,
    short_count,
    short_model,
)

Look = Literal["wide", "table", "cards", "lines"]

TREND = 6
BAR = 8
ROWS_KEPT = 512

_STATE = Column("status", "status", 14)
_PROJECT = Column("project", "project", 10, flex=2)
_FIGURES = (
    Column("model", "model", 11, drop=50),
    Column("bar", "", BAR, drop=70),
    Column("context", "context", 7, align="right", drop=10),
    Column("in", "in", 7, align="right", drop=98),
    Column("out", "out", 7, align="right", drop=99),
    Column("hit", "hit", 6, align="right", drop=75),
    Column("cost", "cost", 8, align="right"),
    Column("burn", "USD/h", 8, align="right", drop=20),
    Column("trend", "", TREND, drop=97),
    Column("failures", "failed", 10, align="right", drop=30),
    Column("compactions", "cmp", 4, align="right", drop=80),
    Column("subagents", "sub", 5, align="right", drop=95),
    Column("age", "age", 7, align="right", drop=40),
)
TABLE = (_STATE, _PROJECT, Column("doing", "doing", 14, flex=3, drop=15), *_FIGURES)
WIDE = (
    _STATE,
    _PROJECT,
    Column("title", "title", 16, flex=3),
    Column("doing", "doing", 22, flex=4),
    *_FIGURES,
)

CARD_TOP = (
    Column("status", "", 1),
    Column("project", "", 10, flex=2),
    Column("state", "", 12),
    Column("doing", "", 8, flex=3, drop=1),
)
CARD_BELOW = (
    Column("indent", "", 1),
    Column("model", "", 10, flex=1),
    Column("bar", "", BAR, drop=3),
    Column("context", "", 5, align="right", drop=1),
    Column("cost", "", 8, align="right"),
    Column("burn", "", 8, align="right", drop=2),
)

LINE = (
    Column("status", "", 1),
    Column("project", "", 8, flex=1),
    Column("state", "", 14, drop=1),
    Column("cost", "", 8, align="right"),
)

LOOKS: dict[Look, tuple[Sequence[Column], ...]] = {
    "wide": (WIDE,),
    "table": (TABLE,),
    "cards": (CARD_TOP, CARD_BELOW),
    "lines": (LINE,),
}
"""The columns of every look; a heading stands above the tables alone."""
HEADED: frozenset[Look] = frozenset({"wide", "table"})


WORDS = frozenset({"status", "project", "title", "state", "doing", "model", "age", "indent"})
"""The columns that are no figures, and hold before a session is read to its end."""

MADE_OF: dict[str, Callable[["Line"], object]] = {
    "status": attrgetter("session.status", "state"),
    "project": attrgetter("session.project", "session.status"),
    "title": attrgetter("session.title"),
    "state": attrgetter("session.status", "session.streak", "state"),
    "doing": attrgetter(
        "session.status", "session.title", "session.asks", "session.activity", "session.streak"
    ),
    "model": attrgetter("session.model"),
    "bar": attrgetter("session.context"),
    "context": attrgetter("session.context"),
    "in": attrgetter("session.tokens"),
    "out": attrgetter("session.tokens.output"),
    "hit": attrgetter("session.tokens"),
    "cost": attrgetter("session.cost", "session.unpriced_tokens", "session.lower_bounds"),
    "burn": attrgetter("session.rate.cost_per_hour"),
    "trend": attrgetter("session.rate.trend"),
    "failures": attrgetter("session.tool_failures", "session.tool_calls"),
    "compactions": attrgetter("session.compactions"),
    "subagents": attrgetter("session.subagents", "session.subagents_running"),
    "age": attrgetter("age"),
    "indent": attrgetter("session.id"),
}
"""What the cell of a column is made of: while that stays, the cell does."""


class Line(NamedTuple):
    """The cells of one session, made when a look asks for them.

    `state` is for how long it waits, works or rests, `age` when it was last active, in words: a row
    lasts until one of them changes, which one that `is_young` does every second. Of one that is not
    `whole`, no figures are shown.
    """

    session: Session
    state: str
    age: str
    is_young: bool
    whole: bool = True

    def row(self, look: Look, known: "tuple[Line, Row] | None" = None) -> Row:
        """The session in one of the looks; `known` is how the same looked at another time."""
        keys = [column.key for columns in LOOKS[look] for column in columns]
        if known is not None:
            before, row = known
            cells = tuple(
                [
                    cell if (of := MADE_OF[key])(before) == of(self) else self._cell(key, look)
                    for key, cell in zip(keys, row.cells, strict=True)
                ]
            )
        else:
            cells = tuple([self._cell(key, look) for key in keys])
        quiet = self.session.status is Status.ENDED
        return Row(self.session.id, cells, "dim" if quiet else "")

    def _cell(self, key: str, look: Look) -> Cell:
        s = self.session
        if not self.whole and key not in WORDS:
            return (("reading" if key == "cost" else "", "dim"),)
        match key:
            case "status":
                sign = STATUS[s.status]
                glyph: Parts = ((sign.glyph, sign.tone),)
                return (*glyph, (" ", ""), *self._state()) if look in HEADED else glyph
            case "project":
                return ((s.project or "–", "heading" if s.status is not Status.ENDED else ""),)
            case "title":
                return s.title
            case "state" if look == "lines" and s.streak is not None:
                return ((f"{LOOP} {s.streak.count:,}x", "alarm"),)
            case "state":
                return self._state()
            case "doing":
                return (self._doing(look),)
            case "model":
                return ((short_model(s.model), "dim"),)
            case "bar":
                level = health.context(s.context.fraction)
                tone: Tone = health.TONE_OF[level] if level else "dim"
                return bar(s.context.fraction, BAR, tone)
            case "cost":
                return cost_of(s, 8)
            case "trend":
                return _trend(s.rate.trend)
        return self._figure(key)

    def _figure(self, key: str) -> Cell:
        s = self.session
        match key:
            case "context":
                return figures.percent(s.context.fraction)
            case "in":
                return figures.tokens(prompt_tokens(s.tokens))
            case "out":
                return figures.tokens(s.tokens.output)
            case "hit":
                return figures.percent(s.tokens.cache_hit_ratio)
            case "burn":
                return _burn(s)
            case "failures":
                return _failed(s)
            case "compactions":
                return _compacted(s)
            case "subagents":
                return _subagents(s)
            case "age":
                return ((self.age, "dim"),)
        return ""

    def _doing(self, look: Look) -> Part:
        """What it does; of one that rests, and has no title beside it, what it is."""
        rests = look != "wide" and self.session.status in {Status.IDLE, Status.ENDED}
        return (self.session.title, "dim") if rests and self.session.title else doing(self.session)

    def _state(self) -> Parts:
        """Whether it waits, works or rests, and for how long."""
        sign = STATUS[self.session.status]
        word = "waits" if self.session.status is Status.WAITING else sign.word
        return ((f"{word} {self.state}", sign.tone),)


def line_of(session: Session, now: int, looked: int, *, whole: bool = True) -> Line:
    """A session as it is at `now`; `looked` is the last look at the time; both in ms. As far as it
    is read where that is not `whole`.
    """
    runs = session.status in {Status.WAITING, Status.BUSY}
    last = session.last_activity_at if whole else 0
    since = session.status_since if runs and session.status_since else last
    return Line(
        session,
        ago(since, now, looked, runs=runs),
        ago(last, now, looked),
        is_young(max(since, last), now),
        whole,
    )


@lru_cache(ROWS_KEPT)
def _trend(costs: tuple[int, ...]) -> Parts:
    return ((braille(resample(costs, 2 * TREND), TREND, 1)[0], "fill"),)


def _burn(session: Session) -> Cell:
    rate = session.rate.cost_per_hour
    return figures.rate(rate) if rate else ((figures.MISSING, "dim"),)


def _failed(session: Session) -> Cell:
    if not session.tool_failures:
        return (("0 " if session.tool_calls else f"{figures.MISSING} ", "dim"), (" ", ""))
    ratio = figures.percent(session.failure_ratio)
    mark = health.mark(health.failures(session), good=False)
    return ((f"{short_count(session.tool_failures)} {ratio:>4}", ""), mark)


def _compacted(session: Session) -> Cell:
    level = health.compactions(session.compactions)
    tone: Tone = "" if level == "ok" else health.TONE_OF[level]
    return ((f"{session.compactions}", tone if session.compactions else "dim"),)


def _subagents(session: Session) -> Cell:
    if not session.subagents:
        return ((figures.MISSING, "dim"),)
    running: Part = (f"{session.subagents_running}/", "accent")
    return (*((running,) if session.subagents_running else ()), (f"{session.subagents}", ""))
