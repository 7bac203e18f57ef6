"""What hooks told of a session, beside its transcript: each fact is the newest of its kind.

Hooks can be lost, come twice, late and in any order (2.1.330 starts them without waiting, and
their clocks are read up to a quarter of a second after the fact). So nothing here counts: all of
it is "the last time that …", which neither order nor repetition changes, and whoever reads it
holds it against what transcript and registry say.
"""

from cctop.book.tools import ENDS, ToolCall
from cctop.events import Hook, HookKind, StatusLine
from cctop.text import Clean

Key = tuple[str, Clean, Clean]  # agent, tool, target: a request has no tool_use_id
Newest = tuple[int, str]  # when, ms, and a word that makes equal times comparable

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
_needs = frozenset({"elicitation_dialog", "agent_needs_input"})


class Heard:
    """What hooks and the status line said last."""

    __slots__ = (
        "_answered", "_asked", "_calls", "_cleared", "_compacted", "_compacting", "ended",
        "prompted", "rested", "status",
    )  # fmt: skip

    def __init__(self) -> None:
        self._asked: dict[Key, int] = {}
        self._answered: dict[Key, int] = {}
        self._calls: dict[Key, tuple[int, ToolCall]] = {}
        self._cleared = 0
        self._compacting: Newest = (0, "")
        self._compacted = 0
        self.prompted = 0  # when a prompt was accepted, ms
        self.rested = 0  # when a turn ended, ms
        self.ended = 0  # when the session did, ms
        self.status: StatusLine | None = None

    def take(self, hook: Hook, call: ToolCall | None) -> None:
        """Take in a hook. `call` is the tool call it names by its `tool_use_id`."""
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
            self._answered[key] = max(hook.at, self._answered.get(key, 0))
        elif hook.kind is HookKind.PERMISSION_REQUEST:
            self._asked[key] = max(hook.at, self._asked.get(key, 0))
        elif hook.kind is HookKind.NOTIFICATION and hook.word in _needs:
            key = hook.agent, Clean(""), Clean(hook.word.replace("_", " "))
            self._asked[key] = max(hook.at, self._asked.get(key, 0))
        elif hook.kind is HookKind.PRE_TOOL_USE and call is not None:
            known = self._calls.get(key)
            if known is None or (hook.at, call.id) > (known[0], known[1].id):
                self._calls[key] = hook.at, call

    def tell(self, line: StatusLine) -> None:
        """Take in a status line."""
        if self.status is None or (line.at, line.cost) > (self.status.at, self.status.cost):
            self.status = line

    def waits_for(self) -> tuple[int, Clean]:
        """Return since when the session waits for the user, ms, and for what; 0 where not.

        What was asked first is named. A request whose call has its answer in the transcript is
        over, though no hook says so: the user may have refused it.
        """
        open_ = [(at, key) for key, at in self._asked.items() if self._is_open(key, at)]
        if not open_:
            return 0, Clean("")
        at, (_, tool, target) = min(open_)
        more = f" +{len(open_) - 1}" if len(open_) > 1 else ""
        return at, Clean(f"{tool}{more} {target}".strip())

    def compacting(self, marked: int) -> tuple[int, str]:
        """Return since when the context is being compacted, ms, and what triggered it; 0 where
        it is not. `marked` is when the transcript's newest compaction was written.
        """
        at, trigger = self._compacting
        over = max(self._compacted, self._cleared, marked)
        return (at, trigger) if at > over else (0, "")

    def _is_open(self, key: Key, at: int) -> bool:
        if self._answered.get(key, 0) >= at:
            return False
        known = self._calls.get(key)
        return known is None or not known[1].answered or known[1].answered_at < at

    def _clear(self, at: int) -> None:
        if at <= self._cleared:
            return
        self._cleared = at
        self._asked = {key: when for key, when in self._asked.items() if when > at}
        self._answered = {key: when for key, when in self._answered.items() if when > at}
        self._calls = {key: known for key, known in self._calls.items() if known[0] > at}
