"""The deck: where a replay begins, goes, and ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scribe import HOUR, MINUTE, SECOND, START, answer, calls, prompt, result, session_id, tool_of
from tellings import write
from world import encoded, flat

from cctop.book.snapshot import Snapshot, Status
from cctop.engine.settings import Settings
from cctop.replay.model import MarkKind, SpokenKind
from cctop.replay.open import ReplayError, open_replay
from cctop.replay.player import Player

ID = session_id(7)
FILE = f"-home-ada-web/{ID}.jsonl"
LATER = START + 24 * HOUR


def tale() -> list[object]:
    """Two turns with a long pause between them, and a failure in the first."""
    (asked,) = calls(START + 2 * SECOND, "Bash")
    return [
        prompt(START, "first things first\nand then the rest"),
        asked,
        result(START + 9 * SECOND, tool_of(asked), "Exit code 2\nno such file\nat all", error=True),
        answer(START + 12 * SECOND),
        prompt(START + HOUR, "second thoughts"),
        answer(START + HOUR + 5 * SECOND),
    ]


def put(root: Path, records: list[object]) -> Settings:
    write(root, FILE, b"".join(map(encoded, flat(records))))
    return Settings(roots=(root,))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return put(tmp_path / "root", tale())


def until(what: Callable[[], bool]) -> None:
    """Wait, however long it takes on a slow machine."""
    for _ in range(6_000):
        if what():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


@contextmanager
def playing(player: Player) -> Iterator[Player]:
    player.start(lambda: None)
    try:
        until(lambda: player.axis().complete)
        yield player
    finally:
        player.stop()


def picture(player: Player, at: int) -> Snapshot:
    player.seek(at)
    until(lambda: player.latest().at == at)
    return player.latest()


def test_a_finished_session_begins_at_its_start(settings: Settings) -> None:
    with playing(Player(settings, ID, lambda: LATER)) as player:
        until(lambda: player.latest().at == START)
        (line,) = player.latest().sessions
        assert (line.id, line.turns, line.cost, line.status) == (ID, 1, 0, Status.BUSY)
        assert player.latest().detail is not None
        moment = player.moment()
        assert (moment.at, moment.playing, moment.at_end) == (START, False, False)


def test_each_moment_shows_what_had_happened_by_then(settings: Settings) -> None:
    with playing(Player(settings, ID, lambda: LATER)) as player:
        running = picture(player, START + 8 * SECOND).sessions[0]
        assert (running.activity, running.tool_failures) == ("Bash run Bash", 0)
        failed = picture(player, START + 9 * SECOND).sessions[0]
        assert (failed.activity, failed.tool_failures) == ("thinking", 1)
        end = picture(player, START + HOUR + 5 * SECOND)
        assert end.detail is not None
        assert (len(end.detail.turns), end.sessions[0].api_calls) == (2, 3)
        # Of equal versions a panel would go on to show the older one.
        assert len({line.version for line in (running, failed, end.sessions[0])}) == 3
        (call,) = end.detail.failures
        assert player.read_call(call).output == ("Exit code 2", "no such file", "at all")


def test_the_axis_has_all_marks_turns_gaps_and_levels(settings: Settings) -> None:
    with playing(Player(settings, ID, lambda: LATER)) as player:
        axis = player.axis()
        assert (axis.start, axis.end, axis.live) == (START, START + HOUR + 5 * SECOND, False)
        assert [(m.at - START, m.kind) for m in axis.marks] == [
            (0, MarkKind.PROMPT),
            (9 * SECOND, MarkKind.FAILURE),
            (HOUR, MarkKind.PROMPT),
        ]
        assert axis.turns == (START, START + HOUR)
        assert [(g.start, g.end) for g in axis.gaps] == [(START + 12 * SECOND, START + HOUR)]
        assert [level.at - START for level in axis.levels] == [
            2 * SECOND, 12 * SECOND, HOUR + 5 * SECOND,
        ]  # fmt: skip
        assert axis.levels[-1].cost == picture(player, axis.end).sessions[0].cost > 0
        assert list(axis.steps) == sorted(set(axis.steps))
        assert axis.missing == ""


def test_steps_go_event_by_event_and_stop_at_both_ends(settings: Settings) -> None:
    with playing(Player(settings, ID, lambda: LATER)) as player:
        steps = player.axis().steps
        player.step(1)
        assert player.moment().at == steps[1]
        player.step(2)
        player.step(-1)
        assert player.moment().at == steps[2]
        player.seek(steps[2] + 1)
        player.step(-1)
        assert player.moment().at == steps[2]
        player.step(100)
        assert player.moment().at == steps[-1]
        player.step(-100)
        assert player.moment().at == steps[0]


def test_it_plays_to_the_end_and_shows_every_mark(settings: Settings) -> None:
    seen: list[int] = []
    player = Player(settings, ID, lambda: LATER)
    player.start(lambda: seen.append(player.latest().at))
    try:
        until(lambda: player.axis().complete and player.latest().at == START)
        player.set_speed(1000)
        player.play()
        assert player.moment().playing
        until(lambda: not player.moment().playing)
        until(lambda: player.latest().at == player.axis().end)
    finally:
        player.stop()
    assert {mark.at for mark in player.axis().marks} <= set(seen)
    assert seen == sorted(seen)


def test_a_pause_stays_where_it_is_and_the_end_begins_anew(settings: Settings) -> None:
    with playing(Player(settings, ID, lambda: LATER)) as player:
        player.play()
        player.pause()
        at = player.moment().at
        assert not player.moment().playing
        assert picture(player, at).at == at
        player.seek(player.axis().end)
        player.play()
        assert player.moment().at < player.axis().end
        player.set_speed(0)
        until(lambda: not player.moment().playing)
        assert player.moment().at == player.axis().end


def test_the_feed_has_what_was_said_by_then(settings: Settings) -> None:
    with playing(Player(settings, ID, lambda: LATER)) as player:
        said = player.feed(START + 12 * SECOND, 10)
        assert [entry.kind for entry in said] == [
            SpokenKind.PROMPT, SpokenKind.TOOL, SpokenKind.FAILURE, SpokenKind.TEXT,
        ]  # fmt: skip
        assert said[0].text == ("first things first", "and then the rest")
        assert said[2].text == ("error: exit 2: no such file", "at all") or said[2].text[0]
        assert player.feed(START + 12 * SECOND, 2) == said[2:]
        assert player.feed(START - 1, 5) == ()


def test_words_are_found_in_both_directions(settings: Settings) -> None:
    with playing(Player(settings, ID, lambda: LATER)) as player:
        assert player.find("THOUGHTS", START, True) == START + HOUR
        assert player.find("things", START + HOUR, False) == START
        assert player.find("thoughts", START + HOUR, True) is None
        assert player.find("no such file", START, True) == START + 9 * SECOND
        assert player.find("", START, True) is None


def test_a_running_session_begins_at_its_live_end(tmp_path: Path) -> None:
    now = START + HOUR + 6 * SECOND
    settings = put(tmp_path / "root", tale())
    with playing(Player(settings, ID, lambda: now)) as player:
        until(lambda: player.latest().at == now)
        assert player.axis().live
        assert player.moment().at_end
        assert picture(player, START).sessions[0].turns == 1
        assert not player.moment().at_end
        put(tmp_path / "root", [prompt(now, "more"), answer(now + SECOND)])
        until(lambda: len(player.axis().turns) == 3)
        assert player.latest().at == START  # who looks at the past stays there
        player.seek(player.axis().end)
        until(lambda: player.latest().at == now)
        assert player.moment().at_end
        assert player.latest().sessions[0].turns == 3


def test_what_is_replaced_is_read_anew(tmp_path: Path) -> None:
    root = tmp_path / "root"
    settings = put(root, tale())
    with playing(Player(settings, ID, lambda: START + HOUR + MINUTE)) as player:
        until(lambda: len(player.axis().turns) == 2)
        (root / "projects" / FILE).write_bytes(b"".join(map(encoded, [prompt(START, "another")])))
        until(lambda: [mark.text for mark in player.axis().marks] == ["another"])


@pytest.mark.parametrize("wanted", ["latest", ID, ID[:6].upper()])
def test_a_session_is_found_by_its_name(settings: Settings, wanted: str) -> None:
    assert open_replay(settings, wanted).session == ID


def test_a_transcript_is_found_by_its_path(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", tale())
    path = tmp_path / "elsewhere" / "projects" / FILE
    player = open_replay(Settings(roots=(tmp_path / "nothing",)), str(path), lambda: LATER)
    assert player.session == ID
    with playing(player):
        assert len(player.axis().turns) == 2


def test_an_unknown_session_is_an_error_that_names_near_ones(settings: Settings) -> None:
    with pytest.raises(ReplayError, match="no session begins with 'ffff'") as caught:
        open_replay(settings, "ffff")
    assert [one.id for one in caught.value.candidates] == [ID]
    write(settings.roots[0], f"-home-ada-web/{session_id(8)}.jsonl", encoded(prompt(START)))
    with pytest.raises(ReplayError, match="2 sessions begin with '0'"):
        open_replay(settings, "0")
    with pytest.raises(ReplayError, match="there is no file"):
        open_replay(settings, "/nowhere/x.jsonl")
    with pytest.raises(ReplayError, match="there are no sessions"):
        open_replay(Settings(roots=(Path("/nowhere"),)), "latest")


def test_a_session_in_which_nothing_was_said_yet_says_so(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, FILE, b"")
    with playing(Player(Settings(roots=(root,)), ID, lambda: LATER)) as player:
        until(lambda: player.latest().notices != ())
        assert player.latest().notices == ("nothing was said in this session yet",)
        put(root, tale())
        until(lambda: len(player.axis().turns) == 2)
        until(lambda: len(player.latest().sessions) == 1)
