"""The state of one session, as the fold builds it up. Fronts see `snapshot.Session` instead."""

from typing import TYPE_CHECKING

from cctop.book.meter import Meter, Minutes
from cctop.book.tools import Tools
from cctop.events import AgentMeta, CompactSummary, CostState, Malformed, Seen, TitleKind
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.calls import Call
    from cctop.book.notes import ApiErrorNote, CompactionNote, PromptNote
    from cctop.book.snapshot import Milestone

NEVER = 1 << 62


class AgentState:
    """A subagent of a session: its own sums, and what is known of it."""

    __slots__ = ("ended", "first_at", "last_at", "latest_text", "meta", "meter", "state", "turn")

    def __init__(self) -> None:
        self.meter = Meter()
        self.meta: AgentMeta | None = None
        self.first_at = NEVER
        self.last_at = 0
        self.state = Clean("")  # as the newest notification or Agent result says
        self.ended = False  # its last response waits for no more
        self.latest_text = Clean("")
        self.turn = Turnstile()


class Turnstile:
    """Whether the model is at work on a thread: the newest record that says so, wins."""

    __slots__ = ("at", "began", "offset", "text", "working")

    def __init__(self) -> None:
        self.at = 0
        self.began = 0  # when its newest turn did, ms
        self.offset = -1
        self.working = False
        self.text = Clean("")

    def turn(self, at: int, offset: int, working: bool, text: Clean | None = None) -> None:
        """Take in a record; an older one than the newest changes nothing."""
        if (at, offset) >= (self.at, self.offset):
            self.at, self.offset, self.working = at, offset, working
            if text is not None:
                self.text = text


class OfficialBooks:
    """The newest `cost-state` of a session's main file, and up to when it counts.

    A `cost-state` has no time of its own. It was written when a process ended, so it holds
    everything up to the first record that follows it.
    """

    __slots__ = ("all", "until")

    def __init__(self) -> None:
        self.all: dict[int, CostState] = {}  # by offset
        self.until: dict[int, int] = {}  # offset → first time after it, ms

    @property
    def newest(self) -> CostState | None:
        """Return the last one of the file."""
        return self.all[max(self.all)] if self.all else None

    def covers(self, offset: int) -> int:
        """Return the time before which calls are in the `cost-state` at `offset`, ms."""
        return self.until.get(offset, NEVER)

    def at(self, time: int) -> CostState | None:
        """Return the last one that had been written at `time`."""
        written = [offset for offset, state in self.all.items() if state.at <= time]
        return self.all[max(written)] if written else None


class SessionState:
    """All that is known of one session."""

    __slots__ = (
        "_copied_until", "_inherited_last",
        "agents",
        "api_errors",
        "books",
        "branch",
        "calls",
        "compactions",
        "cwd",
        "effort",
        "files",
        "first_at",
        "gone",
        "home",
        "id",
        "inherited",
        "inherited_calls",
        "last_at",
        "latest",
        "meter",
        "milestone",
        "milestone_count",
        "minutes",
        "mode",
        "own_at",
        "prompts",
        "root",
        "skipped",
        "slug",
        "stale",
        "summaries",
        "surroundings_at",
        "titles",
        "tools",
        "turn",
        "version",
        "was_live",
        "world",
    )  # fmt: skip

    def __init__(self, id: str, world: Minutes) -> None:
        self.id = id
        self.world = world  # the minutes of all sessions together
        self.version = 0  # grows with every change
        self.root = ""
        self.slug = ""
        self.files: dict[int, bool] = {}  # file → whether it is of the main thread
        self.gone: set[int] = set()
        self.home = Clean("")  # the first working directory
        self.cwd = self.branch = self.mode = self.effort = Clean("")
        self.surroundings_at: dict[str, tuple[int, int]] = {}
        self.titles: dict[TitleKind, tuple[int, Clean]] = {}
        self.first_at = NEVER
        self.last_at = 0
        self.own_at: int | None = None  # when it surely existed
        self.meter = Meter()
        self.minutes = Minutes()
        self.inherited = Meter()
        self.calls: dict[Call, None] = {}
        self.inherited_calls: dict[Call, None] = {}
        self._inherited_last: int | None = 0
        self._copied_until: int | None = 0
        self.latest: Call | None = None  # newest call of the main thread, own or inherited
        self.stale = False  # `latest` has to be looked for
        self.tools = Tools()
        self.prompts: dict[PromptNote, None] = {}
        self.compactions: dict[CompactionNote, None] = {}
        self.api_errors: dict[ApiErrorNote, None] = {}
        self.summaries: dict[str, CompactSummary] = {}
        self.agents: dict[str, AgentState] = {}
        self.books = OfficialBooks()
        self.turn = Turnstile()
        self.skipped: dict[tuple[int, int], Malformed] = {}
        self.milestone: Milestone | None = None
        self.milestone_count = 0
        self.was_live = False  # it has been in the registry

    def agent(self, agent: str) -> AgentState:
        """Return a subagent, known or new."""
        state = self.agents.get(agent)
        if state is None:
            state = self.agents[agent] = AgentState()
        return state

    def seen(self, at: int) -> None:
        """Take in that something happened at `at`."""
        if at:
            self.first_at = min(self.first_at, at)
            self.last_at = max(self.last_at, at)

    def surround(self, event: Seen) -> None:
        """Take in where the session is: the newest record that says it, wins."""
        key = (event.at, event.offset)
        for name, word in (
            ("cwd", event.cwd), ("branch", event.branch), ("mode", event.permission_mode),
        ):  # fmt: skip
            if word and key >= self.surroundings_at.get(name, (0, -1)):
                self.surroundings_at[name] = key
                setattr(self, name, word)
        if event.cwd and key <= self.surroundings_at.setdefault("home", key):
            self.surroundings_at["home"] = key
            self.home = event.cwd
        if event.own and (self.own_at is None or event.at < self.own_at):
            self.own_at = event.at

    def count(self, call: "Call", sign: int) -> None:
        """Add a call that this session made, or with `sign` -1 take it away."""
        self.version += 1
        self.meter.add(call, sign)
        self.minutes.add(call.at, call, sign)
        self.world.add(call.at, call, sign)
        if call.agent:
            self.agent(call.agent).meter.add(call, sign)
        if sign > 0:
            self.calls[call] = None
        else:
            self.calls.pop(call, None)

    def inherit(self, call: "Call", sign: int) -> None:
        """Add a call that this session only copied, or with `sign` -1 take it away."""
        self.version += 1
        self.inherited.add(call, sign)
        self._inherited_last = self._copied_until = None
        if sign > 0:
            self.inherited_calls[call] = None
        else:
            self.inherited_calls.pop(call, None)

    def hold(self, call: "Call") -> None:
        """Take in that a line of the call stands in one of this session's files."""
        if call.agent or call.sidechain:
            if self.latest is call:
                self.stale = True
        elif self.latest is None or self.latest is call or newer(call, self.latest):
            self.latest = call

    def refresh(self) -> None:
        """Look again for what a change of the past may have overtaken."""
        if self.stale:
            self.stale = False
            main = [
                call
                for calls in (self.calls, self.inherited_calls)
                for call in calls
                if not (call.agent or call.sidechain)
            ]
            self.latest = max(main, key=_age) if main else None

    @property
    def inherited_last(self) -> int:
        """When the newest of the copied calls was made, ms; 0 where none was copied."""
        if self._inherited_last is None:
            self._inherited_last = max((call.at for call in self.inherited_calls), default=0)
        return self._inherited_last

    @property
    def copied_until(self) -> int:
        """Up to when it surely made nothing itself, ms: records here name another maker."""
        if self._copied_until is None:
            copied = (c.at for c in self.inherited_calls if c.claims and c.claims.get(self))
            self._copied_until = max(copied, default=0)
        return self._copied_until

    @property
    def born(self) -> int:
        """When its own life began, ms: a fork is younger than all it copied."""
        last = self.inherited_last
        if not last:
            return 0 if self.first_at == NEVER else self.first_at
        if self.own_at is not None and self.own_at > last:
            return self.own_at
        own = [entry.at for entries in (self.calls, self.prompts) for entry in entries]
        return min((at for at in own if at > last), default=last + 1)


def newer(a: "Call", b: "Call") -> bool:
    """Return whether `a` was sent after `b`."""
    return _age(a) > _age(b)


def _age(call: "Call") -> tuple[int, int, str]:
    return call.at, call.context, call.model
