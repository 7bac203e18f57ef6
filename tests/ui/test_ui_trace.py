"""What became of a failure, what a compaction lost, and loops, on the screen."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from board_stage import BOARD, DECK, LINE, PANE, SIZES, WIDE, Playing, playing
from factory import NOW, detail, failures, session, snapshot
from msgspec.structs import replace
from test_ui_attention import Heard, picture
from test_ui_hostile import HOSTILE, hostile_picture, raw, unharmed
from textual.app import App
from traces import STREAK, again, attempt, chains, looping, losses, traced

from cctop.alerts.loops import Loops
from cctop.alerts.sequences import BEL, notification
from cctop.alerts.terminal import Way
from cctop.book.snapshot import CompactionMark, Failure, Progress, Session, Status
from cctop.book.trace import Chain, Item, Outcome, Trace
from cctop.events import FailureKind
from cctop.ui.screens.chain import FIRST, LAST, chain_lines
from cctop.ui.screens.loss import loss_lines
from cctop.ui.screens.tracing import TracePage
from cctop.ui.widgets.parts import cells_of, plain

Check = Callable[[App[None], str], None]
TO_API_SERVER = ("down", "down")
PAGES = (BOARD, WIDE, DECK, PANE)


@asynccontextmanager
async def opened(
    size: tuple[int, int], *keys: str, trace: Trace | None = None
) -> AsyncIterator[Playing]:
    """The page that these keys lead to, with all it has asked for."""
    async with playing(size) as play:
        play.source.traced = trace or traced()
        await play.press(*TO_API_SERVER, *keys)
        await settled(play)
        yield play


async def settled(play: Playing) -> None:
    await play.app.workers.wait_for_complete()
    await play.pilot.pause()


def named(size: tuple[int, int], name: str) -> str:
    return f"{size[0]}x{size[1]}-{name}"


# The chain, on the page of a call.


@pytest.mark.parametrize("size", PAGES)
async def test_a_chain(golden: Check, size: tuple[int, int]) -> None:
    async with opened(size, "2", "enter") as play:
        golden(play.app, named(size, "chain"))


async def test_it_is_that_of_the_failure_shown() -> None:
    async with opened(WIDE, "2", "enter") as play:
        assert "● still open, 2 retries, 1:11, $0.31 + 12,000 unpriced" in play.text
        await play.press("n")
        await settled(play)
        assert "✓ recovered, 1 retry, 14 s, $0.04" in play.text
        assert "“Now the queue itself.”" in play.text
        assert "› 12:00:58" in play.text
        await play.press("n")
        await settled(play)
        assert "‖ user stepped in, not tried again" in play.text
        await play.press("n", "n", "n")
        await settled(play)
        assert "✕ given up, not tried again" in play.text
        assert "“Let me look.”" in play.text


async def test_a_call_without_a_trace_is_what_it_was() -> None:
    async with opened(WIDE, "2", "enter", trace=Trace("", (), (), ())) as play:
        assert "what became of it" not in play.text
        assert "command: pytest -x tests/billing" in play.text


async def test_an_engine_that_does_not_answer_is_said() -> None:
    async with playing(WIDE) as play:
        play.source.silence = OSError("cctop has stopped reading")
        await play.press(*TO_API_SERVER, "2", "enter")
        await settled(play)
        assert "cctop has stopped reading" in play.text
        assert "command: pytest -x tests/billing" in play.text
        await play.press("escape", "3", "enter")
        await settled(play)
        assert "cctop has stopped reading" in play.text
        assert "every file is named" in play.text


async def test_the_page_is_there_before_the_engine_has_answered() -> None:
    answered = threading.Event()

    def slow(session: str) -> Trace:
        answered.wait(20)
        return traced()

    async with playing(WIDE) as play:
        play.source.trace = slow  # type: ignore[method-assign]
        await play.press(*TO_API_SERVER, "2", "enter")
        await play.pilot.pause()
        assert "pytest" in play.text
        assert "what became of it" not in play.text
        answered.set()
        await settled(play)
        assert "what became of it" in play.text


async def test_what_is_still_open_is_asked_for_again() -> None:
    async with opened(WIDE, "2", "enter") as play:
        page = play.app.screen
        assert isinstance(page, TracePage)
        last = replace(chains()[-1], outcome=Outcome.RECOVERED)
        play.source.traced = replace(traced(), chains=(*chains()[:-1], last))
        page._ask_again()
        await settled(play)
        assert "✓ recovered, 2 retries" in play.text
        play.source.traced = traced()  # of what is over nothing new is to be expected
        page._ask_again()
        await settled(play)
        assert "✓ recovered, 2 retries" in play.text


async def test_of_a_session_that_has_ended_nothing_more_is_asked() -> None:
    listed = snapshot().sessions
    over = replace(listed[0], status=Status.ENDED)
    async with playing(WIDE, snapshot(sessions=(over, *listed[1:]), detail=detail(over))) as play:
        play.source.traced = traced()
        await play.press("G", "up", "2", "enter")
        await settled(play)
        page = play.app.screen
        assert isinstance(page, TracePage)
        assert page.goes_on
        play.source.silence = OSError("asked again")
        page._ask_again()
        await settled(play)
        assert "asked again" not in play.text


def long_chain(tries: int) -> tuple[Chain, list[Failure]]:
    failure = failures()[-1]
    found = tuple(again(failure, 1_000 * n, f"error {n}") for n in range(1, tries))
    chain = replace(chains()[-1], attempts=(attempt(failure), *found))
    made = [
        replace(failure, tool_use_id=a.tool_use_id, at=a.ended_at, kind=FailureKind.ERROR)
        for a in chain.attempts
    ]
    return chain, made


@pytest.mark.parametrize("width", [44, 80, 160])
@pytest.mark.parametrize("shown", [0, 25, 99])
def test_of_a_long_chain_the_middle_is_counted(width: int, shown: int) -> None:
    chain, made = long_chain(100)
    lines = chain_lines(chain, made[shown], width)
    assert all(cells_of(line) <= width for line in lines)
    texts = [plain(line) for line in lines]
    tries = [text for text in texts if "✕ " in text]
    here = [text for text in tries if text.startswith("›")]
    middle = int(shown == 25)
    assert len(tries) == FIRST + LAST + middle
    assert any(f"… {60 - middle} more tries" in text for text in texts)
    assert len(here) == 1
    assert shown == 0 or f"error {shown}" in here[0]


# What a compaction lost.


@pytest.mark.parametrize("size", PAGES)
async def test_a_loss(golden: Check, size: tuple[int, int]) -> None:
    async with opened(size, "3", "end", "enter") as play:
        golden(play.app, named(size, "loss"))


async def test_a_compaction_without_a_summary_names_nothing() -> None:
    async with opened(WIDE, "3", "down", "enter") as play:
        assert "read, edited and run before it  1 file" in play.text
        assert "src/app/billing/jobs.py" in play.text
        assert "the summary" not in play.text


async def test_a_compaction_that_lost_nothing_says_so() -> None:
    async with opened(WIDE, "3", "enter") as play:
        assert "everything is named" in play.text
        assert "read again after it" in play.text


async def test_a_trace_that_does_not_know_a_compaction_leaves_what_is_known() -> None:
    async with opened(DECK, "3", "end", "enter", trace=Trace("", (), (), losses()[1:])) as play:
        assert "the summary does not name  2 files" in play.text
        assert "read again" not in play.text


def test_files_go_by_their_path_from_the_sessions_folder() -> None:
    (loss, *_) = losses()
    far = Item(raw("/srv/other.py"), 1, False)
    near = Item(raw("/home/dev/web/src/a.py"), 1, False)
    rereads = (replace(loss.rereads[0], path=near.text),)
    loss = replace(loss, read=(far, near), edited=(), commands=(), rereads=rereads)
    lines = [plain(line).strip() for line in loss_lines(loss, 60, "/home/dev/web")]
    assert "read    /srv/other.py" in lines
    assert "read    src/a.py" in lines
    assert "src/a.py  ≈ 4,120 tokens, $0.02" in lines
    assert any("/home/dev/web/src/a.py" in plain(line) for line in loss_lines(loss, 60))


# Loops.


@pytest.mark.parametrize("size", SIZES)
async def test_a_loop_on_the_board(golden: Check, size: tuple[int, int]) -> None:
    async with playing(size, looping()) as play:
        await play.press(*TO_API_SERVER, "2")
        golden(play.app, named(size, "loop"))


async def test_a_loop_in_a_line() -> None:
    async with playing(LINE, looping()) as play:
        assert any("↻ 9x" in line and "api-server" in line for line in play.lines)


def in_a_loop(number: int = 9, first_at: int = NOW - 9_000, last_at: int = NOW + 5) -> Session:
    streak = replace(STREAK, first_at=first_at, last_at=last_at, cost=STREAK.cost * number)
    return replace(session(number, f"web{number}", Status.BUSY), streak=streak)


def test_a_loop_is_told_once_however_long_it_gets() -> None:
    loops = Loops(NOW)
    assert loops.of(picture(session(9, "web", Status.BUSY))) == []
    assert loops.of(picture(in_a_loop())) == [in_a_loop()]
    assert loops.of(picture(in_a_loop(last_at=NOW + 90_000))) == []
    assert loops.of(picture(in_a_loop(first_at=NOW + 95_000))) != []


def test_a_loop_of_before_is_no_news() -> None:
    loops = Loops(NOW)
    assert loops.of(picture(in_a_loop(last_at=NOW - 1))) == []
    assert loops.of(picture(in_a_loop(last_at=NOW + 90_000))) == []


def test_nothing_is_told_of_loops_while_history_loads() -> None:
    loops = Loops(NOW)
    reading = replace(picture(in_a_loop()), progress=Progress(1, 2, 10, 20))
    assert loops.of(reading) == []
    assert loops.of(picture(in_a_loop())) == [in_a_loop()]


def test_the_dearest_loop_comes_first() -> None:
    found = Loops(NOW).of(picture(in_a_loop(2), in_a_loop(7), in_a_loop(4)))
    assert [one.project for one in found] == ["web7", "web4", "web2"]


async def test_a_toast_says_it() -> None:
    async with playing(DECK) as play:
        first = replace(in_a_loop(1, NOW - 235_000), project=raw("api"))
        play.source.change(sessions=(first, *play.source.picture.sessions[1:]))
        await play.tick()
        (toast,) = play.toasts
        assert toast.startswith("api: Bash failed 9x in 3:55, $2.10 since the first: pytest -x")
        await play.tick()
        assert len(play.toasts) == 1


async def test_of_many_loops_at_once_the_number_is_told() -> None:
    async with playing(DECK) as play:
        play.source.change(sessions=tuple(in_a_loop(number) for number in range(1, 6)))
        await play.tick()
        assert play.toasts == ["5 sessions are in a loop"]


SAID = "web9: Bash failed 9x in 0:09, $18.90 since the first: pytest -x tests/billing"


def told(heard: Heard, *listed: Session) -> list[str]:
    before = len(heard.written)
    heard.attention.look_for_loops(picture(*listed))
    return heard.written[before:]


def test_bell_and_notification_only_where_they_are_wanted() -> None:
    assert told(Heard(bell=True, desktop=Way.OSC9), in_a_loop()) == []
    heard = Heard(bell=True, desktop=Way.OSC9, tell_loops=True)
    assert told(heard, in_a_loop()) == [notification(Way.OSC9, SAID, in_a_loop().id), BEL]
    assert told(heard, in_a_loop()) == []


def test_muted_is_muted() -> None:
    heard = Heard(bell=True, tell_loops=True)
    heard.attention.toggle()
    assert told(heard, in_a_loop()) == []


# Whatever the texts hold.


def hostile_trace(
    text: str, found: tuple[Failure, ...], marks: tuple[CompactionMark, ...]
) -> Trace:
    said = raw(text)
    plain_ones = traced()
    links = tuple(
        replace(
            chain, tool=said, words=said, agent_id="",
            attempts=tuple(
                replace(a, target=raw(text + str(n)), error=said, tool_use_id=failure.tool_use_id)
                for n, a in enumerate(chain.attempts)
            ),
        )
        for chain, failure in zip(plain_ones.chains, found, strict=True)
    )  # fmt: skip
    items = tuple(Item(said, 3, named) for named in (True, False, None))
    lost = tuple(
        replace(
            loss, at=mark.at, read=items, edited=items, commands=items, summarised=True,
            rereads=tuple(replace(r, path=said) for r in losses()[0].rereads),
        )
        for loss, mark in zip(plain_ones.losses, marks, strict=True)
    )  # fmt: skip
    return Trace("", links, (), lost)


@pytest.mark.parametrize(("size", "key"), [(DECK, "2"), (PANE, "3")])
async def test_hostile_text_in_a_trace(size: tuple[int, int], key: str) -> None:
    async with playing(size, hostile_picture(HOSTILE)) as play:
        play.source.focus = lambda session: None  # type: ignore[method-assign]
        shown = play.source.picture.detail
        assert shown is not None
        for text in HOSTILE:
            made = hostile_trace(text, shown.failures, shown.compactions)
            play.source.trace = lambda session, made=made: made  # type: ignore[method-assign,misc]
            await play.press(key, "enter")
            await settled(play)
            assert unharmed(play)
            await play.press("y")
            expected = "what became of it" if key == "2" else "read again after it"
            assert expected in play.app.clipboard
            await play.press("n", "escape", "escape")
            assert unharmed(play)


async def test_hostile_text_in_a_loop() -> None:
    async with playing(PANE) as play:
        await play.press("down", "down", "2")
        for number, text in enumerate(HOSTILE):
            hostile = replace(STREAK, tool=raw(text), what=raw(text), first_at=NOW + number,
                              last_at=NOW + 99)  # fmt: skip
            first = replace(snapshot().sessions[0], streak=hostile, activity=raw(text))
            play.source.change(sessions=(first, *snapshot().sessions[1:]), detail=detail(first))
            await play.tick()
            assert unharmed(play)
        assert len(play.toasts) == len(HOSTILE)
