"""The deck: a thread that reads a session, goes where it is told to, and puts out pictures."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from time import monotonic

from msgspec.structs import replace

from cctop.book.proof import Figure, Proof, ProofError
from cctop.book.snapshot import Failure, Snapshot
from cctop.book.trace import Trace
from cctop.clock import now_ms
from cctop.engine.desk import Desk
from cctop.engine.settings import Settings
from cctop.events import Live
from cctop.replay.clockwork import next_frame
from cctop.replay.model import Axis, Moment, Spoken
from cctop.replay.places import Place
from cctop.replay.reading import ReplacedError
from cctop.replay.scene import Scene, empty
from cctop.replay.talk import Talk
from cctop.sources.transcripts.lookup import WholeCall, read_call
from cctop.text import clean

SLICE = 0.05  # seconds of reading between two looks at what is wanted
AXIS_EVERY = 0.3  # seconds between two axes, at least, while all is read
PATIENCE = 4.0  # at most a fifth of that time goes into axes
LOOK = 0.25  # seconds between two looks at the files of a session that runs
LOOK_SELDOM = 2.0  # … of one that has ended: it may be resumed
TICK = 1.0  # seconds after which time alone may have moved a figure, at the live end
FRESH = 5 * 60_000  # ms: who wrote so lately may still run, whatever the registry says


class Player:
    """A session's replay. `clock` returns ms since the epoch.

    A session that has ended begins at its start, one that runs at its live end. All but `start`
    and `stop` may be called at any time, from any thread, and never wait for the reading.
    """

    def __init__(
        self,
        settings: Settings,
        session_id: str,
        clock: Callable[[], int] = now_ms,
        places: Iterable[Place] | None = None,
    ) -> None:
        self.session = session_id
        self._settings = settings
        self._clock = clock
        self._places = places if places is None else tuple(places)
        self._on_change: Callable[[], None] = lambda: None
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self._desk: Desk[Scene] = Desk(lambda: self._thread is not None and self._thread.is_alive())
        # What is wanted, under the condition's lock.
        self._at = 0
        self._follows = False
        self._plays = False
        self._speed = 1.0
        self._stopping = False
        self._asked = 0  # grows with each wish
        # What the thread puts out.
        self._latest = Snapshot()
        self._axis = empty(session_id)
        self._talk = Talk()
        self._live: Live | None = None
        # The thread's own; times are monotonic seconds.
        self._begun = False
        self._answered = 0  # the wish whose picture is shown
        self._shown_at = self._look_due = self._axis_due = 0.0
        self._frame_at = self._frame_due = 0.0

    # The source.

    def start(self, on_change: Callable[[], None]) -> None:
        """Begin to read; `on_change` is called from the thread for each new picture."""
        self._on_change = on_change
        self._thread = threading.Thread(target=self._run, name="cctop-replay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def latest(self) -> Snapshot:
        """Return the newest picture, at once."""
        return self._latest

    def focus(self, session: str | None) -> None:
        """There is one session, whose details are always wanted."""

    def read_call(self, failure: Failure) -> WholeCall:
        """Read a tool call from disk, whole. Raises OSError where its file is gone."""
        return read_call(failure.where, failure.tool_use_id)

    def trace(self, session: str) -> Trace | None:
        """Return what had become of the failures by this moment, None for another session.

        Waits for the thread. Raises OSError where that does not answer.
        """
        if session != self.session:
            return None
        at = None if self._follows else self.moment().at
        try:
            return self._desk.ask(lambda scene: scene.trace(at, self._clock()), self._wake)
        except OSError:
            raise
        except Exception as error:
            raise OSError(f"{type(error).__name__}: {error}") from error

    def proof(self, session: str, figure: Figure) -> Proof:
        """Raise `ProofError`: a figure is proved as it is now, not as it was."""
        raise ProofError(f"a replay proves no {figure}: cctop explain {clean(session, 80)} does")

    # The deck.

    def axis(self) -> Axis:
        """Return the whole session on one line, as far as it has been read."""
        return self._axis

    def moment(self) -> Moment:
        """Return where the replay stands, or is on its way to."""
        with self._changed:
            at = self._axis.end if self._follows else self._at
            return Moment(at, self._plays, self._speed, self._follows)

    def seek(self, at: int) -> None:
        """Go to a time, ms. The end of a session that runs is its live end."""
        axis = self._axis
        with self._changed:
            self._follows = axis.live and at >= axis.end
            self._at = min(max(at, axis.start), axis.end) if axis.end else at
            self._wish()

    def step(self, count: int) -> None:
        """Go some events on, or back."""
        axis = self._axis
        if not axis.steps or not count:
            return
        at = self.moment().at
        if count > 0:
            index = bisect_right(axis.steps, at) - 1 + count
        else:
            index = bisect_left(axis.steps, at) + count
        with self._changed:
            self._plays = False
        self.seek(axis.steps[min(max(0, index), len(axis.steps) - 1)])

    def play(self) -> None:
        """Let the time go on from here; from the start again where it has come to the end."""
        axis = self._axis
        with self._changed:
            if self._follows:
                return
            if axis.complete and self._at >= axis.end:
                self._at = axis.start
            self._plays = True
            self._frame_at = self._frame_due = monotonic()
            self._wish()

    def pause(self) -> None:
        """Stay at this moment."""
        with self._changed:
            self._plays = False
            self._wish()

    def set_speed(self, speed: float) -> None:
        """Play so many times as fast as it was; 0: as fast as it goes."""
        with self._changed:
            self._speed = max(0.0, float(speed))
            self._wish()

    def feed(self, at: int, count: int) -> tuple[Spoken, ...]:
        """Return the last `count` entries of the conversation up to a time, oldest first."""
        return self._talk.up_to(at, count)

    def find(self, text: str, after: int, forward: bool) -> int | None:
        """Return the time of the next entry, or the one before, that holds `text`, in any case."""
        return self._talk.find(text, after, forward=forward)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _wish(self) -> None:
        self._asked += 1
        self._changed.notify_all()

    # The thread.

    def _run(self) -> None:
        try:
            while not self._stopping:
                try:
                    self._replay()
                except ReplacedError:
                    continue
        except Exception as error:  # noqa: BLE001 - the screen stays, and says what happened
            said = clean(f"cctop stopped reading: {type(error).__name__}: {error}", 400)
            last = self._latest
            self._show(replace(last, notices=(*last.notices, said)))

    def _replay(self) -> None:
        """Read, go where it is wanted, show, and wait, over and over."""
        scene = Scene(self._settings, self.session, self._places)
        self._talk = scene.talk
        while not self._stopping:
            news = self._read(scene)
            now = monotonic()
            if news and (scene.complete or now >= self._axis_due):
                self._survey(scene)
                spent = monotonic() - now
                self._axis_due = now + spent + max(AXIS_EVERY, PATIENCE * spent)
            if self._plays and now >= self._frame_due:
                self._go_on(scene, now)
            self._answer(scene)
            self._desk.serve(scene)
            self._rest(scene)

    def _read(self, scene: Scene) -> bool:
        """Read a little; say whether anything is new."""
        if not scene.complete:
            return scene.read(SLICE) or scene.complete
        if monotonic() < self._look_due:
            return False
        live = scene.runs()
        news, self._live = live != self._live, live
        news = scene.look() or news
        self._look_due = monotonic() + (LOOK if self._axis.live else LOOK_SELDOM)
        return news

    def _survey(self, scene: Scene) -> None:
        """Put out the axis anew; at the first time, decide where to begin."""
        if not self._begun:
            self._live = scene.runs()
        axis = scene.axis(self._axis.version + 1, self._live, self._clock())
        is_first = not self._begun and (bool(axis.end) or scene.complete)
        with self._changed:
            self._axis = axis
            if is_first:
                self._begun = True
                runs = self._live is not None or self._clock() - axis.end < FRESH
                if not self._asked:
                    self._follows, self._at = runs, axis.start
            # What a fork copied turns out to be older than it is.
            self._at = max(self._at, axis.start)
            if scene.complete and self._follows and not axis.live:  # it has ended, or had
                self._follows, self._at = False, axis.end if self._answered else axis.start
            self._asked += 1

    def _go_on(self, scene: Scene, now: float) -> None:
        """Take the next frame."""
        with self._changed:
            asked, at, speed = self._asked, self._at, self._speed
        axis = self._axis
        goal, hold = next_frame(at, speed, now - self._frame_at, axis)
        if not scene.complete:
            goal = max(at, min(goal, scene.reached))
        self._frame_at, self._frame_due = now, now + hold
        with self._changed:
            if asked != self._asked or not self._plays:
                return
            self._at = goal
            if goal >= axis.end and axis.complete:
                self._plays, self._follows = False, axis.live
            self._asked += 1

    def _answer(self, scene: Scene) -> None:
        """Show the picture that is wanted, where it is not that which is shown."""
        with self._changed:
            asked, at, follows = self._asked, self._at, self._follows
        is_old = follows and monotonic() - self._shown_at >= TICK
        if not self._begun or (asked == self._answered and not is_old):
            return
        if follows:
            picture = scene.newest(self._clock(), self._live)
        else:
            picture = scene.picture(at if scene.complete else min(at, scene.reached))
        self._answered = asked
        self._show(picture)

    def _show(self, picture: Snapshot) -> None:
        self._shown_at = monotonic()
        self._latest = replace(picture, version=self._latest.version + 1)
        self._on_change()

    def _rest(self, scene: Scene) -> None:
        with self._changed:
            if self._stopping or self._asked != self._answered or not scene.complete:
                return
            if self._desk.is_asked:
                return
            due = [self._look_due]
            if self._plays:
                due.append(self._frame_due)
            if self._follows:
                due.append(self._shown_at + TICK)
            self._changed.wait(max(0.0, min(due) - monotonic()))
