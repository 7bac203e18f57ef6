"""The state of one session, as the fold builds it up. Fronts see `snapshot.Session` instead."""

from operator import attrgetter
from typing import TYPE_CHECKING

from cctop.book.heard import Heard
from cctop.book.meter import MINUTE, Meter, Minutes, paid_for
from cctop.book.official import OfficialBooks
from cctop.book.shelf import Shelf, Stock
from cctop.book.spoken import Spoken
from cctop.book.threads import NEVER, AgentState, Turnstile
from cctop.book.timeline import Timeline, Turns
from cctop.book.tools import ToolCall, Tools
from cctop.events import CompactSummary, Malformed, Origin, Seen, TitleKind
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.calls import Call
    from cctop.book.notes import ApiErrorNote, CompactionNote, PromptNote
    from cctop.book.snapshot import Milestone, Streak

Weight = tuple[bool, int, int]


class SessionState:
    """All that is known of one session."""

    __slots__ = (
        "_copied_until",
        "_inherited_last",
        "_parent",
        "_prompts",
        "agents",
        "api_errors",
        "books",
        "branch",
        "calls",
        "compactions",
        "cwd",
        "died_at",
        "effort",
        "files",
        "first_at",
        "gone",
        "heard",
        "home",
        "id",
        "inherited",
        "inherited_calls",
        "interruptions",
        "last_at",
        "latest",
        "left_at",
        "meter",
        "milestone",
        "milestone_count",
        "minutes",
        "mode",
        "own_at",
        "packed",
        "prompts",
        "retries",
        "root",
        "said",
        "skipped",
        "slug",
        "stale",
        "streak",
        "summaries",
        "surroundings_at",
        "timeline",
        "titles",
        "tools",
        "turn",
        "turns",
        "version",
        "world",
    )  # fmt: skip

    def __init__(
        self, id: str, world: Minutes, calls: "Stock[Call]", tools: "Stock[ToolCall]"
    ) -> None:
        self.id = id
        self.world = world  # the minutes of all sessions together
        self.version = 0  # grows with every change
        self.root = ""
        self.slug = ""
        self.files: dict[int, tuple[bool, str, str]] = {}  # is a subagent's, root, slug
        self.gone: set[int] = set()
        self.home = Clean("")  # the first working directory
        self.cwd = self.branch = self.mode = self.effort = Clean("")
        self.surroundings_at: dict[str, Weight] = {}
        self.titles: dict[tuple[TitleKind, int], tuple[int, Clean]] = {}  # by kind and file
        self.first_at = NEVER
        self.last_at = 0
        self.own_at: int | None = None  # when it began, where its file says so
        self.meter = Meter()
        self.minutes = Minutes()
        self.inherited = Meter()
        self.calls = Shelf(calls)
        self.inherited_calls: dict[Call, None] = {}
        self.timeline = Timeline(self.calls)
        self.turns = Turns()
        self._inherited_last: int | None = 0
        self._parent: tuple[int, SessionState] | None = None
        self._copied_until: int | None = 0
        self.latest: Call | None = None  # newest call of the main thread, own or inherited
        self.stale = False  # `latest` has to be looked for
        self.tools = Tools(tools)
        self.prompts: dict[PromptNote, None] = {}
        self._prompts: list[PromptNote] | None = None  # in order of time
        self.packed = (0, 0)  # its last compaction, be it copied: when, and the tokens it left
        self.compactions: dict[CompactionNote, None] = {}
        self.api_errors: dict[ApiErrorNote, None] = {}
        self.retries = 0  # API errors after which it was tried again
        self.summaries: dict[str, CompactSummary] = {}
        self.agents: dict[str, AgentState] = {}
        self.books = OfficialBooks()
        self.turn = Turnstile()
        # What the model says in its files, by the place of the line; "" where a prompt stands.
        self.said: dict[int, Spoken] = {}
        self.interruptions: set[tuple[str, int]] = set()  # of which thread, and when, ms
        self.streak: tuple[int, Streak | None] = (-1, None)  # the live one, at which version
        self.heard = Heard()
        self.skipped: dict[tuple[int, int], Malformed] = {}
        self.milestone: Milestone | None = None
        self.milestone_count = 0  # of milestones reached when it was last asked for; -1: unknown
        self.died_at = 0  # when its registered process was seen to be dead, ms
        self.left_at: int | None = None  # its last activity when it left the registry, ms

    def agent(self, agent: str) -> AgentState:
        """Return a subagent, known or new."""
        state = self.agents.get(agent)
        if state is None:
            state = self.agents[agent] = AgentState()
        return state

    def speaks(self, origin: Origin) -> None:
        """Take in that a file of it says something: its place is that of the main file."""
        file, place = origin.file, (bool(origin.agent), origin.root, origin.slug)
        self.gone.discard(file)
        if self.files.get(file) != place:
            self.files[file] = place
            _, self.root, self.slug = min(self.files.values())

    def seen(self, at: int) -> None:
        """Take in that something happened at `at`."""
        if at:
            self.first_at = min(self.first_at, at)
            self.last_at = max(self.last_at, at)

    def hear(self, file: int, offset: int, words: Clean) -> None:
        """Take in what the model says at a place of a file; "" for a prompt: it has said nothing
        in that turn.
        """
        said = self.said.get(file)
        if said is None:
            said = self.said[file] = Spoken()
        said.hear(offset, words)

    def surround(self, event: Seen) -> None:
        """Take in where the session is. What subagents say counts only where it says nothing."""
        is_main = not event.origin.agent
        self.learn("cwd", event.cwd, (is_main, event.at, event.offset))
        self.learn("branch", event.branch, (is_main, event.at, event.offset))
        self.learn("mode", event.permission_mode, (is_main, event.at, event.offset))
        # The first directory is the one with the greatest weight when time runs backwards.
        self.learn("home", event.cwd, (is_main, -event.at, -event.offset))
        if event.own and is_main and (self.own_at is None or event.at < self.own_at):
            self.own_at = event.at

    def learn(self, name: str, word: Clean, weight: Weight) -> None:
        """Take in a word: the weightiest is kept."""
        if word and weight >= self.surroundings_at.get(name, weight):
            self.surroundings_at[name] = weight
            setattr(self, name, word)

    def title(self, kind: TitleKind) -> Clean:
        """Return the newest title of a kind, "" where there is none."""
        if not self.titles:
            return Clean("")
        said = [told for (each, _), told in self.titles.items() if each is kind]
        return max(said)[1] if said else Clean("")

    def forget(self, file: int) -> None:
        """Forget what was known by its place in a file; what was paid stays paid."""
        self.skipped = {k: v for k, v in self.skipped.items() if k[0] != file}
        self.titles = {k: v for k, v in self.titles.items() if k[1] != file}
        self.said.pop(file, None)
        self.books.forget(file)

    def count(self, call: "Call", sign: int) -> None:
        """Add a call that this session made, or with `sign` -1 take it away."""
        self.version += 1
        if self.milestone is not None and call.at <= self.milestone.at:
            self.milestone_count = -1
        self.meter.add(call, sign)
        minute, paid = call.at // MINUTE, paid_for(call)
        self.minutes.put(minute, paid, sign)
        self.world.put(minute, paid, sign)
        if call.agent:
            self.agent(call.agent).meter.add(call, sign)
        elif not call.sidechain:
            self.turns.answer(call.at, sign)
        if sign > 0:
            self.calls.live[call] = None
            self.timeline.add(call)
        else:
            self.calls.live.pop(call, None)
            self.timeline.remove(call)

    def inherit(self, call: "Call", sign: int) -> None:
        """Add a call that this session only copied, or with `sign` -1 take it away."""
        self.version += 1
        self.inherited.add(call, sign)
        self._inherited_last = self._copied_until = self._parent = None
        if sign > 0:
            self.inherited_calls[call] = None
        else:
            self.inherited_calls.pop(call, None)

    def drop(self, call: "Call") -> None:
        """Take in that no line of the call stands in this session's files."""
        if self.latest is call:
            self.stale = True

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
            self.latest = self.calls.awake(max(main, key=_age)) if main else None

    def pack(self) -> None:
        """Pack what lies long back, but for what others hold."""
        if not (self.calls.is_due or self.tools.of.is_due):
            return
        from cctop.book.packed import CallBlock, ToolBlock  # noqa: PLC0415 - 1 ms, seldom needed

        if self.calls.is_due:
            self.calls.pack(CallBlock, lambda c: c.claims is None and c is not self.latest)
        if self.tools.of.is_due:
            told = self.heard.calls
            old = self.tools.of.pack(ToolBlock, lambda tool: tool.is_plain and tool not in told)
            self.tools.close(old)

    def release(self) -> None:
        """Let go of what is packed."""
        self.calls.forget()
        self.tools.of.forget()

    def prompted(self, note: "PromptNote", sign: int) -> None:
        """Add a prompt, or with `sign` -1 take it away."""
        if sign > 0:
            self.prompts[note] = None
        else:
            self.prompts.pop(note, None)
        self._prompts = None
        self.turns.forget()

    def failed(self, note: "ApiErrorNote", sign: int) -> None:
        """Add an API error, or with `sign` -1 take it away."""
        if sign > 0:
            self.api_errors[note] = None
        else:
            self.api_errors.pop(note, None)
        self.retries += sign * bool(note.event.retry)
        if not note.agent:
            self.turns.answer(note.at, sign)

    @property
    def prompts_in_order(self) -> "list[PromptNote]":
        """The prompts in order of time: not to be changed."""
        if self._prompts is None:
            self._prompts = sorted(self.prompts, key=_prompt_age)
        return self._prompts

    @property
    def parent(self) -> "SessionState | None":
        """Who made the newest of the copied calls; None where none was copied."""
        if self._parent is None:
            makers = [(c.at, c.owner) for c in self.inherited_calls if c.owner is not None]
            self._parent = max(makers, key=lambda made: (made[0], made[1].id), default=None)
        return self._parent[1] if self._parent is not None else None

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
        call = self.timeline.next_after(last)
        prompt = next((note.at for note in self.prompts_in_order if note.at > last), None)
        return min((at for at in (call, prompt) if at is not None), default=last + 1)


# The newest is the greatest, and no two that differ are alike.
_age = attrgetter("at", "context", "model", "booked")
_prompt_age = attrgetter("at", "event.text", "event.command")


def newer(a: "Call", b: "Call") -> bool:
    """Return whether `a` was sent after `b`."""
    return bool(_age(a) > _age(b))
