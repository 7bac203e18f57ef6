"""What is known of one thread, a session's own or a subagent's, besides its calls."""

from cctop.book.meter import Meter
from cctop.events import AgentMeta
from cctop.text import Clean

NEVER = 1 << 62


class Turnstile:
    """Whether the model is at work on a thread: the newest record that says so, wins."""

    __slots__ = ("_key", "_said", "at", "began", "text", "working")

    def __init__(self) -> None:
        self.at = 0
        self.began = 0  # when its newest turn did, ms
        self.working = False
        self.text = Clean("")  # what the model said last
        self._key = self._said = (0, -1)

    @property
    def said_at(self) -> int:
        """When the model said something last, ms."""
        return self._said[0]

    def turn(self, at: int, offset: int, working: bool, text: Clean | None = None) -> None:
        """Take in a record; an older one than the newest changes nothing."""
        key = (at, offset)
        if key >= self._key:
            self._key, self.at, self.working = key, at, working
        if text is not None and key >= self._said:
            self._said, self.text = key, text


class AgentState:
    """A subagent of a session: its own sums, and what is known of it."""

    __slots__ = ("first_at", "last_at", "meta", "meter", "told", "turn")

    def __init__(self) -> None:
        self.meter = Meter()
        self.meta: AgentMeta | None = None
        self.first_at = NEVER
        self.last_at = 0
        # When a notification, an Agent result or an API error told its state, and which.
        self.told: tuple[int, bool, str] = (0, False, "")
        self.turn = Turnstile()

    def seen(self, at: int) -> None:
        """Take in that something happened at `at`."""
        if at:
            self.first_at = min(self.first_at, at)
            self.last_at = max(self.last_at, at)

    def tell(self, at: int, state: str) -> None:
        """Take in its state: the newest word counts, and "it was launched" less than any other."""
        self.told = max(self.told, (at, state != "async_launched", state))

    @property
    def state(self) -> str:
        """What was told of it, but for what was told before its newest prompt."""
        at, _, state = self.told
        return state if at >= self.turn.began else ""
