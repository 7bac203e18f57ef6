"""The pages that open over the board."""

from board_stage import BOARD, DECK, PANE, WIDE, playing
from factory import FakeSource, compactions, failures, sessions, snapshot
from msgspec.structs import replace

from cctop.text import clean
from cctop.ui.screens.page import wrapped
from cctop.ui.widgets.cells import width_of
from cctop.ui.widgets.parts import cells_of, plain

TO_CALLS = ("down", "down", "2", "enter")


async def test_a_call_is_read_whole_from_its_file() -> None:
    async with playing(WIDE) as play:
        await play.press(*TO_CALLS)
        await play.app.workers.wait_for_complete()
        await play.pilot.pause()
        assert "command: pytest -x tests/billing" in play.text
        assert "E       AssertionError: expected 3 jobs, got 2" in play.text
        assert "1 of 7" in play.text


async def test_n_steps_through_the_calls_and_stops_at_the_ends() -> None:
    async with playing(WIDE) as play:
        await play.press(*TO_CALLS, "n")
        assert "2 of 7" in play.text
        assert "call  Edit" in play.text
        await play.press("N", "N", "p")
        assert "1 of 7" in play.text
        await play.press(*"nnnnnnnnn")
        assert "7 of 7" in play.text
        assert "09:23:11" in play.text


async def test_a_call_whose_file_is_gone_shows_what_is_known() -> None:
    async with playing(WIDE) as play:
        play.source.trouble = FileNotFoundError(2, "No such file or directory")
        await play.press(*TO_CALLS)
        await play.app.workers.wait_for_complete()
        await play.pilot.pause()
        assert "not readable" in play.text
        assert "No such file or directory" in play.text
        assert "Exit code 1: AssertionError: expected 3 jobs, got 2" in play.text


async def test_a_late_answer_is_not_shown_for_another_call() -> None:
    async with playing(WIDE) as play:
        await play.press(*TO_CALLS)
        page = play.app.screen
        late = FakeSource().read_call(failures()[-1])
        await play.press("n")
        await play.app.workers.wait_for_complete()
        await play.pilot.pause()
        before = play.text
        wrong = replace(failures()[-1], error=clean("wrong"))
        page._show_call(wrong, replace_input(late), "")  # type: ignore[attr-defined]
        await play.pilot.pause()
        assert play.text == before


def replace_input(call: object) -> object:
    call.input = (clean("wrong"),)  # type: ignore[attr-defined]
    return call


async def test_a_compaction_shows_what_its_summary_does_not_name() -> None:
    async with playing(DECK) as play:
        await play.press("down", "down", "3", "end", "enter")
        assert "▼ auto" in play.text
        assert "155k tokens, 93 %" in play.text
        unnamed = play.text.split("does not name")[1].split("the summary names")[0]
        assert "src/app/billing/retry.py" in unnamed
        assert "src/app/billing/queue.py" not in unnamed
        await play.press("p", "p")
        assert "not on disk" in play.text


async def test_a_compaction_of_an_old_version_says_what_is_missing() -> None:
    old = replace(compactions()[0], tokens_after=None, duration_ms=None, cost=None)
    async with playing(DECK) as play:
        await play.press("down", "down")
        rich = play.source.picture.detail
        assert rich is not None
        play.source.change(detail=replace(rich, compactions=(old,)))
        await play.tick()
        await play.press("3", "enter")
        assert "not written by this version" in play.text


async def test_a_turn_shows_its_prompt_and_what_failed_in_it() -> None:
    async with playing(PANE) as play:
        await play.press("down", "down", "5", *"jjjj", "enter")
        assert "Now the retry logic." in play.text
        assert "do not touch the API layer" in " ".join(play.text.split())
        assert "8 min" in play.text


async def test_a_subagent_shows_its_parent() -> None:
    async with playing(WIDE) as play:
        await play.press("down", "down", "4", "j", "j", "enter")
        assert "sent by     Plan" in play.text
        assert "✕ failed" in play.text


async def test_pages_scroll_and_copy() -> None:
    async with playing(DECK) as play:
        await play.press("?")
        assert "more below" in play.lines[-2]
        top = play.lines[2]
        await play.press("j")
        assert play.lines[2] != top
        await play.press("G")
        assert "a list price" in play.lines[-3]
        await play.press("g")
        assert play.lines[2] == top
        await play.press("pagedown", "k", "y")
        assert "reverse the order" in play.app.clipboard
        await play.press("?")
        assert play.app.screen is play.app.board


async def test_skipped_lines_say_where_and_why() -> None:
    async with playing(BOARD) as play:
        await play.press("down", "down", "!")
        assert "3 lines in 1 file" in play.text
        assert "byte         4,096  not JSON" in play.text
        assert "byte        90,112  lone surrogate, in part counted" in play.text
        assert "/home/dev/.claude/projects/x/1.jsonl" in play.text


async def test_notices_can_be_read_again() -> None:
    picture = snapshot(skipped_lines=0, notices=(clean("inotify has no watches left"),))
    async with playing(WIDE, picture) as play:
        assert play.toasts == ["inotify has no watches left"]
        await play.press("!")
        assert "inotify has no watches left" in play.text
        assert "Every line of every transcript was read." in play.text


async def test_a_resized_page_is_wrapped_anew() -> None:
    async with playing(WIDE) as play:
        await play.press("down", "down", "5", "enter")
        assert "Look at how billing jobs are enqueued today and tell me" in play.text
        await play.pilot.resize_terminal(*PANE)
        await play.pilot.pause()
        assert "tell me what depends on Redis" in play.text


def test_wrapping_breaks_at_spaces_and_keeps_everything() -> None:
    text = "one two " + "x" * 50 + " 日本語のタイトル three"
    lines = wrapped(text, 20)
    assert all(cells_of(line) <= 20 for line in lines)
    joined = "".join(plain(line).removeprefix("  ") for line in lines)
    assert joined.replace(" ", "") == text.replace(" ", "")
    assert plain(wrapped("one two three four five six", 20)[0]) == "  one two three"
    assert wrapped("", 20) == [(("  ", ""), ("", ""))]
    assert width_of(plain(wrapped("ab", 3)[0])) == 4  # never narrower than eight cells of text


async def test_every_session_can_be_opened_at_once() -> None:
    async with playing(DECK) as play:
        for _ in sessions():
            await play.press("enter", "escape", "j")
        assert play.selected == "dotfiles"
