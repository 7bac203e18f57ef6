"""What the keys and the mouse do in a replay."""

import asyncio
import threading
from typing import Any

import pytest
from board_stage import BOARD, DECK, LINE, PANE, WIDE, playing
from deck_stage import END, START, FakeDeck, replaying
from factory import MINUTE, NOW, c, sessions
from msgspec.structs import replace

from cctop.book.snapshot import Progress, Status
from cctop.replay.model import MarkKind, Spoken, SpokenKind
from cctop.ui.panels.axis import CURSOR
from cctop.ui.panels.failures import Failures
from cctop.ui.panels.scrubber import Scrubber
from cctop.ui.panels.talk import spoken_lines, talk_lines
from cctop.ui.screens.call import CallPage
from cctop.ui.screens.help import HelpPage
from cctop.ui.screens.replay import Replay
from cctop.ui.widgets.parts import cells_of, plain

MIDDLE = NOW - 70 * MINUTE


def times(deck: FakeDeck, kind: MarkKind) -> list[int]:
    return [mark.at for mark in deck.axis().marks if mark.kind is kind]


async def test_a_deck_opens_as_a_replay_and_the_board_is_not_there() -> None:
    async with replaying() as play:
        assert isinstance(play.app.screen, Replay)
        assert play.deck.started
        assert "10:53:11  9 of 14 turns  $5.62" in play.text
        assert "[0] sessions" not in play.text
    assert play.deck.stopped


async def test_every_panel_shows_what_was() -> None:
    async with replaying() as play:
        assert "[2] failures  3 of " in play.text
        assert "[3] compactions  1 " in play.text
        assert "[4] subagents  3 " in play.text
        assert "[5] turns  9 " in play.text
        await play.press("home")
        assert "[2] failures" in play.text
        assert "no tool call failed" in play.text
        assert "[5] turns" in play.text
        assert "no turn yet" not in play.text  # the first prompt is the start
        await play.press("end")
        assert "[5] turns  14 " in play.text


async def test_space_plays_and_pauses() -> None:
    async with replaying() as play:
        assert "‖ 10x" in play.text
        await play.press("space")
        assert play.deck.moment().playing
        assert "▶ 10x" in play.text
        await play.press("space")
        assert not play.deck.moment().playing
        assert "‖ 10x" in play.text


async def test_at_its_end_a_finished_session_plays_from_the_start() -> None:
    async with replaying(deck=FakeDeck(END)) as play:
        await play.press("space")
        assert play.at == START
        assert play.deck.moment().playing


async def test_speeds() -> None:
    async with replaying() as play:
        await play.press(">", ">")
        assert "‖ 50x" in play.text
        await play.press(*"<<<<<<<<")
        assert "‖ 1x" in play.text
        await play.press(*">>>>>>>>>>>>")
        assert "‖ max" in play.text
        assert play.deck.moment().speed == 0


async def test_arrows_go_by_events_and_brackets_by_turns() -> None:
    async with replaying() as play:
        steps, turns = play.deck.axis().steps, play.deck.axis().turns
        await play.press("right")
        assert play.at == min(at for at in steps if at > MIDDLE)
        await play.press("left", "left")
        assert play.at == max(at for at in steps if at < MIDDLE)
        await play.press("right", "]")
        assert play.at == min(at for at in turns if at > MIDDLE)
        await play.press("[")
        assert play.at == max(at for at in turns if at < MIDDLE)
        assert "┴ " in play.text


JUMPS = [
    ("n", MarkKind.FAILURE), ("c", MarkKind.COMPACTION), ("m", MarkKind.MILESTONE),
    ("a", MarkKind.SUBAGENT), ("e", MarkKind.API_ERROR),
]  # fmt: skip


@pytest.mark.parametrize(("key", "kind"), JUMPS)
async def test_letters_jump_to_marks_and_capitals_back(key: str, kind: MarkKind) -> None:
    async with replaying(deck=FakeDeck(START)) as play:
        found = times(play.deck, kind)
        seen = []
        for _ in found:
            await play.press(key)
            seen.append(play.at)
        assert seen == found
        await play.press(key)
        assert play.at == found[-1]
        assert f"no later {kind}" in play.text
        for at in found[-2::-1]:
            await play.press(key.upper())
            assert play.at == at
        await play.press(key.upper())
        assert f"no earlier {kind}" in play.text
        await play.press("right")
        assert f"no earlier {kind}" not in play.text


async def test_a_jump_says_what_it_came_to() -> None:
    async with replaying() as play:
        await play.press("n")
        assert "✕ Bash git push: Hook: no push on main" in play.lines[-10]
        await play.press("c")
        assert "▼ manual, 151,900 tokens" in play.lines[-10]


async def test_keys_come_first_in_every_panel() -> None:
    async with replaying() as play:
        for panel in "123456":
            await play.press(panel, "home")
            assert play.at == START
            await play.press("right", "n", "g")
            assert play.at == times(play.deck, MarkKind.FAILURE)[0]
            assert "go to" in play.lines[-1]
            await play.press("escape")


@pytest.mark.parametrize(
    ("typed", "at"),
    [("10:00", NOW - 123 * MINUTE - 11_000), ("+20m", MIDDLE + 20 * MINUTE), ("0%", START),
     ("-5m", MIDDLE - 5 * MINUTE)],
)  # fmt: skip
async def test_going_to_a_time(typed: str, at: int) -> None:
    async with replaying() as play:
        await play.press("g", *typed, "enter")
        assert play.at == at
        assert "? help" in play.text


async def test_what_is_no_time_is_said_and_may_be_mended() -> None:
    async with replaying() as play:
        await play.press("g", *"soon", "enter")
        assert play.at == MIDDLE
        assert "no time" in play.text
        await play.press(*["backspace"] * 4, *"100%", "enter")
        assert play.at == END
        await play.press("g", "enter")
        assert "? help" in play.text


async def test_finding_words() -> None:
    async with replaying() as play:
        hits = [s.at for s in play.deck.said if "redis" in "\n".join(s.text).lower()]
        await play.press("/", *"Redis", "enter")
        assert play.at == min(at for at in hits if at > MIDDLE)
        await play.press("down")
        later = [at for at in hits if at > MIDDLE]
        assert play.at == later[1]
        await play.press("up", "up")
        assert play.at == max(at for at in hits if at < MIDDLE)
        # Letters that are keys elsewhere are typed.
        await play.press(*" nc")
        assert "find Redis nc" in play.text
        await play.press("enter")
        assert "nothing later has these words" in play.text
        await play.press("escape")
        assert "? help" in play.text
        assert "nothing later" not in play.text


async def test_the_same_key_finds_the_same_words_again() -> None:
    async with replaying(deck=FakeDeck(START)) as play:
        await play.press("/", *"pytest", "enter", "escape", "/", "enter")
        hits = sorted({s.at for s in play.deck.said if "pytest" in "\n".join(s.text)})
        assert play.at == hits[1]
        await play.press("escape", "/", *"xyz", "enter")
        assert "find xyz" in play.text


async def test_home_and_end() -> None:
    async with replaying() as play:
        await play.press("home")
        assert play.at == START
        await play.press("end")
        assert play.at == END
        assert "LIVE" not in play.text


async def test_the_curve_is_of_cost_or_of_the_context() -> None:
    async with replaying(WIDE) as play:
        assert "cost of $10.48" in play.text
        await play.press("v")
        assert "context of 200k" in play.text
        assert "$5.62  context 83," in play.text
        await play.press("v")
        assert "cost of $10.48" in play.text


# A session that still runs.


async def test_a_running_session_is_live_until_one_goes_back() -> None:
    async with replaying(deck=FakeDeck(END, live=True)) as play:
        assert "● LIVE" in play.lines[0]
        await play.press("[")
        assert "◂ PAST 11:48, 15 min ago" in play.lines[0]
        assert "LIVE" not in play.text
        play.clock.now += 60_000
        await play.tick()
        assert "◂ PAST 11:48, 16 min ago" in play.lines[0]
        await play.press("end")
        assert "● LIVE" in play.lines[0]
        await play.press("space")
        assert not play.deck.moment().playing
        assert "live: go back first" in play.text


async def test_ages_go_on_at_the_live_end_and_stand_in_the_past() -> None:
    async with replaying(deck=FakeDeck(END, live=True)) as play:
        assert play.lines[3].endswith(" 1 min")
        play.clock.now += 60_000
        await play.tick()
        assert play.lines[3].endswith(" 2 min")
        await play.press("[")
        before = play.lines[3]
        play.clock.now += 60_000
        await play.tick()
        assert play.lines[3] == before


async def test_a_running_session_grows_under_the_cursor() -> None:
    async with replaying(deck=FakeDeck(NOW - 10 * MINUTE, live=True)) as play:
        cursor = play.lines[-3].index(CURSOR)
        play.deck.set_axis(end=END + 60 * MINUTE)
        await play.tick()
        assert play.lines[-3].index(CURSOR) < cursor
        assert play.at == NOW - 10 * MINUTE


# The mouse.


async def test_a_click_goes_to_a_time_and_a_mark_to_its_own() -> None:
    async with replaying() as play:
        row = len(play.lines) - 3
        await play.pilot.click(offset=(1, row))
        assert play.at == START
        marks = next(y for y, line in enumerate(play.lines) if line.count("✕") > 4)
        last = play.lines[marks].rindex("✕")
        await play.pilot.click(offset=(last, marks))
        assert play.at in times(play.deck, MarkKind.FAILURE)
        turn = play.lines[row].index("┻", 20)
        await play.pilot.click(offset=(turn, row))
        assert play.at in play.deck.axis().turns


async def test_a_drag_goes_along_and_ends_outside_too() -> None:
    async with replaying() as play:
        scrubber = play.screen.query_one(Scrubber)
        await play.pilot.mouse_down(scrubber, offset=(20, 3))
        await play.pilot.pause()
        first = play.at
        assert START < first < MIDDLE
        await play.pilot.hover(scrubber, offset=(60, 3))
        await play.pilot.pause()
        assert play.at > first
        await play.pilot.hover(offset=(150, 5))
        await play.pilot.pause()
        far = play.at
        assert far > MIDDLE
        await play.pilot.mouse_up(offset=(150, 5))
        await play.pilot.hover(scrubber, offset=(10, 3))
        await play.pilot.pause()
        assert play.at == far


async def test_the_title_of_the_line_is_no_place_in_time() -> None:
    async with replaying() as play:
        await play.pilot.click(play.screen.query_one(Scrubber), offset=(3, 0))
        assert play.at == MIDDLE


async def test_a_click_on_an_entry_goes_to_its_time() -> None:
    async with replaying() as play:
        row = next(y for y, line in enumerate(play.lines) if "❯ Plan the move" in line)
        await play.pilot.click(offset=(play.lines[row].index("❯") + 3, row))
        await play.pilot.pause()
        assert "10:36:11  8 of 14 turns" in play.text


# The conversation.


async def test_the_conversation_follows_and_can_be_scrolled() -> None:
    async with replaying(WIDE) as play:
        assert "529 Overloaded" in play.text
        newest = play.lines[-7]
        await play.press("up", "up", "up")
        assert "3 more below" in play.text
        await play.press("pageup")
        assert "529 Overloaded" not in "\n".join(play.lines[4:-7])
        await play.press("G")
        assert play.lines[-7] == newest
        await play.press("up", "right")
        assert "more below" not in play.text
        await play.press(*["pageup"] * 40)
        assert "09:12:11 ❯ Plan the move" in play.text


async def test_long_texts_keep_to_their_lines() -> None:
    words = " ".join(["word"] * 90)
    for kind in SpokenKind:
        spoken = Spoken(NOW, kind, tuple(c(words) for _ in range(5)), c(""))
        lines = spoken_lines(spoken, 50)
        assert 1 <= len(lines) <= 4
        assert all(cells_of(line) <= 50 for line in lines)
        assert plain(lines[-1]).endswith("…")


def test_entries_of_subagents_stand_behind_a_rail() -> None:
    spoken = Spoken(NOW, SpokenKind.TOOL, (c("Grep x"),), c("a1"))
    assert plain(spoken_lines(spoken, 50)[0]) == "12:03:11 │ ▸ Grep x"
    assert plain(spoken_lines(replace(spoken, agent=c("")), 40)[0]) == "12:03 ▸ Grep x"


def test_found_words_are_marked_in_any_case() -> None:
    spoken = Spoken(NOW, SpokenKind.TEXT, (c("A queue, the Queue, and İ"),), c(""))
    line = spoken_lines(replace(spoken, text=(c("A queue, the Queue"),)), 60, "QUEUE")[0]
    assert [text for text, tone in line if tone == "select"] == ["queue", "Queue"]
    assert plain(spoken_lines(spoken, 60, "queue")[0]).endswith("A queue, the Queue, and İ")


def test_the_newest_lines_come_first_whatever_the_feed() -> None:
    feed = FakeDeck(END).feed(END, 5)
    lines = list(talk_lines(feed, 60))
    assert lines[0].at == feed[-1].at
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)


# The parts.


@pytest.mark.parametrize("size", [BOARD, WIDE, DECK, PANE, LINE])
async def test_number_keys_go_to_panels_and_tab_round(size: tuple[int, int]) -> None:
    async with replaying(size) as play:
        names = ["meter", "failures", "compactions", "subagents", "turns", "conversation"]
        for key, name in enumerate(names, 1):
            await play.press(f"{key}")
            assert f"━ [{key}] {name}" in play.text
        await play.press("tab")
        assert "━ [1] meter" in play.text
        await play.press("shift+tab", "shift+tab")
        assert "━ [5] turns" in play.text


async def test_zoom_and_back_and_out() -> None:
    async with replaying() as play:
        await play.press("2", "z")
        assert "[2] failures" in play.text
        assert "[6] conversation" not in play.text
        await play.press("6")
        assert "[2] failures" not in play.text
        assert "[6] conversation" in play.text
        await play.press("escape")
        assert "[1] meter" in play.text
        assert isinstance(play.app.screen, Replay)
        await play.press("1", "enter")
        assert "[2] failures" not in play.text


async def test_an_item_opens_and_the_replay_is_there_again() -> None:
    async with replaying() as play:
        await play.press("2", "enter")
        assert isinstance(play.app.screen, CallPage)
        await play.press("escape", "?")
        assert isinstance(play.app.screen, HelpPage)
        assert play.lines[2].strip().startswith("Replay")
        await play.press("escape", ":", *"next milestone", "enter")
        assert play.at == min(at for at in times(play.deck, MarkKind.MILESTONE) if at > MIDDLE)


async def test_copying() -> None:
    async with replaying() as play:
        await play.press("y")
        assert play.app.clipboard == sessions()[0].id
        await play.press("2", "y")
        assert play.app.clipboard.startswith("Bash rm -rf build\n")


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+c"])
async def test_closing_what_is_all_ends_the_app(key: str) -> None:
    async with replaying() as play:
        await play.press(key)
        assert play.app._exit


async def test_a_new_size_takes_the_layout_it_has_room_for() -> None:
    async with replaying(BOARD) as play:
        for size, words in ((PANE, "● api-server"), (LINE, "‖  10:53:11"), (BOARD, "[5] turns")):
            await play.pilot.resize_terminal(*size)
            await play.pilot.pause()
            assert words in play.text
            assert len(play.lines) == size[1]


# What is not there, or not yet.


async def test_what_is_missing_is_said() -> None:
    deck = FakeDeck(MIDDLE)
    deck.set_axis(missing=c("the transcripts of 2 subagents are gone"))
    async with replaying(WIDE, deck) as play:
        assert play.lines[1].strip() == "! the transcripts of 2 subagents are gone"
        deck.set_axis(missing=c(""))
        await play.tick()
        assert "gone" not in play.text
        assert play.lines[1].strip().startswith("status")
        deck.picture = replace(deck.picture, version=99, notices=(c("cctop stopped reading"),))
        await play.tick()
        assert play.lines[1].strip() == "! cctop stopped reading"


async def test_how_far_it_has_been_read_is_said() -> None:
    deck = FakeDeck(MIDDLE)
    deck.read_so_far(Progress(1, 3, 57, 100))
    async with replaying(DECK, deck) as play:
        assert play.lines[0].rstrip().endswith("reading 43 %, up to 12:03:11")
        deck.set_axis(complete=True)
        await play.tick()
        assert "reading" not in play.text


async def test_before_anything_is_read_nothing_is_claimed() -> None:
    deck = FakeDeck(START)
    axis = deck.axis()
    deck._axis = replace(
        axis, version=0, start=0, end=0, complete=False, gaps=(), marks=(), steps=(), turns=(),
        levels=(),
    )  # fmt: skip
    deck._moment = replace(deck.moment(), at=0)
    deck.picture = replace(deck.picture, sessions=(), detail=None)
    for size in (BOARD, PANE, LINE):
        async with replaying(size, deck) as play:
            assert play.lines[0].endswith("reading")
            assert "0 of 0 turns  $0.00" in play.text
            assert "no session" not in play.text
            await play.press("n", "]", "right", "end", "home", "v", "space")
            assert "no turn" in play.text


# Over the board.


async def opened(play: Any, *keys: str) -> None:
    await play.press(*keys)
    await play.app.workers.wait_for_complete()
    await play.pilot.pause()


async def test_r_replays_the_selected_session_over_the_board() -> None:
    decks: dict[str, FakeDeck] = {}

    def load(session: str) -> FakeDeck:
        decks[session] = FakeDeck(START)
        return decks[session]

    async with playing(WIDE, replay=load) as play:
        await opened(play, "down", "down", "r")
        assert list(decks) == [sessions()[0].id]
        (deck,) = decks.values()
        assert isinstance(play.app.screen, Replay)
        assert deck.started
        await play.press("]")
        await play.press("q")
        assert len(play.app.screen_stack) == 1
        assert not play.app._exit
        assert deck.stopped
        assert not play.source.stopped


async def test_a_bracket_opens_the_past_of_a_running_session() -> None:
    deck = FakeDeck(END, live=True)
    async with playing(WIDE, replay=lambda session: deck) as play:
        await opened(play, "[")
        assert deck.moment().at == deck.axis().turns[-1]
        assert "◂ PAST 11:48" in play.text
        await play.press("end")
        assert "● LIVE" in play.text
        await play.press("escape")
        assert play.app.screen is play.app.board


async def test_two_keys_open_one_replay() -> None:
    async with playing(WIDE, replay=lambda session: FakeDeck(START)) as play:
        await opened(play, "r", "r")
        assert len(play.app.screen_stack) == 2


async def test_what_cannot_be_replayed_says_why() -> None:
    def load(session: str) -> FakeDeck:
        raise LookupError("no transcript of it is left\x1b[2J")

    async with playing(WIDE, replay=load) as play:
        await opened(play, "r")
        assert play.toasts == ["no replay: no transcript of it is left"]
        assert play.app.screen is play.app.board
    async with playing(WIDE) as play:
        await opened(play, "r")
        assert play.toasts == ["these sessions cannot be replayed"]


# What it costs.


async def test_the_deck_s_thread_wakes_the_screen_and_not_for_every_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deck = FakeDeck(MIDDLE)
    async with replaying(WIDE, deck) as play:
        shown: list[int] = []
        show = Replay._show

        def noting(self: Replay, now: int, *, is_new: bool) -> None:
            shown.append(now)
            show(self, now, is_new=is_new)

        monkeypatch.setattr(Replay, "_show", noting)

        def run() -> None:
            for step in range(500):
                deck.seek(MIDDLE + 1_000 * step)

        thread = threading.Thread(target=run)
        thread.start()
        while thread.is_alive() or f"{deck.moment().at}" not in f"{play.screen._moment.at}":
            await asyncio.sleep(0.02)
        assert 0 < len(shown) < 100
        assert "11:01:30" in play.text


async def test_where_nothing_moved_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    async with replaying(BOARD) as play:
        looked: list[str] = []
        monkeypatch.setattr(Failures, "present", lambda *_: looked.append("failures"))
        monkeypatch.setattr(Scrubber, "show", lambda *_: looked.append("line"))
        play.clock.now += 5_000
        await play.tick()
        assert looked == []
        play.deck._moment = replace(play.deck.moment(), at=MIDDLE + 10)
        await play.tick()
        assert looked == ["line"]


async def test_a_moving_cursor_paints_what_it_moved_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with replaying(BOARD) as play:
        painted: list[int] = []
        refresh = Scrubber.refresh

        def noting(self: Scrubber, *regions: Any, **named: Any) -> Scrubber:
            painted.extend(region.area for region in regions)
            return refresh(self, *regions, **named)

        monkeypatch.setattr(Scrubber, "refresh", noting)
        play.deck._moment = replace(play.deck.moment(), at=MIDDLE + 90_000)
        await play.tick()
        assert 0 < sum(painted) < 300  # of 1,422 cells


async def test_a_replay_of_its_own_calls_nobody() -> None:
    deck = FakeDeck(END, live=True)
    async with replaying(WIDE, deck, bell=True) as play:
        (shown,) = deck.picture.sessions
        waits = replace(shown, status=Status.WAITING, status_since=NOW, waiting_for=c("Bash ls"))
        deck.picture = replace(deck.picture, version=99, sessions=(waits,))
        play.app.refresh_now()
        await play.tick()
        assert "◐ waits 0:00" in play.text
        assert play.toasts == []
