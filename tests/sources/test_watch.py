import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from errno import ENOSPC
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import watchfiles
from trees import SESSION, SLUG, Tree

from cctop.sources import ears, inotify, watch
from cctop.sources.ears import Ear, LinuxEar, ThreadEar
from cctop.sources.transcripts.follow import Follower
from cctop.sources.transcripts.tail import Batch
from cctop.sources.watch import FAST, SLOW, SLOW_BLIND, Waker

MAIN = f"{SLUG}/{SESSION}.jsonl"
PATIENCE = 60.0  # seconds until a test gives up


@pytest.fixture(params=[LinuxEar, ThreadEar])
def ear(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type[Ear]:
    """The way to hear: each that this system has."""
    if request.param is LinuxEar and sys.platform != "linux":
        pytest.skip("inotify is Linux's")
    monkeypatch.setattr(watch, "ear_here", request.param)
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def make(tree: Tree, ear: type[Ear]) -> Iterator[Callable[..., Waker]]:
    made: list[Waker] = []

    def waker(*roots: Path, poll: bool = False) -> Waker:
        made.append(Waker([str(root) for root in roots or (tree.root,)], poll))
        made[-1].wait(0)  # it begins to listen
        return made[-1]

    yield waker
    for each in made:
        each.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "cctop-watch"]


def until(done: Callable[[], bool]) -> bool:
    end = monotonic() + PATIENCE
    while monotonic() < end:
        if done():
            return True
        sleep(0.01)
    return False


def wakes_on(waker: Waker, change: Callable[[], object]) -> bool:
    """Whether a change ends a wait; repeated, as no one can say when the watcher is ready."""

    def woken() -> bool:
        change()
        return waker.wait(0.3, changed=False)

    return until(woken)


def test_a_change_wakes_and_is_named(tree: Tree, make: Callable[..., Waker]) -> None:
    path = tree.write(MAIN)
    waker = make()
    named: set[str] = set()

    def is_named() -> bool:
        tree.append(MAIN, b"{}\n")
        named.update(waker.take() if waker.wait(0.3) else ())
        return path in named

    assert until(is_named)
    assert waker.watches
    assert waker.notice == ""


def test_a_new_status_in_the_registry_wakes(tree: Tree, make: Callable[..., Waker]) -> None:
    sessions = tree.root / "sessions"
    sessions.mkdir(parents=True)
    assert wakes_on(make(), lambda: (sessions / "1.json").write_text("{}"))


def test_a_root_that_appears_or_is_replaced_is_watched(
    tree: Tree, make: Callable[..., Waker]
) -> None:
    waker = make()
    assert until(lambda: not waker.wait(0.05))
    tree.write(MAIN)
    assert wakes_on(waker, lambda: tree.append(MAIN, b"{}\n"))
    shutil.rmtree(tree.root)
    until(lambda: not waker.wait(0.3))
    tree.write(MAIN)
    waker.take()

    def named() -> bool:
        path = tree.append(MAIN, b"{}\n")
        waker.wait(0.3)
        return path in waker.take()

    assert until(named)


def test_waking_by_hand_ends_the_wait_that_is_on_or_the_next(make: Callable[..., Waker]) -> None:
    waker = make(poll=True)
    waker.wake()
    assert waker.wait(PATIENCE)
    timer = threading.Timer(0.05, waker.wake)
    timer.start()
    assert waker.wait(PATIENCE, changed=True) or waker.wait(PATIENCE)
    timer.join()
    assert not waker.wait(0.01)


def test_closing_ends_a_wait_at_once_and_can_be_repeated(make: Callable[..., Waker]) -> None:
    waker = make()
    waiting = threading.Thread(target=waker.wait, args=(PATIENCE,))
    waiting.start()
    waker.close()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    waker.close()
    assert waker.take() == set()
    waker.wake()


class Waits:
    """Stands in for the ear: notes how long it was waited for and rested. `heard` is what waits
    tell from now on.
    """

    def __init__(self, waker: Waker, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds: list[float] = []
        self.rests: list[float] = []
        self.heard = False
        monkeypatch.setattr(waker._ear, "wait", self._wait)
        monkeypatch.setattr(waker._ear, "rest", self.rests.append)

    def _wait(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        return self.heard


def test_without_events_waits_are_short_while_things_change_and_longer_at_rest(
    make: Callable[..., Waker], monkeypatch: pytest.MonkeyPatch
) -> None:
    waker = make(poll=True)
    waits = Waits(waker, monkeypatch)
    for changed in (True, True, False, False, False, False, False, True):
        waker.wait(PATIENCE, changed)
    assert waits.seconds[:2] == [FAST, FAST]
    assert waits.seconds[2] == 2 * FAST
    assert waits.seconds[-3:] == [SLOW_BLIND, SLOW_BLIND, FAST]
    waker.wait(0.01, changed=True)
    assert waits.seconds[-1] == 0.01


def test_with_events_looks_are_rare_until_one_finds_what_nobody_told(
    tree: Tree, make: Callable[..., Waker], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.write(MAIN)
    waker = make()
    waits = Waits(waker, monkeypatch)
    waits.heard = True
    waker.wait(PATIENCE)
    waker.wait(PATIENCE, changed=True)  # an event told of it
    waits.heard = False
    waker.wait(PATIENCE, changed=True)
    assert waits.seconds == [SLOW] * 3
    waits.heard = True
    assert waker.wait(PATIENCE, changed=True)  # it is told of a little later
    waits.heard = False
    waker.wait(PATIENCE, changed=True)
    assert waits.seconds[3:] == [0, SLOW]
    for changed in (True, False, False, False):
        waker.wait(PATIENCE, changed)
    assert waits.seconds[5:] == [0, FAST, 2 * FAST, SLOW_BLIND, SLOW_BLIND]
    waker._doubt_until = monotonic()
    waker.wait(PATIENCE)
    assert waits.seconds[-1] == SLOW


class Stream:
    """A waker that always hears something, and a clock that goes on as it rests and looks."""

    def __init__(self, waker: Waker, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waker = waker
        self.time = 100.0
        self.rests: list[float] = []
        Waits(waker, monkeypatch).heard = True
        monkeypatch.setattr(watch, "monotonic", lambda: self.time)
        monkeypatch.setattr(waker._ear, "rest", self.rest)

    def rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.time += seconds

    def go_on(self, looks: int, seconds: float) -> None:
        """Wake up so often, each time for a look of so many seconds."""
        for _ in range(looks):
            self.waker.wait(PATIENCE)
            self.time += seconds


def test_the_first_wake_up_comes_at_once_and_those_of_a_storm_keep_a_distance(
    make: Callable[..., Waker], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(make(poll=True), monkeypatch)
    stream.go_on(20, 0.0)
    assert stream.rests[0] == watch.TOGETHER
    assert stream.rests[1 : watch.HASTY] == [watch.GAP] * (watch.HASTY - 1)
    assert stream.rests[-10:] == pytest.approx([watch.PACE] * 10)
    stream.time += 1.0
    stream.waker._looked = stream.time
    stream.go_on(1, 0.0)
    assert stream.rests[-1] == watch.TOGETHER


@pytest.mark.parametrize(
    ("look", "pace"),
    [
        (0.001, watch.PACE),
        (watch.PACE * watch.PART, watch.PACE),
        (0.5 * (watch.PACE + watch.CALM) * watch.PART, 0.5 * (watch.PACE + watch.CALM)),
        (0.1, watch.CALM),
    ],
)
def test_the_more_a_look_finds_the_calmer_is_the_pace(
    look: float, pace: float, make: Callable[..., Waker], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(make(poll=True), monkeypatch)
    stream.go_on(30, look)
    assert [rest + look for rest in stream.rests[-10:]] == pytest.approx([pace] * 10)


def test_a_call_keeps_no_distance(
    make: Callable[..., Waker], monkeypatch: pytest.MonkeyPatch
) -> None:
    waker = make(poll=True)
    rests: list[float] = []
    monkeypatch.setattr(waker._ear, "rest", rests.append)
    for _ in range(5):
        waker.wake()
        assert waker.wait(PATIENCE)
    assert rests == []


def test_what_is_due_is_told_without_waiting(tree: Tree, make: Callable[..., Waker]) -> None:
    tree.write(MAIN)
    waker = make()
    until(lambda: not waker.wait(0.05))
    assert not waker.is_due()
    assert until(lambda: bool(tree.append(MAIN, b"{}\n")) and waker.is_due())
    waker.take()
    waker.wake()
    assert waker.is_due()


@pytest.mark.parametrize("ear", [ThreadEar], indirect=True)
@pytest.mark.parametrize(
    "error",
    [
        OSError('OS file watch limit reached. about ["/x"]'),
        watchfiles._rust_notify.WatchfilesRustInternalError("error in underlying watcher: \x1b[2J"),
    ],
)
def test_a_watcher_that_fails_is_told_and_polling_goes_on(
    tree: Tree,
    make: Callable[..., Waker],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(watchfiles._rust_notify, "RustNotify", fail)
    tree.write(MAIN)
    waker = make()
    assert until(lambda: waker.is_due() and bool(waker.notice))
    assert not waker.watches
    assert waker.notice.startswith("No file system events (")
    assert "polling instead. Raising fs.inotify.max_user_watches may help" in waker.notice
    assert "\x1b" not in waker.notice
    assert not waker.wait(0.01)


@pytest.mark.parametrize("ear", [LinuxEar], indirect=True)
def test_the_systems_limits_are_told_and_polling_goes_on(
    tree: Tree, make: Callable[..., Waker], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(inotify.Inotify, "watch", fail)
    tree.write(MAIN)
    waker = make()
    assert not waker.watches
    assert waker.notice.startswith("No file system events (")
    assert "polling instead. Raising fs.inotify.max_user_watches may help" in waker.notice
    assert not waker.wait(0.01)


@pytest.mark.parametrize("ear", [ThreadEar], indirect=True)
def test_a_folder_that_goes_while_it_is_armed_is_no_failure(
    tree: Tree, make: Callable[..., Waker], monkeypatch: pytest.MonkeyPatch
) -> None:
    armed = threading.Event()
    real = watchfiles._rust_notify.RustNotify

    def vanish_once(paths: list[str], *options: Any) -> Any:
        if not armed.is_set():
            armed.set()
            raise FileNotFoundError(paths[0])
        return real(paths, *options)

    monkeypatch.setattr(watchfiles._rust_notify, "RustNotify", vanish_once)
    tree.write(MAIN)
    waker = make()
    assert wakes_on(waker, lambda: tree.append(MAIN, b"{}\n"))
    assert waker.notice == ""


def test_paths_to_hint_at_are_not_collected_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "_MAX_CHANGED", 3)
    ear = ThreadEar()
    for i in range(10):
        ear._hear([f"/x/{i}"])
    assert len(ear.take()) == 3
    assert ear.take() == set()


@pytest.mark.parametrize("poll", [False, True])
def test_with_and_without_events_the_lines_are_the_same(
    tree: Tree, make: Callable[..., Waker], tmp_path: Path, poll: bool
) -> None:
    """A home that is missing, appears, grows in new nested folders, and is replaced as a whole."""
    other = "-b/s2/subagents/workflows/wf_1/agent-a1.jsonl"
    follower = Follower([str(tree.root)])
    waker = make(poll=poll)
    got: dict[str, bytes] = {}

    def follow(path: str, content: bytes) -> bool:
        def look() -> bool:
            changed = follower.scan(waker.take())
            for item in follower.read():
                if isinstance(item, Batch):
                    where = follower.path_of(item.file)
                    got[where] = got.get(where, b"") + item.data
            waker.wait(0.5, changed)
            return got.get(path) == content

        return until(look)

    main = tree.write(MAIN, b"1\n2\n3")
    assert follow(main, b"1\n2\n")
    nested = tree.write(other, b"a\n")
    tree.append(MAIN, b"\n4\n")
    assert follow(nested, b"a\n")
    assert follow(main, b"1\n2\n3\n4\n")
    tree.root.rename(tmp_path / "old")
    got.clear()
    tree.write(MAIN, b"new\n")
    assert follow(main, b"new\n")
    tree.append(MAIN, b"newer\n")
    assert follow(main, b"new\nnewer\n")
    assert got == {main: b"new\nnewer\n"}
