"""What hooks told of a session, beside its transcript: each fact is the newest of its kind.

Hooks can be lost, come twice, late and in any order (2.1.330 starts them without waiting, and
their clocks are read up to a quarter of a second after the fact). So nothing here counts: all of
it is "the last time that …", which neither order nor repetition changes, and whoever reads it
holds it against what transcript and registry say.
"""

from collections.abc import Callable

from cctop.book.tools import ENDS, ToolCall
from cctop.events import Hook, HookKind, StatusLine
from cctop.text import Clean

Key = tuple[str, Clean, Clean]  # agent, tool, target: a request has no tool_use_id
Newest = tuple[int, str]  # when, ms, and a word that makes equal times comparable

# Hooks are stamped up to a quarter of a second after the fact (2.1.330), later on a busy machine:
# what a hook says is as good as simultaneous with what others date by no more than this before, ms.
LAG = 1_500
# After these nothing that was asked before is still open.
_clearing = frozenset(
    {
        HookKind.SESSION_START,
        HookKind.SESSION_END,
        HookKind.USER_PROMPT_SUBMIT,
        HookKind.STOP,
        HookKind.STOP_FAILURE,
    }
)
# Notifications that say the session needs the user. A permission prompt has a hook of its own,
# which comes six seconds earlier and says for what.
_QUESTION, _AGENT = "elicitation dialog", "agent needs input"
_needs = {
    "elicitation_dialog": _QUESTION,
    "elicitation_url_dialog": _QUESTION,
    "agent_needs_input": _AGENT,
}
# … and those that say an MCP server's question has its answer (2.1.330).
_answers = frozenset({"elicitation_complete", "elicitation_response"})
# How long such a notification is believed, ms: that an agent got its input, nothing tells the
# session that was notified, and what waits in it the registry says for longer.
NOTED = 15 * 60_000
_MCP = "mcp__"  # how the names of MCP servers' tools begin
# Hooks stamped by more than this after now were stamped by a clock that was wrong, ms.
AHEAD = 60_000


class Heard:
    """What hooks and the status line said last."""

    __slots__ = (
        "_answered", "_asked", "_calls", "_cleared", "_compacted", "_compacting", "_stopped",
        "ended", "last_at", "prompted", "rested", "status",
    )  # fmt: skip

    def __init__(self) -> None:
        self._asked: dict[Key, int] = {}
        self._answered: dict[Key, int] = {}
        self._calls: dict[Key, tuple[int, ToolCall]] = {}
        self._stopped: dict[str, int] = {}  # when a subagent did, ms
        self._cleared = 0
        self._compacting: Newest = (0, "")
        self._compacted = 0
        self.prompted = 0  # when a prompt was accepted, ms
        self.rested = 0  # when a turn ended, ms
        self.ended = 0  # when the session did, ms
        self.last_at = 0  # when the newest of all was told, ms
        self.status: StatusLine | None = None

    def take(self, hook: Hook, call: ToolCall | None) -> None:
        """Take in a hook. `call` is the tool call it names by its `tool_use_id`."""
        self.last_at = max(self.last_at, hook.at)
        if not hook.agent:
            self._take_course(hook)
        if hook.at > self._cleared:
            self._take_request(hook, call)

    def _take_course(self, hook: Hook) -> None:
        """Take in what a hook says of turns and compactions of the main thread."""
        match hook.kind:
            case HookKind.USER_PROMPT_SUBMIT:
                self.prompted = max(self.prompted, hook.at)
            case HookKind.STOP | HookKind.STOP_FAILURE:
                self.rested = max(self.rested, hook.at)
            case HookKind.SESSION_END:
                self.ended = max(self.ended, hook.at)
            case HookKind.PRE_COMPACT:
                self._compacting = max(self._compacting, (hook.at, hook.word))
            case HookKind.POST_COMPACT:
                self._compacted = max(self._compacted, hook.at)
        if hook.kind in _clearing:
            self._clear(hook.at)

    def _take_request(self, hook: Hook, call: ToolCall | None) -> None:
        """Take in what a hook says of requests to the user, and of their answers."""
        key = hook.agent, hook.tool, hook.target
        if hook.kind in ENDS:
            self._answer(key, hook.at)
            if hook.tool.startswith(_MCP):
                self._answer(_need(hook.agent, _QUESTION), hook.at)
        elif hook.kind is HookKind.PERMISSION_REQUEST:
            self._asked[key] = max(hook.at, self._asked.get(key, 0))
        elif hook.kind is HookKind.NOTIFICATION and hook.word in _needs:
            key = _need(hook.agent, _needs[hook.word])
            self._asked[key] = max(hook.at, self._asked.get(key, 0))
        elif hook.kind is HookKind.NOTIFICATION and hook.word in _answers:
            self._answer(_need(hook.agent, _QUESTION), hook.at)
        elif hook.kind is HookKind.SUBAGENT_STOP:
            agent = hook.agent
            self._stopped[agent] = max(hook.at, self._stopped.get(agent, 0))
        elif hook.kind is HookKind.PRE_TOOL_USE and call is not None:
            known = self._calls.get(key)
            if known is None or (hook.at, call.id) > (known[0], known[1].id):
                self._calls[key] = hook.at, call

    def _answer(self, key: Key, at: int) -> None:
        self._answered[key] = max(at, self._answered.get(key, 0))

    def tell(self, line: StatusLine) -> None:
        """Take in a status line."""
        self.last_at = max(self.last_at, line.at)
        if self.status is None or (line.at, line.cost) > (self.status.at, self.status.cost):
            self.status = line

    def waits_for(self, now: int, went_on: Callable[[str], int]) -> tuple[int, Clean]:
        """Return since when the session waits for the user, ms, and for what; 0 where not.

        What was asked first is named. A request whose call has its answer in the transcript is
        over, though no hook says so: the user may have refused it. So is one that was made before
        its thread `went_on`, of which the function returns when, ms.
        """
        if not self._asked:
            return 0, Clean("")
        open_ = [
            (at, key)
            for key, at in self._asked.items()
            if (0 if key[1] else now - NOTED) < at <= now + AHEAD
            and self._is_open(key, at, went_on)
        ]
        if not open_:
            return 0, Clean("")
        at, (_, tool, target) = min(open_)
        more = f" +{len(open_) - 1}" if len(open_) > 1 else ""
        return at, Clean(f"{tool}{more} {target}".strip())

    def compacting(self) -> tuple[int, str]:
        """Return since when, as hooks tell, the context is being compacted, ms, and what triggered
        it; 0 where it is not.
        """
        at, trigger = self._compacting
        return (at, trigger) if at > max(self._compacted, self._cleared) else (0, "")

    @property
    def calls(self) -> set[ToolCall]:
        """The tool calls that hooks said to begin, since nothing was asked any more."""
        return {call for _, call in self._calls.values()}

    def _is_open(self, key: Key, at: int, went_on: Callable[[str], int]) -> bool:
        agent = key[0]
        if self._answered.get(key, 0) >= at or self._stopped.get(agent, 0) > at:
            return False
        _, call = self._calls.get(key, (0, None))
        # Hooks that start at once are stamped in any order, too.
        if call is not None and call.over and call.answered_at >= at - LAG:
            return False
        # Another agent needs input whatever this thread does.
        return key == _need(agent, _AGENT) or went_on(agent) <= at

    def _clear(self, at: int) -> None:
        if at <= self._cleared:
            return
        self._cleared = at
        self._asked = {key: when for key, when in self._asked.items() if when > at}
        self._answered = {key: when for key, when in self._answered.items() if when > at}
        self._calls = {key: known for key, known in self._calls.items() if known[0] > at}
        self._stopped = {agent: when for agent, when in self._stopped.items() if when > at}


def _need(agent: str, what: str) -> Key:
    """Return what stands for a request that is for no tool."""
    return agent, Clean(""), Clean(what)
