"""Stories in which tools fail, are tried again, and files are read before and after compactions."""

from collections.abc import Callable

from families import _WEIGHTED, ACTS, Step, Story, Thread
from hypothesis import strategies as st
from scribe import SECOND, Json, answer, compaction, fresh, result, summary, text, tool_use, usage

TARGETS: tuple[tuple[str, Json], ...] = (
    ("Bash", {"command": "npm test"}),
    ("Bash", {"command": "cd web && npm test --silent"}),
    ("Bash", {"command": "git push origin main"}),
    ("Edit", {"file_path": "/home/ada/web/src/app.py"}),
    ("Read", {"file_path": "/home/ada/web/src/app.py"}),
    ("Read", {"file_path": "/home/ada/web/src/jobs.py"}),
    ("Grep", {"pattern": "enqueue", "path": "/home/ada/web/src"}),
)
ERRORS = (
    "Exit code 1",
    "Exit code 1\nAssertionError: 3 != 4 at 0x7f3a",
    "Exit code 1\nAssertionError: 5 != 6 at 0x7f3b",
    "File does not exist: /home/ada/web/src/app.py",
)
DENIED: tuple[Json, ...] = (
    {},
    {"toolDenialKind": "user-rejected"},
    {"permissionDecision": {"decision": "reject", "source": "rule"}},
)


class Trouble(Story):
    """A story with more of what can go wrong."""

    def tell(self, steps: list[Step]) -> "Trouble":
        acts: dict[str, Callable[[Thread], None]] = {
            what: getattr(self, f"_{what}") for what in (*ACTS, *MORE)
        }
        for step in steps:
            self.now += step.later * SECOND
            self.how = step.how
            acts[step.what](self.threads[step.who % len(self.threads)])
        return self

    def _attempt(self, thread: Thread) -> None:
        """One call and, nearly always, its answer, with a word before it or without."""
        name, given = TARGETS[self._choose(len(TARGETS))]
        id = (fresh("toolu"), f"call_{self._choose(4)}")[self._choose(8) == 7]
        blocks = [text(f"Now {name}.")] if self._choose(2) else []
        size = 20_000 + 700 * len(thread.lines) + 900 * self._choose(3)
        spent = usage(5, 100, size, write_5m=400)
        thread.add(
            *answer(self.now, spent, [*blocks, tool_use(name, id, **given)], stop="tool_use")
        )
        if way := self._choose(5):
            at = self.now + SECOND * self._choose(2)
            more = DENIED[self._choose(3)] if way == 4 else {}
            error = ERRORS[self._choose(len(ERRORS))]
            failed = way > 1
            said = error if failed else "x" * 400 * (1 + self._choose(3))
            thread.add(result(at, id, said, error=failed, **more))

    def _loop(self, thread: Thread) -> None:
        """The same call three to five times."""
        how = self.how
        for _ in range(3 + how % 3):
            self.how = how
            self._attempt(thread)
            self.now += 3 * SECOND

    def _squeeze(self, thread: Thread) -> None:
        """A compaction, whose summary names some of it."""
        words = ("We ran `npm test` and read src/app.py.", "git push", "Nothing.")
        mark = compaction(self.now, 90_000, 9_000)
        thread.add(mark)
        if self._choose(4):
            thread.add(summary(self.now, mark, words[self._choose(3)]))

    def _forget(self, thread: Thread) -> None:
        """A file is read, forgotten and read again."""
        how = self.how
        for act, choices in (
            (self._attempt, READ_WELL),
            (self._squeeze, how),
            (self._attempt, READ_WELL + READ_MORE * (how % 3)),
            (self._attempt, how),
        ):
            self.how = choices
            act(thread)
            self.now += 2 * SECOND


READ = 4
# The choices of `_attempt` that lead there, and those by which the answer is longer.
READ_MORE = len(TARGETS) * 8 * 2 * 3 * 5 * 2
READ_WELL = READ + len(TARGETS) * 8 * 2 * 3
MORE = ("attempt", "loop", "forget", "squeeze")
steps = st.builds(
    Step,
    st.sampled_from(
        (*["attempt"] * 30, *["loop"] * 6, *["squeeze"] * 3, *["forget"] * 4, *_WEIGHTED)
    ),
    st.sampled_from((0, 0, 0, 1, 2, 3)),
    st.integers(0, 1 << 24),
    st.sampled_from((0, 1, 1, 2, 5, 60, -2)),
)
troubles = st.lists(steps, min_size=14, max_size=40).map(lambda told: Trouble().tell(told))
